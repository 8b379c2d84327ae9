//! The calendars there are and were.

use std::collections::BTreeMap;
use std::sync::Arc;

use khidma_calendar::Calendar;
use khidma_events::sla::CalendarRef;
use khidma_kernel::{CalendarId, Position};

/// A revision of a calendar.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Where its event stands: it holds for what comes after.
    pub position: Position,
    /// Its number, from 1; 0 for a draft that is tried out.
    pub revision: u32,
    /// The calendar.
    pub calendar: Arc<Calendar>,
}

/// Every revision of every calendar.
#[derive(Debug, Clone, Default)]
pub struct Almanac {
    calendars: BTreeMap<CalendarId, Vec<Revision>>,
}

impl Almanac {
    /// Adds a revision, in the order of the log.
    pub fn add(&mut self, calendar: CalendarId, revision: Revision) {
        self.calendars.entry(calendar).or_default().push(revision);
    }

    /// Lets one revision stand for all that `calendar` ever had.
    pub fn replace(&mut self, calendar: CalendarId, revision: Revision) {
        self.calendars.insert(calendar, vec![revision]);
    }

    /// The revision of `calendar` that holds for an event at `position`; the first one, if it came later.
    pub fn at(&self, calendar: &CalendarId, position: Position) -> Option<&Revision> {
        let revisions = self.calendars.get(calendar)?;
        let before = revisions.partition_point(|revision| revision.position < position);
        revisions.get(before.saturating_sub(1))
    }

    /// The latest revision of `calendar`.
    pub fn latest(&self, calendar: &CalendarId) -> Option<&Revision> {
        self.calendars.get(calendar)?.last()
    }

    /// The latest revision of each calendar alone, as if it had always held.
    #[must_use]
    pub fn latest_only(&self) -> Self {
        let latest = self.calendars.iter().filter_map(|(calendar, revisions)| {
            let latest = revisions.last()?.clone();
            Some((calendar.clone(), vec![latest]))
        });
        Self {
            calendars: latest.collect(),
        }
    }

    /// That revision of that calendar.
    pub fn get(&self, reference: &CalendarRef) -> Option<&Calendar> {
        let revisions = self.calendars.get(&reference.calendar)?;
        let found = revisions
            .iter()
            .rev()
            .find(|one| one.revision == reference.revision);
        found.map(|one| &*one.calendar)
    }
}
