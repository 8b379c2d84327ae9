//! Counting a clock anew, by another revision of its calendar.

use khidma_calendar::tzdb_version;
use khidma_events::sla::*;

use super::{Done, Run};
use crate::refusal::ClockRefusal;
use crate::state::{Clock, Pinned, SegmentKind};

impl Run<'_> {
    /// Counts a clock anew by that revision of a calendar.
    pub(crate) fn reschedule(
        &mut self,
        reference: ClockRef,
        calendar: CalendarRef,
        reason: &str,
    ) -> Done {
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let event = ClockRescheduled {
            clock: reference,
            counted_micros: self.recount(clock, &calendar)?,
            calendar,
            time_zone_data: tzdb_version().to_owned(),
            due_before: clock.due.filter(|_| clock.is_running()),
            reason: reason.to_owned(),
            outlook: Outlook::default(),
        };
        self.tell(reference, event.into())
    }

    /// What each stretch counts by `calendar`, where it was counted by another revision of it.
    fn recount(&self, clock: &Clock, calendar: &CalendarRef) -> Result<Vec<u64>, ClockRefusal> {
        let ends = clock
            .segments
            .iter()
            .skip(1)
            .map(|segment| Some(segment.from))
            .chain([None]);
        let stretches = clock.segments.iter().zip(ends);
        let counted = stretches.map(|(segment, end)| {
            let promise = clock.promises.get(usize::from(segment.promise));
            let by_it = promise.and_then(|promise| promise.calendar.as_ref());
            let by_it = by_it.is_some_and(|by_it| by_it.calendar == calendar.calendar);
            match end {
                Some(end) if by_it && segment.kind == SegmentKind::Running => {
                    let promise = promise.map(|promise| Pinned {
                        calendar: Some(calendar.clone()),
                        ..promise.clone()
                    });
                    Ok(self
                        .terms
                        .gauge(promise.as_ref())?
                        .elapsed(segment.from, end))
                }
                _ => Ok(segment.counted),
            }
        });
        counted.collect()
    }
}
