//! The history of a request that was written down elsewhere.

use std::collections::BTreeSet;

use khidma_events::requests::{Priority, Side};
use khidma_kernel::{DepartmentId, PersonId, Timestamp, sha256_hex};

use super::Submit;
use crate::state::{Request, State};

/// Everything that another system knows of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The system it comes from.
    pub source: String,
    /// What the request is called there.
    pub external_id: String,
    /// Who asked.
    pub requester: PersonId,
    /// For which department.
    pub requester_department: DepartmentId,
    /// Fact: whether there is such a department, open or closed by now.
    pub requester_department_known: bool,
    /// What was asked. Who asked stands above: `on_behalf_of` is not looked at.
    pub submit: Submit,
    /// When.
    pub at: Timestamp,
    /// What happened after that, oldest first.
    pub records: Vec<Record>,
    /// Fact: those of the requester and the actors whom the directory has never known.
    pub unknown: BTreeSet<PersonId>,
}

/// One line of another system's records.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: PersonId,
    /// What it means here: each is done if its condition holds then.
    pub actions: Vec<HistoryAction>,
    /// What it says: the words of its actions, and the internal note that it becomes if it means nothing here.
    pub note: String,
}

/// Something that is done if a condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryAction {
    /// What.
    pub verb: Verb,
    /// It is done if one of these holds; always, if there are none.
    pub when: Vec<Condition>,
    /// On which side the actor stands; `None` for the side the verb belongs to.
    pub side: Option<Side>,
}

/// What is done. Words that go with it are those of its record.
#[derive(Debug, Clone, PartialEq)]
pub enum Verb {
    /// The provider says: we have seen it.
    Acknowledge,
    /// The actor gets it.
    Assign,
    /// Work begins.
    Start,
    /// The provider waits for the requester.
    Wait,
    /// Work goes on.
    Resume,
    /// A public reply.
    Reply,
    /// An internal note.
    Note,
    /// It becomes more or less urgent.
    SetPriority(Priority),
    /// It is tagged anew.
    SetTags(Vec<String>),
    /// The provider says: done. It does not close by itself.
    Resolve,
    /// The requester says: done.
    Confirm,
    /// It was not done after all.
    Reopen,
    /// The provider will not do it.
    Decline,
    /// The requester no longer wants it.
    Cancel,
    /// Another department takes over.
    Transfer {
        /// That department.
        to: DepartmentId,
        /// Fact: whether there is such a department, open or closed by now.
        known: bool,
    },
}

impl Verb {
    /// The side it belongs to.
    pub fn side(&self) -> Side {
        match self {
            Self::Confirm | Self::Cancel => Side::Requester,
            _ => Side::Provider,
        }
    }

    /// All it says, in words that never change: a history's digest is made of them.
    fn words(&self) -> String {
        match self {
            Self::Acknowledge => "acknowledge".to_owned(),
            Self::Assign => "assign".to_owned(),
            Self::Start => "start".to_owned(),
            Self::Wait => "wait".to_owned(),
            Self::Resume => "resume".to_owned(),
            Self::Reply => "reply".to_owned(),
            Self::Note => "note".to_owned(),
            Self::SetPriority(Priority::Low) => "priority low".to_owned(),
            Self::SetPriority(Priority::Normal) => "priority normal".to_owned(),
            Self::SetPriority(Priority::High) => "priority high".to_owned(),
            Self::SetPriority(Priority::Urgent) => "priority urgent".to_owned(),
            Self::SetTags(tags) => format!("tags {}", tags.join(" ")),
            Self::Resolve => "resolve".to_owned(),
            Self::Confirm => "confirm".to_owned(),
            Self::Reopen => "reopen".to_owned(),
            Self::Decline => "decline".to_owned(),
            Self::Cancel => "cancel".to_owned(),
            Self::Transfer { to, .. } => format!("transfer {to}"),
        }
    }
}

/// A condition over the present state of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It is in this state.
    Is(State),
    /// The provider has something to do, or waits to.
    Open,
    /// No person has said that they saw it.
    Unacknowledged,
    /// Nobody does it.
    Unassigned,
}

impl Condition {
    /// Whether it holds.
    pub fn holds(self, request: &Request) -> bool {
        match self {
            Self::Is(state) => request.state == state,
            Self::Open => request.state.is_open(),
            Self::Unacknowledged => !request.acknowledged,
            Self::Unassigned => request.assignee.is_none(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Is(state) => state.as_str(),
            Self::Open => "open",
            Self::Unacknowledged => "unacknowledged",
            Self::Unassigned => "unassigned",
        }
    }
}

impl Import {
    /// The digest of the request and of its first records: one for no records, one for the first, and so on. Each follows
    /// from the one before, so all of them cost no more than the last.
    pub fn digests(&self) -> Vec<String> {
        let Submit {
            provider,
            title,
            description,
            priority,
            tags,
            channel,
            ..
        } = &self.submit;
        let mut digest = sha256_hex(&[
            self.requester.as_str().as_bytes(),
            self.requester_department.as_str().as_bytes(),
            provider
                .as_ref()
                .map_or("", DepartmentId::as_str)
                .as_bytes(),
            title.as_bytes(),
            description.as_bytes(),
            &[*priority as u8, *channel as u8],
            tags.join(" ").as_bytes(),
            &self.at.as_micros().to_be_bytes(),
        ]);
        let mut digests = Vec::with_capacity(self.records.len() + 1);
        for record in &self.records {
            let next = record.digest(&digest);
            digests.push(std::mem::replace(&mut digest, next));
        }
        digests.push(digest);
        digests
    }
}

impl Record {
    fn digest(&self, before: &str) -> String {
        let mut actions = String::new();
        for action in &self.actions {
            actions.push_str(&action.verb.words());
            for condition in &action.when {
                actions.push('|');
                actions.push_str(condition.words());
            }
            actions.push_str(match action.side {
                None => ";",
                Some(Side::Provider) => "/provider;",
                Some(Side::Requester) => "/requester;",
            });
        }
        sha256_hex(&[
            before.as_bytes(),
            &self.at.as_micros().to_be_bytes(),
            self.actor.as_str().as_bytes(),
            actions.as_bytes(),
            self.note.as_bytes(),
        ])
    }
}
