//! What follows? Deliveries from what happened, and their sending.

mod climb;
mod outset;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_projection::{AgendaConfig, AgendaError, AgendaItem, Lane, Projection, run_agenda_with};

use crate::config::NotificationsConfig;

/// Starts the reactions of this service. From when it returns on, what happens becomes messages.
pub(crate) async fn start(deps: &Deps, projection: &Projection, config: &NotificationsConfig) {
    outset::begin(deps, projection).await;
    let ladders = Arc::new(climb::Ladders::new(deps, projection, config.climb_after()));
    let fire = move |_, item: AgendaItem| {
        let ladders = ladders.clone();
        async move {
            match ladders.fire(&item).await {
                Some(done) => done,
                None => Err(AgendaError::new("an item of an unknown kind")),
            }
        }
    };
    let lane = Lane::All;
    let at_once = config.at_once;
    let agenda = AgendaConfig { at_once, lane };
    run_agenda_with(
        agenda,
        projection.clone(),
        deps.clock.clone(),
        &deps.tasks,
        fire,
    );
}
