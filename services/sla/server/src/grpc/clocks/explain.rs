//! Why a clock shows what it shows.

use std::collections::BTreeSet;

use khidma_calendar::{Calendar, CalendarSpec};
use khidma_edge::identity;
use khidma_edge::instant::time_out;
use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{Stop, reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_events::requests::Priority;
use khidma_events::sla::{CalendarRef, ClockEvent};
use khidma_kernel::{Position, Timestamp, digest};
use khidma_proto::sla as pb;
use khidma_sla_domain::{
    Clock, ClockRefusal, Deed, Fact, Gauge, Pinned, Segment, SegmentKind, Stretch, Terms,
    ThresholdKind, recompute,
};
use tonic::{Request, Status};

use super::ClocksGrpc;
use super::access::{Readable, readable};
use super::convert::clock_out;
use super::intervals::Intervals;
use super::lens::Lens;
use super::single::clock_of;
use crate::grpc::metric::metric_in;
use crate::keys;
use crate::views::CalendarRow;

/// Where a page of intervals begins: all pages are as of one instant.
struct Cursor {
    as_of: Timestamp,
    begin: u64,
}

impl Cursor {
    fn encode(&self) -> Vec<u8> {
        [
            self.as_of.as_micros().to_be_bytes(),
            self.begin.to_be_bytes(),
        ]
        .concat()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (as_of, begin) = bytes.split_first_chunk::<8>()?;
        Some(Self {
            as_of: Timestamp::from_micros(i64::from_be_bytes(*as_of)),
            begin: u64::from_be_bytes(begin.try_into().ok()?),
        })
    }
}

impl ClocksGrpc {
    pub(super) async fn explain(
        &self,
        request: Request<pb::ExplainRequest>,
    ) -> Result<pb::ExplainResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let metric = metric_in("metric", message.metric)?;
        let size = page::size(message.page_size)?;
        let (id, number) = (&message.service_request_id, message.number);
        let query = digest(format!("explain {id} {} {number}", metric.as_str()).as_bytes());
        let cursor = PageToken::decode(&message.page_token, query)?;
        let now = self.clock.now();
        let cursor = cursor.and_then(|cursor| Cursor::decode(&cursor));
        // A token is no proof: nobody counts into the future by it.
        let cursor = cursor.filter(|cursor| cursor.as_of <= now);
        let cursor = cursor.unwrap_or(Cursor {
            as_of: now,
            begin: 0,
        });
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let found = readable(&reader, id, &caller)?;
        let shelf = self.shelf.clone();
        let scan = move |_: &Stop| {
            let mut lens = Lens::new(reader, shelf, cursor.as_of)?;
            let clock = clock_of(&found.row.entity.state, metric, number)?;
            let mut told = explained(&found, clock, (cursor.begin, size), &mut lens)?;
            told.position = position;
            let next = cursor.begin.saturating_add(told.intervals.len() as u64);
            if !told.intervals.is_empty() && next < told.interval_count {
                let cursor = Cursor {
                    begin: next,
                    ..cursor
                };
                told.next_page_token = PageToken::encode(query, &cursor.encode());
            }
            Ok(told)
        };
        self.scans.run(patience, scan).await
    }
}

fn explained(
    found: &Readable,
    clock: &Clock,
    page: (u64, usize),
    lens: &mut Lens,
) -> Result<pb::ExplainResponse, Status> {
    let Readable { id, row } = found;
    let now = lens.now;
    let shown = clock_out(id, row, clock, lens)?;
    let intervals = lens.on(|terms| Intervals::of(clock, now, page, terms))?;
    let turns = lens.on(|terms| turns(found, clock, now, terms))?;
    let facts = row.file.facts.iter();
    let facts = facts.map(|fact| fact_out(fact, turns.contains(&(fact.position, fact.index))));
    let stretches = lens.on(|terms| {
        let stretches = clock.stretches().zip(&intervals.by_stretch);
        let owner = |segment: &Segment| row.entity.state.owner_of(segment);
        stretches
            .map(|(stretch, count)| {
                let counted = clock.counted_in(&stretch, now, terms)?;
                let owner = owner(&stretch.segment).map(ToString::to_string);
                let owner = owner.unwrap_or_default();
                Ok(stretch_out(&stretch, now, (counted, *count), owner))
            })
            .collect::<Result<Vec<_>, ClockRefusal>>()
    })?;
    let promises = lens.on(|terms| {
        let promises = clock.promises.iter();
        promises
            .map(|promise| promise_out(promise, terms))
            .collect()
    })?;
    let thresholds = lens.on(|terms| thresholds(clock, now, terms))?;
    Ok(pb::ExplainResponse {
        facts: facts.collect(),
        promises,
        stretches,
        interval_count: intervals.count,
        sum_micros: intervals.sum,
        adds_up: intervals.sum == shown.elapsed_micros,
        intervals: intervals.shown,
        special_days: special_days(clock, lens)?,
        thresholds,
        as_of: clock.ended.is_none().then(|| time_out(now)),
        clock: Some(shown),
        ..pb::ExplainResponse::default()
    })
}

