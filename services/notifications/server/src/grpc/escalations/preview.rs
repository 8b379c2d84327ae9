//! What would come: every step of the ladders of a request's open clocks that was not reached yet, and the way up.

use std::collections::BTreeSet;

use khidma_calendar::Calendar;
use khidma_edge::command::id;
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_events::notifications::{Channel, MessageKind, Receiver};
use khidma_events::sla::{LadderAt, LadderStep};
use khidma_kernel::{Caller, PersonId, Role, ServiceRequestId, Timestamp};
use khidma_notifications_domain::kinds::is_urgent;
use khidma_notifications_domain::ladder::{Case, named, way_up};
use khidma_notifications_domain::route::About;
use khidma_notifications_domain::rules::matter::Matter;
use khidma_projection::{Reader, RowError};
use khidma_proto::notifications as pb;
use tonic::{Code, Request, Status};

use super::EscalationsGrpc;
use super::list::exhausted_out;
use crate::keys;
use crate::views::{CalendarRow, ClockRow, ClocksRow, Directory, Silence, case, ladder, ways_of};

impl EscalationsGrpc {
    pub(super) async fn preview(
        &self,
        request: Request<pb::PreviewEscalationRequest>,
    ) -> Result<pb::PreviewEscalationResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let id: ServiceRequestId = id("service_request_id", &message.service_request_id)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let steps = self.steps(&reader, id, &caller).map_err(unreadable)?;
        Ok(pb::PreviewEscalationResponse {
            steps: steps.ok_or_else(unknown)?,
            position,
        })
    }

    /// The steps to come of the clocks that `caller` may see; `None` if there are no such clocks.
    fn steps(
        &self,
        reader: &Reader,
        id: ServiceRequestId,
        caller: &Caller,
    ) -> Result<Option<Vec<pb::PreviewedStep>>, RowError> {
        let clocks: Option<ClocksRow> = reader.get(&keys::clocks(id))?;
        let mut clocks = clocks.unwrap_or_default().0;
        clocks.retain(|clock| caller.is(Role::Admin) || caller.belongs_to(&clock.owner));
        let Some(case) = case(reader, id)?.filter(|_| !clocks.is_empty()) else {
            return Ok(None);
        };
        let mut steps = Vec::new();
        for clock in clocks.iter().filter(|clock| !clock.over) {
            for (number, step) in to_come(reader, clock)? {
                steps.push(self.step(reader, clock, (number, &step), &case)?);
            }
        }
        Ok(Some(steps))
    }

    fn step(
        &self,
        reader: &Reader,
        clock: &ClockRow,
        (number, step): (u32, &LadderStep),
        case: &Matter,
    ) -> Result<pb::PreviewedStep, RowError> {
        let who = Directory(reader);
        let case = Case {
            assignee: case.assignee.as_ref(),
            requester: case.requester.as_ref(),
            provider: &clock.owner,
        };
        let first = named(&who, case, &step.to)?;
        let (mut levels, mut why) = (vec![first.to.clone()], None);
        if self.climb_after.is_some() && !first.to.is_empty() {
            let (all, end) = way_up(&who, first.to)?;
            (levels, why) = (all, Some(end));
        }
        levels[..1]
            .iter_mut()
            .for_each(|level| level.extend(first.requester.clone()));
        let after = self.climb_after.map_or(0, |after| after.as_secs());
        let levels = (0_u32..).zip(levels).map(|(level, people)| {
            Ok(pb::PreviewedLevel {
                level,
                after_seconds: after.saturating_mul(level.into()),
                messages: self.messages(reader, people)?,
            })
        });
        let (percent, seconds_after_breach) = match step.at {
            LadderAt::Percent(percent) => (percent.into(), 0),
            LadderAt::SecondsAfterBreach(seconds) => (0, seconds),
        };
        Ok(pb::PreviewedStep {
            metric: clock.clock.metric.as_str().to_owned(),
            number: clock.clock.number,
            step: number,
            percent,
            seconds_after_breach,
            levels: levels.collect::<Result<_, RowError>>()?,
            exhausted: exhausted_out(why),
        })
    }

    /// The messages to those of one level: by each way once, also where somebody stands in for several of them.
    fn messages(
        &self,
        reader: &Reader,
        people: BTreeSet<PersonId>,
    ) -> Result<Vec<pb::PreviewedMessage>, RowError> {
        let kind = MessageKind::Escalation;
        let about = About {
            kind,
            urgent: is_urgent(kind),
            confined: false,
            at: self.clock.now(),
        };
        let (mut messages, mut told) = (Vec::new(), BTreeSet::new());
        for person in &people {
            for (hearer, way) in ways_of(reader, person, about)? {
                if !told.insert((way.to.clone(), way.channel)) {
                    continue;
                }
                messages.push(pb::PreviewedMessage {
                    person_id: hearer.to_string(),
                    channel: channel_out(way.channel).into(),
                    language: way.language,
                    endpoint_id: match way.to {
                        Receiver::Person(_) => String::new(),
                        Receiver::Endpoint(id) => id.to_string(),
                    },
                });
            }
        }
        Ok(messages)
    }
}

