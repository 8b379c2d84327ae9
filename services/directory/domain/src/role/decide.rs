//! May it happen? One match, one function per command.

use khidma_events::directory::{
    OnDutySet, RoleAssigned, RoleConfirmed, RoleDefined, RoleEvent, RoleRevised, RoleUnassigned,
};
use khidma_kernel::{Caller, Command, DepartmentId, PersonId, RoleId};

use super::{Holder, Role, RoleCommand};
use crate::access::{Action, Standing, allow};
use crate::facts::{DepartmentFact, PersonFact};
use crate::limits::{self, at_most, required};
use crate::{DirectoryRefusal as Refusal, Thing};

type Decision = Result<Vec<RoleEvent>, Refusal>;

pub(super) fn decide(state: Option<&Role>, command: &Command<RoleCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        RoleCommand::Define {
            id,
            name,
            description,
        } => define(state, by, id, (name, description)),
        RoleCommand::Revise { name, description } => revise(state, by, (name, description)),
        RoleCommand::Assign { person, department } => assign(state, by, person, department),
        RoleCommand::Unassign { person, department } => unassign(state, by, person, department),
        RoleCommand::Confirm { revision } => confirm(state, by, *revision),
        RoleCommand::SetOnDuty { department, person } => {
            set_on_duty(state, by, department, person.as_ref())
        }
    }
}

fn define(state: Option<&Role>, by: &Caller, id: &RoleId, text: (&str, &str)) -> Decision {
    allow(Action::DefineRole, Standing::of(by, None, None))?;
    if state.is_some() {
        return Err(Refusal::AlreadyExists { what: Thing::Role });
    }
    let (name, description) = said(text)?;
    Ok(vec![
        RoleDefined {
            role: id.clone(),
            name,
            description,
        }
        .into(),
    ])
}

/// Every other text is a new revision, which all who hold the role are to confirm.
fn revise(state: Option<&Role>, by: &Caller, text: (&str, &str)) -> Decision {
    allow(Action::ReviseRole, Standing::of(by, None, None))?;
    let role = existing(state)?;
    let (name, description) = said(text)?;
    if role.name == name && role.description == description {
        return Ok(vec![]);
    }
    let revision = role.revision.saturating_add(1);
    Ok(vec![
        RoleRevised {
            name,
            description,
            revision,
        }
        .into(),
    ])
}

fn assign(
    state: Option<&Role>,
    by: &Caller,
    person: &PersonFact,
    department: &DepartmentFact,
) -> Decision {
    allow(
        Action::AssignRole,
        Standing::of(by, Some(&department.id), None),
    )?;
    let role = existing(state)?;
    department.open("department_id")?;
    person.active("person_id")?;
    if !person.departments.contains(&department.id) {
        return Err(Refusal::NotAMember { field: "person_id" });
    }
    let holder = Holder {
        department: department.id.clone(),
        person: person.id.clone(),
    };
    if role.holders.contains_key(&holder) {
        return Ok(vec![]);
    }
    at_most("id", role.holders.len() + 1, limits::HOLDERS)?;
    Ok(vec![
        RoleAssigned {
            person: holder.person,
            department: holder.department,
        }
        .into(),
    ])
}

fn unassign(
    state: Option<&Role>,
    by: &Caller,
    person: &PersonId,
    department: &DepartmentId,
) -> Decision {
    allow(
        Action::UnassignRole,
        Standing::of(by, Some(department), None),
    )?;
    let role = existing(state)?;
    let holder = Holder {
        department: department.clone(),
        person: person.clone(),
    };
    if !role.holders.contains_key(&holder) {
        return Err(Refusal::NotAHolder { field: "person_id" });
    }
    let mut events = Vec::new();
    if role.is_on_duty(&holder) {
        events.push(
            OnDutySet {
                department: holder.department.clone(),
                person: None,
            }
            .into(),
        );
    }
    events.push(
        RoleUnassigned {
            person: holder.person,
            department: holder.department,
        }
        .into(),
    );
    Ok(events)
}

/// A confirmation counts for every department in which the caller holds the role: it is one text.
fn confirm(state: Option<&Role>, by: &Caller, revision: u32) -> Decision {
    let caller = by.actor.person();
    allow(Action::ConfirmRole, Standing::of(by, None, caller))?;
    let role = existing(state)?;
    let mut held = role
        .holders
        .iter()
        .filter(|(holder, _)| Some(&holder.person) == caller)
        .peekable();
    let (Some(person), Some(_)) = (caller, held.peek()) else {
        return Err(Refusal::NotAHolder { field: "id" });
    };
    if revision != role.revision {
        return Err(Refusal::RevisionNotCurrent {
            current: role.revision,
        });
    }
    if held.all(|(_, confirmed)| *confirmed == revision) {
        return Ok(vec![]);
    }
    Ok(vec![
        RoleConfirmed {
            person: person.clone(),
            revision,
        }
        .into(),
    ])
}

fn set_on_duty(
    state: Option<&Role>,
    by: &Caller,
    department: &DepartmentId,
    person: Option<&PersonId>,
) -> Decision {
    allow(Action::SetOnDuty, Standing::of(by, Some(department), None))?;
    let role = existing(state)?;
    if let Some(person) = person {
        let holder = Holder {
            department: department.clone(),
            person: person.clone(),
        };
        if !role.holders.contains_key(&holder) {
            return Err(Refusal::NotAHolder { field: "person_id" });
        }
    }
    if role.on_duty.get(department) == person {
        return Ok(vec![]);
    }
    Ok(vec![
        OnDutySet {
            department: department.clone(),
            person: person.cloned(),
        }
        .into(),
    ])
}

fn existing(state: Option<&Role>) -> Result<&Role, Refusal> {
    state.ok_or(Refusal::Unknown {
        what: Thing::Role,
        field: "id",
    })
}

fn said((name, description): (&str, &str)) -> Result<(String, String), Refusal> {
    required("name", name, limits::NAME)?;
    required("description", description, limits::DESCRIPTION)?;
    Ok((name.to_owned(), description.to_owned()))
}
