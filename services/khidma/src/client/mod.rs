//! Asking a server: who asks, how long, and again under the same idempotency key when it was away.

mod identity;
mod resume;

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use khidma_edge::client::{ConnectError, Connection, Target, connect};
use khidma_proto::directory::directory_service_client::DirectoryServiceClient;
use khidma_proto::directory::reviews_service_client::ReviewsServiceClient;
use khidma_proto::directory::skills_service_client::SkillsServiceClient;
use khidma_proto::directory::trainings_service_client::TrainingsServiceClient;
use khidma_proto::feedback::actions_service_client::ActionsServiceClient;
use khidma_proto::feedback::answers_service_client::AnswersServiceClient;
use khidma_proto::feedback::ballots_service_client::BallotsServiceClient;
use khidma_proto::feedback::figures_service_client::FiguresServiceClient;
use khidma_proto::feedback::interviews_service_client::InterviewsServiceClient;
use khidma_proto::feedback::questions_service_client::QuestionsServiceClient;
use khidma_proto::feedback::recognition_service_client::RecognitionServiceClient;
use khidma_proto::feedback::scorecard_service_client::ScorecardServiceClient;
use khidma_proto::feedback::surveys_service_client::SurveysServiceClient;
use khidma_proto::feeds::feeds_service_client::FeedsServiceClient;
use khidma_proto::notifications::deliveries_service_client::DeliveriesServiceClient;
use khidma_proto::notifications::escalations_service_client::EscalationsServiceClient;
use khidma_proto::notifications::inbox_service_client::InboxServiceClient;
use khidma_proto::notifications::preferences_service_client::PreferencesServiceClient;
use khidma_proto::operations::operations_service_client::OperationsServiceClient;
use khidma_proto::requests::approvals_service_client::ApprovalsServiceClient;
use khidma_proto::requests::catalogue_service_client::CatalogueServiceClient;
use khidma_proto::requests::concerns_service_client::ConcernsServiceClient;
use khidma_proto::requests::history_service_client::HistoryServiceClient;
use khidma_proto::requests::links_service_client::LinksServiceClient;
use khidma_proto::requests::plans_service_client::PlansServiceClient;
use khidma_proto::requests::requests_service_client::RequestsServiceClient;
use khidma_proto::requests::search_service_client::SearchServiceClient;
use khidma_proto::sla::clocks_service_client::ClocksServiceClient;
use khidma_proto::sla::policies_service_client::PoliciesServiceClient;
use khidma_proto::sla::traces_service_client::TracesServiceClient;
use khidma_proto::sla::what_if_service_client::WhatIfServiceClient;
use khidma_runtime::Clock;
use tokio::sync::OnceCell;
use tonic::{Code, Request, Status};
use tonic_health::pb::health_client::HealthClient;
use uuid::Uuid;

pub use identity::{authority, role_of, token, token_file};
pub use resume::Resume;

use crate::cli::Options;
use crate::failure::Failure;

/// Calls one rpc, again if the server was away: `ask!(api, requests.claim, ClaimRequest { … })`.
#[macro_export]
macro_rules! ask {
    ($api:expr, $service:ident . $rpc:ident, $message:expr) => {{
        let api: &$crate::client::Api = &$api;
        api.call($message, async |request| {
            Ok(api.$service().await?.$rpc(request).await?.into_inner())
        })
        .await
    }};
}

/// Opens one stream, again if the server was away: `open!(api, requests.watch_request, WatchRequestRequest { … })`.
#[macro_export]
macro_rules! open {
    ($api:expr, $service:ident . $rpc:ident, $message:expr) => {{
        let api: &$crate::client::Api = &$api;
        api.open($message, async |request| {
            Ok(api.$service().await?.$rpc(request).await?.into_inner())
        })
        .await
    }};
}

/// Where the services are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The directory's server.
    pub directory: String,
    /// The requests' server.
    pub requests: String,
    /// The service levels' server.
    pub sla: String,
    /// The notifications' server.
    pub notifications: String,
    /// The feeds' server.
    pub feeds: String,
    /// The feedback's server.
    pub feedback: String,
    /// The server whose log and read models an operator looks at.
    pub operations: String,
}

