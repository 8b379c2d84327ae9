//! Events put on a log as if a service had said them: what is the case when a test begins.
#![expect(clippy::expect_used, reason = "this is how a test fails")]

use khidma_eventlog::{EventLog, Proposal};
use khidma_events::Event;
use khidma_kernel::{Actor, Commit, Meta, Position, Recorded, Timestamp};
use uuid::Uuid;

/// Appends `events` as the first commit of `entity`, said by the service `test` at the epoch.
pub async fn append<E: Event>(log: &dyn EventLog, entity: String, events: Vec<E>) {
    append_after(log, entity, Position::START, events).await;
}

/// Appends `events` as the commit of `entity` after the one at `last`, said by the service `test` at the epoch.
pub async fn append_after<E: Event>(
    log: &dyn EventLog,
    entity: String,
    last: Position,
    events: Vec<E>,
) {
    let said = Said {
        at: Timestamp::EPOCH,
        by: Actor::Service("test".into()),
        traceparent: None,
    };
    append_said(log, entity, last, said, events).await;
}

/// When something was said, by whom, and in which trace.
#[derive(Debug, Clone)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// The W3C trace context.
    pub traceparent: Option<String>,
}

impl Said {
    /// By that person, in no trace.
    pub fn by_person(person: &str, at: Timestamp) -> Self {
        Self {
            at,
            by: Actor::Person(person.parse().expect("an id")),
            traceparent: None,
        }
    }
}

/// Appends `events` as the commit of `entity` after the one at `last`; where it stands.
pub async fn append_said<E: Event>(
    log: &dyn EventLog,
    entity: String,
    last: Position,
    said: Said,
    events: Vec<E>,
) -> Position {
    let recorded = |event| Recorded {
        id: Uuid::new_v4(),
        at: said.at,
        by: said.by.clone(),
        event,
    };
    let meta = Meta {
        correlation: Uuid::new_v4(),
        causation: None,
        traceparent: said.traceparent.clone(),
        audience: Default::default(),
        once: None,
    };
    let commit = Commit {
        entity: entity.clone(),
        meta,
        events: events.into_iter().map(recorded).collect(),
    };
    let payload = khidma_events::encode(&commit).expect("events have a JSON form");
    let proposal = Proposal {
        id: Uuid::new_v4(),
        context: E::CONTEXT,
        entity,
        payload: payload.into(),
    };
    let appended = log.append(proposal, last).await;
    let appended = appended.expect("the log takes the next commit of an entity");
    appended.position
}
