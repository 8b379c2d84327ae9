//! How many of those who are asked answer, and who of them where that can be known.

use khidma_events::feedback::Invited;
use khidma_kernel::{PersonId, RoundId};
use khidma_projection::{RowError, Rows};
use serde::{Deserialize, Serialize};

use crate::keys;

/// Somebody who is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InvitedRow {
    /// Who, as they were when they were invited.
    pub invited: Invited,
    /// Whether they answered. In an anonymous round: whether they took what an answer needs.
    pub heard: bool,
}

/// How many were asked, and how many of them answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Turnout {
    /// Who were invited.
    pub invited: u32,
    /// Who answered. In an anonymous round: who took what an answer needs.
    pub heard: u32,
}

/// The turnout of a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TurnoutRow {
    /// Of all.
    pub all: Turnout,
    /// Anonymous answers that were released.
    pub released: u32,
    /// Whether no more of them come.
    pub emptied: bool,
}

impl TurnoutRow {
    /// How many answered, as far as that is known.
    pub(crate) fn answered(&self) -> u32 {
        match self.emptied {
            true => self.released,
            false => self.all.heard,
        }
    }
}

/// Somebody is asked.
pub(super) fn invited(
    round: RoundId,
    invited: Invited,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    count(round, &invited, rows, |turnout| turnout.invited += 1)?;
    let key = keys::invited_person(round, &invited.person);
    let heard = false;
    rows.put(&key, &InvitedRow { invited, heard })
}

/// Somebody who is asked answered, or took what an anonymous answer needs. To be told of each of them by the view of that.
pub(super) fn heard(
    round: RoundId,
    person: &PersonId,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = keys::invited_person(round, person);
    let Some(mut row) = rows.get::<InvitedRow>(&key)?.filter(|row| !row.heard) else {
        return Ok(());
    };
    count(round, &row.invited, rows, |turnout| turnout.heard += 1)?;
    row.heard = true;
    rows.put(&key, &row)
}

/// So many anonymous answers to a round were released.
pub(super) fn released(
    round: RoundId,
    answers: usize,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let more = u32::try_from(answers).unwrap_or(u32::MAX);
    of_all(round, rows, |row| {
        row.released = row.released.saturating_add(more);
    })
}

/// No more anonymous answers to a round come.
pub(super) fn emptied(round: RoundId, rows: &mut Rows<'_>) -> Result<(), RowError> {
    of_all(round, rows, |row| row.emptied = true)
}

fn count(
    round: RoundId,
    who: &Invited,
    rows: &mut Rows<'_>,
    change: impl Fn(&mut Turnout),
) -> Result<(), RowError> {
    of_all(round, rows, |row| change(&mut row.all))?;
    let key = keys::turnout_of(round, who.department.as_ref());
    let mut turnout: Turnout = rows.get(&key)?.unwrap_or_default();
    change(&mut turnout);
    rows.put(&key, &turnout)
}

fn of_all(
    round: RoundId,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut TurnoutRow),
) -> Result<(), RowError> {
    let key = keys::turnout(round);
    let mut row: TurnoutRow = rows.get(&key)?.unwrap_or_default();
    change(&mut row);
    rows.put(&key, &row)
}