impl Endpoints {
    /// All services behind one address, `http://host:port`.
    pub fn all_at(address: &str) -> Self {
        Self {
            directory: address.to_owned(),
            requests: address.to_owned(),
            sla: address.to_owned(),
            notifications: address.to_owned(),
            feeds: address.to_owned(),
            feedback: address.to_owned(),
            operations: address.to_owned(),
        }
    }

    /// As the command line says.
    pub fn of(options: &Options) -> Self {
        let or_server =
            |one: &Option<String>| one.clone().unwrap_or_else(|| options.server.clone());
        Self {
            directory: or_server(&options.directory_server),
            requests: or_server(&options.requests_server),
            sla: or_server(&options.sla_server),
            notifications: or_server(&options.notifications_server),
            feeds: or_server(&options.feeds_server),
            feedback: or_server(&options.feedback_server),
            operations: options.server.clone(),
        }
    }
}

/// How often an answer that did not come is asked for again.
const RETRIES: usize = 3;
/// How long to pause before the first of them; each next pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause, also where a server asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The services, as one caller sees them.
#[derive(Debug)]
pub struct Api {
    endpoints: Endpoints,
    token: Option<String>,
    timeout: Duration,
    request_id: Option<Uuid>,
    clock: Clock,
    connections: [OnceCell<Connection>; 7],
}

