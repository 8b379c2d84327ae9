//! The stage of figures and scorecards: a running service, and lives of requests put on the log as others would.

use std::sync::Arc;

use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::Event;
use khidma_events::feedback::{
    AnswerImported, QuestionAnswered, QuestionAsked, QuestionEvent, QuestionExpired,
    QuestionWithdrawn, question_entity,
};
use khidma_events::requests::{
    AutoClosed, Confirmed, OutcomePublished, Reopened, RequestEvent, RequestKind, Submitted,
    Transferred,
};
use khidma_events::sla::*;
use khidma_kernel::{Actor, Position, QuestionId, Role, ServiceRequestId, Timestamp};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::figures_service_client::FiguresServiceClient;
use khidma_proto::feedback::scorecard_service_client::ScorecardServiceClient;
use khidma_testkit::{Host, Said, append_said};
use tonic::Status;
use uuid::Uuid;

use crate::stage::{department, id};

/// Seconds of a day.
pub(crate) const DAY: i64 = 24 * 3600;

/// Somebody who calls.
pub(crate) struct Person {
    pub figures: FiguresServiceClient<Connection>,
    pub scorecard: ScorecardServiceClient<Connection>,
}

/// A running service.
pub(crate) struct Stage {
    pub host: Host,
    /// Leads IT.
    pub mei: Person,
    /// Of the help desk, which is below IT.
    pub daniel: Person,
    /// Leads HR.
    pub linh: Person,
    /// An admin of HR.
    pub root: Person,
    /// Takes figures over from elsewhere.
    pub payroll: Person,
}

/// So many days after 2026-01-01T00:00:00Z, and so many seconds.
pub(crate) fn on(day: i64, seconds: i64) -> Timestamp {
    let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    begin.plus_seconds(day * DAY + seconds)
}

impl Stage {
    /// IT, with its help desk below, and HR.
    pub(crate) async fn set() -> Self {
        let log = Arc::new(MemoryLog::new());
        department(&*log, "it", None).await;
        department(&*log, "helpdesk", Some("it")).await;
        department(&*log, "hr", None).await;
        let host = Host::on(log, |deps| async move {
            Ok(vec![khidma_feedback::start(&deps).await?])
        })
        .await;
        let person = async |name, department, roles: &[Role]| {
            let connection = host.connect(name, department, roles).await;
            Person {
                figures: FiguresServiceClient::new(connection.clone()),
                scorecard: ScorecardServiceClient::new(connection),
            }
        };
        Self {
            mei: person("mei", "it", &[Role::Manager]).await,
            daniel: person("daniel", "helpdesk", &[]).await,
            linh: person("linh", "hr", &[Role::Manager]).await,
            root: person("root", "hr", &[Role::Admin]).await,
            payroll: person("payroll", "hr", &[Role::Import]).await,
            host,
        }
    }

    /// IT's scorecard of January 2026, once all is seen that is on the log.
    pub(crate) async fn january(&self) -> pb::GetScorecardResponse {
        let asked = asking("it", "2026-01-01", "2026-02-01");
        self.card(&self.mei, asked).await.unwrap()
    }

    /// A scorecard, once all is seen that is on the log.
    pub(crate) async fn card(
        &self,
        person: &Person,
        mut asked: pb::GetScorecardRequest,
    ) -> Result<pb::GetScorecardResponse, Status> {
        asked.min_position = self.host.log.head().await.unwrap().0;
        let mut client = person.scorecard.clone();
        client
            .get_scorecard(asked)
            .await
            .map(tonic::Response::into_inner)
    }
}

pub(crate) fn asking(department: &str, from: &str, to: &str) -> pb::GetScorecardRequest {
    pb::GetScorecardRequest {
        department_id: department.into(),
        from: from.into(),
        to: to.into(),
        ..Default::default()
    }
}

/// The life of one request, as others tell it.
pub(crate) struct Life<'a> {
    log: &'a dyn EventLog,
    pub request: ServiceRequestId,
    of_request: Position,
    of_clocks: Position,
    questions: Vec<(QuestionId, Position)>,
}

impl<'a> Life<'a> {
    /// One that is submitted to a department.
    pub(crate) async fn begin(
        log: &'a dyn EventLog,
        provider: &str,
        kind: RequestKind,
        at: Timestamp,
    ) -> Self {
        let mut life = Self {
            log,
            request: ServiceRequestId(Uuid::new_v4()),
            of_request: Position::START,
            of_clocks: Position::START,
            questions: Vec::new(),
        };
        let plain = Submitted::plain(id(provider), id("amina"), id("hr"), "A mouse");
        let submitted = Submitted { kind, ..plain };
        life.happens(at, submitted.into()).await;
        life
    }

    /// A request for a service to IT.
    pub(crate) async fn of_it(log: &'a dyn EventLog, at: Timestamp) -> Self {
        Self::begin(log, "it", RequestKind::Service, at).await
    }

    pub(crate) async fn happens(&mut self, at: Timestamp, event: RequestEvent) {
        let entity = self.request.to_string();
        self.of_request = say(self.log, entity, self.of_request, at, event).await;
    }

    pub(crate) async fn confirmed(&mut self, at: Timestamp) {
        self.happens(at, Confirmed { comment: None }.into()).await;
    }

    pub(crate) async fn closed(&mut self, at: Timestamp) {
        self.happens(at, AutoClosed {}.into()).await;
    }

    pub(crate) async fn reopened(&mut self, at: Timestamp) {
        let reason = "It blinks again".into();
        self.happens(at, Reopened { reason }.into()).await;
    }

