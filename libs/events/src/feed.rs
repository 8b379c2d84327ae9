//! The public form of the log: what departments may read of it.
//!
//! The log is private; a department's feed holds the events that affect it, each once, in the order of the log. What may
//! not leave is left out here and nowhere else: internal notes, all of an anonymous concern and of the tasks planned on it,
//! history that was taken over.
//! It is a pure function of the log, so whoever computes it again, anywhere, gets the same feed.

mod memory;
mod place;

use std::borrow::Cow;
use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, Position, ServiceRequestId, Timestamp};
use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::cloudevent::audience;
use crate::feedback::{ActionEvent, Origin};
use crate::requests::RequestEvent;
use crate::sla::{Cause, ClockRef};
use crate::{CloudEvent, DecodeError, Event, raw_events};
use place::{Place, place};

pub use memory::{Fact, Memory, Remembered, facts};
pub use place::{is_public, public_kinds};

/// Why it cannot be said what of a commit is public.
#[derive(Debug, thiserror::Error)]
pub enum FeedError<E> {
    /// The commit cannot be read.
    #[error(transparent)]
    Commit(#[from] DecodeError),
    /// What was said before is not known.
    #[error("what was said before is not known: {0}")]
    Memory(E),
}

/// What a commit says in public.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// The departments that hear it; never empty.
    pub departments: BTreeSet<DepartmentId>,
    /// The events, in their order; never empty.
    pub events: Vec<PublicEvent<'a>>,
}

/// An event as a feed holds it. What an event on the log has besides (the command's idempotency key, who else hears of it)
/// has no place here.
#[derive(Debug, Clone)]
pub struct PublicEvent<'a> {
    /// Which event of its commit it is, from 0; events that are not public are counted too.
    pub index: u32,
    /// Its id.
    pub id: Uuid,
    /// `/khidma/<context>`.
    pub source: Cow<'a, str>,
    /// `khidma.<context>.<event>.v<version>`.
    pub type_name: Cow<'a, str>,
    /// The entity.
    pub subject: Cow<'a, str>,
    /// When it happened.
    pub time: Timestamp,
    /// Where its commit stands on the log.
    pub position: Position,
    /// Who caused it.
    pub actor: Cow<'a, str>,
    /// All that follows from one wish shares it.
    pub correlation: Uuid,
    /// The event that caused it.
    pub causation: Option<Uuid>,
    /// The W3C trace context of what caused it.
    pub traceparent: Option<Cow<'a, str>>,
    /// What happened: the JSON as it stands on the log.
    pub data: &'a RawValue,
}

impl PublicEvent<'_> {
    /// The context and the event's name, without its version: `("requests", "submitted")`.
    pub fn name(&self) -> (&str, &str) {
        let rest = self.type_name.strip_prefix("khidma.").unwrap_or_default();
        let (context, event) = rest.split_once('.').unwrap_or_default();
        let event = event.rsplit_once('.').map_or(event, |(name, _)| name);
        (context, event)
    }

    /// What stands behind the prefix in its subject in the feed of `department`: `it.requests.submitted`.
    pub fn topic(&self, department: &DepartmentId) -> String {
        let (context, event) = self.name();
        format!("{department}.{context}.{event}")
    }

    /// The headers of a message in CloudEvents' binary mode; the data is the body.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("ce-specversion", "1.0".to_owned()),
            ("ce-id", self.id.to_string()),
            ("ce-source", self.source.to_string()),
            ("ce-type", self.type_name.to_string()),
            ("ce-subject", self.subject.to_string()),
            ("ce-time", self.time.to_string()),
            ("ce-position", self.position.to_string()),
            ("ce-actor", self.actor.to_string()),
            ("ce-correlationid", self.correlation.to_string()),
        ];
        let causation = self.causation.map(|id| id.to_string());
        headers.extend(causation.map(|id| ("ce-causationid", id)));
        let traceparent = self.traceparent.as_deref().map(str::to_owned);
        headers.extend(traceparent.map(|context| ("ce-traceparent", context)));
        headers.push(("content-type", "application/json".to_owned()));
        headers
    }
}

/// What the commit at `position` says in public, if anything. `memory` has heard the log up to this commit and with it.
///
/// # Errors
/// The commit cannot be read, or the memory does not answer.
pub fn told<'a, M: Memory>(
    position: Position,
    payload: &'a [u8],
    memory: &M,
) -> Result<Option<Told<'a>>, FeedError<M::Error>> {
    // A text that says this has its quotes escaped. Who affects nobody is not read at all.
    if memmem::find(payload, b"\"audience\"").is_none() {
        return Ok(None);
    }
    let batch = raw_events(payload)?;
    let first = batch.first().ok_or(DecodeError::Empty)?;
    let departments = audience(first)?;
    let import = Some(Place::Import);
    if departments.is_empty() || batch.iter().any(|event| place(&event.type_name) == import) {
        return Ok(None);
    }
    let request = first.subject.parse::<ServiceRequestId>().ok();
    if let Some(request) = request
        && memory.is_anonymous(request).map_err(FeedError::Memory)?
    {
        return Ok(None);
    }
    let mut events = Vec::with_capacity(batch.len());
    for (index, event) in (0..).zip(batch) {
        if goes_out(&event, request, memory)? {
            events.push(public(index, position, event));
        }
    }
    Ok((!events.is_empty()).then_some(Told {
        departments,
        events,
    }))
}

