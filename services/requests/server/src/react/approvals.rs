//! What follows when nobody decides an approval in time?

use khidma_engine::{Ask, Engine, entity_key};
use khidma_kernel::{ServiceRequestId, Timestamp, derived_id};
use khidma_projection::{AgendaError, AgendaItem, Reader};
use khidma_requests_domain::{Body, RequestDecider};

use crate::views::RequestHead;

/// The present step of the request times out, if that is what fell due.
pub(super) async fn fire(
    engine: &Engine<RequestDecider>,
    due: Timestamp,
    item: AgendaItem,
) -> Result<(), AgendaError> {
    let Ok(id) = item.entity.parse::<ServiceRequestId>() else {
        return Err(AgendaError::new("an item of no request"));
    };
    // No two steps fall due at one instant and both time out: the second one begins when the first has ended.
    let key = derived_id(&[
        item.kind.as_bytes(),
        item.entity.as_bytes(),
        &due.as_micros().to_be_bytes(),
    ]);
    let row = entity_key(&item.entity);
    let ask = Ask {
        correlation: Some(id.0),
        ..Ask::by_itself("requests", item.entity, key)
    };
    let body = |reader: &Reader| {
        let head: Option<RequestHead> = reader.get_head(&row)?;
        let approval = head
            .and_then(|head| head.entity.state)
            .and_then(|request| request.approval)
            .filter(|approval| approval.due() == Some(due));
        // Where another step has begun meanwhile, this is about one that never was: the request then does nothing.
        let (step, since) = approval.map_or((u32::MAX, due), |approval| {
            (approval.current, approval.since)
        });
        Ok(Body::ApprovalTimeout { id, step, since })
    };
    engine
        .execute(ask, body)
        .await
        .map(|_| ())
        .map_err(|error| AgendaError::new(error.to_string()))
}
