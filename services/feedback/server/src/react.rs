//! What follows by itself? From what others did, and when something falls due.

pub(crate) mod outset;
mod overdue;
mod questions;
mod rounds;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_engine::timers_begin;
use khidma_kernel::Timestamp;
use khidma_projection::{AgendaConfig, AgendaError, AgendaItem, Lane, Projection, run_agenda_with};

use self::overdue::Overdue;
use self::rounds::Rounds;
use crate::ballots::Ballots;
use crate::config::FeedbackConfig;

/// All that falls due in this service.
#[derive(Clone)]
struct Reactions {
    questions: self::questions::Questions,
    overdue: Arc<Overdue>,
    rounds: Rounds,
}

/// Starts the reactions of this service.
pub(crate) fn start(
    deps: &Deps,
    projection: &Projection,
    ballots: &Ballots,
    config: &FeedbackConfig,
) {
    let reactions = Reactions {
        questions: self::questions::Questions::new(deps, projection),
        overdue: Arc::new(Overdue::new(deps, projection)),
        rounds: Rounds::new(deps, projection, ballots),
    };
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
    async fn fire(&self, due: Timestamp, item: &AgendaItem) -> Result<(), AgendaError> {
        if let Some(done) = self.questions.fire(due, item).await {
            return done;
        }
        if let Some(done) = self.overdue.fire(due, item).await {
            return done;
        }
        if let Some(done) = self.rounds.fire(due, item).await {
            return done;
        }
        Err(AgendaError::new("an item of an unknown kind"))
    }
}

fn failed(error: impl ToString) -> AgendaError {
    AgendaError::new(error.to_string())
}
