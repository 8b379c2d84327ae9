//! What a commit of an offering changes: the offering itself, how lists show it, and a row for each version.

use std::collections::BTreeMap;

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::requests::{OfferingEvent, OfferingPublished};
use khidma_kernel::{DepartmentId, OfferingId, Timestamp};
use khidma_projection::{ApplyError, RowError, Rows};
use khidma_requests_domain::OfferingDecider;
use khidma_requests_domain::offering::Offering;
use serde::{Deserialize, Serialize};

use super::undecodable;
use crate::keys;

/// An offering at present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfferingCard {
    /// The department that offers it.
    pub provider: DepartmentId,
    /// The version that can be asked for.
    pub version: u32,
    /// Why it can no longer be asked for, if it cannot.
    pub retired: Option<String>,
    /// Its names by language.
    pub names: BTreeMap<String, String>,
    /// The language to fall back to.
    pub language: String,
}

/// A version of an offering. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfferingVersion {
    /// When it was published.
    pub at: Timestamp,
    /// What was published, as JSON: its form is a value of any kind, which a row cannot hold.
    text: String,
}

impl OfferingVersion {
    /// What was published.
    ///
    /// # Errors
    /// [`RowError::Undecodable`]: it was written by a version of this service that we do not understand.
    pub(crate) fn published(&self) -> Result<OfferingPublished, RowError> {
        serde_json::from_str(&self.text).map_err(|error| RowError::Undecodable {
            reason: format!("a version of an offering: {:?}", error.classify()),
        })
    }
}

pub(super) fn apply(
    id: &OfferingId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = entity_key(&commit.entity);
    let decoded = khidma_events::decode::<OfferingEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let mut row: EntityRow<Option<Offering>> = rows.get(&key)?.unwrap_or_default();
    advance::<OfferingDecider>(&mut row, &decoded, commit.position);
    rows.put(&key, &row)?;
    for recorded in &decoded.events {
        let before: Option<OfferingCard> = rows.get(&keys::offering(id))?;
        let after = match &recorded.event {
            OfferingEvent::OfferingPublished(event) => {
                let text = serde_json::to_string(event).map_err(|error| undecodable(&error))?;
                let version = OfferingVersion {
                    at: recorded.at,
                    text,
                };
                rows.put(&keys::offering_version(id, event.version), &version)?;
                Some(published(event, before))
            }
            OfferingEvent::OfferingRetired(event) => retired(before, Some(event.reason.clone())),
            OfferingEvent::OfferingReinstated(_) => retired(before, None),
        };
        if let Some(card) = after {
            rows.put(&keys::offering(id), &card)?;
        }
    }
    rows.touch(&commit.entity);
    Ok(())
}

fn published(event: &OfferingPublished, before: Option<OfferingCard>) -> OfferingCard {
    let names = event.texts.iter();
    OfferingCard {
        provider: event.provider.clone(),
        version: event.version,
        retired: before.and_then(|card| card.retired),
        names: names
            .map(|(language, text)| (language.clone(), text.name.clone()))
            .collect(),
        language: event.language.clone(),
    }
}

fn retired(before: Option<OfferingCard>, retired: Option<String>) -> Option<OfferingCard> {
    before.map(|card| OfferingCard { retired, ..card })
}
