//! The services as `khidma up` runs them, in this process, on a log of choice.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use khidma_edge::client::{Connection, Target, connect};
use khidma_edge::identity::{LocalAuthority, Verifier};
use khidma_edge::server::{Context, Running, serve};
use khidma_edge::telemetry::Meters;
use khidma_edge::{Config, Deps, Started};
use khidma_eventlog::EventLog;
use khidma_events::directory::{DepartmentCreated, DepartmentEvent, department_entity};
use khidma_kernel::{Position, Role};
use khidma_projection::{Projection, ProjectionState};
use khidma_proto::requests::SubmitRequest;
use khidma_proto::requests::history_service_client::HistoryServiceClient;
use khidma_proto::requests::plans_service_client::PlansServiceClient;
use khidma_proto::requests::requests_service_client::RequestsServiceClient;
use khidma_runtime::{Clock, Tasks};
use khidma_testkit::append;
use tokio::net::TcpListener;

use crate::Outcome;

/// The requests as their callers see them.
pub(crate) type Requests = RequestsServiceClient<Connection>;

/// A running server, and the token of somebody of HR.
pub(crate) struct Stage {
    address: String,
    token: String,
    authority: LocalAuthority,
    tasks: Tasks,
    running: Running,
    projections: Vec<Projection>,
}

/// Webhooks go to sinks in this process.
const SETTINGS: &str = "[posts]\nallow_private = [\"127.0.0.1\"]\nallow_http = true\n";

/// Which services run.
#[derive(Clone, Copy)]
enum Parts {
    Requests,
    Sla,
    Notifications,
    Feeds,
    Feedback,
}

impl Parts {
    async fn start(self, deps: &Deps) -> Outcome<Vec<Started>> {
        if let Self::Feeds = self {
            return Ok(vec![khidma_feeds::start(deps).await?]);
        }
        if let Self::Feedback = self {
            return Ok(vec![khidma_feedback::start(deps).await?]);
        }
        let mut started = vec![
            khidma_directory::start(deps).await?,
            khidma_requests::start(deps).await?,
        ];
        match self {
            Self::Requests | Self::Feeds | Self::Feedback => {}
            Self::Sla => started.push(khidma_sla::start(deps).await?),
            Self::Notifications => started.push(khidma_notifications::start(deps).await?),
        }
        Ok(started)
    }
}

impl Stage {
    /// Starts the services on `log`, with everything else in `folder`, and makes IT known.
    pub(crate) async fn start(log: Arc<dyn EventLog>, folder: &Path) -> Outcome<Self> {
        Self::begin(log, folder, Parts::Requests).await
    }

    /// As [`Stage::start`], with the service levels beside the others.
    pub(crate) async fn start_with_sla(log: Arc<dyn EventLog>, folder: &Path) -> Outcome<Self> {
        Self::begin(log, folder, Parts::Sla).await
    }

    /// As [`Stage::start`], with the notifications beside the others; webhooks may go to this machine.
    pub(crate) async fn start_with_notifications(
        log: Arc<dyn EventLog>,
        folder: &Path,
    ) -> Outcome<Self> {
        Self::begin(log, folder, Parts::Notifications).await
    }

    /// The departments' feeds alone.
    pub(crate) async fn start_feeds(log: Arc<dyn EventLog>, folder: &Path) -> Outcome<Self> {
        Self::begin(log, folder, Parts::Feeds).await
    }

    /// Feedback alone.
    pub(crate) async fn start_feedback(log: Arc<dyn EventLog>, folder: &Path) -> Outcome<Self> {
        Self::begin(log, folder, Parts::Feedback).await
    }

