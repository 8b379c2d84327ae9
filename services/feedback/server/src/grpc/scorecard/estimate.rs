//! Numbers with how sure they are.

use khidma_feedback_stats::{Interval, Level, Moments, Share};
use khidma_proto::feedback as pb;

/// How sure all of it is.
const LEVEL: Level = Level::USUAL;

fn estimate(value: f64, count: u64, (interval, method): (Option<Interval>, &str)) -> pb::Estimate {
    pb::Estimate {
        value,
        count,
        low: interval.map_or(value, |interval| interval.low),
        high: interval.map_or(value, |interval| interval.high),
        confidence: interval.map_or(0.0, |_| LEVEL.get()),
        method: interval.map_or_else(String::new, |_| method.to_owned()),
    }
}

/// A share of some; `None` of none.
pub(super) fn share(share: Share) -> Option<pb::Estimate> {
    let interval = share.wilson(LEVEL);
    let value = share.value()?;
    Some(estimate(value, share.of, (interval, "wilson")))
}

/// How much more one share is than another; `None` if either is of none.
pub(super) fn difference(one: Share, other: Share) -> Option<pb::Estimate> {
    let difference = one.less(other, LEVEL)?;
    let interval = Some(difference.interval);
    let count = one.of + other.of;
    Some(estimate(difference.value, count, (interval, "newcombe")))
}

/// A mean; `None` of none, and without an interval of one.
pub(super) fn mean(moments: Moments) -> Option<pb::Estimate> {
    let interval = moments.interval(LEVEL);
    let value = moments.average()?;
    Some(estimate(value, moments.count, (interval, "student_t")))
}
