//! The rows of this read model.

use khidma_calendar::CalendarSpec;
use khidma_engine::EntityRow;
use khidma_kernel::{CalendarId, PersonId, PolicyId, Position, Timestamp};
use khidma_sla_domain::{Clocks, Fact};
use serde::{Deserialize, Serialize};

/// All of a request: its clocks, and what they react to. One row, because rows per event are what a read model costs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClocksRow {
    /// The clocks, as decisions need them.
    pub entity: EntityRow<Clocks>,
    /// What happened to the request.
    pub file: RequestFile,
}

/// What happened to a request, as far as its clocks and who asks about them need to know.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RequestFile {
    /// What happened, in order.
    pub facts: Vec<Fact>,
    /// Where its last commit stands that took history over; [`Position::START`] if none did.
    pub historic: Position,
    /// Where it was taken over from, and what it is called there.
    pub external: Option<External>,
    /// Who asked.
    pub requester: Option<PersonId>,
    /// The W3C trace context of its submission.
    pub traceparent: Option<String>,
    /// Where its reaction stands on the agenda, if it does.
    pub follow: Option<Timestamp>,
    /// For when its timer stands on the agenda, if it does.
    pub timer: Option<Timestamp>,
}

/// Where a request was taken over from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct External {
    /// The system.
    pub source: String,
    /// What the request is called there.
    pub id: String,
}

/// Which activations and calendars there are, in the order of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// Where the activations and retirements of policies stand.
    pub activations: Vec<Position>,
    /// The revisions of calendars, and where they stand.
    pub calendars: Vec<(Position, CalendarId, u32)>,
}

/// From when on a policy holds, or no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActivationRow {
    /// The policy.
    pub policy: PolicyId,
    /// When that was.
    pub at: Timestamp,
    /// The version, and what it says, as JSON; `None` for nothing any more.
    pub holds: Option<(u32, String)>,
}

/// A revision of a calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CalendarRow {
    /// When it was stored.
    pub at: Timestamp,
    /// What it says.
    pub spec: CalendarSpec,
}

/// A department.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Department {
    /// Whether it can be asked for something.
    pub open: bool,
    /// Its name.
    pub name: String,
}

/// How many clocks of a metric a department has, by how they are doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Clocks that count.
    pub running: u64,
    /// Clocks that do not count for now.
    pub paused: u64,
    /// Clocks that ended, with their promise kept.
    pub met: u64,
    /// Clocks whose promise is broken, ended or not.
    pub breached: u64,
}
