//! How a person wants to be reached.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a person wants to be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// BCP 47 language tags, the preferred first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// The channels they want, the preferred first.
    #[serde(default)]
    pub channels: Vec<ContactChannel>,
    /// When they do not want to be disturbed.
    #[serde(default)]
    pub quiet_hours: Option<QuietHours>,
    /// Who may see this profile.
    #[serde(default)]
    pub privacy: Privacy,
}

/// A way to reach a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactChannel {
    /// What kind it is.
    pub kind: ChannelKind,
    /// The address on that channel; empty for the inbox. Personal: it stands in no other event.
    #[serde(default)]
    pub address: String,
}

/// A kind of channel.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// The inbox inside Khidma.
    Inbox,
    /// E-mail.
    Email,
    /// Telephone.
    Phone,
    /// A chat address.
    Chat,
    /// A URL that is called.
    Webhook,
}

/// A daily time without disturbance, in the person's own zone. It may cross midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuietHours {
    /// IANA time zone.
    pub time_zone: String,
    /// Local time `HH:MM` at which it begins.
    pub start: String,
    /// Local time `HH:MM` at which it ends.
    pub end: String,
}

/// Who may see a profile. The person and an admin always may.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Every caller.
    Everyone,
    /// Members of the person's departments.
    #[default]
    Department,
    /// Nobody else.
    Nobody,
}
