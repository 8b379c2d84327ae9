//! Silences: some messages are not sent for a while.

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::{ScopeFacts, SilenceCommand};
pub use decide::may_keep;
pub use refusal::SilenceRefusal;

use std::collections::BTreeSet;

use khidma_events::notifications::{Message, SilenceEvent, SilenceScope};
use khidma_kernel::{Actor, Command, Decider, DepartmentId, PersonId, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

use crate::kinds::is_mutable;

/// Days a silence lasts at the longest.
pub const DAYS: i64 = 30;
/// Days ahead of which a silence may begin at the latest.
pub const DAYS_AHEAD: i64 = 366;
/// Characters of the reason.
pub const REASON: usize = 500;

/// A silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Which messages.
    pub scope: SilenceScope,
    /// From when on.
    pub from: Timestamp,
    /// Until when, exclusively; where it was ended before, when it was.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who began it.
    pub begun_by: Actor,
}

impl Silence {
    /// Whether this message is not to be sent. Never true of what cannot be muted.
    pub fn covers(&self, told: &Told<'_>) -> bool {
        let Told {
            message,
            urgent,
            person: to,
            provider,
            at,
        } = *told;
        let SilenceScope {
            kinds,
            person: whose,
            department,
            request,
        } = &self.scope;
        is_mutable(message.kind)
            && !urgent
            && (self.from..self.until).contains(&at)
            && (kinds.is_empty() || kinds.contains(&message.kind))
            && (whose.is_none() || whose.as_ref() == to)
            && (department.is_none() || department.as_ref() == provider)
            && (request.is_none() || *request == message.request)
    }
}

/// A message that is about to be told, as far as silences look at it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The message.
    pub message: &'a Message,
    /// Whether it is urgent, and so cannot be muted whatever its kind.
    pub urgent: bool,
    /// To whom; `None`: to an endpoint of a department.
    pub person: Option<&'a PersonId>,
    /// Who was asked for what it is about, if it is about a request.
    pub provider: Option<&'a DepartmentId>,
    /// When that happened from which it follows.
    pub at: Timestamp,
}

/// A silence as an entity.
#[derive(Debug)]
pub struct SilenceDecider;

impl Decider for SilenceDecider {
    type Body = SilenceCommand;
    type Event = SilenceEvent;
    type State = Option<Silence>;
    type Refusal = SilenceRefusal;

    fn decide(
        state: &Option<Silence>,
        command: &Command<SilenceCommand>,
    ) -> Result<Vec<SilenceEvent>, SilenceRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Silence>, recorded: &Recorded<SilenceEvent>) {
        match &recorded.event {
            SilenceEvent::SilenceBegun(event) => {
                *state = Some(Silence {
                    scope: event.scope.clone(),
                    from: event.from,
                    until: event.until,
                    reason: event.reason.clone(),
                    begun_by: recorded.by.clone(),
                });
            }
            SilenceEvent::SilenceEnded(_) => {
                if let Some(silence) = state {
                    silence.until = silence.until.min(recorded.at);
                }
            }
        }
    }

    /// No department: what is not sent affects nobody's work.
    fn audience(_: &Option<Silence>, _: &Option<Silence>) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
