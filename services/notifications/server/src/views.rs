//! Who sees it? From events to rows.

mod announcements;
mod case;
mod clocks;
mod deliveries;
mod endpoints;
mod escalations;
mod everybody;
mod facts;
mod feedback;
mod find;
mod gather;
mod hooks;
mod inbox;
mod intents;
mod outset;
mod policies;
mod preferences;
mod request;
mod rhythms;
mod silences;
mod standards;
mod who;

pub(crate) use case::case;
pub(crate) use clocks::{ClockRow, ClocksRow, Silence};
pub(crate) use deliveries::{
    DeliveryCard, DeliveryHead, DeliveryRow, InboxMark, SEND, Tally, Unread,
};
pub(crate) use endpoints::EndpointRow;

pub(crate) use escalations::{CLIMB, END, EscalationRow, FOLLOW, RAISE, StepRow};
pub(crate) use find::Directory;
pub(crate) use gather::{GATHER, GatherRow, pieces};
pub(crate) use hooks::{EndpointWay, EndpointsRow, RunningSilences};
pub(crate) use intents::{IntentRow, TELL, Teller, Way, reach, ways_of};
pub(crate) use outset::rules_in_force;
pub(crate) use policies::{CalendarRow, ladder};
pub(crate) use preferences::PreferencesRow;
pub(crate) use request::RequestRow;
pub(crate) use rhythms::REMIND;
pub(crate) use silences::SilenceRow;
pub(crate) use who::{DepartmentRow, PersonRow, RoleRow};

use khidma_engine::{at_once, known_events, undecodable};
use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::directory::PersonEvent;
use khidma_events::feedback::QuestionEvent;
use khidma_events::notifications::{EntityKind, OutsetEvent};
use khidma_events::requests::RequestEvent;
use khidma_events::sla::{self, ClockEvent};
use khidma_kernel::{Actor, Recorded};
use khidma_projection::{ApplyError, Rows, Views};

/// The read model of this service.
#[derive(Debug, Clone, Default)]
pub struct NotificationsViews;

impl Views for NotificationsViews {
    fn name(&self) -> &'static str {
        "notifications"
    }

    fn version(&self) -> u32 {
        3
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        match &*commit.context {
            PersonEvent::CONTEXT => who::apply(commit, rows),
            RequestEvent::CONTEXT => request::apply(commit, rows),
            ClockEvent::CONTEXT => promises(commit, rows),
            OutsetEvent::CONTEXT => ours(commit, rows),
            QuestionEvent::CONTEXT => feedback::apply(commit, rows),
            // Other contexts tell us nothing.
            _ => Ok(()),
        }
    }
}

fn promises(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match sla::EntityKind::of(&commit.entity) {
        Some(sla::EntityKind::Clocks(id)) => {
            request::clocks(id, commit, rows)?;
            clocks::apply(id, commit, rows)
        }
        Some(sla::EntityKind::Policy(id)) => policies::apply(&id, commit, rows),
        Some(sla::EntityKind::Adoption(_)) | None => Ok(()),
    }
}

fn ours(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Outset) => outset::apply(commit, rows),
        Some(EntityKind::Delivery(id)) => deliveries::apply(id, commit, rows),
        Some(EntityKind::Endpoint(id)) => endpoints::apply(&id, commit, rows),
        Some(EntityKind::Preferences(_)) => preferences::apply(commit, rows),
        Some(EntityKind::Silence(id)) => silences::apply(id, commit, rows),
        Some(EntityKind::Announcement(_)) => announcements::apply(commit, rows),
        Some(EntityKind::Rhythm(id)) => rhythms::apply(&id, commit, rows),
        Some(EntityKind::Escalation(id)) => escalations::apply(id, commit, rows),
        _ => Ok(()),
    }
}

/// A commit, heard.
struct Heard<E> {
    /// The W3C trace context of the command.
    traceparent: Option<String>,
    /// The events of it that we know.
    events: Vec<Recorded<E>>,
}

/// The events we know of a commit, with who and when; what a newer version of its service says besides is not for us.
fn hear<E: Event>(commit: &Stored) -> Result<Heard<E>, ApplyError> {
    let raw = khidma_events::raw_events(&commit.payload).map_err(|error| undecodable(&error))?;
    let traceparent = raw.first().and_then(|first| first.traceparent.as_deref());
    let traceparent = traceparent.map(str::to_owned);
    let mut events = Vec::with_capacity(raw.len());
    for event in &raw {
        let Some(decoded) = E::decode(&event.type_name, event.data) else {
            continue;
        };
        let by: Result<Actor, _> = event.actor.parse();
        events.push(Recorded {
            id: event.id,
            at: event.time,
            by: by.map_err(|error| undecodable(&error))?,
            event: decoded.map_err(|error| undecodable(&error))?,
        });
    }
    Ok(Heard {
        traceparent,
        events,
    })
}
