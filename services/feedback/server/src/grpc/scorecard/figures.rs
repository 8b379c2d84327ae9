//! From counts to what is shown.

use khidma_events::sla::Metric;
use khidma_feedback_stats::{Histogram, Share};
use khidma_proto::feedback as pb;
use khidma_proto::sla as sla_pb;

use super::estimate::{difference, mean, share};
use super::read::Read;
use crate::views::{Count, DayRow, Promised};

/// All periods, each beside the one before it.
pub(super) fn shown(all: &[Read]) -> Vec<pb::ScorecardPeriod> {
    let before = all.iter().skip(1).map(Some).chain([None]);
    all.iter()
        .zip(before)
        .map(|(read, before)| period(read, before.map(|before| &before.days)))
        .collect()
}

fn period(read: &Read, before: Option<&DayRow>) -> pb::ScorecardPeriod {
    let days = &read.days;
    let [from, to] = read.period.written();
    let attainment = Metric::ALL.into_iter();
    let satisfaction = [false, true].into_iter();
    pb::ScorecardPeriod {
        from,
        to,
        submitted: days.of(Count::Submitted),
        completed: days.of(Count::Completed),
        attainment: attainment
            .filter_map(|metric| attained(days, before, metric))
            .collect(),
        responses: Some(responses(days)),
        satisfaction: satisfaction
            .filter_map(|synthetic| satisfied(days, before, synthetic))
            .collect(),
        concerns: Some(pb::ConcernFigures {
            raised: days.of(Count::Raised),
            published: days.of(Count::Published),
            open: days.of(Count::Open),
        }),
        actions: Some(actions(read)),
        thanks: days.of(Count::Thanked),
        people: people(read),
    }
}

fn kept(days: &DayRow, metric: Metric) -> Share {
    let count = |promised| days.of(Count::Promise(metric, promised));
    let met = count(Promised::Met);
    Share::new(met, met + count(Promised::Breached))
}

fn attained(days: &DayRow, before: Option<&DayRow>, metric: Metric) -> Option<pb::Attainment> {
    let count = |promised| days.of(Count::Promise(metric, promised));
    let now = kept(days, metric);
    let shown = pb::Attainment {
        metric: metric_out(metric).into(),
        met: count(Promised::Met),
        breached: count(Promised::Breached),
        running: count(Promised::Running),
        excluded: count(Promised::Excluded),
        kept: share(now),
        change: before.and_then(|before| difference(now, kept(before, metric))),
    };
    (now.of + shown.running + shown.excluded > 0).then_some(shown)
}

fn responses(days: &DayRow) -> pb::Responses {
    let [asked, answered, expired] =
        [Count::Asked, Count::Answered, Count::Expired].map(|count| days.of(count));
    pb::Responses {
        asked,
        answered,
        expired,
        waiting: asked.saturating_sub(answered + expired),
        rate: share(Share::new(answered, answered + expired)),
    }
}

/// How often each value of a scale from 1 was given.
fn scale(days: &DayRow, most: u8, count: impl Fn(u8) -> Count) -> Histogram {
    (1..=most)
        .map(|value| (i64::from(value), days.of(count(value))))
        .collect()
}

fn listed(histogram: &Histogram, most: u8) -> Vec<u64> {
    (1..=i64::from(most))
        .map(|value| histogram.between(value, value))
        .collect()
}

fn csat(scores: &Histogram) -> Share {
    Share::new(scores.between(4, 5), scores.count())
}

fn satisfied(days: &DayRow, before: Option<&DayRow>, synthetic: bool) -> Option<pb::Satisfaction> {
    let scores_of = |days: &DayRow| scale(days, 5, |score| Count::Score(synthetic, score));
    let scores = scores_of(days);
    if scores.count() == 0 {
        return None;
    }
    let efforts = scale(days, 7, |effort| Count::Effort(synthetic, effort));
    let before = before.map(|before| csat(&scores_of(before)));
    let metrics = Metric::ALL.into_iter().map(Some);
    let joined = [None].into_iter().chain(metrics);
    Some(pb::Satisfaction {
        synthetic,
        csat: share(csat(&scores)),
        change: before.and_then(|before| difference(csat(&scores), before)),
        scores: listed(&scores, 5),
        effort: mean(efforts.moments()),
        efforts: listed(&efforts, 7),
        joined: joined
            .filter_map(|metric| join(days, synthetic, metric))
            .collect(),
    })
}

fn join(days: &DayRow, synthetic: bool, metric: Option<Metric>) -> Option<pb::Joined> {
    let of = |kept| {
        let count = |satisfied| {
            days.of(Count::Joined {
                synthetic,
                metric,
                kept,
                satisfied,
            })
        };
        let yes = count(true);
        Share::new(yes, yes + count(false))
    };
    let (kept, broken) = (of(true), of(false));
    let metric = metric.map_or(sla_pb::Metric::Unspecified, metric_out);
    (kept.of + broken.of > 0).then(|| pb::Joined {
        metric: metric.into(),
        kept: share(kept),
        broken: share(broken),
        difference: difference(kept, broken),
    })
}

fn actions(read: &Read) -> pb::ActionFigures {
    let actions = read.actions.clone();
    let done = actions.done_in_time + actions.done_late;
    pb::ActionFigures {
        punctual: share(Share::new(actions.done_in_time, done)),
        ..actions
    }
}

fn people(read: &Read) -> Option<pb::PeopleFigures> {
    let known = read.people.as_ref()?;
    let mut months = known.months.values().map(|(month, _)| month);
    let headcount = months.next()?.headcount;
    let sum = |of: fn(&khidma_feedback_stats::Month) -> u64| {
        let all = known.months.values().map(|(month, _)| of(month));
        u32::try_from(all.sum::<u64>()).unwrap_or(u32::MAX)
    };
    Some(pb::PeopleFigures {
        months: u32::try_from(known.months.len()).unwrap_or(u32::MAX),
        headcount: u32::try_from(headcount).unwrap_or(u32::MAX),
        joiners: sum(|month| month.joiners),
        leavers: sum(|month| month.leavers),
        turnover: known.turnover(),
        retention: known.retention(),
    })
}

fn metric_out(metric: Metric) -> sla_pb::Metric {
    match metric {
        Metric::Acknowledge => sla_pb::Metric::Acknowledge,
        Metric::FirstResponse => sla_pb::Metric::FirstResponse,
        Metric::NextResponse => sla_pb::Metric::NextResponse,
        Metric::Update => sla_pb::Metric::Update,
        Metric::Resolve => sla_pb::Metric::Resolve,
        Metric::Confirm => sla_pb::Metric::Confirm,
        Metric::Ownership => sla_pb::Metric::Ownership,
    }
}
