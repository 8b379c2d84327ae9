//! Reminding departments of their standards, when that falls due.

use khidma_edge::Deps;
use khidma_engine::{Ask, Engine};
use khidma_kernel::{Timestamp, derived_id};
use khidma_notifications_domain::rhythm::{RhythmCommand, RhythmDecider};
use khidma_projection::{AgendaError, AgendaItem, Projection};

use super::failed;
use crate::views::REMIND;

/// Reminds departments.
pub(super) struct Reminders {
    engine: Engine<RhythmDecider>,
}

impl Reminders {
    pub(super) fn new(deps: &Deps, projection: &Projection) -> Self {
        let engine = deps.engine(projection);
        Self { engine }
    }

    /// Reminds if that is what `item` asks for; `None` if it is not.
    pub(super) async fn fire(
        &self,
        due: Timestamp,
        item: &AgendaItem,
    ) -> Option<Result<(), AgendaError>> {
        if item.kind != REMIND {
            return None;
        }
        // The key follows from what is due: however often and wherever it fires, it is one reminder.
        let key = derived_id(&[
            REMIND.as_bytes(),
            item.entity.as_bytes(),
            &due.as_micros().to_be_bytes(),
        ]);
        let ask = Ask::by_itself("notifications", item.entity.clone(), key);
        let reminded = self
            .engine
            .execute(ask, |_| Ok(RhythmCommand::Remind { due }));
        Some(reminded.await.map(|_| ()).map_err(failed))
    }
}
