//! A running service, what was said on its log, and those who subscribe.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use khidma_eventlog::{EventLog, MemoryLog, Proposal};
use khidma_events::Event;
use khidma_events::directory::{DepartmentCreated, DepartmentEvent, department_entity};
use khidma_events::feed::{Remembered, told};
use khidma_events::requests::{Replied, RequestEvent, Side, Submitted};
use khidma_kernel::{Actor, Commit, Meta, Position, Recorded, Role, Timestamp};
use khidma_proto::feeds as pb;
use khidma_proto::feeds::feeds_service_client::FeedsServiceClient;
use khidma_runtime::Clock;
use khidma_testkit::Host;
use tonic::{Status, Streaming};
use uuid::Uuid;

/// How long something may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// When what is said is said.
pub(crate) const NOW: Timestamp = Timestamp::EPOCH;

/// What a department's subscriber has heard: per event its commit, its id and its type.
pub(crate) type Line = (u64, String, String);

/// A log, and whoever writes on it.
#[derive(Clone)]
pub(crate) struct Log {
    pub log: Arc<dyn EventLog>,
    last: Arc<Mutex<HashMap<String, Position>>>,
}

impl Log {
    pub(crate) fn new(log: Arc<dyn EventLog>) -> Self {
        let last = Arc::default();
        Self { log, last }
    }

    /// Says `events` of `entity` to `audience`, as the next commit of the entity.
    pub(crate) async fn say<E: Event>(
        &self,
        entity: &str,
        audience: &[&str],
        events: Vec<E>,
    ) -> Position {
        self.say_as(entity, audience, events, Uuid::new_v4).await
    }

    async fn say_as<E: Event>(
        &self,
        entity: &str,
        audience: &[&str],
        events: Vec<E>,
        id: impl Fn() -> Uuid,
    ) -> Position {
        let recorded = |event| Recorded {
            id: id(),
            at: NOW,
            by: Actor::Person("amina".parse().unwrap()),
            event,
        };
        let commit = Commit {
            entity: entity.to_owned(),
            meta: Meta {
                correlation: Uuid::from_u128(0xc0),
                causation: None,
                traceparent: None,
                audience: audience.iter().map(|id| id.parse().unwrap()).collect(),
                once: None,
            },
            events: events.into_iter().map(recorded).collect(),
        };
        let proposal = Proposal {
            id: Uuid::new_v4(),
            context: E::CONTEXT,
            entity: entity.to_owned(),
            payload: khidma_events::encode(&commit).unwrap().into(),
        };
        let key = format!("{}/{entity}", E::CONTEXT);
        let before = self.last.lock().unwrap().get(&key).copied();
        let appended = self.log.append(proposal, before.unwrap_or_default()).await;
        let position = appended.unwrap().position;
        self.last.lock().unwrap().insert(key, position);
        position
    }

    /// That there are these departments.
    pub(crate) async fn departments(&self, ids: &[&str]) {
        for id in ids {
            let created = DepartmentCreated {
                department: id.parse().unwrap(),
                name: id.to_uppercase(),
                parent: None,
            };
            let entity = department_entity(&id.parse().unwrap());
            self.say(&entity, &[id], vec![DepartmentEvent::from(created)])
                .await;
        }
    }

    /// That HR asks IT for something: a request of its own.
    pub(crate) async fn asked(&self, number: u128) -> Position {
        self.say(&request(number), &["hr", "it"], vec![submitted()])
            .await
    }

    /// The same, made at that time.
    pub(crate) async fn asked_at(&self, number: u128, made: Timestamp) -> Position {
        let (clock, _) = Clock::manual(made);
        let (entity, events) = (request(number), vec![submitted()]);
        self.say_as(&entity, &["hr", "it"], events, || clock.new_id())
            .await
    }

    /// All commits there are.
    pub(crate) async fn commits(&self) -> Vec<khidma_eventlog::Stored> {
        use futures::StreamExt;
        let head = self.log.head().await.unwrap();
        if head == Position::START {
            return Vec::new();
        }
        let mut commits = self.log.follow(Position::START);
        let mut all = Vec::new();
        loop {
            let commit = commits.next().await.unwrap().unwrap();
            let position = commit.position;
            all.push(commit);
            if position >= head {
                return all;
            }
        }
    }

