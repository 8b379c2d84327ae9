//! Who is told what of what happens to roles.

use std::collections::BTreeSet;

use khidma_events::directory::RoleEvent;
use khidma_events::notifications::{Arg, Message, MessageKind};
use khidma_kernel::{Actor, PersonId, Recorded};

use super::words;
use crate::tell::{Tell, persons};

/// A role as it is once the event has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office<'a> {
    /// Its name.
    pub name: &'a str,
    /// What who holds it is responsible for.
    pub description: &'a str,
    /// The revision of that description.
    pub revision: u32,
    /// Who holds it, anywhere.
    pub holders: &'a BTreeSet<PersonId>,
}

/// What follows from an event of a role: whoever has a description to read and confirm is told.
pub fn tell(office: &Office<'_>, recorded: &Recorded<RoleEvent>) -> Option<Tell> {
    match &recorded.event {
        RoleEvent::RoleAssigned(event) => to_read(office, &recorded.by, [event.person.clone()]),
        RoleEvent::RoleRevised(_) => to_read(office, &recorded.by, office.holders.iter().cloned()),
        RoleEvent::RoleDefined(_)
        | RoleEvent::RoleUnassigned(_)
        | RoleEvent::RoleConfirmed(_)
        | RoleEvent::OnDutySet(_) => None,
    }
}

fn to_read(
    office: &Office<'_>,
    by: &Actor,
    readers: impl IntoIterator<Item = PersonId>,
) -> Option<Tell> {
    let to = readers
        .into_iter()
        .filter(|reader| by.person() != Some(reader));
    let to = persons(to);
    let args = [
        ("role", words(office.name)),
        ("description", words(office.description)),
        ("revision", Arg::Number(office.revision.into())),
    ];
    let message = Message {
        kind: MessageKind::Role,
        request: None,
        args: args.map(|(name, arg)| (name.to_owned(), arg)).into(),
        items: Vec::new(),
    };
    (!to.is_empty()).then(|| Tell::new(message, None, to))
}
