//! What follows? Clocks react to what happens to their requests, and speak when time passes.
//!
//! The agenda lets each reaction happen at least once; its key follows from what led to it, so it happens once.

mod look;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_engine::Engine;
use khidma_projection::{AgendaError, Projection, run_agenda};
use khidma_sla_domain::ClocksDecider;

use crate::shelf::Shelf;
use crate::views::{FOLLOW, TIMER};
use look::Looks;

/// Starts the agenda of this service.
pub(crate) fn start(
    projection: Projection,
    deps: &Deps,
    engine: Arc<Engine<ClocksDecider>>,
    shelf: Shelf,
) {
    let looks = Arc::new(Looks {
        engine,
        projection: projection.clone(),
        log: deps.log.clone(),
        clock: deps.clock.clone(),
        shelf,
    });
    run_agenda(
        projection,
        deps.clock.clone(),
        &deps.tasks,
        move |due, item| {
            let looks = looks.clone();
            async move {
                match item.kind.as_str() {
                    FOLLOW => looks.follow(&item.entity).await,
                    TIMER => looks.speak(&item.entity, due).await,
                    _ => Err(AgendaError::new("an item of an unknown kind")),
                }
            }
        },
    );
}

fn failed(error: impl ToString) -> AgendaError {
    AgendaError::new(error.to_string())
}
