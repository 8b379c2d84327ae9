//! May it happen? One match, one function per command.

use khidma_events::directory::{
    DepartmentJoined, DepartmentLeft, ManagerSet, PersonDeactivated, PersonEvent, PersonKind,
    PersonRegistered, PersonUpdated, Profile, ProfileUpdated,
};
use khidma_kernel::{Caller, Command, DepartmentId, PersonId};

use super::{Person, PersonCommand, profile};
use crate::access::{Action, Standing, allow};
use crate::facts::{DepartmentFact, ManagerFact};
use crate::limits::{self, at_most, required};
use crate::{DirectoryRefusal as Refusal, Thing};

type Decision = Result<Vec<PersonEvent>, Refusal>;

pub(super) fn decide(state: Option<&Person>, command: &Command<PersonCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        PersonCommand::Register {
            id,
            display_name,
            kind,
            department,
        } => register(state, by, (id, display_name, *kind), department.as_ref()),
        PersonCommand::Update { display_name, kind } => update(state, by, display_name, *kind),
        PersonCommand::Join { department, main } => join(state, by, department, *main),
        PersonCommand::Leave { department } => leave(state, by, department),
        PersonCommand::SetManager { manager } => set_manager(state, by, manager.as_ref()),
        PersonCommand::UpdateProfile { profile } => update_profile(state, by, profile),
        PersonCommand::Deactivate => deactivate(state, by),
    }
}

fn register(
    state: Option<&Person>,
    by: &Caller,
    (id, display_name, kind): (&PersonId, &str, PersonKind),
    department: Option<&DepartmentFact>,
) -> Decision {
    allow(Action::RegisterPerson, Standing::of(by, None, None))?;
    if state.is_some() {
        return Err(Refusal::AlreadyExists {
            what: Thing::Person,
        });
    }
    required("display_name", display_name, limits::NAME)?;
    let registered = PersonRegistered {
        person: id.clone(),
        display_name: display_name.to_owned(),
        kind,
    };
    let mut events = vec![registered.into()];
    if let Some(department) = department {
        department.open("department_id")?;
        events.push(
            DepartmentJoined {
                department: department.id.clone(),
                main: true,
            }
            .into(),
        );
    }
    Ok(events)
}

fn update(state: Option<&Person>, by: &Caller, display_name: &str, kind: PersonKind) -> Decision {
    let person = active(state, by, Action::UpdatePerson)?;
    required("display_name", display_name, limits::NAME)?;
    if person.display_name == display_name && person.kind == kind {
        return Ok(vec![]);
    }
    Ok(vec![
        PersonUpdated {
            display_name: display_name.to_owned(),
            kind,
        }
        .into(),
    ])
}

/// The first department is the main one in any case.
fn join(state: Option<&Person>, by: &Caller, department: &DepartmentFact, main: bool) -> Decision {
    let person = active(state, by, Action::JoinDepartment)?;
    department.open("department_id")?;
    let member = person.departments.contains(&department.id);
    let is_main = person.departments.first() == Some(&department.id);
    if member && (!main || is_main) {
        return Ok(vec![]);
    }
    if !member {
        at_most(
            "department_id",
            person.departments.len() + 1,
            limits::MEMBERSHIPS,
        )?;
    }
    let main = main || person.departments.is_empty();
    Ok(vec![
        DepartmentJoined {
            department: department.id.clone(),
            main,
        }
        .into(),
    ])
}

fn leave(state: Option<&Person>, by: &Caller, department: &DepartmentId) -> Decision {
    let person = active(state, by, Action::LeaveDepartment)?;
    if !person.departments.contains(department) {
        return Err(Refusal::NotAMember {
            field: "department_id",
        });
    }
    Ok(vec![
        DepartmentLeft {
            department: department.clone(),
        }
        .into(),
    ])
}

fn set_manager(state: Option<&Person>, by: &Caller, manager: Option<&ManagerFact>) -> Decision {
    let person = active(state, by, Action::SetManager)?;
    if let Some(ManagerFact {
        person: manager,
        line,
    }) = manager
    {
        if manager.id == person.id || line.contains(&person.id) {
            return Err(Refusal::ReportingCycle);
        }
        manager.active("manager_id")?;
    }
    let manager = manager.map(|manager| manager.person.id.clone());
    if person.manager == manager {
        return Ok(vec![]);
    }
    Ok(vec![ManagerSet { manager }.into()])
}

fn update_profile(state: Option<&Person>, by: &Caller, profile: &Profile) -> Decision {
    let person = active(state, by, Action::UpdateProfile)?;
    profile::check(profile)?;
    if person.profile == *profile {
        return Ok(vec![]);
    }
    Ok(vec![
        ProfileUpdated {
            profile: profile.clone(),
        }
        .into(),
    ])
}

/// Who has left belongs to nothing. The reporting line stays, so that those below still find who is above.
fn deactivate(state: Option<&Person>, by: &Caller) -> Decision {
    allow(Action::DeactivatePerson, Standing::of(by, None, None))?;
    let person = state.ok_or(Refusal::Unknown {
        what: Thing::Person,
        field: "id",
    })?;
    if person.deactivated {
        return Ok(vec![]);
    }
    let left = person.departments.iter().map(|department| DepartmentLeft {
        department: department.clone(),
    });
    Ok(left
        .map(PersonEvent::from)
        .chain([PersonDeactivated {}.into()])
        .collect())
}

/// The person, if they have not left and the caller may do this to them.
fn active<'a>(
    state: Option<&'a Person>,
    by: &Caller,
    action: Action,
) -> Result<&'a Person, Refusal> {
    allow(
        action,
        Standing::of(by, None, state.map(|person| &person.id)),
    )?;
    let person = state.ok_or(Refusal::Unknown {
        what: Thing::Person,
        field: "id",
    })?;
    if person.deactivated {
        return Err(Refusal::PersonDeactivated { field: "id" });
    }
    Ok(person)
}