/// The services by name: each with its client, and with the number and the field of its endpoint.
macro_rules! services {
    ($($(#[$doc:meta])* $name:ident: $client:ident at $number:literal $endpoint:ident,)*) => {
        impl Api {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// Its server cannot be reached.
                pub async fn $name(&self) -> Result<$client<Connection>, Failure> {
                    Ok($client::new(
                        self.connection($number, &self.endpoints.$endpoint).await?,
                    ))
                }
            )*
        }
    };
}

services! {
    /// The directory.
    directory: DirectoryServiceClient at 0 directory,
    /// Who can do what.
    skills: SkillsServiceClient at 0 directory,
    /// Who learns what.
    trainings: TrainingsServiceClient at 0 directory,
    /// Performance reviews, as figures.
    reviews: ReviewsServiceClient at 0 directory,
    /// The requests.
    requests: RequestsServiceClient at 1 requests,
    /// The catalogue of offerings.
    catalogue: CatalogueServiceClient at 1 requests,
    /// The approvals of requests.
    approvals: ApprovalsServiceClient at 1 requests,
    /// The plans of requests.
    plans: PlansServiceClient at 1 requests,
    /// Links, merging and attachments.
    links: LinksServiceClient at 1 requests,
    /// Concerns.
    concerns: ConcernsServiceClient at 1 requests,
    /// Requests by their words.
    search: SearchServiceClient at 1 requests,
    /// The history of requests.
    history: HistoryServiceClient at 1 requests,
    /// The traces of clocks.
    traces: TracesServiceClient at 3 sla,
    /// Promises, and whether they were kept.
    clocks: ClocksServiceClient at 3 sla,
    /// What is promised.
    policies: PoliciesServiceClient at 3 sla,
    /// What would have been.
    what_if: WhatIfServiceClient at 3 sla,
    /// What one was told.
    inbox: InboxServiceClient at 4 notifications,
    /// What became of messages, and where they are posted.
    deliveries: DeliveriesServiceClient at 4 notifications,
    /// Ladders, climbed until somebody acknowledges.
    escalations: EscalationsServiceClient at 4 notifications,
    /// What people want to hear, and how.
    preferences: PreferencesServiceClient at 4 notifications,
    /// What affects a department.
    feeds: FeedsServiceClient at 5 feeds,
    /// How requests went.
    questions: QuestionsServiceClient at 6 feedback,
    /// What is done about what was heard.
    actions: ActionsServiceClient at 6 feedback,
    /// Interviews and focus groups.
    interviews: InterviewsServiceClient at 6 feedback,
    /// Thanks.
    recognition: RecognitionServiceClient at 6 feedback,
    /// Tokens and anonymous answers.
    ballots: BallotsServiceClient at 6 feedback,
    /// Surveys and their rounds.
    surveys: SurveysServiceClient at 6 feedback,
    /// Answers to rounds, and what came of them.
    answers: AnswersServiceClient at 6 feedback,
    /// Figures of people.
    figures: FiguresServiceClient at 6 feedback,
    /// Scorecards of departments.
    scorecard: ScorecardServiceClient at 6 feedback,
    /// What operators ask.
    operations: OperationsServiceClient at 2 operations,
    /// Health.
    health: HealthClient at 2 operations,
}

impl Api {
    /// The services at `endpoints` for the caller with `token`, who waits `timeout` for an answer.
    pub fn new(
        endpoints: Endpoints,
        token: Option<String>,
        timeout: Duration,
        clock: Clock,
    ) -> Self {
        let connections = [const { OnceCell::const_new() }; 7];
        Self {
            endpoints,
            token,
            timeout,
            request_id: None,
            clock,
            connections,
        }
    }

    /// The same services for nobody in particular, by connections of their own.
    #[must_use]
    pub fn in_nobodys_name(&self) -> Self {
        let (endpoints, clock) = (self.endpoints.clone(), self.clock.clone());
        Self::new(endpoints, None, self.timeout, clock)
    }

    /// The services as the command line says.
    ///
    /// # Errors
    /// The token asked for cannot be read or issued.
    pub async fn of(options: &Options) -> Result<Self, Failure> {
        let clock = Clock::system();
        let token = token(options, &clock).await?;
        let api = Self::new(Endpoints::of(options), token, options.timeout, clock);
        Ok(Self {
            request_id: options.request_id,
            ..api
        })
    }

    /// The idempotency key of the next change: what the caller gave, or a new one.
    pub fn request_id(&self) -> String {
        self.request_id
            .unwrap_or_else(|| self.clock.new_id())
            .to_string()
    }

    async fn connection(&self, which: usize, address: &str) -> Result<Connection, Failure> {
        let connected = self.connections[which].get_or_try_init(|| async {
            let target = Target {
                connect_timeout: self.timeout,
                ..Target::new(address)
            };
            connect(&target, self.token.as_deref()).await
        });
        Ok(connected.await?.clone())
    }

    /// Calls an rpc that answers once, and again a few times if the server is away: the same message, so the same
    /// idempotency key. See [`ask!`].
    ///
    /// # Errors
    /// A refusal, or what the last attempt ended with.
    pub async fn call<T: Clone, R>(
        &self,
        message: T,
        rpc: impl AsyncFn(Request<T>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        self.attempts(|| {
            let mut request = Request::new(message.clone());
            request.set_timeout(self.timeout);
            rpc(request)
        })
        .await
    }

    /// Opens a stream, and again a few times if the server is away. The stream itself may last. See [`open!`].
    ///
    /// # Errors
    /// A refusal, or what the last attempt ended with.
    pub async fn open<T: Clone, R>(
        &self,
        message: T,
        rpc: impl AsyncFn(Request<T>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        self.attempts(async || {
            let opened = tokio::time::timeout(self.timeout, rpc(Request::new(message.clone())));
            opened.await.unwrap_or_else(|_| {
                Err(Status::deadline_exceeded("the stream did not open in time").into())
            })
        })
        .await
    }

    async fn attempts<R>(
        &self,
        attempt: impl AsyncFn() -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(FIRST_PAUSE)
            .with_max_times(RETRIES)
            .with_jitter();
        (|| attempt())
            .retry(pauses)
            .when(is_transient)
            .adjust(|failure, pause| {
                let asked = failure
                    .report()
                    .and_then(|report| report.retry_after)
                    .unwrap_or_default();
                pause.map(|pause| pause.max(asked).min(LONGEST_PAUSE))
            })
            .await
    }
}

/// Whether the same thing may be asked again.
pub fn is_transient(failure: &Failure) -> bool {
    failure
        .report()
        .is_some_and(|report| matches!(report.code, Code::Unavailable | Code::DeadlineExceeded))
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let message = error.to_string();
        match error {
            ConnectError::Unreachable { .. } => Status::unavailable(message).into(),
            ConnectError::File { .. } | ConnectError::Token | ConnectError::Address { .. } => {
                Self::Usage(message)
            }
        }
    }
}
