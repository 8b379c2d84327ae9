//! What falls due: requests whose requester does not speak close by themselves, approvals time out, plans go on.

mod approvals;
mod links;
mod plan;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_engine::{Ask, Engine};
use khidma_kernel::{Timestamp, derived_id};
use khidma_projection::{AgendaError, AgendaItem, Projection, run_agenda};
use khidma_requests_domain::{Body, RequestDecider};

use crate::facts::SubmitFacts;
use crate::views::{APPROVAL_TIMEOUT, AUTO_CLOSE, CHORES};
use plan::Plans;

/// Starts the agenda of this service.
pub(crate) fn start(
    projection: Projection,
    deps: &Deps,
    engine: Arc<Engine<RequestDecider>>,
    submissions: SubmitFacts,
) {
    let plans = Arc::new(Plans {
        engine: engine.clone(),
        projection: projection.clone(),
        submissions,
    });
    let reads = projection.clone();
    run_agenda(
        projection,
        deps.clock.clone(),
        &deps.tasks,
        move |due, item| {
            let (engine, reads, plans) = (engine.clone(), reads.clone(), plans.clone());
            async move {
                if CHORES.contains(&item.kind.as_str()) {
                    return plans.fire(&item).await;
                }
                match links::fire(&engine, &reads, &item).await {
                    Some(fired) => fired,
                    None => fire(&engine, due, item).await,
                }
            }
        },
    );
}

async fn fire(
    engine: &Engine<RequestDecider>,
    due: Timestamp,
    item: AgendaItem,
) -> Result<(), AgendaError> {
    if item.kind == APPROVAL_TIMEOUT {
        return approvals::fire(engine, due, item).await;
    }
    if item.kind != AUTO_CLOSE {
        return Err(AgendaError::new("an item of an unknown kind"));
    }
    // The key follows from what is due: however often and wherever it fires, it is one command.
    let key = derived_id(&[
        item.kind.as_bytes(),
        item.entity.as_bytes(),
        &due.as_micros().to_be_bytes(),
    ]);
    let correlation = item.entity.parse().ok();
    let ask = Ask {
        correlation,
        ..Ask::by_itself("requests", item.entity, key)
    };
    engine
        .execute(ask, |_| Ok(Body::AutoClose))
        .await
        .map(|_| ())
        .map_err(|error| AgendaError::new(error.to_string()))
}
