//! Clocks that are opened, told facts, and breach.

use std::collections::BTreeSet;

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::{Proposal, Stored};
use khidma_events::{Event, Kind};
use khidma_kernel::{
    Actor, Command, Commit, Decider, DepartmentId, Meta, Recorded, Refusal, Timestamp,
};
use khidma_projection::{AgendaItem, ApplyError, Rows, Views};
use khidma_runtime::Clock;
use serde::{Deserialize, Serialize};

/// The kind of an agenda item that is due when the clock breaches.
pub(crate) const TIMER: &str = "timer";
/// The kind of one that is due at once.
const FOLLOW: &str = "follow";
/// Bytes of a row beside its head.
const BODY: usize = 500;

/// What a clock is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Breach,
    Tell,
    Follow(i64),
}

/// What happened to a clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Happened {
    Opened(i64),
    Breached,
    Told,
    Followed(i64),
}

const KIND: &Kind = &Kind {
    type_name: "khidma.bench.happened.v1",
    name: "happened",
    schema: || schemars::schema_for!(String),
};

impl Event for Happened {
    const CONTEXT: &'static str = "bench";
    const SOURCE: &'static str = "/khidma/bench";
    const KINDS: &'static [Kind] = &[];

    fn kind(&self) -> &'static Kind {
        KIND
    }

    fn decode(
        _: &str,
        data: &serde_json::value::RawValue,
    ) -> Option<Result<Self, serde_json::Error>> {
        Some(serde_json::from_str(data.get()))
    }
}

/// What decisions need to know of a clock.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) due: i64,
    pub(crate) breached: bool,
}

/// Nothing is ever refused.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
pub(crate) struct Never;

impl Refusal for Never {
    fn code(&self) -> &'static str {
        "NEVER"
    }
}

pub(crate) struct Toy;

impl Decider for Toy {
    type Body = Act;
    type Event = Happened;
    type State = State;
    type Refusal = Never;

    fn decide(_: &State, command: &Command<Act>) -> Result<Vec<Happened>, Never> {
        Ok(vec![match command.body {
            Act::Breach => Happened::Breached,
            Act::Tell => Happened::Told,
            Act::Follow(due) => Happened::Followed(due),
        }])
    }

    fn evolve(state: &mut State, recorded: &Recorded<Happened>) {
        match recorded.event {
            Happened::Opened(due) => state.due = due,
            Happened::Breached => state.breached = true,
            Happened::Told | Happened::Followed(_) => {}
        }
    }

    fn audience(_: &State, _: &State) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}

/// The row of a clock.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) head: EntityRow<State>,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Clocks;

impl Views for Clocks {
    fn name(&self) -> &'static str {
        "clocks"
    }

    fn version(&self) -> u32 {
        1
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        let unreadable = |error: khidma_events::DecodeError| ApplyError::Undecodable {
            reason: error.to_string(),
        };
        let decoded: Commit<Happened> =
            khidma_events::decode(&commit.payload).map_err(unreadable)?;
        let key = entity_key(&commit.entity);
        let mut row: Row = rows.get(&key)?.unwrap_or_default();
        row.body.resize(BODY, 7);
        advance::<Toy>(&mut row.head, &decoded, commit.position);
        let item = |kind: &str| AgendaItem {
            kind: kind.to_owned(),
            entity: commit.entity.clone(),
        };
        let due = Timestamp::from_micros(row.head.state.due);
        for recorded in &decoded.events {
            match recorded.event {
                Happened::Opened(_) => rows.schedule(due, &item(TIMER))?,
                Happened::Breached => rows.unschedule(due, &item(TIMER)),
                Happened::Told => rows.schedule(recorded.at, &item(FOLLOW))?,
                Happened::Followed(due) => {
                    rows.unschedule(Timestamp::from_micros(due), &item(FOLLOW));
                }
            }
        }
        Ok(rows.put(&key, &row)?)
    }
}

/// Ids whose order is that of their numbers.
pub(crate) fn entity(number: u64) -> String {
    format!(
        "0190d7b2-{:04x}-7{:03x}-8000-{number:012x}",
        number >> 12,
        number & 0xfff
    )
}

/// The commit that opens a clock.
pub(crate) fn opening(clock: &Clock, number: u64, due: i64) -> Proposal {
    let (id, entity) = (clock.new_id(), entity(number));
    let meta = Meta {
        correlation: id,
        causation: None,
        traceparent: None,
        audience: BTreeSet::new(),
        once: None,
    };
    let recorded = Recorded {
        id,
        at: clock.now(),
        by: Actor::Service("bench".into()),
        event: Happened::Opened(due),
    };
    let commit = Commit {
        entity: entity.clone(),
        meta,
        events: vec![recorded],
    };
    let payload = khidma_events::encode(&commit).unwrap_or_default();
    Proposal {
        id,
        context: "bench",
        entity,
        payload: payload.into(),
    }
}
