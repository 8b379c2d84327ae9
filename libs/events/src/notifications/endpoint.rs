//! Endpoints: where messages for a department or person are posted.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, EndpointId, PersonId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Failure, MessageKind};

vocabulary! {
    /// What happened to an endpoint.
    pub enum EndpointEvent in "notifications" {
        EndpointRegistered = "endpoint_registered" v 1,
        EndpointChanged = "endpoint_changed" v 1,
        SecretRotated = "secret_rotated" v 1,
        EndpointDisabled = "endpoint_disabled" v 1,
        EndpointEnabled = "endpoint_enabled" v 1,
        EndpointRemoved = "endpoint_removed" v 1,
    }
}

/// How it is spoken to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EndpointKind {
    /// Signed JSON, by the specification of Standard Webhooks.
    Webhook,
    /// The words alone, as Slack and Mattermost take them.
    Chat,
}

/// Whose messages it gets.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EndpointOwner {
    /// What a department is told.
    Department(DepartmentId),
    /// What a person is told.
    Person(PersonId),
}

/// What is known of an endpoint besides its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointSpec {
    /// How it is spoken to.
    pub kind: EndpointKind,
    /// Where it is, `https://…`. A chat's address is a secret of the chat: it is never shown again or logged.
    pub url: String,
    /// Only messages of these kinds; of all if empty.
    #[serde(default)]
    pub kinds: BTreeSet<MessageKind>,
    /// In which language.
    pub language: String,
}

/// An endpoint came to be, with the first of its secrets. Secrets are derived from a key of the server and are not here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointRegistered {
    /// Its id.
    pub endpoint: EndpointId,
    /// Whose messages it gets.
    pub owner: EndpointOwner,
    /// What else is known of it.
    pub spec: EndpointSpec,
}

/// It is elsewhere, or gets other messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointChanged {
    /// What is known of it from now on.
    pub spec: EndpointSpec,
}

/// It has another secret; for a while messages are signed with both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecretRotated {
    /// The number of the new secret; the first is 1.
    pub generation: u32,
    /// Until when messages are signed with the one before, too.
    pub old_until: Timestamp,
}

/// Nothing is sent to it from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointDisabled {
    /// What it answered, where that is why; `None` if somebody wanted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// Messages are sent to it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointEnabled {}

/// It is no more. Its id is not given again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointRemoved {}
