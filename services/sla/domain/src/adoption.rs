//! The running clocks of a calendar that was revised: up to which revision they have been moved.

use std::collections::BTreeSet;

use khidma_events::sla::{AdoptionEvent, CalendarAdopted};
use khidma_kernel::{CalendarId, Command, Decider, DepartmentId, Recorded, Refusal};

/// The adoption of a calendar's revisions as an entity. Its state is the last revision that was adopted; 0 for none.
#[derive(Debug)]
pub struct AdoptionDecider;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteAdopted {
    /// The calendar.
    pub calendar: CalendarId,
    /// The revision to which all running clocks have been moved.
    pub revision: u32,
    /// How many requests had one.
    pub requests: u64,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("clocks are moved by this service alone")]
pub struct NotOurs;

impl Refusal for NotOurs {
    fn code(&self) -> &'static str {
        "NOT_ALLOWED"
    }
}

impl Decider for AdoptionDecider {
    type Body = NoteAdopted;
    type Event = AdoptionEvent;
    type State = u32;
    type Refusal = NotOurs;

    fn decide(
        adopted: &u32,
        command: &Command<NoteAdopted>,
    ) -> Result<Vec<AdoptionEvent>, NotOurs> {
        if !command.by.is_service() {
            return Err(NotOurs);
        }
        let NoteAdopted {
            calendar,
            revision,
            requests,
        } = command.body.clone();
        if revision <= *adopted {
            return Ok(vec![]);
        }
        Ok(vec![
            CalendarAdopted {
                calendar,
                revision,
                requests,
            }
            .into(),
        ])
    }

    fn evolve(adopted: &mut u32, recorded: &Recorded<AdoptionEvent>) {
        let AdoptionEvent::CalendarAdopted(event) = &recorded.event;
        *adopted = event.revision.max(*adopted);
    }

    fn by_itself(_: &AdoptionEvent) -> bool {
        true
    }

    /// Nobody: each clock that was moved has told so.
    fn audience(_: &u32, _: &u32) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
