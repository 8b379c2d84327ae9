//! Endpoints: their rows, and whose they are.

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{EndpointEvent, Failure};
use khidma_kernel::EndpointId;
use khidma_notifications_domain::endpoint::{Endpoint, EndpointDecider};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::{EndpointWay, EndpointsRow, undecodable};
use crate::keys;

/// An endpoint, under `e/endpoint-<id>`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct EndpointRow {
    /// What decisions need.
    pub entity: EntityRow<Option<Endpoint>>,
    /// What it answered, where that is why nothing is sent to it.
    pub failure: Option<Failure>,
}

pub(super) fn apply(
    id: &EndpointId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<EndpointEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: EndpointRow = rows.get(&key)?.unwrap_or_default();
    advance::<EndpointDecider>(&mut row.entity, &decoded, commit.position);
    for recorded in &decoded.events {
        match &recorded.event {
            EndpointEvent::EndpointRegistered(event) => {
                rows.put(&keys::owned(&event.owner, id), &())?;
            }
            EndpointEvent::EndpointDisabled(event) => row.failure.clone_from(&event.failure),
            EndpointEvent::EndpointEnabled(_) => row.failure = None,
            EndpointEvent::EndpointRemoved(_) => {
                if let Some(endpoint) = &row.entity.state {
                    rows.delete(&keys::owned(&endpoint.owner, id));
                }
            }
            EndpointEvent::EndpointChanged(_) | EndpointEvent::SecretRotated(_) => {}
        }
    }
    if let Some(endpoint) = &row.entity.state {
        show(id, endpoint, rows)?;
    }
    rows.put(&key, &row)?;
    rows.touch(&commit.entity);
    Ok(())
}

/// Lets those who tell something to its owner know of it, as long as messages are sent to it.
fn show(id: &EndpointId, endpoint: &Endpoint, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let key = keys::endpoints_of(&endpoint.owner);
    let mut shown: EndpointsRow = rows.get(&key)?.unwrap_or_default();
    let way = endpoint.enabled.then(|| EndpointWay {
        kind: endpoint.kind,
        kinds: endpoint.kinds.clone(),
        language: endpoint.language.clone(),
    });
    match way {
        Some(way) => shown.0.insert(id.clone(), way),
        None => shown.0.remove(id),
    };
    rows.put(&key, &shown)
}
