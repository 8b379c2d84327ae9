//! What a clock says when so much of its target has elapsed: warnings, the breach, steps of the ladder.
//!
//! A threshold below the target, or above it, is crossed at the first instant by which that much has elapsed; the breach at
//! the instant after which more than the target has.

use khidma_events::sla::{LadderAt, Recipient, Target};
use khidma_kernel::Timestamp;

use crate::command::Terms;
use crate::refusal::ClockRefusal;
use crate::state::{Clock, SegmentKind};

/// Something a clock will say, or has said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold<'a> {
    /// What has to have elapsed, in microseconds.
    pub amount: u64,
    /// What it says.
    pub kind: ThresholdKind<'a>,
}

/// What a clock says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ThresholdKind<'a> {
    /// So many percent of the target have elapsed.
    Warning(u16),
    /// The promise is broken.
    Breach,
    /// A step of the ladder, from 0, and who hears of it.
    Step(u32, &'a [Recipient]),
}

impl Threshold<'_> {
    /// Whether more than the amount has to have elapsed.
    pub(crate) fn is_strict(&self, target: u64) -> bool {
        // A step at the breach comes with it.
        !matches!(self.kind, ThresholdKind::Warning(_)) && self.amount == target
    }
}

/// What the clock has not said yet, in the order in which it will; of what is said at once, the breach comes before the
/// steps that tell of it. Found one by one and kept nowhere: most clocks are asked for the first one only.
pub(crate) fn unsaid<'a, 'b>(
    clock: &'b Clock,
    target: &'a Target,
) -> impl Iterator<Item = Threshold<'a>> + use<'a, 'b> {
    let mut last = None;
    std::iter::from_fn(move || {
        let (place, threshold) = unsaid_after(clock, target, last)?;
        last = Some(place);
        Some(threshold)
    })
}

/// The amount of a threshold, and its rank among those of the same amount.
type Place = (u64, u32);

/// Ranks: warnings by their percentage, then the breach, then the steps.
const BREACH: u32 = 1 << 16;

/// The first of what is unsaid, or the first after what stands at `last`.
fn unsaid_after<'a>(
    clock: &Clock,
    target: &'a Target,
    last: Option<Place>,
) -> Option<(Place, Threshold<'a>)> {
    let micros = clock.target_micros();
    let mut first: Option<(Place, Threshold<'a>)> = None;
    let mut offer = |amount: u64, rank: u32, kind: ThresholdKind<'a>| {
        let place = (amount, rank);
        let is_first = first.as_ref().is_none_or(|(first, _)| place < *first);
        if is_first && last.is_none_or(|last| place > last) {
            first = Some((place, Threshold { amount, kind }));
        }
    };
    let mut warn = |percent: u16| {
        if !clock.warned.contains(&percent) {
            let amount = clock_share(micros, percent);
            offer(amount, percent.into(), ThresholdKind::Warning(percent));
        }
    };
    match &target.warnings {
        Some(own) => own.iter().copied().for_each(&mut warn),
        None => Target::WARNINGS.into_iter().for_each(&mut warn),
    }
    if clock.breached.is_none() {
        offer(micros, BREACH, ThresholdKind::Breach);
    }
    for (number, step) in (0..).zip(&target.ladder) {
        if clock.climbed.contains(&number) {
            continue;
        }
        let amount = match step.at {
            LadderAt::Percent(percent) => clock_share(micros, percent),
            LadderAt::SecondsAfterBreach(seconds) => {
                micros.saturating_add(seconds.saturating_mul(1_000_000))
            }
        };
        let rank = BREACH.saturating_add(1).saturating_add(number);
        offer(amount, rank, ThresholdKind::Step(number, &step.to));
    }
    first
}

fn clock_share(micros: u64, percent: u16) -> u64 {
    // The target is whole seconds, so that a percent of it is whole microseconds.
    (micros / 100).saturating_mul(percent.into())
}

/// When the threshold was crossed or will be, if nothing happens; `None` if it never is, or not while the clock stands.
///
/// Under a promise that came later, nothing is crossed before it was made.
pub(crate) fn crossing(
    clock: &Clock,
    threshold: &Threshold<'_>,
    terms: &Terms,
) -> Result<Option<Timestamp>, ClockRefusal> {
    let strict = threshold.is_strict(clock.target_micros());
    let last = clock.promises.len().saturating_sub(1);
    let promised = clock
        .segments
        .iter()
        .find(|segment| usize::from(segment.promise) == last);
    let floor = promised.map(|segment| segment.from);
    let mut before = 0u64;
    for (index, segment) in clock.segments.iter().enumerate() {
        if segment.kind != SegmentKind::Running {
            continue;
        }
        let under_way = clock.ended.is_none() && index + 1 == clock.segments.len();
        let after = before.saturating_add(segment.counted);
        let left = threshold.amount.saturating_sub(before);
        let within = if strict {
            after > threshold.amount
        } else {
            after >= threshold.amount
        };
        if within || under_way {
            let gauge = terms.gauge(clock.promises.get(usize::from(segment.promise)))?;
            let instant = if before > threshold.amount {
                Some(segment.from)
            } else if strict {
                gauge.exceed(segment.from, left)
            } else {
                gauge.reach(segment.from, left)
            };
            return Ok(instant.map(|instant| floor.map_or(instant, |floor| instant.max(floor))));
        }
        before = after;
    }
    Ok(None)
}