/// The facts from which something followed for the clock: living through all of them again tells which.
fn turns(
    found: &Readable,
    clock: &Clock,
    now: Timestamp,
    terms: &Terms,
) -> Result<BTreeSet<(Position, u32)>, ClockRefusal> {
    let row = &found.row;
    let (_, told) = recompute(&row.entity.state, &row.file.facts, now, terms)?;
    let causes = told.iter().filter_map(|event| {
        let (of, cause) = match event {
            ClockEvent::ClockStarted(event) => (event.clock, &event.cause),
            ClockEvent::ClockPaused(event) => (event.clock, &event.cause),
            ClockEvent::ClockResumed(event) => (event.clock, &event.cause),
            ClockEvent::ClockStopped(event) => (event.clock, &event.cause),
            ClockEvent::ClockContinued(event) => (event.clock, &event.cause),
            ClockEvent::ClockCancelled(event) => (event.clock, &event.cause),
            ClockEvent::ClockRematched(event) => (event.clock, &event.cause),
            ClockEvent::ClockHandedOver(event) => (event.clock, &event.cause),
            ClockEvent::BreachRetracted(event) => (event.clock, &event.cause),
            ClockEvent::ClockWarned(_)
            | ClockEvent::ClockBreached(_)
            | ClockEvent::LadderStepReached(_)
            | ClockEvent::ClockRescheduled(_) => return None,
        };
        (of == clock.reference()).then_some((cause.position, cause.index))
    });
    Ok(causes.collect())
}

fn fact_out(fact: &Fact, turned: bool) -> pb::ExplainedFact {
    let detail = match &fact.deed {
        Deed::Submitted(profile) => format!("to {}", profile.provider),
        Deed::PriorityChanged(priority) => format!("priority {}", priority_name(*priority)),
        Deed::TagsChanged(tags) => format!("tags {}", tags.join(", ")),
        Deed::Transferred(to) => format!("to {to}"),
        Deed::ProviderReplied => "by the provider".to_owned(),
        Deed::RequesterReplied => "by the requester".to_owned(),
        _ => String::new(),
    };
    pb::ExplainedFact {
        at: Some(time_out(fact.at)),
        position: fact.position.0,
        index: fact.index,
        event: fact.deed.name().to_owned(),
        detail,
        turned,
    }
}

fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Normal => "normal",
        Priority::High => "high",
        Priority::Urgent => "urgent",
    }
}

fn promise_out(promise: &Pinned, terms: &Terms) -> Result<pb::ExplainedPromise, ClockRefusal> {
    let calendar = promise.calendar.as_ref();
    let time_zone = match terms.gauge(Some(promise))? {
        Gauge::Business(calendar) => calendar.time_zone.iana_name(),
        Gauge::WallClock => None,
    };
    let policy = terms.book.version(&promise.policy, promise.version);
    let rule = policy.and_then(|policy| policy.spec.rules.get(promise.rule as usize));
    Ok(pb::ExplainedPromise {
        policy_id: promise.policy.to_string(),
        policy_version: promise.version,
        rule_number: promise.rule,
        rule: rule.map(|rule| rule.name.clone()).unwrap_or_default(),
        target_seconds: promise.target_seconds,
        calendar_id: calendar.map_or_else(String::new, |one| one.calendar.to_string()),
        calendar_revision: calendar.map_or(0, |one| one.revision),
        time_zone: time_zone.unwrap_or("UTC").to_owned(),
        time_zone_data: promise.time_zone_data.clone(),
    })
}

fn stretch_out(
    stretch: &Stretch,
    now: Timestamp,
    (counted, intervals): (u64, u64),
    owner_id: String,
) -> pb::ExplainedStretch {
    let segment = &stretch.segment;
    let (kind, state) = match segment.kind {
        SegmentKind::Running => (pb::StretchKind::Running, ""),
        SegmentKind::Paused(state) => (pb::StretchKind::Paused, state.as_str()),
        SegmentKind::Stopped => (pb::StretchKind::Stopped, ""),
    };
    pb::ExplainedStretch {
        kind: kind.into(),
        state: state.to_owned(),
        from: Some(time_out(segment.from)),
        to: Some(time_out(stretch.to.unwrap_or(now.max(segment.from)))),
        under_way: stretch.to.is_none(),
        owner_id,
        promise: segment.promise.into(),
        counted_micros: counted,
        intervals,
    }
}

