//! Words of messages, between protobuf and our own types.

use khidma_edge::status::invalid_field;
use khidma_events::notifications::{Channel, Failure, MessageKind};
use khidma_notifications_texts::Letter;
use khidma_proto::notifications as pb;
use tonic::Status;

/// A number that is none of an enum's.
pub(crate) fn unknown_value(field: &str) -> Status {
    let message = format!("{field} is none of the values there are");
    invalid_field(field, "UNKNOWN_VALUE", message)
}

pub(crate) fn missing(field: &str) -> Status {
    invalid_field(field, "MISSING_FIELD", format!("{field} must not be empty"))
}

/// The channel in `field`, if one is said.
pub(crate) fn channel_in(field: &str, channel: i32) -> Result<Option<Channel>, Status> {
    match pb::Channel::try_from(channel).map_err(|_| unknown_value(field))? {
        pb::Channel::Unspecified => Ok(None),
        pb::Channel::Inbox => Ok(Some(Channel::Inbox)),
        pb::Channel::Email => Ok(Some(Channel::Email)),
        pb::Channel::Webhook => Ok(Some(Channel::Webhook)),
        pb::Channel::Chat => Ok(Some(Channel::Chat)),
    }
}

pub(crate) fn channel_out(channel: Channel) -> pb::Channel {
    match channel {
        Channel::Inbox => pb::Channel::Inbox,
        Channel::Email => pb::Channel::Email,
        Channel::Webhook => pb::Channel::Webhook,
        Channel::Chat => pb::Channel::Chat,
    }
}

/// The kind in `field`.
pub(crate) fn kind_in(field: &str, kind: i32) -> Result<MessageKind, Status> {
    let kind = pb::MessageKind::try_from(kind).map_err(|_| unknown_value(field))?;
    let mut all = MessageKind::ALL.into_iter();
    all.find(|ours| kind_out(*ours) == kind)
        .ok_or_else(|| missing(field))
}

pub(crate) fn kind_out(kind: MessageKind) -> pb::MessageKind {
    match kind {
        MessageKind::Receipt => pb::MessageKind::Receipt,
        MessageKind::Request => pb::MessageKind::Request,
        MessageKind::Assignment => pb::MessageKind::Assignment,
        MessageKind::Question => pb::MessageKind::Question,
        MessageKind::Reply => pb::MessageKind::Reply,
        MessageKind::Progress => pb::MessageKind::Progress,
        MessageKind::Resolved => pb::MessageKind::Resolved,
        MessageKind::Ended => pb::MessageKind::Ended,
        MessageKind::Reopened => pb::MessageKind::Reopened,
        MessageKind::Approval => pb::MessageKind::Approval,
        MessageKind::Warning => pb::MessageKind::Warning,
        MessageKind::Breach => pb::MessageKind::Breach,
        MessageKind::Retraction => pb::MessageKind::Retraction,
        MessageKind::Escalation => pb::MessageKind::Escalation,
        MessageKind::Concern => pb::MessageKind::Concern,
        MessageKind::Role => pb::MessageKind::Role,
        MessageKind::Standards => pb::MessageKind::Standards,
        MessageKind::Announcement => pb::MessageKind::Announcement,
        MessageKind::Survey => pb::MessageKind::Survey,
        MessageKind::Thanks => pb::MessageKind::Thanks,
        MessageKind::Improvement => pb::MessageKind::Improvement,
        MessageKind::Action => pb::MessageKind::Action,
        MessageKind::Digest => pb::MessageKind::Digest,
    }
}

pub(crate) fn letter_out(letter: Letter) -> pb::Letter {
    pb::Letter {
        subject: letter.subject,
        text: letter.text,
        language: letter.language.to_owned(),
        right_to_left: letter.right_to_left,
        html: letter.html,
    }
}

pub(crate) fn failure_out(failure: Failure) -> pb::Failure {
    pb::Failure {
        code: failure.code,
        status: failure.status.unwrap_or_default().into(),
        reason: failure.reason,
    }
}
