//! Letting the clocks of a request look at what happened, and at the time.

use std::sync::{Arc, Mutex, PoisonError};

use khidma_engine::{Ask, Engine, EntityRow, entity_key};
use khidma_events::sla::ClockEvent;
use khidma_kernel::{Actor, Caller, Command, Decider, Position, Recorded, Timestamp, derived_id};
use khidma_projection::{AgendaError, Projection, Reader, RowError};
use khidma_runtime::Clock;
use khidma_sla_domain::{Body, Clocks, ClocksDecider, behind};
use uuid::Uuid;

use super::failed;
use super::fresh::Freshness;
use crate::keys;
use crate::shelf::Shelf;
use crate::signals::{Signals, Told};
use crate::views::{AdoptionRow, ClocksRow, RequestFile};

/// What looking needs.
pub(crate) struct Looks {
    pub(crate) engine: Arc<Engine<ClocksDecider>>,
    pub(crate) projection: Projection,
    pub(crate) freshness: Freshness,
    pub(crate) clock: Clock,
    pub(crate) shelf: Shelf,
    pub(crate) signals: Signals,
}

impl Looks {
    /// Lets the clocks of `request` react to what happened to it.
    pub(crate) async fn follow(&self, request: &str) -> Result<(), AgendaError> {
        self.look(request, None).await
    }

    /// Lets the clocks of `request` say what they have to say, now that it is `due`.
    ///
    /// What happened before but is not known yet may have stopped them: so they first see all that was on the log when the
    /// time had come, and say nothing of the time after that.
    pub(crate) async fn speak(&self, request: &str, due: Timestamp) -> Result<(), AgendaError> {
        if self.clock.now() < due {
            return Ok(());
        }
        let seen = self.freshness.since(due).await?;
        if self.is_behind(request).map_err(failed)? {
            // Its calendar was revised, and that it is moved to the revision is on the agenda: what it would say now may be
            // wrong by then. It is asked again soon.
            return Ok(());
        }
        self.look(request, Some(seen)).await
    }

    /// Whether the clocks of `request` are about to be moved to a revision of their calendar.
    fn is_behind(&self, request: &str) -> Result<bool, RowError> {
        let reader = self.projection.reader();
        let row: Option<EntityRow<Clocks>> = reader.get_head(&entity_key(request))?;
        let almanac = self.shelf.terms(&reader)?.almanac;
        let Some(row) = row else { return Ok(false) };
        for calendar in behind(&row.state, &almanac) {
            let adoption: Option<AdoptionRow> = reader.get(&keys::adoption(calendar))?;
            if adoption.is_some_and(|adoption| adoption.due.is_some()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets the clocks of `request` react to what happened, and say what they had to say until then. What was on the log at
    /// that instant has to be in the rows.
    pub(crate) async fn speak_until(
        &self,
        request: &str,
        until: Timestamp,
    ) -> Result<(), AgendaError> {
        self.look(request, Some(until)).await
    }

    /// Looks until there is nothing more to be told: what is too much for one commit is told in several.
    async fn look(&self, request: &str, until: Option<Timestamp>) -> Result<(), AgendaError> {
        while let Some(position) = self.look_once(request, until).await? {
            self.projection.wait_for(position).await.map_err(failed)?;
        }
        Ok(())
    }

    /// Where it stands what was told, if there may be more.
    async fn look_once(
        &self,
        request: &str,
        until: Option<Timestamp>,
    ) -> Result<Option<Position>, AgendaError> {
        let reader = self.projection.reader();
        let row: Option<ClocksRow> = reader.get(&entity_key(request)).map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let ask = Ask {
            // Most have no clocks yet when they are followed: then there is nothing more to be read.
            begins: row.entity.position == Position::START,
            correlation: request.parse().ok(),
            ..Ask::by_itself("sla", request.to_owned(), key(request, &row, until))
        };
        let traceparent = row.file.traceparent.clone();
        // Read once; only a decision that has to be made anew looks again.
        let read = Mutex::new(Some(row.file));
        let looked = self.engine.record(ask, |reader, state| {
            let read = read.lock().unwrap_or_else(PoisonError::into_inner).take();
            let file = read.map_or_else(|| file_of(reader, request), Ok)?;
            self.decide(reader, state, file, until)
        });
        let (done, told) = looked.await.map_err(failed)?;
        let Some(told) = told else { return Ok(None) };
        self.signals
            .tell(request, traceparent.as_deref(), &told, self.clock.now());
        Ok(told.is_much().then_some(done.position))
    }

    /// What the clocks do, and what of it was told.
    fn decide(
        &self,
        reader: &Reader,
        state: &Clocks,
        file: RequestFile,
        until: Option<Timestamp>,
    ) -> khidma_engine::Decided<ClocksDecider, Told> {
        let terms = self.shelf.terms(reader)?;
        let book = terms.book.clone();
        let body = Body::Look {
            facts: file.facts.into(),
            historic: file.historic,
            until,
            terms,
        };
        let at = self.clock.now();
        let by = Caller::service("sla");
        let decided = ClocksDecider::decide(state, &Command { at, by, body });
        Ok(decided.map(|events| {
            let recorded: Vec<_> = events.into_iter().map(|one| recorded(one, at)).collect();
            let told = Told::of(state, &recorded, book);
            (recorded, told)
        }))
    }
}

fn file_of(reader: &Reader, request: &str) -> Result<RequestFile, RowError> {
    let row: Option<ClocksRow> = reader.get(&entity_key(request))?;
    row.map(|row| row.file).ok_or(RowError::Unavailable)
}

/// The event as the log keeps it; its id is given when it is written.
fn recorded(event: ClockEvent, at: Timestamp) -> Recorded<ClockEvent> {
    Recorded {
        id: Uuid::nil(),
        at,
        by: Actor::Service("sla".into()),
        event,
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
