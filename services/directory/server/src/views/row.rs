//! The rows. Those of entities begin with what the engine keeps of them.

use khidma_directory_domain::calendar::WorkingCalendar;
use khidma_directory_domain::department::Department;
use khidma_directory_domain::person::Person;
use khidma_directory_domain::review::Reviews;
use khidma_directory_domain::role::Role;
use khidma_directory_domain::skill::{Said, Skills};
use khidma_directory_domain::training::Training;
use khidma_engine::EntityRow;
use khidma_events::directory::{SkillSubject, Topic};
use khidma_kernel::{DepartmentId, RoleId, Timestamp, TrainingId};
use serde::{Deserialize, Serialize};

/// A department.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct DepartmentRow {
    /// The department itself.
    pub entity: EntityRow<Option<Department>>,
    /// How many active members it has.
    pub members: u32,
    /// How many open departments are under it.
    pub children: u32,
}

/// A person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PersonRow {
    /// The person themselves.
    pub entity: EntityRow<Option<Person>>,
    /// The roles they hold, in order.
    pub holdings: Vec<Holding>,
}

/// A role that a person holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Holding {
    /// The role.
    pub role: RoleId,
    /// Within which department.
    pub department: DepartmentId,
    /// Since when it is to be taken from them, as they are no member of that department.
    pub release: Option<Timestamp>,
}

/// A role.
pub(crate) type RoleRow = EntityRow<Option<Role>>;

/// A calendar.
pub(crate) type CalendarRow = EntityRow<Option<WorkingCalendar>>;

/// Something a department handles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TopicRow {
    /// Which department.
    pub department: DepartmentId,
    /// What, as the department writes it, and the role that does.
    pub topic: Topic,
}

/// What is said of what a person can do.
pub(crate) type SkillsRow = EntityRow<Skills>;

/// A training.
pub(crate) type TrainingRow = EntityRow<Option<Training>>;

/// A person's reviews.
pub(crate) type ReviewsRow = EntityRow<Reviews>;

/// What trainings gave a person, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GivenRow {
    /// What, by which training, and how well.
    pub given: Vec<(SkillSubject, TrainingId, Said)>,
}

/// What a department offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfferingRow {
    /// The department that offers it.
    pub provider: DepartmentId,
    /// What it is called, in its own language.
    pub name: String,
    /// Whether it can no longer be asked for.
    pub retired: bool,
}
