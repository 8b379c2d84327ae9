//! What departments promise, in words.

use std::collections::BTreeMap;

use khidma_eventlog::Stored;
use khidma_events::requests::{EntityKind, OfferingEvent, OfferingText};
use khidma_kernel::DepartmentId;
use khidma_projection::{ApplyError, Rows};
use serde::{Deserialize, Serialize};

use super::timed;
use crate::keys;

/// An offering.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StandardRow {
    /// Who offers it.
    pub provider: DepartmentId,
    /// What it is called and promises, by language.
    pub texts: BTreeMap<String, OfferingText>,
    /// The language to fall back to.
    pub language: String,
    /// Whether it can be asked for.
    pub offered: bool,
}

/// What the catalogue says.
pub(in crate::views) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let Some(EntityKind::Offering(id)) = EntityKind::of(&commit.entity) else {
        return Ok(());
    };
    let key = keys::score::offering(&id);
    let mut row: Option<StandardRow> = rows.get(&key)?;
    for (_, event) in timed::<OfferingEvent>(commit)? {
        match (event, &mut row) {
            (OfferingEvent::OfferingPublished(event), _) => {
                row = Some(StandardRow {
                    provider: event.provider,
                    texts: event.texts,
                    language: event.language,
                    offered: true,
                });
            }
            (OfferingEvent::OfferingRetired(_), Some(row)) => row.offered = false,
            (OfferingEvent::OfferingReinstated(_), Some(row)) => row.offered = true,
            (OfferingEvent::OfferingRetired(_) | OfferingEvent::OfferingReinstated(_), None) => {}
        }
    }
    match row {
        Some(row) => Ok(rows.put(&key, &row)?),
        None => Ok(()),
    }
}
