//! What the requests' events say of offerings: who offers what.

use khidma_engine::known_events;
use khidma_eventlog::Stored;
use khidma_events::requests::{EntityKind, OfferingEvent, OfferingPublished};
use khidma_projection::{ApplyError, Rows};

use super::OfferingRow;
use crate::keys;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let Some(EntityKind::Offering(id)) = EntityKind::of(&commit.entity) else {
        return Ok(());
    };
    let key = keys::offering(&id);
    let mut row: Option<OfferingRow> = rows.get(&key)?;
    for event in known_events::<OfferingEvent>(commit)? {
        match event {
            OfferingEvent::OfferingPublished(published) => {
                let retired = row.as_ref().is_some_and(|row| row.retired);
                row = Some(offered(published, retired));
            }
            OfferingEvent::OfferingRetired(_) => set_retired(&mut row, true),
            OfferingEvent::OfferingReinstated(_) => set_retired(&mut row, false),
        }
    }
    match row {
        Some(row) => Ok(rows.put(&key, &row)?),
        None => Ok(()),
    }
}

fn set_retired(row: &mut Option<OfferingRow>, retired: bool) {
    if let Some(row) = row {
        row.retired = retired;
    }
}

fn offered(mut published: OfferingPublished, retired: bool) -> OfferingRow {
    let text = published.texts.remove(&published.language);
    OfferingRow {
        provider: published.provider,
        name: text.map(|text| text.name).unwrap_or_default(),
        retired,
    }
}
