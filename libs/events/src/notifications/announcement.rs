//! What departments say to many, once or again and again.

use std::collections::{BTreeMap, BTreeSet};

use khidma_kernel::{DepartmentId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to an announcement.
    pub enum AnnouncementEvent in "notifications" {
        Announced = "announced" v 1,
    }
}

vocabulary! {
    /// What happened to a department's reminders of its standards.
    pub enum RhythmEvent in "notifications" {
        ReminderSet = "reminder_set" v 1,
        StandardsReminded = "standards_reminded" v 1,
    }
}

/// An announcement in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnnouncementText {
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
}

/// A department said something to many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Announced {
    /// Who says it.
    pub department: DepartmentId,
    /// To the members of these departments; to everybody if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub to: BTreeSet<DepartmentId>,
    /// By language, BCP 47 tags.
    pub texts: BTreeMap<String, AnnouncementText>,
    /// The language for those whose languages it is not in.
    pub language: String,
    /// Whether it comes at any hour and cannot be muted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
}

/// A department wants to be reminded of its standards, or no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReminderSet {
    /// Every so many days; `None`: not any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_days: Option<u16>,
    /// When for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
}

/// Its members were reminded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StandardsReminded {
    /// When they are reminded next.
    pub next: Timestamp,
}
