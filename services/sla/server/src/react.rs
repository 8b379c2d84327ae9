//! What follows? Clocks react to what happens to their requests, and speak when time passes.
//!
//! The agenda lets each reaction happen at least once; its key follows from what led to it, so it happens once.

mod fresh;
mod look;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_engine::Engine;
use khidma_projection::{AgendaConfig, AgendaError, Projection, run_agenda_with};
use khidma_sla_domain::ClocksDecider;

use crate::config::SlaConfig;
use crate::shelf::Shelf;
use crate::signals::Signals;
use crate::views::{FOLLOW, TIMER};
use fresh::Freshness;
use look::Looks;

/// Starts the agenda of this service.
pub(crate) fn start(
    projection: Projection,
    deps: &Deps,
    engine: Arc<Engine<ClocksDecider>>,
    shelf: Shelf,
    config: &SlaConfig,
) {
    let looks = Arc::new(Looks {
        engine,
        freshness: Freshness::new(deps.log.clone(), projection.clone(), deps.clock.clone()),
        projection: projection.clone(),
        clock: deps.clock.clone(),
        shelf,
        signals: Signals::start(deps, &projection),
    });
    let fire = move |due, item: khidma_projection::AgendaItem| {
        let looks = looks.clone();
        async move {
            match item.kind.as_str() {
                FOLLOW => looks.follow(&item.entity).await,
                TIMER => looks.speak(&item.entity, due).await,
                _ => Err(AgendaError::new("an item of an unknown kind")),
            }
        }
    };
    let at_once = config.at_once;
    let (clock, tasks) = (deps.clock.clone(), &deps.tasks);
    run_agenda_with(AgendaConfig { at_once }, projection, clock, tasks, fire);
}

fn failed(error: impl ToString) -> AgendaError {
    AgendaError::new(error.to_string())
}
