//! How a commit looks as a message.

use async_nats::HeaderMap;
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use khidma_kernel::Position;
use uuid::Uuid;

use crate::contexts::Contexts;
use crate::{Proposal, Stored};

/// What a payload is.
const CONTENT_TYPE: &str = "application/cloudevents-batch+json";

/// The subject of an entity: one exact subject each, so that the server checks exactly its last commit.
pub(super) fn subject(prefix: &str, proposal: &Proposal) -> String {
    format!("{prefix}.{}.{}", proposal.context, proposal.entity)
}

/// The message that stores `proposal` if the entity's last commit stands at `expected`.
pub(super) fn encode(proposal: &Proposal, expected: Position) -> PublishMessage {
    PublishMessage::build()
        .payload(proposal.payload.clone())
        .message_id(proposal.id.to_string())
        .expected_last_subject_sequence(expected.0)
        .header("Content-Type", CONTENT_TYPE)
}

/// The id of the commit with these headers.
pub(super) fn id(headers: &HeaderMap) -> Option<Uuid> {
    Uuid::parse_str(headers.get(NATS_MESSAGE_ID)?.as_str()).ok()
}

/// The commit in a message, or what is wrong with it.
pub(super) fn decode(
    prefix: &str,
    position: Position,
    message: async_nats::Message,
    contexts: &mut Contexts,
) -> Result<Stored, String> {
    let place = message
        .subject
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('.'));
    let Some((context, entity)) = place.and_then(|place| place.split_once('.')) else {
        return Err(format!("its subject {:?} names no entity", message.subject));
    };
    let id = message
        .headers
        .as_ref()
        .and_then(id)
        .ok_or("its Nats-Msg-Id is no commit id")?;
    let (context, entity) = (contexts.share(context), entity.to_owned());
    Ok(Stored {
        position,
        id,
        context,
        entity,
        payload: own(message.payload),
    })
}

/// The payload in memory of its own: as received, it keeps the whole read buffer alive that it came in.
fn own(payload: Bytes) -> Bytes {
    Bytes::copy_from_slice(&payload)
}