    pub(crate) async fn published(&mut self, at: Timestamp) {
        let outcome = "Mended".into();
        let published = OutcomePublished {
            outcome,
            acted: true,
        };
        self.happens(at, published.into()).await;
    }

    pub(crate) async fn transferred(&mut self, to: &str, at: Timestamp) {
        let transferred = Transferred {
            from: id("it"),
            to: id(to),
            reason: "Theirs".into(),
        };
        self.happens(at, transferred.into()).await;
    }

    pub(crate) async fn measured(&mut self, event: ClockEvent) {
        let entity = self.request.to_string();
        self.of_clocks = say(self.log, entity, self.of_clocks, on(0, 0), event).await;
    }

    /// A promise of a department begins to count.
    pub(crate) async fn promised(&mut self, clock: ClockRef, owner: &str) {
        let promise = Promise {
            policy: id("helpdesk"),
            version: 1,
            rule: 0,
            target_seconds: 3600,
            calendar: None,
            time_zone_data: String::new(),
        };
        let started = ClockStarted {
            clock,
            from: on(0, 0),
            cause: cause(),
            promise,
            owner: id(owner),
            requester: None,
            paused: None,
            silent_until: None,
            outlook: Outlook::default(),
        };
        self.measured(started.into()).await;
    }

    pub(crate) async fn breached(&mut self, clock: ClockRef, at: Timestamp) {
        let breached = ClockBreached {
            clock,
            at,
            owner: id("it"),
            outlook: Outlook::default(),
        };
        self.measured(breached.into()).await;
    }

    pub(crate) async fn retracted(&mut self, clock: ClockRef, breached_at: Timestamp) {
        let retracted = BreachRetracted {
            clock,
            breached_at,
            cause: cause(),
        };
        self.measured(retracted.into()).await;
    }

    pub(crate) async fn stopped(&mut self, clock: ClockRef, at: Timestamp, verdict: Verdict) {
        let stopped = ClockStopped {
            clock,
            at,
            cause: cause(),
            elapsed_micros: 1,
            verdict,
        };
        self.measured(stopped.into()).await;
    }

    pub(crate) async fn cancelled(&mut self, clock: ClockRef, at: Timestamp) {
        let cancelled = ClockCancelled {
            clock,
            at,
            cause: cause(),
            elapsed_micros: 1,
            withdrawn: false,
        };
        self.measured(cancelled.into()).await;
    }

    pub(crate) async fn continued(&mut self, clock: ClockRef, owner: &str, at: Timestamp) {
        let continued = ClockContinued {
            clock,
            at,
            cause: cause(),
            owner: id(owner),
            paused: None,
            outlook: Outlook::default(),
        };
        self.measured(continued.into()).await;
    }

    pub(crate) async fn handed_over(&mut self, clock: ClockRef, owner: &str, at: Timestamp) {
        let handed_over = ClockHandedOver {
            clock,
            at,
            cause: cause(),
            elapsed_micros: 1,
            owner: id(owner),
        };
        self.measured(handed_over.into()).await;
    }

    async fn about_question(&mut self, at: Timestamp, event: QuestionEvent) {
        let Some((question, last)) = self.questions.last_mut() else {
            panic!("nothing was asked");
        };
        *last = say(self.log, question_entity(*question), *last, at, event).await;
    }

    /// Somebody is asked of a department how it was.
    pub(crate) async fn asked(&mut self, provider: &str, at: Timestamp) {
        let question = QuestionId(Uuid::new_v4());
        self.questions.push((question, Position::START));
        let asked = QuestionAsked {
            question,
            request: self.request,
            provider: id(provider),
            offering: None,
            person: id("amina"),
            ended_at: at,
            effort: true,
            secret: "secret".into(),
            remind_at: None,
            // Long after the story: what becomes of it is told here, and not by the service itself.
            expires_at: at.plus_seconds(10_000 * DAY),
        };
        self.about_question(at, asked.into()).await;
    }

    pub(crate) async fn answered(&mut self, score: u8, effort: Option<u8>, at: Timestamp) {
        let answered = QuestionAnswered {
            score,
            effort,
            comment: String::new(),
            by_link: false,
        };
        self.about_question(at, answered.into()).await;
    }

    pub(crate) async fn expired(&mut self, at: Timestamp) {
        self.about_question(at, QuestionExpired {}.into()).await;
    }

    pub(crate) async fn withdrawn(&mut self, at: Timestamp) {
        self.about_question(at, QuestionWithdrawn {}.into()).await;
    }

    /// An answer of old is taken over, or one is made up.
    pub(crate) async fn imported(
        &mut self,
        provider: &str,
        (score, effort): (u8, Option<u8>),
        synthetic: bool,
        at: Timestamp,
    ) {
        self.questions
            .push((QuestionId(Uuid::new_v4()), Position::START));
        let imported = AnswerImported {
            request: self.request,
            provider: id(provider),
            offering: None,
            person: None,
            score,
            effort,
            comment: String::new(),
            synthetic,
        };
        self.about_question(at, imported.into()).await;
    }
}

fn cause() -> Cause {
    Cause {
        position: Position(1),
        index: 0,
        event: "submitted".into(),
    }
}

/// Appends one event as the next commit of an entity; where it stands.
pub(crate) async fn say<E: Event>(
    log: &dyn EventLog,
    entity: String,
    last: Position,
    at: Timestamp,
    event: E,
) -> Position {
    let said = Said {
        at,
        by: Actor::Service("test".into()),
        traceparent: None,
    };
    append_said(log, entity, last, said, vec![event]).await
}
