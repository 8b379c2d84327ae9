//! Thanks on walls. Private thanks are nobody's figure.

use khidma_eventlog::Stored;
use khidma_events::feedback::ThanksEvent;
use khidma_kernel::DepartmentId;
use khidma_projection::{ApplyError, Rows};

use super::count::{Count, recount};
use super::{day_of, timed};
use crate::keys;

/// What a person thanked for.
pub(in crate::views) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let counted = |(wall, day): (DepartmentId, i32)| vec![(wall, day, Count::Thanked)];
    for (at, event) in timed::<ThanksEvent>(commit)? {
        match event {
            ThanksEvent::ThanksGiven(event) => {
                let Some(wall) = event.wall else { continue };
                let place = (wall, day_of(at));
                rows.put(&keys::score::thanks(event.thanks), &place)?;
                recount(&Vec::new(), &counted(place), rows)?;
            }
            ThanksEvent::ThanksWithdrawn(event) => {
                let key = keys::score::thanks(event.thanks);
                if let Some(place) = rows.get(&key)? {
                    rows.delete(&key);
                    recount(&counted(place), &Vec::new(), rows)?;
                }
            }
        }
    }
    Ok(())
}
