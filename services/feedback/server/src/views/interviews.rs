//! Interviews: found by department and by who takes part, and their notes by theme.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::{InterviewEvent, InterviewNoted};
use khidma_feedback_domain::interview::{Interview, InterviewDecider};
use khidma_kernel::{InterviewId, Position, derived_id};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use crate::keys;

/// An interview, under the key of its entity.
pub(crate) type InterviewRow = EntityRow<Option<Interview>>;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NoteRow {
    /// What it is about.
    pub theme: String,
    /// What was said.
    pub text: String,
}

pub(super) fn apply(
    id: InterviewId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<InterviewEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: InterviewRow = rows.get(&key)?.unwrap_or_default();
    let (known, noted) = match &row.state {
        Some(interview) => (true, interview.notes),
        None => (false, 0),
    };
    advance::<InterviewDecider>(&mut row, &decoded, commit.position);
    if let Some(interview) = &row.state {
        if !known {
            list(id, interview, commit.position, rows)?;
        }
        let notes = decoded
            .events
            .iter()
            .filter_map(|recorded| match &recorded.event {
                InterviewEvent::InterviewNoted(note) => Some(note),
                _ => None,
            });
        for (number, noted) in (noted..).zip(notes) {
            note(id, interview, (number, noted), rows)?;
        }
    }
    Ok(rows.put(&key, &row)?)
}

fn list(
    id: InterviewId,
    interview: &Interview,
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    rows.put(&keys::at(keys::INTERVIEWS, position), &id)?;
    let department = keys::interviews_of(&interview.department);
    rows.put(&keys::at(&department, position), &id)?;
    for person in interview
        .participants
        .iter()
        .chain([&interview.interviewer])
    {
        rows.put(&keys::at(&keys::interviews_with(person), position), &id)?;
    }
    Ok(())
}

/// Under its theme, in an order that tells neither when nor in which interview it was said.
fn note(
    id: InterviewId,
    interview: &Interview,
    (number, noted): (u32, &InterviewNoted),
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let row = NoteRow {
        theme: noted.theme.clone(),
        text: noted.text.clone(),
    };
    rows.put(&keys::note(id, number), &row)?;
    let theme = keys::themes(&interview.department, Some(&noted.theme));
    let place = derived_id(&[b"note", id.0.as_bytes(), &number.to_be_bytes()]);
    let key = [theme.as_slice(), place.as_bytes()].concat();
    rows.put(&key, &(id, number))
}
