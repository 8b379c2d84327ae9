//! Figures, with how sure they are.

use khidma_feedback_domain::disclosure::Counts;
use khidma_feedback_stats::{Histogram, Interval, Level, Moments, Recommendation, Share};
use khidma_proto::feedback as pb;

const LEVEL: Level = Level::USUAL;

/// A share of some; `None` of none.
pub(super) fn share_out(share: Share) -> Option<pb::Estimate> {
    let interval = share.wilson(LEVEL);
    estimate(share.value()?, share.of, interval, "wilson")
}

/// A mean; `None` of none.
pub(super) fn mean_out(moments: Moments) -> Option<pb::Estimate> {
    let interval = moments.interval(LEVEL);
    estimate(moments.average()?, moments.count, interval, "student_t")
}

/// Promoters less detractors, in a hundred; `None` if nobody answered.
pub(super) fn score_out(recommendation: Recommendation) -> Option<pb::Estimate> {
    let (count, interval) = (recommendation.count(), recommendation.interval(LEVEL));
    estimate(recommendation.score()?, count, interval, "student_t")
}

fn estimate(
    value: f64,
    count: u64,
    interval: Option<Interval>,
    method: &str,
) -> Option<pb::Estimate> {
    let known = pb::Estimate {
        value,
        count,
        ..Default::default()
    };
    Some(match interval {
        None => known,
        Some(interval) => pb::Estimate {
            low: interval.low,
            high: interval.high,
            confidence: LEVEL.get(),
            method: method.to_owned(),
            ..known
        },
    })
}

/// How often each number was answered.
pub(super) fn histogram(counts: &Counts) -> Histogram {
    let counts = counts.iter();
    counts
        .map(|(value, count)| (i64::from(*value), u64::from(*count)))
        .collect()
}

/// What answers from 0 to 10 come to; others are none.
pub(super) fn recommendation(counts: &Counts) -> Recommendation {
    let each = counts.iter().filter_map(|(value, count)| {
        let one = Recommendation::of(*value)?;
        let times = u64::from(*count);
        Some(Recommendation {
            promoters: one.promoters * times,
            passives: one.passives * times,
            detractors: one.detractors * times,
        })
    });
    each.fold(Recommendation::default(), Recommendation::merged)
}
