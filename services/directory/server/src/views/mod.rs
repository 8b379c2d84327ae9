//! Who sees it? From events to rows.

mod calendar;
mod department;
mod offering;
mod person;
mod review;
mod role;
mod row;
mod skill;
mod training;

pub(crate) use row::{
    CalendarRow, DepartmentRow, GivenRow, Holding, OfferingRow, PersonRow, ReviewsRow, RoleRow,
    SkillsRow, TopicRow, TrainingRow,
};

use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::directory::{DepartmentEvent, EntityKind};
use khidma_events::requests::OfferingEvent;
use khidma_kernel::{Commit, Timestamp};
use khidma_projection::{ApplyError, Rows, Views};

/// The read model of this service.
#[derive(Debug, Clone, Copy)]
pub struct DirectoryViews;

impl Views for DirectoryViews {
    fn name(&self) -> &'static str {
        "directory"
    }

    fn version(&self) -> u32 {
        3
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        if *commit.context == *OfferingEvent::CONTEXT {
            return offering::apply(commit, rows);
        }
        if *commit.context != *DepartmentEvent::CONTEXT {
            // Other contexts tell us nothing.
            return Ok(());
        }
        match EntityKind::of(&commit.entity) {
            Some(EntityKind::Department(id)) => department::apply(&id, commit, rows)?,
            Some(EntityKind::Person(id)) => person::apply(&id, commit, rows)?,
            Some(EntityKind::Role(id)) => role::apply(&id, commit, rows)?,
            Some(EntityKind::Calendar(id)) => calendar::apply(&id, commit, rows)?,
            Some(EntityKind::Skills(id)) => skill::apply(&id, commit, rows)?,
            Some(EntityKind::Training(id)) => training::apply(&id, commit, rows)?,
            Some(EntityKind::Reviews(id)) => review::apply(&id, commit, rows)?,
            None => {
                return Err(ApplyError::Undecodable {
                    reason: "an entity of no kind we know".into(),
                });
            }
        }
        rows.touch(&commit.entity);
        Ok(())
    }
}

fn decode<E: Event>(commit: &Stored) -> Result<Commit<E>, ApplyError> {
    khidma_events::decode(&commit.payload).map_err(|error| ApplyError::Undecodable {
        reason: error.to_string(),
    })
}

/// When the last of its events happened.
fn when<E>(commit: &Commit<E>) -> Timestamp {
    commit
        .events
        .last()
        .map_or(Timestamp::EPOCH, |recorded| recorded.at)
}
