//! What follows? Deliveries from what happened, and their sending.

mod climb;
mod outset;
mod send;
mod tell;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_projection::{AgendaConfig, AgendaError, AgendaItem, Lane, Projection, run_agenda_with};

use self::climb::Ladders;
use self::send::Sender;
pub(crate) use self::send::{Channels, Engines};
use self::tell::Tellings;
use crate::config::NotificationsConfig;
use crate::views::{SEND, timers_begin};

/// Starts the reactions of this service. From when it returns on, what happens becomes messages.
pub(crate) async fn start(
    deps: &Deps,
    projection: &Projection,
    channels: Channels,
    engines: Engines,
    config: &NotificationsConfig,
) {
    outset::begin(deps, projection).await;
    let ladders = Arc::new(Ladders::new(deps, projection, config.climb_after()));
    let tellings = Arc::new(Tellings::new(deps, projection));
    let sender = Sender::new(deps, projection, channels, engines, config);
    let fire = move |_, item: AgendaItem| {
        let (ladders, tellings, sender) = (ladders.clone(), tellings.clone(), sender.clone());
        async move {
            if item.kind == SEND {
                return sender.fire(&item.entity);
            }
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
