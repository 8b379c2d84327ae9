//! Who sees it? From events to rows.

mod case;
mod clocks;
mod deliveries;
mod endpoints;
mod escalations;
mod find;
mod gather;
mod hooks;
mod intents;
mod outset;
mod policies;
mod who;

pub(crate) use case::{CaseRow, case};
pub(crate) use clocks::{ClockRow, ClocksRow, Silence};
pub(crate) use deliveries::{
    DeliveryCard, DeliveryHead, DeliveryRow, InboxMark, SEND, Tally, Unread, item as send_item,
};
pub(crate) use endpoints::EndpointRow;
pub(crate) use escalations::{CLIMB, END, EscalationRow, FOLLOW, RAISE, StepRow};
pub(crate) use find::{Directory, Find};
pub(crate) use gather::{GATHER, GatherRow};
pub(crate) use hooks::{EndpointWay, EndpointsRow, RunningSilences};
pub(crate) use intents::{IntentRow, TELL, Teller, Way, ways_of};
pub(crate) use outset::is_begun;
pub(crate) use policies::{CalendarRow, LaddersRow, ladder};
pub(crate) use who::{DepartmentRow, PersonRow, RoleRow};

use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::directory::PersonEvent;
use khidma_events::notifications::{EntityKind, OutsetEvent};
use khidma_events::requests::RequestEvent;
use khidma_events::sla::ClockEvent;
use khidma_kernel::{Position, Timestamp};
use khidma_projection::{ApplyError, Rows, Views};

/// The read model of this service.
#[derive(Debug, Clone, Default)]
pub struct NotificationsViews;

impl Views for NotificationsViews {
    fn name(&self) -> &'static str {
        "notifications"
    }

    fn version(&self) -> u32 {
        1
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        match &*commit.context {
            PersonEvent::CONTEXT => who::apply(commit, rows),
            RequestEvent::CONTEXT => case::apply(commit, rows),
            ClockEvent::CONTEXT => clocks::apply(commit, rows),
            OutsetEvent::CONTEXT => ours(commit, rows),
            // Other contexts tell us nothing.
            _ => Ok(()),
        }
    }
}

fn ours(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Outset) => outset::apply(commit, rows),
        Some(EntityKind::Escalation(id)) => escalations::apply(id, commit, rows),
        Some(EntityKind::Delivery(id)) => deliveries::apply(id, commit, rows),
        Some(EntityKind::Endpoint(id)) => endpoints::apply(&id, commit, rows),
        _ => Ok(()),
    }
}

/// When something that is to be done at once stands on the agenda: long past, whatever the clocks of others say, and in the
/// order of the log.
fn at_once(position: Position) -> Timestamp {
    Timestamp::from_micros(i64::try_from(position.0).unwrap_or(i64::MAX))
}

fn undecodable(error: &dyn std::error::Error) -> ApplyError {
    ApplyError::Undecodable {
        reason: error.to_string(),
    }
}

/// The events we know of another service's commit; what a newer version of it says besides is not for us.
fn read<E: Event>(commit: &Stored) -> Result<Vec<E>, ApplyError> {
    khidma_events::known_events(&commit.payload).map_err(|error| undecodable(&error))
}