    async fn begin(log: Arc<dyn EventLog>, folder: &Path, parts: Parts) -> Outcome<Self> {
        let (mut config, clock, tasks) = (Config::in_folder(folder), Clock::system(), Tasks::new());
        config.set_service("notifications", &toml::from_str::<toml::Table>(SETTINGS)?)?;
        let authority = LocalAuthority::open_or_create(&folder.join("identity"), &config.identity)?;
        let verifier =
            Verifier::from_jwks_file(authority.jwks_file(), &config.identity, clock.clone())?;
        let roles = [Role::Admin, Role::Import].into();
        let day = Duration::from_secs(24 * 3600);
        let token = authority.issue(&"amina".parse()?, &"hr".parse()?, &roles, day, clock.now())?;
        let limits = config.limits.clone();
        make_known(&*log, "it").await?;
        let deps = Deps::new(Arc::new(config), log, clock, tasks.clone());
        let started = parts.start(&deps).await?;
        let projections = started.iter().map(|one| one.projection.clone()).collect();
        for service in &started {
            let mut status = service.projection.watch_status();
            status
                .wait_for(|status| status.state == ProjectionState::Live)
                .await?;
        }
        let services = started.into_iter().map(|started| started.service).collect();
        let context = Context {
            limits,
            tls: None,
            verifier: Arc::new(verifier),
            tasks: tasks.clone(),
            meters: Meters::none(),
            descriptors: vec![khidma_proto::DESCRIPTORS],
        };
        let running = serve(TcpListener::bind("127.0.0.1:0").await?, services, context).await?;
        let address = format!("http://{}", running.address());
        Ok(Self {
            address,
            token,
            authority,
            tasks,
            running,
            projections,
        })
    }

    /// Where it listens, `http://host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Waits until all read models show that position.
    pub(crate) async fn seen(&self, position: Position) -> Outcome {
        for projection in &self.projections {
            projection.wait_for(position).await?;
        }
        Ok(())
    }

    async fn connect(&self) -> Outcome<Connection> {
        Ok(connect(&Target::new(&self.address), Some(&self.token)).await?)
    }

    /// A connection of a person of a department.
    pub(crate) async fn connect_as(
        &self,
        person: &str,
        department: &str,
        roles: &[Role],
    ) -> Outcome<Connection> {
        let token = self.token_of(person, department, roles)?;
        Ok(connect(&Target::new(&self.address), Some(&token)).await?)
    }

    /// A token of a person of a department.
    pub(crate) fn token_of(
        &self,
        person: &str,
        department: &str,
        roles: &[Role],
    ) -> Outcome<String> {
        let (roles, day) = (
            roles.iter().copied().collect(),
            Duration::from_secs(24 * 3600),
        );
        let now = Clock::system().now();
        let (person, department) = (person.parse()?, department.parse()?);
        let issued = self.authority.issue(&person, &department, &roles, day, now);
        Ok(issued?)
    }

    /// A client of the requests service, over a connection of its own.
    pub(crate) async fn client(&self) -> Outcome<RequestsServiceClient<Connection>> {
        Ok(RequestsServiceClient::new(self.connect().await?))
    }

    /// A client of the plans, over a connection of its own.
    pub(crate) async fn plans(&self) -> Outcome<PlansServiceClient<Connection>> {
        Ok(PlansServiceClient::new(self.connect().await?))
    }

    /// A client that takes over history, over a connection of its own.
    pub(crate) async fn history(&self) -> Outcome<HistoryServiceClient<Connection>> {
        Ok(HistoryServiceClient::new(self.connect().await?))
    }

    /// Stops everything.
    pub(crate) async fn end(self) {
        self.running.drain().await;
        self.tasks.drain(Duration::from_secs(20)).await;
    }
}

/// What the directory says when it creates a department.
pub(crate) async fn make_known(log: &dyn EventLog, department: &str) -> Outcome {
    let (department, name) = (department.parse()?, department.to_owned());
    let entity = department_entity(&department);
    let created = DepartmentCreated {
        department,
        name,
        parent: None,
    };
    append::<DepartmentEvent>(log, entity, vec![created.into()]).await;
    Ok(())
}

/// A fresh idempotency key, as our own clients make them.
pub(crate) fn key() -> String {
    Clock::system().new_id().to_string()
}

/// A realistic request: a title, four lines of description, two tags.
pub(crate) fn laptop(number: usize) -> SubmitRequest {
    let description = "Noor begins on Monday as an analyst and works two days a week from home.\n\
        Please prepare a laptop with the usual accounts, a Persian keyboard and a headset,\n\
        and leave it with the reception of the second building before eight in the morning.";
    SubmitRequest {
        request_id: key(),
        provider_id: "it".into(),
        title: format!("A laptop for the new colleague {number}"),
        description: description.into(),
        tags: vec!["hardware".into(), "onboarding".into()],
        ..SubmitRequest::default()
    }
}
