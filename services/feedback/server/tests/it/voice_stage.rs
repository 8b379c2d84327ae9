//! The stage of what is done about what was heard: a running service, what others have said, and who calls.

use std::sync::Arc;

use futures::StreamExt;
use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::Profile;
use khidma_events::feedback::*;
use khidma_events::requests::{RequestEvent, RequestKind, Submitted};
use khidma_events::sla::{ClockBreached, ClockEvent, ClockRef, Metric, Outlook};
use khidma_events::{Event, known_events};
use khidma_feedback::FeedbackConfig;
use khidma_kernel::{Position, QuestionId, Role, RoundId, ServiceRequestId, Timestamp};
use khidma_proto::feedback::actions_service_client::ActionsServiceClient;
use khidma_proto::feedback::interviews_service_client::InterviewsServiceClient;
use khidma_proto::feedback::recognition_service_client::RecognitionServiceClient;
use khidma_testkit::{Host, append};
use tonic::Code;
use uuid::Uuid;

pub(crate) use crate::stage::{LONG, key, refused};
use crate::stage::{department, employee, id};

/// A day, in seconds.
pub(crate) const DAY: i64 = 24 * 3600;

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct Person {
    pub actions: ActionsServiceClient<Connection>,
    pub interviews: InterviewsServiceClient<Connection>,
    pub thanks: RecognitionServiceClient<Connection>,
}

/// A running service.
pub(crate) struct Stage {
    pub host: Host,
    /// Leads IT.
    pub mei: Person,
    /// Of IT.
    pub daniel: Person,
    /// Of IT.
    pub sana: Person,
    /// Leads HR.
    pub linh: Person,
    /// Of HR.
    pub amina: Person,
    /// Of HR.
    pub omar: Person,
    /// Operates the servers.
    pub root: Person,
}

impl Stage {
    /// IT with its help desk, and HR.
    pub(crate) async fn set() -> Self {
        let log = Arc::new(MemoryLog::new());
        organise(&*log).await;
        Self::on(log).await
    }

