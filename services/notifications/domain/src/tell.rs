//! What somebody is to be told, before it is known by which ways.

use std::ops::RangeInclusive;

use khidma_events::notifications::Message;
use khidma_kernel::{DepartmentId, PersonId};
use serde::{Deserialize, Serialize};

use crate::kinds::{is_urgent, since};

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Whom {
    /// A person, by the ways they chose.
    Person(PersonId),
    /// A department as such, by its endpoints.
    Department(DepartmentId),
}

/// Somebody is to be told something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tell {
    /// Who, each at most once.
    pub to: Vec<Whom>,
    /// What.
    pub message: Message,
    /// Whether it comes at any hour and before others.
    pub urgent: bool,
    /// The department that is asked, where it is about a request: silences may name it.
    pub provider: Option<DepartmentId>,
    /// Whether it must not leave the house: it goes to inboxes only, whatever people chose.
    pub confined: bool,
    /// The versions of the rules in which it is told. What happened while another was in force is not told so, however late
    /// it is read: a rule that comes later begins with its version, and the one that it replaces stays, and ends before it.
    pub rules: RangeInclusive<u32>,
}

impl Tell {
    /// `message` to `to`, about a request of which `provider` is the provider, as urgent as its kind is and since there is
    /// such a kind.
    pub fn new(message: Message, provider: Option<DepartmentId>, to: Vec<Whom>) -> Self {
        Self {
            to,
            urgent: is_urgent(message.kind),
            rules: since(message.kind)..=u32::MAX,
            message,
            provider,
            confined: false,
        }
    }
}

/// The same message to persons.
pub fn persons(to: impl IntoIterator<Item = PersonId>) -> Vec<Whom> {
    to.into_iter().map(Whom::Person).collect()
}
