//! What has to be remembered of the log to know what of it may go out.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use khidma_kernel::{Position, ServiceRequestId, Timestamp};
use memchr::memmem;

use super::FeedError;
use crate::requests::{RequestEvent, RequestKind, Submitted};
use crate::sla::{ClockEvent, ClockRef};
use crate::{DecodeError, Event, raw_events};

/// Something that a commit says and that later commits do not repeat. Once said, each is so for ever: who remembers more
/// of the log than up to a commit decides the same about that commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// This request is an anonymous concern, or a task of one: what such a task wants is said in the concern's words, and it
    /// names the concern.
    Anonymous(ServiceRequestId),
    /// The commit at this position was taken over from another system.
    Import(Position),
    /// What this clock of the request says of the time up to that instant is not news.
    Silent(ServiceRequestId, ClockRef, Timestamp),
}

/// Who remembers the [`Fact`]s of a log, at least up to the commit that is asked about and with it.
pub trait Memory {
    /// Why it cannot say.
    type Error;

    /// Whether the request is an anonymous concern, or a task of one.
    ///
    /// # Errors
    /// It cannot say.
    fn is_anonymous(&self, request: ServiceRequestId) -> Result<bool, Self::Error>;

    /// Whether the commit at `position` was taken over from another system.
    ///
    /// # Errors
    /// It cannot say.
    fn is_import(&self, position: Position) -> Result<bool, Self::Error>;

    /// Until when the clock is silent, if it is at all.
    ///
    /// # Errors
    /// It cannot say.
    fn silent_until(
        &self,
        request: ServiceRequestId,
        clock: ClockRef,
    ) -> Result<Option<Timestamp>, Self::Error>;
}

/// What can be a fact says so by one of these. To look for them is much cheaper than to read the commit.
const SIGNS: [&[u8]; 3] = [
    b"khidma.requests.submitted.",
    b"khidma.requests.history_imported.",
    b"\"silent_until\"",
];

/// What the commit at `position` says that has to be remembered. `is_anonymous` says what was remembered of a request
/// before: see [`Memory::is_anonymous`].
///
/// # Errors
/// It is no commit of ours, or what `is_anonymous` cannot say.
pub fn facts<E>(
    position: Position,
    payload: &[u8],
    is_anonymous: impl Fn(ServiceRequestId) -> Result<bool, E>,
) -> Result<Vec<Fact>, FeedError<E>> {
    if !SIGNS
        .iter()
        .any(|sign| memmem::find(payload, sign).is_some())
    {
        return Ok(Vec::new());
    }
    let mut facts = Vec::new();
    for event in &raw_events(payload)? {
        let Ok(request) = event.subject.parse() else {
            continue;
        };
        if let Some(told) = RequestEvent::decode(&event.type_name, event.data) {
            match told.map_err(DecodeError::from)? {
                RequestEvent::Submitted(submitted)
                    if is_kept_out(&submitted, &is_anonymous).map_err(FeedError::Memory)? =>
                {
                    facts.push(Fact::Anonymous(request));
                }
                RequestEvent::HistoryImported(_) => facts.push(Fact::Import(position)),
                _ => {}
            }
        } else if let Some(Ok(ClockEvent::ClockStarted(started))) =
            ClockEvent::decode(&event.type_name, event.data)
            && let Some(until) = started.silent_until
        {
            facts.push(Fact::Silent(request, started.clock, until));
        }
    }
    Ok(facts)
}

/// Whether it is an anonymous concern, or a task of one.
fn is_kept_out<E>(
    submitted: &Submitted,
    is_anonymous: &impl Fn(ServiceRequestId) -> Result<bool, E>,
) -> Result<bool, E> {
    let is_concern = submitted.kind == RequestKind::Concern && submitted.requester.is_none();
    match &submitted.task_of {
        Some(task_of) if !is_concern => is_anonymous(task_of.request),
        _ => Ok(is_concern),
    }
}

/// Remembers in memory: for tests, and for who reads a whole log once.
#[derive(Debug, Clone, Default)]
pub struct Remembered {
    anonymous: HashSet<ServiceRequestId>,
    imports: HashSet<Position>,
    silent: HashMap<(ServiceRequestId, ClockRef), Timestamp>,
}

impl Remembered {
    /// Takes in the commit at `position`.
    ///
    /// # Errors
    /// It is no commit of ours.
    pub fn hear(&mut self, position: Position, payload: &[u8]) -> Result<(), DecodeError> {
        let facts = facts(position, payload, |request| self.is_anonymous(request));
        let facts = facts.map_err(|error| match error {
            FeedError::Commit(error) => error,
            FeedError::Memory(never) => match never {},
        })?;
        for fact in facts {
            match fact {
                Fact::Anonymous(request) => {
                    self.anonymous.insert(request);
                }
                Fact::Import(position) => {
                    self.imports.insert(position);
                }
                Fact::Silent(request, clock, until) => {
                    self.silent.insert((request, clock), until);
                }
            }
        }
        Ok(())
    }
}

impl Memory for Remembered {
    type Error = Infallible;

    fn is_anonymous(&self, request: ServiceRequestId) -> Result<bool, Infallible> {
        Ok(self.anonymous.contains(&request))
    }

    fn is_import(&self, position: Position) -> Result<bool, Infallible> {
        Ok(self.imports.contains(&position))
    }

    fn silent_until(
        &self,
        request: ServiceRequestId,
        clock: ClockRef,
    ) -> Result<Option<Timestamp>, Infallible> {
        Ok(self.silent.get(&(request, clock)).copied())
    }
}
