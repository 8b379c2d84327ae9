//! What follows? Clocks react to what happens to their requests, and speak when time passes; policies are applied to the
//! requests before them, and running clocks are moved to new revisions of their calendars.
//!
//! The agenda lets each reaction happen at least once; its key follows from what led to it, so it happens once.

mod adopt;
mod alone;
mod apply;
mod fresh;
mod look;
mod sweep;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_engine::{Engine, timers_begin};
use khidma_projection::{AgendaConfig, AgendaError, Lane, Projection, run_agenda_with};
use khidma_sla_domain::ClocksDecider;
use khidma_sla_domain::adoption::AdoptionDecider;
use khidma_sla_domain::policy::PolicyDecider;

use crate::config::SlaConfig;
use crate::shelf::Shelf;
use crate::signals::Signals;
use crate::views::{ADOPT, APPLY, FOLLOW, TIMER};
use adopt::Adoptions;
use alone::Alone;
use apply::Applications;
use fresh::Freshness;
use look::Looks;

/// What decides.
pub(crate) struct Engines {
    pub(crate) clocks: Arc<Engine<ClocksDecider>>,
    pub(crate) policies: Arc<Engine<PolicyDecider>>,
    pub(crate) adoptions: Engine<AdoptionDecider>,
}

/// Starts the agenda of this service.
pub(crate) fn start(
    projection: Projection,
    deps: &Deps,
    engines: Engines,
    shelf: Shelf,
    config: &SlaConfig,
) {
    let looks = Arc::new(Looks {
        engine: engines.clocks.clone(),
        freshness: Freshness::new(deps.log.clone(), projection.clone(), deps.clock.clone()),
        projection: projection.clone(),
        clock: deps.clock.clone(),
        shelf: shelf.clone(),
        signals: Signals::start(deps, &projection),
    });
    let adoptions = Arc::new(Adoptions {
        clocks: engines.clocks.clone(),
        adoptions: engines.adoptions,
        looks: looks.clone(),
        log: deps.log.clone(),
        projection: projection.clone(),
        tasks: deps.tasks.clone(),
        shelf: shelf.clone(),
    });
    let applications = Arc::new(Applications {
        clocks: engines.clocks,
        policies: engines.policies,
        adoptions: adoptions.clone(),
        projection: projection.clone(),
        clock: deps.clock.clone(),
        tasks: deps.tasks.clone(),
        shelf,
    });
    let alone = Alone::new(deps.tasks.clone());
    let fire = move |due, item: khidma_projection::AgendaItem| {
        let (looks, adoptions) = (looks.clone(), adoptions.clone());
        let (applications, alone) = (applications.clone(), alone.clone());
        async move {
            match item.kind.as_str() {
                FOLLOW => looks.follow(&item.entity).await,
                TIMER => looks.speak(&item.entity, due).await,
                APPLY => {
                    alone.begin(&item.entity.clone(), applications.apply(item.entity));
                    Ok(())
                }
                ADOPT => {
                    alone.begin(&item.entity.clone(), adoptions.adopt(item.entity));
                    Ok(())
                }
                _ => Err(AgendaError::new("an item of an unknown kind")),
            }
        }
    };
    // Apart, so that timers do not wait until everything is followed that was imported or attached.
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
