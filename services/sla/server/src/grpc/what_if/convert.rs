//! Between protobuf and what a simulation reads and finds.

use std::collections::BTreeMap;
use std::ops::Range;

use khidma_calendar::{CalendarSpec, DatedHours, Holiday, LocalInterval, WeeklyPattern};
use khidma_edge::instant::{time_in, time_out};
use khidma_edge::status;
use khidma_events::sla::ClockEvent;
use khidma_kernel::Timestamp;
use khidma_proto::{directory, sla as pb};
use khidma_sla_domain::{Clock, Terms};
use khidma_sla_domain::{ClockRefusal, Compared, Outcome, SegmentKind, Trial, Tried};
use tonic::Status;

use crate::grpc::metric::metric_out;
use crate::policy_file::words::shown;

/// From when to when requests were submitted.
pub(super) fn period_in(
    from: Option<prost_types::Timestamp>,
    to: Option<prost_types::Timestamp>,
) -> Result<Range<Timestamp>, Status> {
    let ends = [i64::MIN, i64::MAX].map(Timestamp::from_micros);
    let start = time_in("from", from)?.unwrap_or(ends[0]);
    let end = time_in("to", to)?.unwrap_or(ends[1]);
    if start >= end {
        let message = "the period is empty: it has to begin before it ends";
        return Err(status::invalid_field("to", "EMPTY_PERIOD", message));
    }
    Ok(start..end)
}

fn outcome_out(outcome: Outcome) -> i32 {
    let outcome = match outcome {
        Outcome::None => pb::Outcome::Unspecified,
        Outcome::Running => pb::Outcome::Running,
        Outcome::Met => pb::Outcome::Met,
        Outcome::Breached => pb::Outcome::Breached,
    };
    outcome.into()
}

/// A clock as it is and as it would be, with what adds up to it; without what it is called elsewhere.
pub(super) fn compared_out(
    request: &str,
    compared: &Compared<'_>,
    tried: &Tried,
    (trial, terms): (&Trial, &Terms),
) -> Result<pb::ClockCompared, ClockRefusal> {
    let reading = |clock: Option<&Clock>, terms: &Terms| {
        clock
            .map(|clock| reading_out(clock, trial.until(), terms))
            .transpose()
    };
    let said = tried.told.iter().filter_map(|event| match event {
        ClockEvent::ClockWarned(event) if event.clock == compared.clock => Some(pb::Said {
            at: Some(time_out(event.at)),
            percent: event.percent.into(),
            to: Vec::new(),
        }),
        ClockEvent::LadderStepReached(event) if event.clock == compared.clock => Some(pb::Said {
            at: Some(time_out(event.at)),
            percent: 0,
            to: event.to.iter().map(shown).collect(),
        }),
        _ => None,
    });
    Ok(pb::ClockCompared {
        service_request_id: request.to_owned(),
        external_id: String::new(),
        metric: metric_out(compared.clock.metric).into(),
        number: compared.clock.number,
        owner_id: compared.owner.to_string(),
        before: reading(compared.before, terms)?,
        after: reading(compared.after, trial.terms())?,
        stretches: match compared.after {
            Some(clock) => stretches_out(clock, tried, trial)?,
            None => Vec::new(),
        },
        said: said.collect(),
    })
}

fn reading_out(
    clock: &Clock,
    until: Timestamp,
    terms: &Terms,
) -> Result<pb::ClockReading, ClockRefusal> {
    let promise = clock.promise();
    let version = promise.and_then(|one| terms.book.version(&one.policy, one.version));
    let rule = promise.zip(version);
    let rule = rule.and_then(|(one, version)| version.spec.rules.get(one.rule as usize));
    Ok(pb::ClockReading {
        outcome: outcome_out(Outcome::of(Some(clock))),
        target_seconds: promise.map_or(0, |promise| promise.target_seconds),
        elapsed_micros: clock.elapsed_at(until, terms)?,
        due: clock.due.map(time_out),
        breached: clock.breached.map(time_out),
        policy_id: promise.map_or_else(String::new, |promise| promise.policy.to_string()),
        policy_version: promise.map_or(0, |promise| promise.version),
        rule: rule.map_or_else(String::new, |rule| rule.name.clone()),
    })
}

fn stretches_out(
    clock: &Clock,
    tried: &Tried,
    trial: &Trial,
) -> Result<Vec<pb::TriedStretch>, ClockRefusal> {
    let stretches = clock.segments.iter().enumerate().map(|(number, segment)| {
        let (to, counted_micros) = trial.stretch(clock, number)?;
        let kind = match segment.kind {
            SegmentKind::Running => pb::TriedStretchKind::Running,
            SegmentKind::Paused(_) => pb::TriedStretchKind::Paused,
            SegmentKind::Stopped => pb::TriedStretchKind::Stopped,
        };
        let promise = clock.promises.get(usize::from(segment.promise));
        let calendar = promise.and_then(|promise| promise.calendar.as_ref());
        let calendar = calendar.filter(|_| segment.kind == SegmentKind::Running);
        let owner = tried.clocks.owner_of(segment);
        Ok(pb::TriedStretch {
            from: Some(time_out(segment.from)),
            to: Some(time_out(to)),
            kind: kind.into(),
            counted_micros,
            calendar_id: calendar.map_or_else(String::new, |one| one.calendar.to_string()),
            calendar_revision: calendar.map_or(0, |one| one.revision),
            owner_id: owner.map_or_else(String::new, ToString::to_string),
        })
    });
    stretches.collect()
}

pub(super) fn calendar_in(calendar: directory::Calendar) -> CalendarSpec {
    let holidays = calendar.holidays.into_iter().map(|day| Holiday {
        date: day.date,
        name: day.name,
    });
    CalendarSpec {
        name: calendar.name,
        time_zone: calendar.time_zone,
        weekly: calendar.weekly.into_iter().map(pattern_in).collect(),
        shifts: calendar.shifts.into_iter().map(dated_in).collect(),
        breaks: calendar.breaks.into_iter().map(dated_in).collect(),
        holidays: holidays.collect(),
    }
}

/// A weekday that is named twice has the intervals of both; where they overlap, the check says so.
fn pattern_in(pattern: directory::WeeklyPattern) -> WeeklyPattern {
    let mut days: BTreeMap<String, Vec<LocalInterval>> = BTreeMap::new();
    for day in pattern.days {
        let there = days.entry(day.weekday).or_default();
        there.extend(day.intervals.into_iter().map(interval_in));
    }
    let valid_from = Some(pattern.valid_from).filter(|date| !date.is_empty());
    WeeklyPattern { valid_from, days }
}

fn dated_in(dated: directory::DatedHours) -> DatedHours {
    DatedHours {
        date: dated.date,
        intervals: dated.intervals.into_iter().map(interval_in).collect(),
    }
}

fn interval_in(interval: directory::LocalInterval) -> LocalInterval {
    LocalInterval {
        start: interval.start,
        end: interval.end,
    }
}
