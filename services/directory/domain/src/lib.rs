//! The directory, the deciding part: departments, people, roles, calendars, skills, trainings and reviews; what may
//! happen to them and what it means. Pure.
//!
//! Each kind of entity is a room of the same four files: `command`, `state`, `decide`, `evolve`. What an entity must
//! know of others comes in with the command, as [`facts`]. [`cover`] says which offerings too few can serve.

pub mod access;
pub mod calendar;
pub mod cover;
pub mod department;
pub mod facts;
pub mod limits;
pub mod person;
mod refusal;
pub mod review;
pub mod role;
pub mod skill;
pub mod training;

pub use calendar::CalendarDecider;
pub use department::DepartmentDecider;
pub use person::PersonDecider;
pub use refusal::{DirectoryRefusal, Thing};
pub use review::ReviewsDecider;
pub use role::RoleDecider;
pub use skill::SkillsDecider;
pub use training::TrainingDecider;

/// Changes what exists. Nothing happens to an entity before it came to be.
fn change<T>(state: &mut Option<T>, change: impl FnOnce(&mut T)) {
    if let Some(existing) = state {
        change(existing);
    }
}

#[cfg(test)]
mod fixtures;
