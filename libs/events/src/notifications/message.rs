//! What is told: a kind, and what its text speaks of. The text itself is made when it is needed, in a language, from a
//! version of the texts that the delivery pins.

use std::collections::BTreeMap;

use khidma_kernel::{ServiceRequestId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// By which way a message goes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The inbox that Khidma itself keeps.
    Inbox,
    /// E-mail.
    Email,
    /// A webhook: an HTTP request that the receiver can verify.
    Webhook,
    /// A chat's incoming webhook (Slack, Mattermost).
    Chat,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Inbox, Self::Email, Self::Webhook, Self::Chat];

    /// The channel as events and callers write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Chat => "chat",
        }
    }

    /// The channel that is written so, if one is.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

/// What a message is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A request has arrived: to who asked.
    Receipt,
    /// A department was asked for something: to its endpoints.
    Request,
    /// Somebody was given a request: to them.
    Assignment,
    /// The provider needs something from who asked.
    Question,
    /// A public word: to the other side.
    Reply,
    /// The work goes on: to who asked and who follows.
    Progress,
    /// It is done, says the provider: who asked confirms or reopens.
    Resolved,
    /// It ended: confirmed, closed by itself, declined, cancelled, merged.
    Ended,
    /// It was not done after all: to who does it.
    Reopened,
    /// It waits for an approval: to who may give it.
    Approval,
    /// A promise is about to be broken: to who does it.
    Warning,
    /// A promise was broken.
    Breach,
    /// A promise that was thought broken was not.
    Retraction,
    /// A step of a ladder: to whom the policy names, and up the reporting line until somebody acknowledges.
    Escalation,
    /// What became of a concern: to who reported the same.
    Concern,
    /// A role's description is to be read and confirmed: to who holds it.
    Role,
    /// A department's standards, again and again: to its members.
    Standards,
    /// A word from a department to many.
    Announcement,
    /// Somebody is asked: how a request went, or what they think.
    Survey,
    /// Somebody is thanked.
    Thanks,
    /// "You said, we did": to those concerned.
    Improvement,
    /// An improvement action is theirs, or overdue: to who answers for it.
    Action,
    /// What gathered since the last digest.
    Digest,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Receipt,
        Self::Request,
        Self::Assignment,
        Self::Question,
        Self::Reply,
        Self::Progress,
        Self::Resolved,
        Self::Ended,
        Self::Reopened,
        Self::Approval,
        Self::Warning,
        Self::Breach,
        Self::Retraction,
        Self::Escalation,
        Self::Concern,
        Self::Role,
        Self::Standards,
        Self::Announcement,
        Self::Survey,
        Self::Thanks,
        Self::Improvement,
        Self::Action,
        Self::Digest,
    ];

    /// All of them, as [`MessageKind::as_str`] writes them.
    pub const NAMES: [&'static str; Self::ALL.len()] = {
        let mut names = [""; Self::ALL.len()];
        let mut number = 0;
        while number < names.len() {
            names[number] = Self::ALL[number].as_str();
            number += 1;
        }
        names
    };

    /// The kind as events, texts and callers write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Request => "request",
            Self::Assignment => "assignment",
            Self::Question => "question",
            Self::Reply => "reply",
            Self::Progress => "progress",
            Self::Resolved => "resolved",
            Self::Ended => "ended",
            Self::Reopened => "reopened",
            Self::Approval => "approval",
            Self::Warning => "warning",
            Self::Breach => "breach",
            Self::Retraction => "retraction",
            Self::Escalation => "escalation",
            Self::Concern => "concern",
            Self::Role => "role",
            Self::Standards => "standards",
            Self::Announcement => "announcement",
            Self::Survey => "survey",
            Self::Thanks => "thanks",
            Self::Improvement => "improvement",
            Self::Action => "action",
            Self::Digest => "digest",
        }
    }

    /// The kind that is written so, if one is.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Something a text speaks of. Numbers, instants and durations are written as the reader's language writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// Words of people, shown as they are.
    Text(String),
    /// One of a few words that a text chooses by: `declined`.
    Choice(String),
    /// A number, by which plurals are chosen.
    Number(i64),
    /// A UTC instant, shown in the reader's time zone.
    At(Timestamp),
    /// So many seconds.
    Seconds(u64),
}

/// A message, before it is put into words. Which `args` each kind has is written down beside the texts, and a rule that
/// leaves one out does not pass the tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// What it is about.
    pub kind: MessageKind,
    /// The request it is about, if it is about one.
    #[serde(default)]
    pub request: Option<ServiceRequestId>,
    /// What the text speaks of, by name.
    #[serde(default)]
    pub args: BTreeMap<String, Arg>,
    /// The messages it stands for, oldest first, where several became one: of a digest, or of one kind within a short time.
    #[serde(default)]
    pub items: Vec<Message>,
}
