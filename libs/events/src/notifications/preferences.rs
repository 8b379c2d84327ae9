//! What a person wants to hear, and how.

use std::collections::{BTreeMap, BTreeSet};

use khidma_kernel::{PersonId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Channel, MessageKind};

vocabulary! {
    /// What happened to a person's preferences.
    pub enum PreferencesEvent in "notifications" {
        PreferencesSet = "preferences_set" v 1,
    }
}

/// How a person wants messages of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KindPreference {
    /// By these channels; none: not at all. `None`: as their profile says.
    #[serde(default)]
    pub channels: Option<BTreeSet<Channel>>,
    /// Whether those channels but the inbox have it in the next digest rather than at once.
    #[serde(default)]
    pub digest: bool,
}

/// When digests come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DigestRhythm {
    /// At this time of day, `HH:MM`.
    pub at: String,
    /// In this IANA time zone; empty: in that of their quiet hours, else UTC.
    pub time_zone: String,
    /// On these days of the week, 1 for Monday to 7; every day if empty.
    #[serde(default)]
    pub weekdays: BTreeSet<u8>,
}

/// Who hears a person's messages in their stead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StandIn {
    /// Who.
    pub person: PersonId,
    /// Until when.
    pub until: Timestamp,
}

/// What a person wants to hear, and how. Kinds that cannot be muted are told by the inbox at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Preferences {
    /// By kind; of a kind that is not here, as their profile says.
    #[serde(default)]
    pub kinds: BTreeMap<MessageKind, KindPreference>,
    /// When digests come; `None`: each day at 08:00 in the zone of their quiet hours, else UTC.
    #[serde(default)]
    pub digest: Option<DigestRhythm>,
    /// Whether urgent messages come during quiet hours, too. They do unless this says otherwise.
    #[serde(default)]
    pub quiet_even_if_urgent: bool,
    /// Who hears their messages in their stead, besides their own inbox.
    #[serde(default)]
    pub stand_in: Option<StandIn>,
}

/// A person said what they want to hear, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PreferencesSet {
    /// All of it.
    pub preferences: Preferences,
}
