//! Warning who answers for an action that its time has passed.

use khidma_edge::Deps;
use khidma_engine::{Ask, Engine};
use khidma_feedback_domain::action::{ActionCommand, ActionDecider};
use khidma_kernel::{Timestamp, derived_id};
use khidma_projection::{AgendaError, AgendaItem, Projection};

use crate::views::OVERDUE;

/// Warns owners.
pub(super) struct Overdue {
    engine: Engine<ActionDecider>,
}

impl Overdue {
    pub(super) fn new(deps: &Deps, projection: &Projection) -> Self {
        let engine = deps.engine(projection);
        Self { engine }
    }

    /// Warns if that is what `item` asks for; `None` if it is not.
    pub(super) async fn fire(
        &self,
        due: Timestamp,
        item: &AgendaItem,
    ) -> Option<Result<(), AgendaError>> {
        if item.kind != OVERDUE {
            return None;
        }
        // The key follows from what is due: however often and wherever it fires, it is one warning.
        let key = derived_id(&[
            OVERDUE.as_bytes(),
            item.entity.as_bytes(),
            &due.as_micros().to_be_bytes(),
        ]);
        let ask = Ask::by_itself("feedback", item.entity.clone(), key);
        let warned = self
            .engine
            .execute(ask, |_| Ok(ActionCommand::Warn { due }));
        let done = warned.await.map(|_| ());
        Some(done.map_err(|error| AgendaError::new(error.to_string())))
    }
}
