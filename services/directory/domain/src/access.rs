//! Who may do what in the directory: one table.

use khidma_events::directory::Privacy;
use khidma_kernel::{Caller, DepartmentId, PersonId, Role};

use crate::DirectoryRefusal;
use crate::facts::PersonFact;
use crate::person::Person;

/// Something a caller may want to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the command of that name")]
pub enum Action {
    CreateDepartment,
    RenameDepartment,
    MoveDepartment,
    SetDepartmentTopics,
    CloseDepartment,
    SetDepartmentCalendar,
    RegisterPerson,
    UpdatePerson,
    JoinDepartment,
    LeaveDepartment,
    SetManager,
    UpdateProfile,
    DeactivatePerson,
    DefineRole,
    ReviseRole,
    AssignRole,
    UnassignRole,
    ConfirmRole,
    SetOnDuty,
    PutCalendar,
    RateOneself,
    RateSkill,
    PlanTraining,
    ReviseTraining,
    CancelTraining,
    HoldTraining,
    RecordReview,
    ShareThemes,
}

/// How a caller stands to what they want to change. Several may be true at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// They keep the directory.
    pub admin: bool,
    /// They lead the department that is concerned.
    pub manager: bool,
    /// They are the person who is concerned.
    pub oneself: bool,
    /// They are one of our own services.
    pub service: bool,
}

impl Standing {
    /// How `caller` stands where `department` and `person` are concerned.
    pub fn of(
        caller: &Caller,
        department: Option<&DepartmentId>,
        person: Option<&PersonId>,
    ) -> Self {
        Self {
            admin: caller.is(Role::Admin),
            manager: department.is_some_and(|department| caller.leads(department)),
            oneself: person.is_some() && caller.actor.person() == person,
            service: caller.is_service(),
        }
    }

    /// How `caller` stands to `person`: whoever leads one of their departments leads them.
    pub fn to(caller: &Caller, person: &PersonFact) -> Self {
        Self {
            manager: leads_any(caller, &person.departments),
            ..Self::of(caller, None, Some(&person.id))
        }
    }
}

fn leads_any(caller: &Caller, departments: &[DepartmentId]) -> bool {
    departments
        .iter()
        .any(|department| caller.leads(department))
}

/// The table. Nobody confirms for another or shares what is another's, not even an admin; nobody vouches for
/// themselves. Our own service takes roles from those who have left.
pub fn may(action: Action, standing: Standing) -> bool {
    let Standing {
        admin,
        manager,
        oneself,
        service,
    } = standing;
    match action {
        Action::CreateDepartment
        | Action::RenameDepartment
        | Action::MoveDepartment
        | Action::CloseDepartment
        | Action::RegisterPerson
        | Action::UpdatePerson
        | Action::JoinDepartment
        | Action::LeaveDepartment
        | Action::SetManager
        | Action::DeactivatePerson
        | Action::DefineRole
        | Action::ReviseRole
        | Action::PutCalendar => admin,
        Action::SetDepartmentTopics
        | Action::SetDepartmentCalendar
        | Action::AssignRole
        | Action::SetOnDuty
        | Action::PlanTraining
        | Action::ReviseTraining
        | Action::CancelTraining
        | Action::HoldTraining => admin || manager,
        Action::UnassignRole => admin || manager || service,
        Action::UpdateProfile => admin || oneself,
        Action::RateSkill | Action::RecordReview => (admin || manager) && !oneself,
        Action::ConfirmRole | Action::RateOneself | Action::ShareThemes => oneself,
    }
}

/// The table as a rule.
pub(crate) fn allow(action: Action, standing: Standing) -> Result<(), DirectoryRefusal> {
    if may(action, standing) {
        return Ok(());
    }
    Err(DirectoryRefusal::NotAllowed {
        action: action.as_str(),
        whom: action.whom(),
    })
}

