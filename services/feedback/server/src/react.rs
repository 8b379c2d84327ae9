//! What follows by itself? From what others did, and when something falls due.

use khidma_edge::Deps;
use khidma_engine::timers_begin;
use khidma_kernel::Timestamp;
use khidma_projection::{AgendaConfig, AgendaError, AgendaItem, Lane, Projection, run_agenda_with};

use crate::config::FeedbackConfig;

/// All that falls due in this service.
#[derive(Clone)]
struct Reactions {}

/// Starts the reactions of this service.
pub(crate) fn start(deps: &Deps, projection: &Projection, config: &FeedbackConfig) {
    let reactions = Reactions {};
    let fire = move |due, item: AgendaItem| {
        let reactions = reactions.clone();
        async move { reactions.fire(due, &item).await }
    };
    // Apart, so that what falls due does not wait until all is done that just happened.
    for lane in [Lane::Before(timers_begin()), Lane::From(timers_begin())] {
        let at_once = config.at_once;
        let config = AgendaConfig { at_once, lane };
        let (projection, clock) = (projection.clone(), deps.clock.clone());
        run_agenda_with(config, projection, clock, &deps.tasks, fire.clone());
    }
}

impl Reactions {
    async fn fire(&self, _due: Timestamp, _item: &AgendaItem) -> Result<(), AgendaError> {
        Err(AgendaError::new("an item of an unknown kind"))
    }
}