    /// The feeds as the log alone says they are, by department.
    pub(crate) async fn feeds(&self) -> BTreeMap<String, Vec<Line>> {
        let mut remembered = Remembered::default();
        let mut feeds = BTreeMap::<_, Vec<_>>::new();
        for commit in self.commits().await {
            remembered.hear(commit.position, &commit.payload).unwrap();
            let told = told(commit.position, &commit.payload, &remembered).unwrap();
            for event in told.iter().flat_map(|told| &told.events) {
                for department in &told.as_ref().unwrap().departments {
                    let (id, kind) = (event.id.to_string(), event.type_name.to_string());
                    let feed = feeds.entry(department.to_string()).or_default();
                    feed.push((event.position.0, id, kind));
                }
            }
        }
        feeds
    }

    /// The feed of one department after a position.
    pub(crate) async fn feed_after(&self, department: &str, after: u64) -> Vec<Line> {
        let feed = self.feeds().await.remove(department).unwrap_or_default();
        feed.into_iter()
            .filter(|(position, ..)| *position > after)
            .collect()
    }
}

pub(crate) fn request(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

pub(crate) fn submitted() -> RequestEvent {
    let (it, hr) = ("it".parse().unwrap(), "hr".parse().unwrap());
    Submitted::plain(it, "omar".parse().unwrap(), hr, "A laptop").into()
}

pub(crate) fn replied(text: impl Into<String>) -> RequestEvent {
    let (side, text) = (Side::Provider, text.into());
    Replied { side, text }.into()
}

/// The service on a log.
pub(crate) async fn host(log: &Log) -> Host {
    Host::on(log.log.clone(), |deps| async move {
        Ok(vec![khidma_feeds::start(&deps).await?])
    })
    .await
}

/// The service on a log, at that time.
pub(crate) async fn host_at(log: &Log, now: Timestamp) -> Host {
    Host::on(log.log.clone(), |mut deps| async move {
        (deps.clock, _) = Clock::manual(now);
        Ok(vec![khidma_feeds::start(&deps).await?])
    })
    .await
}

/// The service on a log in memory, with the departments HR, IT and facilities.
pub(crate) async fn in_memory() -> (Host, Log) {
    let log = Log::new(Arc::new(MemoryLog::new()));
    log.departments(&["facilities", "hr", "it"]).await;
    (host(&log).await, log)
}

pub(crate) type Responses = Streaming<pb::SubscribeResponse>;

/// Subscribes as a person.
pub(crate) async fn subscribe_as(
    host: &Host,
    (person, department, roles): (&str, &str, &[Role]),
    request: pb::SubscribeRequest,
) -> Result<Responses, Status> {
    let connection = host.connect(person, department, roles).await;
    let mut client = FeedsServiceClient::new(connection);
    Ok(client.subscribe(request).await?.into_inner())
}

/// Subscribes as a system of the department.
pub(crate) async fn subscribe(host: &Host, department: &str, after: u64) -> Responses {
    subscribe_as(
        host,
        ("bot", department, &[Role::Feed]),
        wish(department, after),
    )
    .await
    .unwrap()
}

pub(crate) fn wish(department: &str, after: u64) -> pb::SubscribeRequest {
    pb::SubscribeRequest {
        department_id: department.to_owned(),
        after_position: after,
        ..Default::default()
    }
}

pub(crate) async fn next(responses: &mut Responses) -> Result<pb::SubscribeResponse, Status> {
    let next = tokio::time::timeout(PATIENCE, responses.message()).await;
    Ok(next.expect("nothing comes")?.expect("it ended"))
}

/// How it ends, whatever comes before.
pub(crate) async fn ended(responses: &mut Responses) -> Status {
    loop {
        if let Err(ended) = next(responses).await {
            return ended;
        }
    }
}

pub(crate) fn line(event: &pb::FeedEvent) -> Line {
    (event.position, event.id.clone(), event.r#type.clone())
}

/// What comes until everything up to `position` was told.
pub(crate) async fn until(responses: &mut Responses, position: u64) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut told = 0;
    while told < position {
        let response = next(responses).await.unwrap();
        assert!(response.position >= told, "the position went back");
        told = response.position;
        lines.extend(response.events.iter().map(line));
    }
    lines
}
