//! Reading a clock: its stretches with their ends, what has elapsed, and when it crossed what.

use std::collections::BTreeSet;

use khidma_events::sla::Target;
use khidma_kernel::{DepartmentId, Timestamp};

use crate::command::Terms;
use crate::refusal::ClockRefusal;
use crate::state::{Clock, Clocks, Segment, SegmentKind};
use crate::threshold::{Threshold, ThresholdKind, crossing, unsaid};

/// A stretch of a clock's life with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The stretch.
    pub segment: Segment,
    /// The first instant after it; `None` for the one under way.
    pub to: Option<Timestamp>,
}

/// Something of which a clock speaks, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing<'a> {
    /// What.
    pub threshold: Threshold<'a>,
    /// When it is crossed, or will be if nothing happens; `None` if it never is, or not while the clock stands.
    pub at: Option<Timestamp>,
    /// Whether the clock spoke of it.
    pub told: bool,
}

impl Clock {
    /// Its life, without a gap.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> {
        let next = self.segments.iter().skip(1).map(|segment| segment.from);
        let ends = next.map(Some).chain([self.ended.map(|ended| ended.at)]);
        let stretches = self.segments.iter().copied().zip(ends);
        stretches.map(|(segment, to)| Stretch { segment, to })
    }

    /// What has elapsed up to `at`, in microseconds of the time that is counted; all of it once it has ended.
    ///
    /// # Errors
    /// The terms do not hold its calendar.
    pub fn elapsed_at(&self, at: Timestamp, terms: &Terms) -> Result<u64, ClockRefusal> {
        let mut sum = 0u64;
        for stretch in self.stretches() {
            sum = sum.saturating_add(self.counted_in(&stretch, at, terms)?);
        }
        Ok(sum)
    }

    /// What has elapsed in one of its stretches up to `at`, in microseconds of the time that is counted.
    ///
    /// # Errors
    /// The terms do not hold its calendar.
    pub fn counted_in(
        &self,
        stretch: &Stretch,
        at: Timestamp,
        terms: &Terms,
    ) -> Result<u64, ClockRefusal> {
        let Stretch { segment, to } = stretch;
        if to.is_some() || segment.kind != SegmentKind::Running {
            return Ok(segment.counted);
        }
        let gauge = terms.gauge(self.promises.get(usize::from(segment.promise)))?;
        Ok(gauge.elapsed(segment.from, at))
    }

    /// Whose time it was at `at`; of an instant before its first stretch, the first owner's.
    pub fn owner_at<'a>(&self, clocks: &'a Clocks, at: Timestamp) -> Option<&'a DepartmentId> {
        let before = self.segments.iter().rev().find(|one| one.from <= at);
        clocks.owner_of(before.or(self.segments.first())?)
    }

    /// All it has said and will say, in the order of what has to have elapsed.
    ///
    /// # Errors
    /// The terms do not hold its policy or calendar.
    pub fn crossings<'a>(&self, terms: &'a Terms) -> Result<Vec<Crossing<'a>>, ClockRefusal> {
        let promise = self.promise();
        let target: Option<&'a Target> =
            promise.and_then(|promise| terms.book.target(promise, self.metric));
        let target = target.ok_or_else(|| ClockRefusal::UnknownPolicy {
            policy: promise.map(|promise| promise.policy.clone()),
            version: promise.map_or(0, |promise| promise.version),
        })?;
        // As if it had not said anything yet.
        let mute = Self {
            breached: None,
            warned: BTreeSet::new(),
            climbed: BTreeSet::new(),
            ..self.clone()
        };
        let found = unsaid(&mute, target).map(|threshold| {
            let breach = self
                .breached
                .filter(|_| threshold.kind == ThresholdKind::Breach);
            Ok(Crossing {
                threshold,
                at: match breach {
                    Some(at) => Some(at),
                    None => crossing(self, &threshold, terms)?,
                },
                told: self.has_told(threshold.kind),
            })
        });
        found.collect()
    }

    fn has_told(&self, kind: ThresholdKind<'_>) -> bool {
        match kind {
            ThresholdKind::Warning(percent) => self.warned.contains(&percent),
            ThresholdKind::Breach => self.breached.is_some(),
            ThresholdKind::Step(step, _) => self.climbed.contains(&step),
        }
    }
}
