//! The directory, the deciding part: departments, people, roles and calendars; what may happen to them and what it
//! means. Pure.
//!
//! Each kind of entity is a room of the same four files: `command`, `state`, `decide`, `evolve`. What an entity must
//! know of others comes in with the command, as [`facts`].

pub mod access;
pub mod calendar;
pub mod department;
pub mod facts;
pub mod limits;
pub mod person;
mod refusal;
pub mod role;

pub use calendar::CalendarDecider;
pub use department::DepartmentDecider;
pub use person::PersonDecider;
pub use refusal::{DirectoryRefusal, Thing};
pub use role::RoleDecider;

/// Changes what exists. Nothing happens to an entity before it came to be.
fn change<T>(state: &mut Option<T>, change: impl FnOnce(&mut T)) {
    if let Some(existing) = state {
        change(existing);
    }
}

#[cfg(test)]
mod fixtures;
