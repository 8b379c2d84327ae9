//! Announcements: what a department says to many.

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::{Announce, AnnouncementFacts};
pub use refusal::AnnouncementRefusal;

use std::collections::BTreeSet;

use khidma_events::notifications::AnnouncementEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// Characters of a title.
pub const TITLE: usize = 200;
/// Characters of a text. Each member's message holds it.
pub const TEXT: usize = 4_000;
/// Languages of an announcement.
pub const LANGUAGES: usize = 20;
/// Characters of a language tag (RFC 5646 §4.4.1 asks for at least 35).
pub const LANGUAGE: usize = 35;
/// Departments that are named.
pub const DEPARTMENTS: usize = 200;

/// An announcement as an entity. Its state is whether it was made; it never changes.
#[derive(Debug)]
pub struct AnnouncementDecider;

impl Decider for AnnouncementDecider {
    type Body = Announce;
    type Event = AnnouncementEvent;
    type State = bool;
    type Refusal = AnnouncementRefusal;

    fn decide(
        announced: &bool,
        command: &Command<Announce>,
    ) -> Result<Vec<AnnouncementEvent>, AnnouncementRefusal> {
        decide::decide(*announced, command)
    }

    fn evolve(announced: &mut bool, recorded: &Recorded<AnnouncementEvent>) {
        let AnnouncementEvent::Announced(_) = &recorded.event;
        *announced = true;
    }

    /// No department: it is told to people.
    fn audience(_: &bool, _: &bool) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
