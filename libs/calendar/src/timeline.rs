//! How much business time there has been up to an instant: one function that never falls, and its inverse.
//!
//! With G(t) as the business time before t, all of the arithmetic is said in two lines: elapsed(a, b) = G(b) - G(a), and
//! what lies an amount away is found where G has changed by so much. G is made of the function of local times
//! ([`Measure`]), shifted at each change of the zone's offset so that it goes on where it was. The changes up to the year
//! 2100 stand in a table, so that an answer takes three binary searches (change, exception, interval) and a division.
//! What lies beyond is walked from change to change.

use jiff::tz::TimeZone;

use crate::measure::{DAY, Day, Local, Measure, SECOND};
use crate::zone::{self, Stretch};

/// 2100-01-01T00:00Z: changes from there on are not in the table.
const HORIZON: i64 = 4_102_444_800 * SECOND;

/// A stretch with one offset, and the business time up to it; microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    stretch: Stretch,
    /// G at its end.
    after: i64,
    /// G, less what the measure is of the local time.
    base: i64,
}

impl Span {
    /// What the wall clock shows at `instant`.
    pub(crate) fn local(&self, instant: i64) -> Local {
        instant + self.stretch.offset
    }

    /// When the wall clock shows `local`, or the end of the stretch if it does so later.
    pub(crate) fn instant(&self, local: Local) -> i64 {
        self.stretch.end.min(local - self.stretch.offset)
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timeline {
    zone: TimeZone,
    measure: Measure,
    /// From the first instant there is, ascending, without gaps.
    table: Vec<Span>,
    /// Where the table ends.
    end: i64,
    /// G there.
    total: i64,
}

impl Timeline {
    pub(crate) fn of(zone: TimeZone, measure: Measure) -> Self {
        let (first, _) = zone::range();
        let table: Vec<Span> = counted(&measure, zone::stretches(&zone, first), 0)
            .take_while(|span| span.stretch.start < HORIZON)
            .collect();
        let last = table.last();
        let (end, total) = last.map_or((first, 0), |last| (last.stretch.end, last.after));
        Self {
            zone,
            measure,
            table,
            end,
            total,
        }
    }

    pub(crate) fn measure(&self) -> &Measure {
        &self.measure
    }

    /// The stretch in which `instant` lies.
    pub(crate) fn span(&self, instant: i64) -> Option<Span> {
        let holds = |span: &Span| span.stretch.start <= instant;
        if instant < self.end {
            let after = self.table.partition_point(holds);
            return self.table.get(after.saturating_sub(1)).copied();
        }
        let last = self.table.last().copied();
        self.beyond().take_while(holds).last().or(last)
    }

    /// G: the business time before `instant`, in microseconds.
    pub(crate) fn before(&self, instant: i64) -> i64 {
        self.span(instant)
            .map_or(0, |span| span.base + self.measure.at(span.local(instant)))
    }

    /// The last instant before which there is no more than `measure` of business time; `None` if there is less before
    /// any, or no more before all.
    pub(crate) fn last(&self, measure: i64) -> Option<i64> {
        if measure < 0 {
            return None;
        }
        let span = if measure < self.total {
            let after = self.table.partition_point(|span| span.after <= measure);
            self.table.get(after).copied()
        } else {
            self.beyond().find(|span| span.after > measure)
        }?;
        Some(span.instant(self.measure.last(measure - span.base)))
    }

    /// Dates that no wall clock of the zone has shown: where it crossed the date line eastwards.
    pub(crate) fn skipped_days(&self) -> impl Iterator<Item = Day> {
        self.table.windows(2).flat_map(|pair| {
            let (before, after) = match pair {
                [one, next] => (one.local(one.stretch.end), next.local(next.stretch.start)),
                _ => (0, 0),
            };
            // From the first midnight that was skipped to the last.
            let first = before.div_euclid(DAY) + i64::from(before.rem_euclid(DAY) > 0);
            first..after.div_euclid(DAY)
        })
    }

    /// What lies beyond the table.
    fn beyond(&self) -> impl Iterator<Item = Span> {
        counted(
            &self.measure,
            zone::stretches(&self.zone, self.end),
            self.total,
        )
    }
}

/// The stretches with their business time; `before` has been before the first one.
fn counted(
    measure: &Measure,
    stretches: impl Iterator<Item = Stretch>,
    before: i64,
) -> impl Iterator<Item = Span> {
    stretches.scan(before, |total, stretch| {
        let base = *total - measure.at(stretch.start + stretch.offset);
        let after = base + measure.at(stretch.end + stretch.offset);
        *total = after;
        Some(Span {
            stretch,
            after,
            base,
        })
    })
}
