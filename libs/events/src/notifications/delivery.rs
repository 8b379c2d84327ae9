//! Deliveries: one message to one receiver by one channel, from the wish to the end.

use khidma_kernel::{EndpointId, PersonId, Position, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Channel, Message};

vocabulary! {
    /// What happened to a delivery.
    pub enum DeliveryEvent in "notifications" {
        DeliveryRequested = "delivery_requested" v 1,
        AttemptFailed = "attempt_failed" v 1,
        Delivered = "delivered" v 1,
        DeadLettered = "dead_lettered" v 1,
        Replayed = "replayed" v 1,
        Seen = "seen" v 1,
        Read = "read" v 1,
        Archived = "archived" v 1,
    }
}

/// Who gets a message.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// A person. Their address is looked up when it is sent: it stands in the directory, not here.
    Person(PersonId),
    /// An endpoint.
    Endpoint(EndpointId),
}

/// From what it follows: the same origin, receiver and channel are one delivery, however often they are asked for.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Origin {
    /// Where the commit stands from which the message follows; of several messages in one, the newest.
    #[schemars(with = "u64")]
    pub position: Position,
    /// Which of that commit's messages it is, from 0.
    pub number: u32,
}

/// Somebody is to be told something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryRequested {
    /// Who is told.
    pub to: Receiver,
    /// By which channel.
    pub channel: Channel,
    /// What they are told.
    pub message: Message,
    /// In which language, a BCP 47 tag for which there are texts.
    pub language: String,
    /// Which version of the texts it is put into words by.
    pub texts: u32,
    /// From what it follows.
    pub origin: Origin,
    /// Whether it may come at any hour and before others.
    #[serde(default)]
    pub urgent: bool,
    /// When the receiver's quiet hours end, before which it is not sent.
    #[serde(default)]
    pub not_before: Option<Timestamp>,
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// A stable code: `connection`, `timeout`, `status`, `redirect`, `address_forbidden`, `address_unknown`, `rejected`,
    /// `gone`, `no_address`, `tls`, `too_large`, `texts`, `no_mail_server`, `endpoint_disabled`, `endpoint_removed`.
    pub code: String,
    /// The receiver's own number, an HTTP status or SMTP reply code, if it answered.
    #[serde(default)]
    pub status: Option<u16>,
    /// Without secrets and addresses: what an operator has to know.
    pub reason: String,
}

/// It was sent, and did not arrive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptFailed {
    /// Which attempt, from 1; a replay goes on counting.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
    /// When it is tried again.
    pub retry_at: Timestamp,
}

/// The receiver took it. A message in the inbox is delivered when it is requested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delivered {
    /// By which attempt, from 1.
    pub attempt: u32,
}

/// It is not tried any more, unless somebody replays it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLettered {
    /// After which attempt, from 1; 0 if none was made.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// Somebody wants it to be tried again, from the beginning of its retries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replayed {}

/// It was shown to its receiver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {}

/// Its receiver read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Read {}

/// Its receiver put it away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Archived {}