/// The steps of a clock's ladder that it has not reached and not passed over in silence, in the order of time.
fn to_come(reader: &Reader, clock: &ClockRow) -> Result<Vec<(u32, LadderStep)>, RowError> {
    let (policy, version, rule) = &clock.promise;
    let steps = ladder(reader, (policy, *version, *rule), clock.clock.metric)?;
    let passed = match &clock.silence {
        Some(silence) => counted_by(reader, silence)?,
        None => None,
    };
    let target = clock.target_seconds.saturating_mul(1_000_000);
    let amount = |step: &LadderStep| match step.at {
        // The target is whole seconds, so that a percent of it is whole microseconds.
        LadderAt::Percent(percent) => (target / 100).saturating_mul(percent.into()),
        LadderAt::SecondsAfterBreach(seconds) => {
            target.saturating_add(seconds.saturating_mul(1_000_000))
        }
    };
    let is_passed = |amount: u64| {
        // What comes with the breach comes after its target.
        passed.is_some_and(|passed| passed > amount || (passed == amount && amount != target))
    };
    let mut steps: Vec<_> = (0..).zip(steps).collect();
    steps.retain(|(number, step)| !clock.reached.contains(number) && !is_passed(amount(step)));
    steps.sort_by_key(|(number, step)| (amount(step), *number));
    Ok(steps)
}

/// What a clock had counted when its silence ended, in microseconds; `None` if its calendar is not known here.
fn counted_by(reader: &Reader, silence: &Silence) -> Result<Option<u64>, RowError> {
    let Some(since) = silence.since else {
        return Ok(Some(silence.counted));
    };
    let micros = match &silence.calendar {
        None => silence.until.micros_since(since),
        Some(by) => {
            let row: Option<CalendarRow> =
                reader.get(&keys::calendar(&by.calendar, by.revision))?;
            let spec = row.map(|row| row.spec()).transpose()?;
            let Some(Ok(calendar)) = spec.map(|spec| Calendar::compile(&spec)) else {
                return Ok(None);
            };
            elapsed(&calendar, since, silence.until)
        }
    };
    let micros = u64::try_from(micros).unwrap_or_default();
    Ok(Some(silence.counted.saturating_add(micros)))
}

fn elapsed(calendar: &Calendar, from: Timestamp, to: Timestamp) -> i64 {
    let elapsed = calendar.elapsed(from.into(), to.into());
    i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
}

fn channel_out(channel: Channel) -> pb::Channel {
    match channel {
        Channel::Inbox => pb::Channel::Inbox,
        Channel::Email => pb::Channel::Email,
        Channel::Webhook => pb::Channel::Webhook,
        Channel::Chat => pb::Channel::Chat,
    }
}

fn unknown() -> Status {
    status::refusal(
        Code::NotFound,
        "UNKNOWN_REQUEST",
        Some("service_request_id"),
        "there is no such request with promises of your department",
    )
}
