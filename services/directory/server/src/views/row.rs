//! The rows. Those of entities begin with what the engine keeps of them.

use khidma_directory_domain::calendar::WorkingCalendar;
use khidma_directory_domain::department::Department;
use khidma_directory_domain::person::Person;
use khidma_directory_domain::role::Role;
use khidma_engine::EntityRow;
use khidma_events::directory::Topic;
use khidma_kernel::{DepartmentId, RoleId, Timestamp};
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