    /// Another service on the same log.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        Self::configured(log, FeedbackConfig::default()).await
    }

    /// As [`Stage::on`], so configured.
    pub(crate) async fn configured(log: Arc<dyn EventLog>, feedback: FeedbackConfig) -> Self {
        let host = Host::on(log, |mut deps| async move {
            let mut config = (*deps.config).clone();
            config.set_service("feedback", &feedback).unwrap();
            deps.config = Arc::new(config);
            Ok(vec![khidma_feedback::start(&deps).await?])
        })
        .await;
        let person = async |name, department, roles: &[Role]| {
            let connection = host.connect(name, department, roles).await;
            Person {
                actions: ActionsServiceClient::new(connection.clone()),
                interviews: InterviewsServiceClient::new(connection.clone()),
                thanks: RecognitionServiceClient::new(connection),
            }
        };
        Self {
            mei: person("mei", "it", &[Role::Manager]).await,
            daniel: person("daniel", "it", &[]).await,
            sana: person("sana", "it", &[]).await,
            linh: person("linh", "hr", &[Role::Manager]).await,
            amina: person("amina", "hr", &[]).await,
            omar: person("omar", "hr", &[]).await,
            root: person("root", "company", &[Role::Admin]).await,
            host,
        }
    }

    /// So many seconds after the clock's beginning.
    pub(crate) fn after(&self, seconds: i64) -> Option<prost_types::Timestamp> {
        Some(khidma_edge::instant::time_out(
            self.host.now().plus_seconds(seconds),
        ))
    }

    /// All that was said in the log in these words, with who said it.
    pub(crate) async fn told<E: Event>(&self) -> Vec<E> {
        let head = self.host.log.head().await.unwrap();
        let mut commits = self.host.log.follow(Position::START);
        let (mut at, mut told) = (Position::START, Vec::new());
        while at < head {
            let commit = commits.next().await.unwrap().unwrap();
            at = commit.position;
            told.extend(known_events::<E>(&commit.payload).unwrap());
        }
        told
    }

    /// Where the last commit of an entity stands.
    pub(crate) async fn position_of(&self, entity: &str) -> Position {
        let head = self.host.log.head().await.unwrap();
        let mut commits = self.host.log.follow(Position::START);
        let (mut at, mut last) = (Position::START, Position::START);
        while at < head {
            let commit = commits.next().await.unwrap().unwrap();
            at = commit.position;
            if &*commit.entity == entity {
                last = at;
            }
        }
        last
    }

    /// HR asked IT for something, or raised a concern by name or in nobody's; its id.
    pub(crate) async fn asked(&self, kind: RequestKind, by: Option<&str>) -> ServiceRequestId {
        let request = ServiceRequestId(Uuid::new_v4());
        let plain = Submitted::plain(id("it"), id("amina"), id("hr"), "A laptop");
        let submitted = Submitted {
            kind,
            requester: by.map(id),
            requester_department: by.map(|_| id("hr")),
            ..plain
        };
        let events: Vec<RequestEvent> = vec![submitted.into()];
        append(&*self.host.log, request.to_string(), events).await;
        request
    }

    /// A promise about it was broken.
    pub(crate) async fn breached(&self, request: ServiceRequestId) {
        let breached = ClockBreached {
            clock: ClockRef {
                metric: Metric::Resolve,
                number: 1,
            },
            at: self.host.now(),
            owner: id("it"),
            outlook: Outlook::default(),
        };
        let events: Vec<ClockEvent> = vec![breached.into()];
        append(&*self.host.log, request.to_string(), events).await;
    }

    /// It was answered how it went.
    pub(crate) async fn answered(&self, request: ServiceRequestId) {
        let question = QuestionId(Uuid::new_v4());
        let asked = QuestionAsked {
            question,
            request,
            provider: id("it"),
            offering: None,
            person: id("amina"),
            ended_at: self.host.now(),
            effort: false,
            secret: "s".into(),
            remind_at: None,
            expires_at: self.host.now().plus_seconds(DAY),
        };
        let answered = QuestionAnswered {
            score: 2,
            effort: None,
            comment: String::new(),
            by_link: false,
        };
        let events: Vec<QuestionEvent> = vec![asked.into(), answered.into()];
        append(&*self.host.log, question_entity(question), events).await;
    }

    /// There is a round, open or closed.
    pub(crate) async fn round(&self, closed: bool) -> RoundId {
        let round = RoundId(Uuid::new_v4());
        let launched = RoundLaunched {
            round,
            survey: id("pulse"),
            version: 1,
            owner: id("hr"),
            anonymity: Anonymity::Confidential,
            audience: Audience::default(),
            thresholds: Thresholds {
                ratings: 5,
                comments: 10,
            },
            break_down_by: [].into(),
            opens_at: self.host.now(),
            closes_at: self.host.now().plus_seconds(DAY),
            remind_at: vec![],
            recurrence: None,
            previous: None,
            public_key: None,
        };
        let mut events: Vec<RoundEvent> = vec![launched.into()];
        if closed {
            events.push(RoundClosed {}.into());
        }
        append(&*self.host.log, round_entity(round), events).await;
        round
    }
}

/// A refusal as [`refused`] reads it.
pub(crate) fn no(code: Code, reason: &str, field: &str) -> (Code, String, String) {
    (code, reason.to_owned(), field.to_owned())
}

/// The instant in microseconds.
pub(crate) fn instant(time: Option<prost_types::Timestamp>) -> Timestamp {
    let time = time.unwrap();
    Timestamp::from_micros(time.seconds * 1_000_000 + i64::from(time.nanos) / 1000)
}

pub(crate) async fn organise(log: &dyn EventLog) {
    for (name, parent) in [("it", None), ("help-desk", Some("it")), ("hr", None)] {
        department(log, name, parent).await;
    }
    let people = [
        ("mei", Some("it")),
        ("daniel", Some("it")),
        ("sana", Some("it")),
        ("linh", Some("hr")),
        ("amina", Some("hr")),
        ("omar", Some("hr")),
        ("farid", None),
    ];
    for (person, department) in people {
        employee(log, person, department, Profile::default()).await;
    }
}
