//! Letting the clocks of a request look at what happened, and at the time.

use std::sync::Arc;

use khidma_engine::{Ask, Engine, entity_key};
use khidma_eventlog::EventLog;
use khidma_events::sla::ClockEvent;
use khidma_kernel::{Actor, Caller, Command, Decider, Recorded, Timestamp, derived_id};
use khidma_projection::{AgendaError, Projection, Reader, RowError};
use khidma_runtime::Clock;
use khidma_sla_domain::{Body, Clocks, ClocksDecider};
use uuid::Uuid;

use super::failed;
use crate::shelf::Shelf;
use crate::views::ClocksRow;

/// What looking needs.
pub(crate) struct Looks {
    pub(crate) engine: Arc<Engine<ClocksDecider>>,
    pub(crate) projection: Projection,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) clock: Clock,
    pub(crate) shelf: Shelf,
}

impl Looks {
    /// Lets the clocks of `request` react to what happened to it.
    pub(crate) async fn follow(&self, request: &str) -> Result<(), AgendaError> {
        self.look(request, None).await
    }

    /// Lets the clocks of `request` say what they have to say, now that it is `due`.
    ///
    /// What happened before but is not known yet may have stopped them: so they first see all that was on the log when the
    /// time had come.
    pub(crate) async fn speak(&self, request: &str, due: Timestamp) -> Result<(), AgendaError> {
        let now = self.clock.now();
        if now < due {
            return Ok(());
        }
        let head = self.log.head().await.map_err(failed)?;
        self.projection.wait_for(head).await.map_err(failed)?;
        self.look(request, Some(now)).await
    }

    async fn look(&self, request: &str, until: Option<Timestamp>) -> Result<(), AgendaError> {
        let reader = self.projection.reader();
        let row: Option<ClocksRow> = reader.get(&entity_key(request)).map_err(failed)?;
        let Some(row) = row else { return Ok(()) };
        let ask = Ask {
            correlation: request.parse().ok(),
            ..Ask::by_itself("sla", request.to_owned(), key(request, &row, until))
        };
        let looked = self.engine.record(ask, |reader, state| {
            self.decide(reader, state, request, until)
        });
        looked.await.map(|_| ()).map_err(failed)
    }

    /// What the clocks do, and what of it was told.
    fn decide(
        &self,
        reader: &Reader,
        state: &Clocks,
        request: &str,
        until: Option<Timestamp>,
    ) -> khidma_engine::Decided<ClocksDecider, Vec<ClockEvent>> {
        let row: Option<ClocksRow> = reader.get(&entity_key(request))?;
        let row = row.ok_or(RowError::Unavailable)?;
        let body = Body::Look {
            facts: row.file.facts.into(),
            historic: row.file.historic,
            until,
            terms: self.shelf.terms(reader)?,
        };
        let at = self.clock.now();
        let by = Caller::service("sla");
        let decided = ClocksDecider::decide(state, &Command { at, by, body });
        Ok(decided.map(|told| (told.iter().map(|event| recorded(event, at)).collect(), told)))
    }
}

/// The event as the log keeps it; its id is given when it is written.
fn recorded(event: &ClockEvent, at: Timestamp) -> Recorded<ClockEvent> {
    Recorded {
        id: Uuid::nil(),
        at,
        by: Actor::Service("sla".into()),
        event: event.clone(),
    }
}

/// The same look at the same clocks is one command, however often and in however many processes.
fn key(request: &str, row: &ClocksRow, until: Option<Timestamp>) -> Uuid {
    let seen = row
        .file
        .facts
        .last()
        .map(|fact| fact.position.0)
        .unwrap_or_default();
    let kind: &[u8] = if until.is_some() { b"speak" } else { b"follow" };
    derived_id(&[
        kind,
        request.as_bytes(),
        &row.entity.position.0.to_be_bytes(),
        &seen.to_be_bytes(),
    ])
}
