//! Thanks: by who gave them, by who was given them, and on the walls.

use std::collections::BTreeSet;

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::{Thanked, ThanksEvent, ThanksGiven};
use khidma_feedback_domain::thanks::{Given, ThanksDecider};
use khidma_kernel::{DepartmentId, PersonId, Position, ServiceRequestId, Timestamp};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::DepartmentRow;
use crate::keys;

/// Some thanks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ThanksRow {
    /// Who thanks.
    pub from: PersonId,
    /// Who is thanked.
    pub to: Thanked,
    /// On whose wall they stand.
    pub wall: Option<DepartmentId>,
    /// For which request.
    pub request: Option<ServiceRequestId>,
    /// In their words; empty once they were taken back.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// Whether they were taken back: then they are shown to nobody.
    pub withdrawn: bool,
}

pub(super) fn apply(
    giver: &PersonId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<ThanksEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: EntityRow<Given> = rows.get(&key)?.unwrap_or_default();
    advance::<ThanksDecider>(&mut row, &decoded, commit.position);
    rows.put(&key, &row)?;
    for recorded in decoded.events {
        match recorded.event {
            ThanksEvent::ThanksGiven(event) => {
                given(giver, event, (recorded.at, commit.position), rows)?;
            }
            ThanksEvent::ThanksWithdrawn(event) => {
                let key = keys::thanks(event.thanks);
                if let Some(mut row) = rows.get::<ThanksRow>(&key)? {
                    row.withdrawn = true;
                    row.text.clear();
                    rows.put(&key, &row)?;
                }
            }
        }
    }
    Ok(())
}

fn given(
    giver: &PersonId,
    event: ThanksGiven,
    (at, position): (Timestamp, Position),
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let id = event.thanks;
    for person in receivers(&event.to, rows)? {
        if person != *giver {
            rows.put(&keys::at(&keys::thanks_to(&person), position), &id)?;
        }
    }
    rows.put(&keys::at(&keys::thanks_by(giver), position), &id)?;
    if let Some(department) = &event.wall {
        rows.put(&keys::at(&keys::wall(department), position), &id)?;
    }
    let row = ThanksRow {
        from: giver.clone(),
        to: event.to,
        wall: event.wall,
        request: event.request,
        text: event.text,
        at,
        withdrawn: false,
    };
    rows.put(&keys::thanks(id), &row)
}

/// Of a team those who belonged to it then: who comes later was not thanked, and who goes was.
fn receivers(to: &Thanked, rows: &Rows<'_>) -> Result<BTreeSet<PersonId>, RowError> {
    match to {
        Thanked::Person(person) => Ok([person.clone()].into()),
        Thanked::Team(department) => {
            let row: Option<DepartmentRow> = rows.get(&keys::department(department))?;
            Ok(row.map(|row| row.members).unwrap_or_default())
        }
    }
}
