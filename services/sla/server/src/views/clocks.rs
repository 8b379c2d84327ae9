//! What the clocks say: their row, when they speak next, and where they are listed.

use std::collections::BTreeSet;

use khidma_engine::{advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::sla::{ClockEvent, ClockRef, EntityKind};
use khidma_kernel::{DepartmentId, Timestamp};
use khidma_projection::{ApplyError, RowError, Rows};
use khidma_sla_domain::{Clock, ClockState, Clocks, ClocksDecider, pending};

use super::request::{schedule_follow, timer_item};
use super::row::{ClocksRow, Tally};
use super::{adoptions, policies, terms, undecodable};
use crate::keys;
use crate::shelf::Shelf;

pub(super) fn apply(shelf: &Shelf, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Clocks(_)) => clocks(shelf, commit, rows),
        Some(EntityKind::Policy(id)) => {
            terms::policy(&id, commit, rows)?;
            policies::apply(&id, commit, rows)
        }
        Some(EntityKind::Adoption(id)) => adoptions::apply(&id, commit, rows),
        None => Ok(()),
    }
}

fn clocks(shelf: &Shelf, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let id = commit.entity.as_str();
    let decoded = khidma_events::decode::<ClockEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let mut row: ClocksRow = rows.get(&entity_key(id))?.unwrap_or_default();
    let before = row.entity.state.clone();
    advance::<ClocksDecider>(&mut row.entity, &decoded, commit.position);
    let book = shelf.terms(rows)?.book;
    let waits = pending(&row.entity.state, &row.file.facts, &book);
    schedule_follow(id, &mut row, waits, rows)?;
    schedule_timer(id, &mut row, rows)?;
    let events = decoded.events.iter();
    let touched = events.map(|recorded| recorded.event.clock()).collect();
    relist(id, (&before, &row.entity.state), &touched, rows)?;
    rows.put(&entity_key(id), &row)?;
    rows.touch(id);
    Ok(())
}

/// The breach is so only after its instant; a microsecond is the smallest step of time.
fn schedule_timer(id: &str, row: &mut ClocksRow, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let next = row.entity.state.next();
    let next = next.map(|next| Timestamp::from_micros(next.as_micros().saturating_add(1)));
    if row.file.timer == next {
        return Ok(());
    }
    if let Some(due) = row.file.timer {
        rows.unschedule(due, &timer_item(id));
    }
    row.file.timer = next;
    match next {
        Some(due) => rows.schedule(due, &timer_item(id)),
        None => Ok(()),
    }
}

/// Where a clock is listed.
#[derive(Debug, Default, PartialEq)]
struct Listed {
    due: Option<Vec<u8>>,
    breach: Option<Vec<u8>>,
    tally: Option<(DepartmentId, ClockState, bool)>,
}

impl Listed {
    fn of(id: &str, clocks: &Clocks, clock: &Clock) -> Self {
        let reference = clock.reference();
        let owner = clock
            .segments
            .last()
            .and_then(|segment| clocks.owner_of(segment));
        let goes_on = owner.filter(|_| clock.ended.is_none());
        Self {
            due: goes_on.map(|owner| keys::due(owner, clock.due, id, reference)),
            breach: clock.breached.map(|at| keys::breach(at, id, reference)),
            tally: owner.map(|owner| (owner.clone(), clock.state(), clock.breached.is_some())),
        }
    }
}

/// Moves clocks between lists; only where something changes is anything written.
fn relist(
    id: &str,
    (before, after): (&Clocks, &Clocks),
    touched: &BTreeSet<ClockRef>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let touched = after
        .clocks
        .iter()
        .filter(|clock| touched.contains(&clock.reference()));
    for clock in touched {
        let now = Listed::of(id, after, clock);
        let was = before.get(clock.reference());
        let was = was
            .map(|was| Listed::of(id, before, was))
            .unwrap_or_default();
        if was == now {
            continue;
        }
        rows.move_mark(was.due, now.due)?;
        rows.move_mark(was.breach, now.breach)?;
        if was.tally != now.tally {
            count(clock, was.tally, -1, rows)?;
            count(clock, now.tally, 1, rows)?;
        }
    }
    Ok(())
}

fn count(
    clock: &Clock,
    tally: Option<(DepartmentId, ClockState, bool)>,
    change: i64,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let Some((owner, state, breached)) = tally else {
        return Ok(());
    };
    let key = keys::tally(&owner, clock.metric);
    let mut tally: Tally = rows.get(&key)?.unwrap_or_default();
    let add = |number: &mut u64| *number = number.saturating_add_signed(change);
    match state {
        ClockState::Running => add(&mut tally.running),
        ClockState::Paused => add(&mut tally.paused),
        ClockState::Stopped if !breached => add(&mut tally.met),
        ClockState::Stopped | ClockState::Cancelled => {}
    }
    if breached {
        add(&mut tally.breached);
    }
    rows.put(&key, &tally)
}