/// Whether `caller` may see how `person` wants to be reached.
pub fn sees_profile(caller: &Caller, person: &Person) -> bool {
    let standing = Standing::of(caller, None, Some(&person.id));
    let colleague = || {
        person
            .departments
            .iter()
            .any(|department| caller.belongs_to(department))
    };
    standing.admin
        || standing.oneself
        || match person.profile.privacy {
            Privacy::Everyone => true,
            Privacy::Department => colleague(),
            Privacy::Nobody => false,
        }
}

/// Whether `caller` may see who said what of what `person` can do, and when their reviews were.
pub fn sees_reasons(caller: &Caller, person: &PersonFact) -> bool {
    let standing = Standing::to(caller, person);
    standing.admin || standing.oneself || standing.manager
}

/// Whether `caller` may see who attended the trainings that `department` gives.
pub fn sees_attendance(caller: &Caller, department: &DepartmentId) -> bool {
    let standing = Standing::of(caller, Some(department), None);
    standing.admin || standing.manager
}

/// Whether `caller` may see the figures about the reviews of a department, given as itself and all above it; of the
/// whole organisation if there are none.
pub fn sees_review_figures(caller: &Caller, departments: &[DepartmentId]) -> bool {
    caller.is(Role::Admin) || leads_any(caller, departments)
}

impl Action {
    /// The action, as messages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateDepartment => "creating a department",
            Self::RenameDepartment => "renaming a department",
            Self::MoveDepartment => "moving a department",
            Self::SetDepartmentTopics => "saying what a department handles",
            Self::CloseDepartment => "closing a department",
            Self::SetDepartmentCalendar => "saying by which calendar a department works",
            Self::RegisterPerson => "registering a person",
            Self::UpdatePerson => "changing a person",
            Self::JoinDepartment => "making a person a member",
            Self::LeaveDepartment => "ending a membership",
            Self::SetManager => "saying to whom a person reports",
            Self::UpdateProfile => "changing a profile",
            Self::DeactivatePerson => "deactivating a person",
            Self::DefineRole => "defining a role",
            Self::ReviseRole => "revising a role",
            Self::AssignRole => "assigning a role",
            Self::UnassignRole => "taking a role from somebody",
            Self::ConfirmRole => "confirming a role",
            Self::SetOnDuty => "saying who is on duty",
            Self::PutCalendar => "storing a calendar",
            Self::RateOneself => "saying so as the person",
            Self::RateSkill => "saying what somebody can do",
            Self::PlanTraining => "planning a training",
            Self::ReviseTraining => "revising a training",
            Self::CancelTraining => "cancelling a training",
            Self::HoldTraining => "writing down who attended a training",
            Self::RecordReview => "writing down that a review was held",
            Self::ShareThemes => "sharing what a review was about",
        }
    }

    /// Who may, as messages name them.
    fn whom(self) -> &'static str {
        match self {
            Self::SetDepartmentTopics
            | Self::SetDepartmentCalendar
            | Self::AssignRole
            | Self::UnassignRole
            | Self::SetOnDuty => "admins and the department's manager",
            Self::UpdateProfile => "admins and the person themselves",
            Self::ConfirmRole => "the person who holds it",
            Self::RateSkill | Self::RecordReview => {
                "admins and who leads one of the person's departments, of others than themselves"
            }
            Self::PlanTraining
            | Self::ReviseTraining
            | Self::CancelTraining
            | Self::HoldTraining => "admins and the manager of the department that gives it",
            Self::RateOneself | Self::ShareThemes => "the person themselves",
            Self::CreateDepartment
            | Self::RenameDepartment
            | Self::MoveDepartment
            | Self::CloseDepartment
            | Self::RegisterPerson
            | Self::UpdatePerson
            | Self::JoinDepartment
            | Self::LeaveDepartment
            | Self::SetManager
            | Self::DeactivatePerson
            | Self::DefineRole
            | Self::ReviseRole
            | Self::PutCalendar => "admins",
        }
    }
}

#[cfg(test)]
mod tests;
