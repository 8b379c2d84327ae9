//! The counted intervals of a clock, which add up to what it shows.

use jiff::tz::TimeZone;
use khidma_calendar::Open;
use khidma_edge::instant::time_out;
use khidma_kernel::Timestamp;
use khidma_proto::sla as pb;
use khidma_sla_domain::{Clock, ClockRefusal, Gauge, SegmentKind, Stretch, Terms};

/// Some of the intervals, and what all of them come to.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    /// Those that fit the page.
    pub(super) shown: Vec<pb::CountedInterval>,
    /// How many there are in all.
    pub(super) count: u64,
    /// What they add up to, in microseconds.
    pub(super) sum: u64,
    /// How many there are in each stretch.
    pub(super) by_stretch: Vec<u64>,
}

impl Intervals {
    /// The intervals of a clock up to `now`; those from number `begin` on are shown, at most `size`.
    pub(super) fn of(
        clock: &Clock,
        now: Timestamp,
        (begin, size): (u64, usize),
        terms: &Terms,
    ) -> Result<Self, ClockRefusal> {
        let mut found = Self::default();
        for (number, stretch) in (0..).zip(clock.stretches()) {
            let before = found.count;
            if stretch.segment.kind == SegmentKind::Running {
                found.stretch((number, &stretch), clock, now, (begin, size), terms)?;
            }
            found.by_stretch.push(found.count - before);
        }
        Ok(found)
    }

    fn stretch(
        &mut self,
        (number, stretch): (u32, &Stretch),
        clock: &Clock,
        now: Timestamp,
        (begin, size): (u64, usize),
        terms: &Terms,
    ) -> Result<(), ClockRefusal> {
        let promise = clock.promises.get(usize::from(stretch.segment.promise));
        let from = stretch.segment.from;
        let to = stretch.to.unwrap_or(now);
        let mut add = |open: Open, zone: &TimeZone| {
            let micros = Timestamp::from(open.end).micros_since(open.start.into());
            let micros = u64::try_from(micros).unwrap_or_default();
            self.sum = self.sum.saturating_add(micros);
            if self.count >= begin && self.shown.len() < size {
                self.shown.push(pb::CountedInterval {
                    number: self.count,
                    stretch: number,
                    from: Some(time_out(open.start.into())),
                    to: Some(time_out(open.end.into())),
                    local_from: local(open.start, zone),
                    local_to: local(open.end, zone),
                    micros,
                    sum_micros: self.sum,
                });
            }
            self.count += 1;
        };
        match terms.gauge(promise)? {
            Gauge::Business(calendar) => {
                let intervals = calendar.intervals(from.into(), to.into());
                intervals.for_each(|open| add(open, &calendar.time_zone));
            }
            Gauge::WallClock if to > from => {
                let (start, end) = (from.into(), to.into());
                add(Open { start, end }, &TimeZone::UTC);
            }
            Gauge::WallClock => {}
        }
        Ok(())
    }
}

/// An instant as the wall clock shows it, with what it is ahead of UTC.
fn local(instant: jiff::Timestamp, zone: &TimeZone) -> String {
    let zoned = instant.to_zoned(zone.clone());
    zoned.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}
