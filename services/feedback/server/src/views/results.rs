//! What was answered to a round, counted by cells, and in words. Nothing of a row says who.

use std::collections::{BTreeMap, BTreeSet};

use khidma_engine::entity_key;
use khidma_events::feedback::{
    AnswerGiven, Definition, Dimension, RoundLaunched, Segment, Value, Values, round_entity,
};
use khidma_feedback_domain::disclosure::{Cell, Tally, Unit, units};
use khidma_feedback_domain::round::Standing;
use khidma_kernel::{RoundId, Timestamp, sha256_hex};
use khidma_projection::{RowError, Rows};
use serde::{Deserialize, Serialize};

use super::RoundRow;
use crate::keys;

/// How the answers to a round are counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct CountingRow {
    by: BTreeSet<Dimension>,
    units: Vec<Unit>,
}

/// What those of a cell answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CellRow {
    /// Which.
    pub cell: Cell,
    /// What they answered to each unit.
    pub tallies: Vec<Tally>,
}

/// What was written to an item, in these very words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CommentRow {
    /// The words.
    pub text: String,
    /// How many of which cell wrote them.
    pub by: BTreeMap<Cell, u32>,
}

/// As it was launched, if answers to it count now: as a round that is closed is frozen, so that no two looks at its results
/// differ by an answer that came late.
pub(super) fn open(round: RoundId, rows: &Rows<'_>) -> Result<Option<RoundLaunched>, RowError> {
    let row: Option<RoundRow> = rows.get(&entity_key(&round_entity(round)))?;
    let round = row.and_then(|row| row.entity.state);
    let round = round.filter(|round| round.standing == Standing::Open);
    Ok(round.map(|round| round.launched))
}

/// Somebody answered.
pub(super) fn count(
    answer: &AnswerGiven,
    at: Timestamp,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let Some(counting) = counting(answer.round, rows)? else {
        return Ok(());
    };
    let cell = Cell::of(answer, at, &counting.by);
    take_in(answer.round, &counting, cell, [&answer.values], rows)
}

/// Anonymous answers to a round were released together, none of them counted before.
pub(super) fn released<'a>(
    round: RoundId,
    segment: Option<&Segment>,
    answers: impl IntoIterator<Item = &'a Values>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let Some(counting) = counting(round, rows)? else {
        return Ok(());
    };
    take_in(round, &counting, Cell::of_segment(segment), answers, rows)
}

/// How a round is counted: read of its survey once.
fn counting(round: RoundId, rows: &mut Rows<'_>) -> Result<Option<CountingRow>, RowError> {
    let key = keys::counting(round);
    if let Some(known) = rows.get(&key)? {
        return Ok(Some(known));
    }
    let row: Option<RoundRow> = rows.get(&entity_key(&round_entity(round)))?;
    let Some(round) = row.and_then(|row| row.entity.state) else {
        return Ok(None);
    };
    let RoundLaunched {
        survey,
        version,
        break_down_by: by,
        ..
    } = round.launched;
    let definition: Option<Definition> = rows.get(&keys::definition(&survey, version))?;
    let Some(definition) = definition else {
        return Ok(None);
    };
    let units = units(&definition);
    let counting = CountingRow { by, units };
    rows.put(&key, &counting)?;
    Ok(Some(counting))
}

fn take_in<'a>(
    round: RoundId,
    counting: &CountingRow,
    cell: Cell,
    answers: impl IntoIterator<Item = &'a Values>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = keys::cell(round, &cell);
    let row: Option<CellRow> = rows.get(&key)?;
    let mut tallies = row.map(|row| row.tallies).unwrap_or_default();
    tallies.resize_with(counting.units.len(), Tally::default);
    for values in answers {
        for (place, (unit, tally)) in counting.units.iter().zip(&mut tallies).enumerate() {
            if let Some(one) = unit.count(values) {
                tally.add(&one);
            }
            if let Some(text) = words(unit, values) {
                write_down(round, place, &cell, text, rows)?;
            }
        }
    }
    rows.put(&key, &CellRow { cell, tallies })
}

fn words<'a>(unit: &Unit, values: &'a Values) -> Option<&'a str> {
    match unit {
        Unit::One { item, .. } if unit.is_text() => match values.get(item) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Under the hash of the words alone: their order says nothing of who wrote them or when.
fn write_down(
    round: RoundId,
    place: usize,
    cell: &Cell,
    text: &str,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = keys::comment(round, place, &sha256_hex(&[text.as_bytes()]));
    let mut row: CommentRow = rows.get(&key)?.unwrap_or_default();
    if row.text.is_empty() {
        row.text = text.to_owned();
    }
    let count = row.by.entry(cell.clone()).or_default();
    *count = count.saturating_add(1);
    rows.put(&key, &row)
}