fn public<'a>(
    index: u32,
    position: Position,
    event: CloudEvent<'a, &'a RawValue>,
) -> PublicEvent<'a> {
    PublicEvent {
        index,
        id: event.id,
        source: event.source,
        type_name: event.type_name,
        subject: event.subject,
        time: event.time,
        position,
        actor: event.actor,
        correlation: event.correlationid,
        causation: event.causationid,
        traceparent: event.traceparent,
        data: event.data,
    }
}

/// What data says about who sees it.
#[derive(Deserialize)]
struct Internal {
    #[serde(default)]
    internal: bool,
}

/// What all events of clocks that bear on their silence have in common.
#[derive(Deserialize)]
struct OfClock {
    clock: ClockRef,
    #[serde(default, alias = "breached_at")]
    at: Option<Timestamp>,
    #[serde(default)]
    cause: Option<Cause>,
}

fn goes_out<M: Memory>(
    event: &CloudEvent<'_, &RawValue>,
    request: Option<ServiceRequestId>,
    memory: &M,
) -> Result<bool, FeedError<M::Error>> {
    let Some(place) = place(&event.type_name) else {
        return Ok(false);
    };
    match place {
        Place::Public => Ok(true),
        Place::Private | Place::Import => Ok(false),
        Place::UnlessInternal => Ok(!read::<Internal>(event)?.internal),
        Place::NamesAnother => match named(event)? {
            Some(other) => {
                let anonymous = memory.is_anonymous(other).map_err(FeedError::Memory)?;
                Ok(!anonymous)
            }
            None => Ok(false),
        },
        Place::NamesOrigin => names_nobody(event, memory),
        Place::OfClock | Place::Breach => {
            let told: OfClock = read(event)?;
            if let Some(cause) = &told.cause
                && memory
                    .is_import(cause.position)
                    .map_err(FeedError::Memory)?
            {
                return Ok(false);
            }
            let (Place::Breach, Some(request), Some(at)) = (place, request, told.at) else {
                return Ok(true);
            };
            let silent = memory.silent_until(request, told.clock);
            let silent = silent.map_err(FeedError::Memory)?;
            Ok(silent.is_none_or(|until| at > until))
        }
    }
}

fn read<'a, T: Deserialize<'a>>(event: &CloudEvent<'a, &'a RawValue>) -> Result<T, DecodeError> {
    Ok(serde_json::from_str(event.data.get())?)
}

/// The other request that it is about.
fn named(event: &CloudEvent<'_, &RawValue>) -> Result<Option<ServiceRequestId>, DecodeError> {
    let told = RequestEvent::decode(&event.type_name, event.data).transpose()?;
    Ok(match told {
        Some(RequestEvent::Linked(event)) => Some(event.request),
        Some(RequestEvent::Unlinked(event)) => Some(event.request),
        Some(RequestEvent::Merged(event)) => Some(event.into),
        Some(RequestEvent::MergeReceived(event)) => Some(event.from),
        Some(RequestEvent::OutcomeShared(event)) => Some(event.concern),
        _ => None,
    })
}

/// Whether what an action comes from leads to nobody who spoke. An interview and an answer are somebody's; so is a concern,
/// which its own department knows of, unless nobody shall know whose it is, and which is not told to others with what came of
/// it. Nobody spoke where a promise was broken, but to an anonymous concern promises are made, too.
fn names_nobody<M: Memory>(
    event: &CloudEvent<'_, &RawValue>,
    memory: &M,
) -> Result<bool, FeedError<M::Error>> {
    let told = ActionEvent::decode(&event.type_name, event.data).transpose();
    let (origin, to_others) = match told.map_err(DecodeError::from)? {
        Some(ActionEvent::ActionOpened(event)) => (event.origin, false),
        Some(ActionEvent::ActionPublished(event)) => (event.origin, true),
        _ => return Ok(false),
    };
    let request = match origin {
        Origin::Round(_) | Origin::Other(_) => return Ok(true),
        Origin::Answer(_) | Origin::Interview(_) => return Ok(false),
        Origin::Concern(_) if to_others => return Ok(false),
        Origin::Concern(request) | Origin::Breach(request) => request,
    };
    let anonymous = memory.is_anonymous(request).map_err(FeedError::Memory)?;
    Ok(!anonymous)
}
