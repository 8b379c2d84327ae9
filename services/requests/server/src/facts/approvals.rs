//! Who may give whose word: what the directory says of roles and of the reporting line, and what was delegated.

use std::collections::BTreeSet;

use khidma_events::requests::Approver;
use khidma_kernel::{Caller, DepartmentId, PersonId, RoleId, Timestamp};
use khidma_projection::{Reader, RowError};
use khidma_requests_domain::delegation::Period;
use khidma_requests_domain::{Approving, Authority, Request};

use crate::keys;
use crate::views::Person;

/// Somebody and those in whose place they approve at one time.
pub(crate) struct Speakers {
    own: Speaker,
    delegated: Vec<Speaker>,
}

struct Speaker {
    person: PersonId,
    roles: BTreeSet<(RoleId, DepartmentId)>,
}

impl Speakers {
    /// What is known of `person` and of those who have delegated their approvals to them at the time `now` and have not
    /// left.
    pub(crate) fn of(reader: &Reader, person: &PersonId, now: Timestamp) -> Result<Self, RowError> {
        let own = Speaker::of(reader, person.clone())?;
        let mut delegated = Vec::new();
        for row in reader.prefix(&keys::stands_in_for(person)) {
            let (key, row) = row?;
            let period: Period = row.decode()?;
            let Some(other) = keys::last_part::<PersonId>(&key).filter(|_| period.contains(now))
            else {
                continue;
            };
            let known: Option<Person> = reader.get(&keys::person(&other))?;
            if known.is_some_and(|person| person.active) {
                delegated.push(Speaker::of(reader, other)?);
            }
        }
        Ok(Self { own, delegated })
    }

    /// As whom they may decide about what `requester` asks for.
    pub(crate) fn approving(
        &self,
        reader: &Reader,
        requester: Option<&PersonId>,
    ) -> Result<Approving, RowError> {
        let manager = requester
            .map(|requester| manager(reader, requester))
            .transpose()?
            .flatten();
        let authority = |speaker: &Speaker| Authority {
            person: speaker.person.clone(),
            roles: speaker.roles.clone(),
            manages_requester: manager.as_ref() == Some(&speaker.person),
        };
        Ok(Approving {
            own: authority(&self.own),
            delegated: self.delegated.iter().map(authority).collect(),
        })
    }

    /// The lists of what may wait for their word.
    pub(crate) fn lists(&self, reader: &Reader) -> Result<BTreeSet<Vec<u8>>, RowError> {
        let mut lists = BTreeSet::new();
        for speaker in std::iter::once(&self.own).chain(&self.delegated) {
            lists.insert(keys::awaiting_person(&speaker.person));
            for (role, department) in &speaker.roles {
                lists.insert(keys::awaiting_role(role, None));
                lists.insert(keys::awaiting_role(role, Some(department)));
            }
            for row in reader.prefix(&keys::reports(&speaker.person)) {
                let report = keys::last_part::<PersonId>(&row?.0);
                lists.extend(report.as_ref().map(keys::awaiting_manager_of));
            }
        }
        Ok(lists)
    }
}

impl Speaker {
    fn of(reader: &Reader, person: PersonId) -> Result<Self, RowError> {
        let mut roles = BTreeSet::new();
        for row in reader.prefix(&keys::all_held(&person)) {
            let key = row?.0;
            roles.extend(keys::last_but_one(&key).zip(keys::last_part(&key)));
        }
        Ok(Self { person, roles })
    }
}

/// Whether `caller` is or stands in for one of those who are asked to approve `request`, or were in an earlier step.
pub(crate) fn approves(
    reader: &Reader,
    request: &Request,
    caller: &Caller,
    now: Timestamp,
) -> Result<bool, RowError> {
    let (Some(_), Some(person)) = (&request.approval, caller.actor.person()) else {
        return Ok(false);
    };
    let speakers = Speakers::of(reader, person, now)?;
    let approving = speakers.approving(reader, request.requester.as_ref())?;
    Ok(approving.is_approver(request))
}

/// Who `approver` of what `requester` asks for is at present, without those who have left, at most `limit` of them.
pub(crate) fn present(
    reader: &Reader,
    approver: &Approver,
    requester: Option<&PersonId>,
    limit: usize,
) -> Result<Vec<PersonId>, RowError> {
    match (approver, requester) {
        (Approver::Person(person), _) => {
            let here = is_here(reader, person)?;
            Ok(here.then(|| person.clone()).into_iter().collect())
        }
        (Approver::ManagerOfRequester, None) => Ok(vec![]),
        (Approver::ManagerOfRequester, Some(requester)) => match manager(reader, requester)? {
            Some(manager) if is_here(reader, &manager)? => Ok(vec![manager]),
            _ => Ok(vec![]),
        },
        (Approver::Role { role, department }, _) => {
            let holders = reader.prefix(&keys::holders(role, department.as_ref()));
            let mut people = BTreeSet::new();
            for row in holders {
                let Some(holder) = keys::last_part::<PersonId>(&row?.0) else {
                    continue;
                };
                if is_here(reader, &holder)? {
                    people.insert(holder);
                }
                if people.len() == limit {
                    break;
                }
            }
            Ok(people.into_iter().collect())
        }
    }
}

/// Whether the directory knows them, and they have not left.
fn is_here(reader: &Reader, person: &PersonId) -> Result<bool, RowError> {
    let row: Option<Person> = reader.get(&keys::person(person))?;
    Ok(row.is_some_and(|row| row.active))
}

/// Whom `person` reports to.
fn manager(reader: &Reader, person: &PersonId) -> Result<Option<PersonId>, RowError> {
    let row: Option<Person> = reader.get(&keys::person(person))?;
    Ok(row.and_then(|row| row.manager))
}
