//! What follows? Deliveries from what happened, and their sending.

mod climb;
mod outset;
mod tell;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_projection::{AgendaConfig, AgendaError, AgendaItem, Lane, Projection, run_agenda_with};

use self::tell::Tellings;
use crate::config::NotificationsConfig;
use crate::views::timers_begin;

/// Starts the reactions of this service. From when it returns on, what happens becomes messages.
pub(crate) async fn start(deps: &Deps, projection: &Projection, config: &NotificationsConfig) {
    outset::begin(deps, projection).await;
    let tellings = Arc::new(Tellings::new(deps, projection));
    let ladders = Arc::new(climb::Ladders::new(deps, projection, config.climb_after()));
    let fire = move |_, item: AgendaItem| {
        let (tellings, ladders) = (tellings.clone(), ladders.clone());
        async move {
            if let Some(done) = tellings.fire(&item).await {
                return done;
            }
            if let Some(done) = ladders.fire(&item).await {
                return done;
            }
            Err(AgendaError::new("an item of an unknown kind"))
        }
    };
    // Apart, so that what falls due does not wait until all is told that just happened.
    for lane in [Lane::Before(timers_begin()), Lane::From(timers_begin())] {
        let at_once = config.at_once;
        let config = AgendaConfig { at_once, lane };
        let (projection, clock) = (projection.clone(), deps.clock.clone());
        run_agenda_with(config, projection, clock, &deps.tasks, fire.clone());
    }
}

fn failed(error: impl ToString) -> AgendaError {
    AgendaError::new(error.to_string())
}
