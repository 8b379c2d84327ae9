//! Who is who, who does what: what happens to departments, people, roles and calendars, and to what people can do.
//!
//! Seven kinds of entity share the context `directory`; an entity's name on the log says of which kind it is
//! ([`EntityKind::of`]) and so which vocabulary reads its events.

use khidma_calendar::CalendarSpec;
use khidma_kernel::{CalendarId, DepartmentId, PersonId, RoleId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod entity;
mod profile;
mod review;
mod skill;
mod training;

pub use entity::{
    EntityKind, calendar_entity, department_entity, person_entity, reviews_entity, role_entity,
    skills_entity, training_entity,
};
pub use profile::{ChannelKind, ContactChannel, Privacy, Profile, QuietHours};
pub use review::{ReviewEvent, ReviewHeld, ThemesShared, ThemesTakenBack};
pub use skill::{SkillEvent, SkillLevel, SkillSet, SkillSource, SkillSubject, SkillWithdrawn};
pub use training::{
    Money, SkillGain, TrainingAttended, TrainingCancelled, TrainingEvent, TrainingHeld,
    TrainingKind, TrainingPlan, TrainingPlanned, TrainingRevised,
};

vocabulary! {
    /// What happened to a department.
    pub enum DepartmentEvent in "directory" {
        DepartmentCreated = "department_created" v 1,
        DepartmentRenamed = "department_renamed" v 1,
        DepartmentMoved = "department_moved" v 1,
        DepartmentTopicsSet = "department_topics_set" v 1,
        DepartmentClosed = "department_closed" v 1,
        DepartmentCalendarSet = "department_calendar_set" v 1,
    }
}

vocabulary! {
    /// What happened to a person.
    pub enum PersonEvent in "directory" {
        PersonRegistered = "person_registered" v 1,
        PersonUpdated = "person_updated" v 1,
        DepartmentJoined = "department_joined" v 1,
        DepartmentLeft = "department_left" v 1,
        ManagerSet = "manager_set" v 1,
        ProfileUpdated = "profile_updated" v 1,
        PersonDeactivated = "person_deactivated" v 1,
    }
}

vocabulary! {
    /// What happened to a role.
    pub enum RoleEvent in "directory" {
        RoleDefined = "role_defined" v 1,
        RoleRevised = "role_revised" v 1,
        RoleAssigned = "role_assigned" v 1,
        RoleUnassigned = "role_unassigned" v 1,
        RoleConfirmed = "role_confirmed" v 1,
        OnDutySet = "on_duty_set" v 1,
    }
}

vocabulary! {
    /// What happened to a working calendar.
    pub enum CalendarEvent in "directory" {
        CalendarPut = "calendar_put" v 1,
    }
}

/// Something a department handles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// A word or phrase people look for, or the id of an offering.
    pub name: String,
    /// The role that handles it; `None` if the department as a whole does.
    #[serde(default)]
    pub role: Option<RoleId>,
}

/// What a person is to the organisation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// Works here.
    Employee,
    /// Supplies something.
    Supplier,
    /// Works with the organisation.
    Partner,
    /// Has an interest in it.
    Stakeholder,
    /// Owns a part of it.
    Shareholder,
}

/// A department came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentCreated {
    /// Its id.
    pub department: DepartmentId,
    /// Its name.
    pub name: String,
    /// The department above; `None` at the top.
    #[serde(default)]
    pub parent: Option<DepartmentId>,
}

/// It has another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentRenamed {
    /// Its name from now on.
    pub name: String,
}

/// It stands elsewhere in the tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentMoved {
    /// The department above it before; `None` at the top.
    #[serde(default)]
    pub from: Option<DepartmentId>,
    /// The department above it from now on; `None` at the top.
    #[serde(default)]
    pub to: Option<DepartmentId>,
}

/// It said what it handles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentTopicsSet {
    /// All it handles; what is not named it handles no longer.
    pub topics: Vec<Topic>,
}

/// It is no more. It had neither members nor departments under it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentClosed {}

/// It works by another calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentCalendarSet {
    /// The calendar; `None` for none.
    #[serde(default)]
    pub calendar: Option<CalendarId>,
}

/// A person became known. The departments they belong to follow as [`DepartmentJoined`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PersonRegistered {
    /// Their id, a pseudonym.
    pub person: PersonId,
    /// The name others see.
    pub display_name: String,
    /// What they are to the organisation.
    pub kind: PersonKind,
}

/// Their particulars changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PersonUpdated {
    /// The name others see from now on.
    pub display_name: String,
    /// What they are to the organisation from now on.
    pub kind: PersonKind,
}

/// They belong to a department, or it became their main one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentJoined {
    /// The department.
    pub department: DepartmentId,
    /// Whether it is their main department from now on.
    pub main: bool,
}

/// They belong to a department no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DepartmentLeft {
    /// The department.
    pub department: DepartmentId,
}

/// They report to somebody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerSet {
    /// To whom; `None` for nobody.
    #[serde(default)]
    pub manager: Option<PersonId>,
}

/// They want to be reached otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileUpdated {
    /// The whole new profile.
    pub profile: Profile,
}

/// Their time with the organisation ended. They left every department before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PersonDeactivated {}

/// A role came to be, with revision 1 of its description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleDefined {
    /// Its id.
    pub role: RoleId,
    /// Its name.
    pub name: String,
    /// What who holds it is responsible for.
    pub description: String,
}

/// Its description changed: everybody who holds it is asked to confirm anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleRevised {
    /// Its name from now on.
    pub name: String,
    /// What who holds it is responsible for from now on.
    pub description: String,
    /// The revision of this description.
    pub revision: u32,
}

/// A person holds it, within a department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleAssigned {
    /// Who.
    pub person: PersonId,
    /// Within which department.
    pub department: DepartmentId,
}

/// A person holds it no longer within a department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleUnassigned {
    /// Who.
    pub person: PersonId,
    /// Within which department.
    pub department: DepartmentId,
}

/// A holder confirmed having read the description, for every department in which they hold the role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleConfirmed {
    /// Who.
    pub person: PersonId,
    /// Which revision of the description.
    pub revision: u32,
}

/// Another holder is on duty in a department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OnDutySet {
    /// Within which department.
    pub department: DepartmentId,
    /// Who; `None` for nobody.
    #[serde(default)]
    pub person: Option<PersonId>,
}

/// A calendar was stored, new or revised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalendarPut {
    /// Its id.
    pub calendar: CalendarId,
    /// Its revision, from 1.
    pub revision: u32,
    /// The calendar, checked when it was stored.
    pub spec: CalendarSpec,
}
