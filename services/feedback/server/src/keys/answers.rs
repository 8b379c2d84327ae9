//! The keys of answers and results.

use khidma_feedback_domain::disclosure::Cell;
use khidma_kernel::{Position, RoundId};

/// All answers to a named round, in their order.
pub(crate) fn answers_to(round: RoundId) -> Vec<u8> {
    [b"xa/".as_slice(), round.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn answer_to(round: RoundId, position: Position) -> Vec<u8> {
    [answers_to(round).as_slice(), &position.0.to_be_bytes()].concat()
}

/// See the table.
pub(crate) fn counting(round: RoundId) -> Vec<u8> {
    [b"xu/".as_slice(), round.0.as_bytes()].concat()
}

/// All cells of a round.
pub(crate) fn cells(round: RoundId) -> Vec<u8> {
    [b"xc/".as_slice(), round.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn cell(round: RoundId, cell: &Cell) -> Vec<u8> {
    let kind = cell.kind.map(|kind| format!("{kind:?}"));
    let name = format!(
        "{}\0{}\0{}\0{}",
        cell.department.as_ref().map_or("", |id| id.as_str()),
        kind.unwrap_or_default(),
        cell.language.as_deref().unwrap_or_default(),
        cell.day.map(|day| day.to_string()).unwrap_or_default(),
    );
    [cells(round).as_slice(), name.as_bytes()].concat()
}

/// All that was written to an item, by the place of its unit.
pub(crate) fn comments(round: RoundId, unit: usize) -> Vec<u8> {
    let unit = u16::try_from(unit).unwrap_or(u16::MAX);
    [b"xw/".as_slice(), round.0.as_bytes(), &unit.to_be_bytes()].concat()
}

/// See the table.
pub(crate) fn comment(round: RoundId, unit: usize, hash: &str) -> Vec<u8> {
    [comments(round, unit).as_slice(), hash.as_bytes()].concat()
}
