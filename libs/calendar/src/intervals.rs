//! Intervals of one day: what lies in them, and in one but not in another.

use crate::calendar::Interval;
use crate::measure::{DAY, SECOND};

/// How much of the intervals lies before `time`, microseconds of the day.
pub(crate) fn within(intervals: &[Interval], time: i64) -> i64 {
    intervals
        .iter()
        .map(|interval| {
            let (start, end) = (
                i64::from(interval.start) * SECOND,
                i64::from(interval.end) * SECOND,
            );
            (time.min(end) - start).max(0)
        })
        .sum()
}

/// What lies in one of them, ascending, without overlap.
pub(crate) fn union(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    let mut all: Vec<Interval> = one.iter().chain(other).copied().collect();
    all.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(all.len());
    for interval in all {
        match merged.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => merged.push(interval),
        }
    }
    merged
}

/// What lies in `open` and in none of `breaks`; both ascending, without overlap.
pub(crate) fn less(open: &[Interval], breaks: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    for interval in open {
        let mut start = interval.start;
        for one in breaks
            .iter()
            .filter(|one| one.end > interval.start && one.start < interval.end)
        {
            if start < one.start {
                left.push(Interval {
                    start,
                    end: one.start,
                });
            }
            start = one.end;
        }
        if start < interval.end {
            left.push(Interval {
                start,
                end: interval.end,
            });
        }
    }
    left
}

/// The last time of the day, in microseconds, before which no more than `measure` of the intervals lies.
pub(crate) fn last(intervals: &[Interval], measure: i64) -> i64 {
    let mut left = measure;
    for interval in intervals {
        let length = i64::from(interval.end - interval.start) * SECOND;
        if left < length {
            return i64::from(interval.start) * SECOND + left;
        }
        left -= length;
    }
    DAY
}

/// Whether that second of the day lies in one of them.
pub(crate) fn hold(intervals: &[Interval], second: u32) -> bool {
    intervals
        .iter()
        .any(|interval| interval.start <= second && second < interval.end)
}
