//! What is an anonymous answer to a round.

use khidma_events::feedback::{
    Anonymity, Definition, Dimension, Invited, LooseAnswer, RoundLaunched, Segment, Values,
};
use khidma_kernel::Timestamp;

use super::{BallotRefusal as Refusal, COMMIT, STORED};
use crate::answer::values;
use crate::round::{Round, Standing};

/// The round, if tokens of it are signed and answers to it taken at `at`.
///
/// # Errors
/// There is no such round, it is not anonymous, or it is not open.
pub fn takes(round: Option<&Round>, at: Timestamp) -> Result<&Round, Refusal> {
    let round = round.ok_or(Refusal::UnknownRound)?;
    if round.launched.anonymity != Anonymity::Anonymous {
        return Err(Refusal::NotAnonymous);
    }
    match round.standing {
        _ if round.takes_answers(at) => Ok(round),
        Standing::Planned => Err(Refusal::NotOpenYet),
        Standing::Open | Standing::Closed | Standing::Cancelled => Err(Refusal::Closed),
    }
}

/// To which segment of a round somebody belongs, by what it is broken down by.
pub fn segment_of(launched: &RoundLaunched, invited: &Invited) -> Option<Segment> {
    match launched.break_down_by.first() {
        Some(Dimension::Department) => invited.department.clone().map(Segment::Department),
        Some(Dimension::Kind) => Some(Segment::Kind(invited.kind)),
        Some(Dimension::Language | Dimension::Day) | None => None,
    }
}

/// Whether these are answers to what the round asks, in a segment that may be stated. `invited` is how many people of that
/// segment are asked: one with fewer than the threshold would never be let go by itself, and only tell who it was.
///
/// # Errors
/// The first thing that is not so.
pub fn check_answer(
    launched: &RoundLaunched,
    definition: &Definition,
    values: &Values,
    segment: Option<(&Segment, u32)>,
) -> Result<(), Refusal> {
    values::check(definition, values)?;
    let Some((segment, invited)) = segment else {
        return Ok(());
    };
    let of_round = match (launched.break_down_by.first(), segment) {
        (Some(Dimension::Department), Segment::Department(_))
        | (Some(Dimension::Kind), Segment::Kind(_)) => true,
        (Some(_) | None, Segment::Department(_) | Segment::Kind(_)) => false,
    };
    match of_round && invited >= launched.thresholds.ratings {
        true => Ok(()),
        false => Err(Refusal::UnknownSegment),
    }
}

/// How many bytes an answer takes as it is stored.
///
/// # Errors
/// More than that round's batches could be stored with: the less, the higher its threshold is.
pub fn bytes_of(launched: &RoundLaunched, answer: &LooseAnswer) -> Result<usize, Refusal> {
    let threshold = launched.thresholds.ratings.max(1) as usize;
    // A batch that cannot be parted has one less than two times the threshold.
    let limit = STORED.min(COMMIT / (2 * threshold));
    match serde_json::to_vec(answer).map(|stored| stored.len()) {
        Ok(bytes) if bytes <= limit => Ok(bytes),
        _ => Err(Refusal::TooLarge { limit }),
    }
}
