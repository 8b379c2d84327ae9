//! A commit as a CloudEvents 1.0 JSON batch (<https://github.com/cloudevents/spec>), the one form on every log.

use std::borrow::Cow;
use std::collections::BTreeSet;

use khidma_kernel::{Commit, DepartmentId, Meta, OnceKey, Recorded, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::Event;

/// The media type of a commit's payload.
pub const BATCH_MEDIA_TYPE: &str = "application/cloudevents-batch+json";

/// A payload that is no commit of ours.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not a batch of CloudEvents, or an attribute or the data of one does not fit.
    #[error("not a commit: {0}")]
    Malformed(#[from] serde_json::Error),
    /// An event this version of the program does not know. It must not go on as if nothing were.
    #[error("unknown event type {0:?}: written by a newer version?")]
    UnknownType(String),
    /// An attribute that is no id, actor or the like.
    #[error("attribute {attribute} is not valid: {reason}")]
    Attribute {
        /// The attribute's name.
        attribute: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A batch without an event.
    #[error("a commit without events")]
    Empty,
}

/// One event with its attributes. Extension attributes are lower case without separators, as CloudEvents wants; those of
/// the whole commit stand on its first event only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloudEvent<'a, D> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    /// The event's id.
    pub id: Uuid,
    /// `/khidma/<context>`.
    #[serde(borrow)]
    pub source: Cow<'a, str>,
    /// `khidma.<context>.<event>.v<version>`.
    #[serde(rename = "type", borrow)]
    pub type_name: Cow<'a, str>,
    /// The entity.
    #[serde(borrow)]
    pub subject: Cow<'a, str>,
    /// When it happened.
    pub time: Timestamp,
    #[serde(borrow)]
    datacontenttype: Cow<'a, str>,
    /// W3C trace context.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<Cow<'a, str>>,
    /// Where its commit stands; only where the event was read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Who caused it, `person:<id>` or `service:<name>`.
    #[serde(borrow)]
    pub actor: Cow<'a, str>,
    /// All that follows from one wish shares it.
    pub correlationid: Uuid,
    /// The event that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<Uuid>,
    /// The departments it affects, joined by commas.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub audience: Cow<'a, str>,
    /// The command's idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idempotencykey: Option<Uuid>,
    /// Fingerprint of the command, in hexadecimal.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    commanddigest: Option<Cow<'a, str>>,
    /// What happened.
    pub data: D,
}

type Raw<'a> = CloudEvent<'a, &'a RawValue>;

/// Writes a commit.
///
/// # Errors
/// An event's data has no JSON form. The events of this crate always have one.
pub fn encode<E: Event>(commit: &Commit<E>) -> Result<Vec<u8>, serde_json::Error> {
    let audience: Vec<&str> = commit
        .meta
        .audience
        .iter()
        .map(DepartmentId::as_str)
        .collect();
    let audience = audience.join(",");
    let batch: Vec<CloudEvent<'_, &E>> = commit
        .events
        .iter()
        .enumerate()
        .map(|(index, recorded)| {
            let once = commit.meta.once.filter(|_| index == 0);
            CloudEvent {
                specversion: "1.0".into(),
                id: recorded.id,
                source: E::SOURCE.into(),
                type_name: recorded.event.kind().type_name.into(),
                subject: commit.entity.as_str().into(),
                time: recorded.at,
                datacontenttype: "application/json".into(),
                traceparent: commit.meta.traceparent.as_deref().map(Cow::from),
                position: None,
                actor: recorded.by.to_string().into(),
                correlationid: commit.meta.correlation,
                causationid: commit.meta.causation,
                audience: audience.as_str().into(),
                idempotencykey: once.map(|once| once.key),
                commanddigest: once.map(|once| format!("{:016x}", once.digest).into()),
                data: &recorded.event,
            }
        })
        .collect();
    serde_json::to_vec(&batch)
}

/// Reads a commit.
///
/// # Errors
/// See [`DecodeError`]; an event of an unknown type is one of them.
pub fn decode<E: Event>(payload: &[u8]) -> Result<Commit<E>, DecodeError> {
    let batch: Vec<Raw<'_>> = serde_json::from_slice(payload)?;
    let first = batch.first().ok_or(DecodeError::Empty)?;
    let (entity, meta) = (first.subject.clone().into_owned(), meta(first)?);
    let events = batch
        .iter()
        .map(|raw| {
            let event = E::decode(&raw.type_name, raw.data)
                .ok_or_else(|| DecodeError::UnknownType(raw.type_name.clone().into_owned()))??;
            let by = raw
                .actor
                .parse()
                .map_err(|error| attribute("actor", &error))?;
            Ok(Recorded {
                id: raw.id,
                at: raw.time,
                by,
                event,
            })
        })
        .collect::<Result<_, DecodeError>>()?;
    Ok(Commit {
        entity,
        meta,
        events,
    })
}

/// Reads only what a commit says about itself.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_meta(payload: &[u8]) -> Result<Meta, DecodeError> {
    let batch: Vec<Raw<'_>> = serde_json::from_slice(payload)?;
    meta(batch.first().ok_or(DecodeError::Empty)?)
}

/// The events of a commit as they stand, whatever context they are of, for those who pass them on.
///
/// # Errors
/// See [`DecodeError`].
pub fn raw_events(payload: &[u8]) -> Result<Vec<CloudEvent<'_, &RawValue>>, DecodeError> {
    Ok(serde_json::from_slice(payload)?)
}

/// The events of a commit that belong to the vocabulary `E`, for those who only listen: what a newer version of the
/// service that wrote it says besides is not for them.
///
/// # Errors
/// See [`DecodeError`]; an event of an unknown type is none.
pub fn known_events<E: Event>(payload: &[u8]) -> Result<Vec<E>, DecodeError> {
    let events = raw_events(payload)?;
    let known = events
        .iter()
        .filter_map(|event| E::decode(&event.type_name, event.data));
    Ok(known.collect::<Result<_, _>>()?)
}

/// The departments that an event affects.
pub(crate) fn audience(event: &Raw<'_>) -> Result<BTreeSet<DepartmentId>, DecodeError> {
    event
        .audience
        .split(',')
        .filter(|id| !id.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error| attribute("audience", &error))
}

fn meta(first: &Raw<'_>) -> Result<Meta, DecodeError> {
    let audience = audience(first)?;
    let once = match (first.idempotencykey, &first.commanddigest) {
        (Some(key), Some(digest)) => {
            let digest = u64::from_str_radix(digest, 16)
                .map_err(|error| attribute("commanddigest", &error))?;
            Some(OnceKey { key, digest })
        }
        _ => None,
    };
    Ok(Meta {
        correlation: first.correlationid,
        causation: first.causationid,
        traceparent: first.traceparent.clone().map(Cow::into_owned),
        audience,
        once,
    })
}

fn attribute(attribute: &'static str, error: &dyn std::error::Error) -> DecodeError {
    DecodeError::Attribute {
        attribute,
        reason: error.to_string(),
    }
}