fn thresholds(
    clock: &Clock,
    now: Timestamp,
    terms: &Terms,
) -> Result<Vec<pb::ExplainedThreshold>, ClockRefusal> {
    let until = clock.ended.map_or(now, |ended| ended.at);
    let elapsed = clock.elapsed_at(now, terms)?;
    let crossings = clock.crossings(terms)?.into_iter().map(|crossing| {
        let (what, strict) = match crossing.threshold.kind {
            ThresholdKind::Warning(percent) => (format!("warning {percent} %"), false),
            ThresholdKind::Breach => ("breach".to_owned(), true),
            ThresholdKind::Step(step, _) => (format!("step {}", step.saturating_add(1)), false),
        };
        let amount = crossing.threshold.amount;
        let enough = elapsed > amount || (elapsed == amount && !strict);
        let reached = crossing.told || (enough && crossing.at.is_some_and(|at| at <= until));
        pb::ExplainedThreshold {
            what,
            elapsed_micros: amount,
            // What is to come only comes while it goes on.
            at: crossing
                .at
                .filter(|_| reached || clock.ended.is_none())
                .map(time_out),
            reached,
            told: crossing.told,
        }
    });
    Ok(crossings.collect())
}

/// Dates within the clock's life on which its calendars are not as in other weeks.
fn special_days(clock: &Clock, lens: &mut Lens) -> Result<Vec<pb::SpecialDay>, Status> {
    let calendars = clock.promises.iter();
    let calendars = calendars.filter_map(|promise| promise.calendar.as_ref());
    let calendars: BTreeSet<&CalendarRef> = calendars.collect();
    let end = clock.ended.map_or(lens.now, |ended| ended.at);
    let begin = clock.started().unwrap_or(end);
    let mut days = Vec::new();
    for reference in calendars {
        let key = keys::calendar(&reference.calendar, reference.revision);
        let row: Option<CalendarRow> = lens.reader.get(&key).map_err(unreadable)?;
        let Some(CalendarRow { spec, .. }) = row else {
            continue;
        };
        let found = lens.on(|terms| {
            let calendar = terms.almanac.get(reference);
            Ok(calendar.map(|calendar| days_of(&spec, calendar, (begin, end))))
        })?;
        let of = |mut day: pb::SpecialDay| {
            day.calendar_id = reference.calendar.to_string();
            day
        };
        days.extend(found.into_iter().flatten().map(of));
    }
    days.sort_by(|one, other| one.date.cmp(&other.date));
    Ok(days)
}

fn days_of(
    spec: &CalendarSpec,
    calendar: &Calendar,
    (begin, end): (Timestamp, Timestamp),
) -> Vec<pb::SpecialDay> {
    let date = |at: Timestamp| calendar.time_zone.to_datetime(at.into()).date();
    let within = date(begin)..=date(end);
    let matters = |text: &str| text.parse().is_ok_and(|date| within.contains(&date));
    let day = |date: &str, kind: &str, name: &str| pb::SpecialDay {
        date: date.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        ..pb::SpecialDay::default()
    };
    // A holiday on a day that is closed anyway changes nothing.
    let works = |text: &str| {
        text.parse::<jiff::civil::Date>().is_ok_and(|date| {
            let shift = calendar.shifts.iter().any(|(shift, _)| *shift == date);
            let held = calendar.weekly.iter().rev();
            let mut held = held.filter(|one| one.valid_from.is_none_or(|first| first <= date));
            let weekday = usize::try_from(date.weekday().to_monday_zero_offset());
            let hours = held.next().zip(weekday.ok());
            let hours = hours.and_then(|(pattern, weekday)| pattern.days.get(weekday));
            shift || hours.is_some_and(|hours| !hours.same_day.is_empty())
        })
    };
    let holidays = spec.holidays.iter();
    let holidays = holidays
        .filter(|one| matters(&one.date) && works(&one.date))
        .map(|one| day(&one.date, "holiday", &one.name));
    let dated = [(&spec.shifts, "shift"), (&spec.breaks, "break")];
    let dated = dated.iter().flat_map(|(dates, kind)| {
        let dates = dates.iter().filter(|one| matters(&one.date));
        dates.map(|one| day(&one.date, kind, ""))
    });
    holidays.chain(dated).collect()
}
