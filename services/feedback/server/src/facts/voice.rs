//! What is to be known of what actions and thanks name.

use std::collections::BTreeSet;

use khidma_engine::entity_key;
use khidma_events::feedback::{Origin, action_entity};
use khidma_feedback_domain::action::{Action, Source};
use khidma_kernel::{ActionId, DepartmentId, ServiceRequestId};
use khidma_projection::{Reader, RowError};

use super::is_open;
use crate::keys;
use crate::views::{ActionRow, SourceRow};

/// What is known of what an action comes from.
pub(crate) fn source(reader: &Reader, origin: &Origin) -> Result<Source, RowError> {
    Ok(match origin {
        Origin::Other(_) | Origin::Interview(_) => Source::Nothing,
        Origin::Round(id) => match reader.get::<bool>(&keys::source_round(*id))? {
            Some(closed) => Source::Round { closed },
            None => Source::Nothing,
        },
        Origin::Answer(id) | Origin::Concern(id) | Origin::Breach(id) => request(reader, *id)?,
    })
}

fn request(reader: &Reader, id: ServiceRequestId) -> Result<Source, RowError> {
    let row: Option<SourceRow> = reader.get(&keys::source_request(id))?;
    let row = row.unwrap_or_default();
    Ok(match row.provider {
        Some(provider) => Source::Request {
            provider,
            concern: row.concern,
            anonymous: row.anonymous,
            answered: row.answered,
            breached: row.breaches > 0,
        },
        None => Source::Nothing,
    })
}

/// An action, if there is such a one.
pub(crate) fn action(reader: &Reader, id: ActionId) -> Result<Option<Action>, RowError> {
    let row: Option<ActionRow> = reader.get(&entity_key(&action_entity(id)))?;
    Ok(row.and_then(|row| row.entity.state))
}

/// Those of some departments that are open.
pub(crate) fn open_ones<'a>(
    reader: &Reader,
    departments: impl IntoIterator<Item = &'a DepartmentId>,
) -> Result<BTreeSet<DepartmentId>, RowError> {
    let mut open = BTreeSet::new();
    for department in departments {
        if is_open(reader, department)? {
            open.insert(department.clone());
        }
    }
    Ok(open)
}
