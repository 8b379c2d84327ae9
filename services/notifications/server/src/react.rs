//! What follows? Deliveries from what happened, and their sending.

mod climb;
mod outset;
mod remind;
mod send;
mod tell;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_engine::timers_begin;
use khidma_kernel::Timestamp;
use khidma_projection::{AgendaConfig, AgendaError, AgendaItem, Lane, Projection, run_agenda_with};

use self::climb::Ladders;
use self::remind::Reminders;
use self::send::Sender;
pub(crate) use self::send::{Channels, Engines};
use self::tell::Tellings;
use crate::config::NotificationsConfig;
use crate::views::SEND;

/// All that falls due in this service.
struct Reactions {
    tellings: Tellings,
    sender: Sender,
    ladders: Ladders,
    reminders: Reminders,
}

/// Starts the reactions of this service. From when it returns on, what happens becomes messages.
pub(crate) async fn start(
    deps: &Deps,
    projection: &Projection,
    channels: Channels,
    engines: Engines,
    config: &NotificationsConfig,
) {
    outset::begin(deps, projection).await;
    let reactions = Arc::new(Reactions {
        tellings: Tellings::new(deps, projection),
        sender: Sender::new(deps, projection, channels, engines, config),
        ladders: Ladders::new(deps, projection, config.climb_after()),
        reminders: Reminders::new(deps, projection),
    });
    let fire = move |due, item: AgendaItem| {
        let reactions = reactions.clone();
        async move { reactions.fire(due, &item).await }
    };
    // Apart, so that what falls due does not wait until all is told that just happened.
    for lane in [Lane::Before(timers_begin()), Lane::From(timers_begin())] {
        let at_once = config.at_once;
        let config = AgendaConfig { at_once, lane };
        let (projection, clock) = (projection.clone(), deps.clock.clone());
        run_agenda_with(config, projection, clock, &deps.tasks, fire.clone());
    }
}

impl Reactions {
    async fn fire(&self, due: Timestamp, item: &AgendaItem) -> Result<(), AgendaError> {
        if item.kind == SEND {
            return self.sender.fire(&item.entity);
        }
        if let Some(done) = self.tellings.fire(item).await {
            return done;
        }
        if let Some(done) = self.ladders.fire(item).await {
            return done;
        }
        if let Some(done) = self.reminders.fire(due, item).await {
            return done;
        }
        Err(AgendaError::new("an item of an unknown kind"))
    }
}

fn failed(error: impl ToString) -> AgendaError {
    AgendaError::new(error.to_string())
}
