//! What the log records.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{Actor, DepartmentId, Timestamp};

/// One event, as it stands on the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<E> {
    /// The event's own id (UUIDv7).
    pub id: Uuid,
    /// When it happened.
    pub at: Timestamp,
    /// Who caused it.
    pub by: Actor,
    /// What happened.
    pub event: E,
}

/// The idempotency key of the command behind a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnceKey {
    /// The key: the caller's `request_id`, made the caller's own (or an id derived from the causing event).
    pub key: Uuid,
    /// Fingerprint of what was asked under it.
    pub digest: u64,
}

/// What a commit says about itself besides its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// All that follows from one wish shares this id.
    pub correlation: Uuid,
    /// The event that caused it, if an event did.
    pub causation: Option<Uuid>,
    /// W3C trace context of the command, `00-<trace>-<span>-<flags>`.
    pub traceparent: Option<String>,
    /// The departments it affects.
    pub audience: BTreeSet<DepartmentId>,
    /// The command's idempotency key.
    pub once: Option<OnceKey>,
}

/// The 1..n events that one command produced for one entity: stored whole or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit<E> {
    /// The entity, unique in its context.
    pub entity: String,
    /// What it says about itself.
    pub meta: Meta,
    /// The events, oldest first; never empty.
    pub events: Vec<Recorded<E>>,
}
