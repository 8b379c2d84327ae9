//! What a clock should have counted, found out by other means than the clocks do.

use khidma_calendar::Calendar;
use khidma_events::sla::TimeKind;
use khidma_kernel::{DepartmentId, Timestamp};
use khidma_sla_domain::{Book, Clock, Deed, Fact, Life, Segment, SegmentKind, Terms};

const MINUTE: i64 = 60_000_000;

/// Each stretch of a clock with its end.
pub(crate) fn stretches(clock: &Clock, end: Timestamp) -> Vec<(Segment, Timestamp)> {
    let end = clock.ended.map_or(end, |ended| ended.at);
    let ends = clock
        .segments
        .iter()
        .skip(1)
        .map(|segment| segment.from)
        .chain([end]);
    clock.segments.iter().copied().zip(ends).collect()
}

/// The calendar by which a stretch counts; `None` for all time.
pub(crate) fn calendar_of<'a>(
    clock: &Clock,
    segment: &Segment,
    terms: &'a Terms,
) -> Option<&'a Calendar> {
    let promise = &clock.promises[usize::from(segment.promise)];
    let target = terms.book.target(promise, clock.metric).unwrap();
    assert_eq!(
        promise.calendar.is_some(),
        target.time == TimeKind::Business
    );
    promise
        .calendar
        .as_ref()
        .map(|calendar| terms.almanac.get(calendar).unwrap())
}

/// Microseconds of business time: the stretches of the calendar, one by one, are added up.
pub(crate) fn counted(calendar: Option<&Calendar>, from: Timestamp, to: Timestamp) -> i64 {
    match calendar {
        None => to.micros_since(from),
        Some(calendar) => {
            let open = calendar.intervals(from.into(), to.into());
            open.map(|open| open.end.as_microsecond() - open.start.as_microsecond())
                .sum()
        }
    }
}

/// The same, by asking for every minute whether it is business time; only where both ends are whole minutes.
pub(crate) fn counted_by_minutes(
    calendar: Option<&Calendar>,
    from: Timestamp,
    to: Timestamp,
) -> i64 {
    let minutes = (from.as_micros()..to.as_micros()).step_by(60_000_000);
    let open = minutes.filter(|at| {
        calendar.is_none_or(|calendar| calendar.is_open(Timestamp::from_micros(*at).into()))
    });
    i64::try_from(open.count()).unwrap() * MINUTE
}

pub(crate) fn is_whole(at: Timestamp) -> bool {
    at.as_micros() % MINUTE == 0
}

/// Whose the request was just after `at`, and in which state it was.
pub(crate) fn at_that_time(facts: &[Fact], at: Timestamp) -> Life {
    Life::of(facts.iter().filter(|fact| fact.at <= at))
}

pub(crate) fn owner(facts: &[Fact], at: Timestamp) -> Option<DepartmentId> {
    let mut owner = None;
    for fact in facts.iter().filter(|fact| fact.at <= at) {
        match &fact.deed {
            Deed::Submitted(profile) => owner = Some(profile.provider.clone()),
            Deed::Transferred(to) => owner = Some(to.clone()),
            _ => {}
        }
    }
    owner
}

/// Whether at some time more had counted than was promised then.
pub(crate) fn is_broken(clock: &Clock, end: Timestamp, terms: &Terms) -> bool {
    let mut sum = 0;
    stretches(clock, end).iter().any(|(segment, end)| {
        if segment.kind == SegmentKind::Running {
            sum += counted(calendar_of(clock, segment, terms), segment.from, *end);
        }
        let promised = clock.promises[usize::from(segment.promise)].target_seconds;
        // What was promised for no time at all was not promised.
        *end > segment.from
            && segment.kind != SegmentKind::Stopped
            && sum > i64::try_from(promised).unwrap() * 1_000_000
    })
}

/// What had counted just before that instant and just after it.
pub(crate) fn around(clock: &Clock, at: Timestamp, end: Timestamp, terms: &Terms) -> (i64, i64) {
    let until = |at: Timestamp| {
        let running = stretches(clock, end)
            .into_iter()
            .filter(|(segment, _)| segment.kind == SegmentKind::Running);
        let parts = running.filter(|(segment, _)| segment.from < at);
        parts
            .map(|(segment, end)| {
                counted(
                    calendar_of(clock, &segment, terms),
                    segment.from,
                    end.min(at),
                )
            })
            .sum()
    };
    (until(at), until(Timestamp::from_micros(at.as_micros() + 1)))
}

/// Whether the clock pauses in the state the request is in.
pub(crate) fn pauses(clock: &Clock, segment: &Segment, life: &Life, book: &Book) -> bool {
    let target = book
        .target(&clock.promises[usize::from(segment.promise)], clock.metric)
        .unwrap();
    life.state
        .is_some_and(|state| target.pauses_in(clock.metric, state))
}
