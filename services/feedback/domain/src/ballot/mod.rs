//! Anonymous answers: who may have a token signed, what is an answer, and how answers are let go so that none tells who gave it.
//!
//! Taking a token is a person's own entity, so that each takes one. Answers are nobody's: no entity decides on them before
//! they are let go in a batch. The whole argument is in `docs/anonymity.md`.

mod answer;
mod mixing;
mod refusal;
#[cfg(test)]
mod tests;

pub use answer::{bytes_of, check_answer, segment_of, takes};
pub use mixing::{Batch, Chance, empty, let_go, parts};
pub use refusal::BallotRefusal;

use std::collections::BTreeSet;

use khidma_events::feedback::{BallotEvent, TokenIssued};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};
use serde::{Deserialize, Serialize};

use crate::round::Round;

/// Bytes of a token: random ones of the client's own.
pub const TOKEN: usize = 32;
/// Bytes of a commit of answers, at the most; the log takes somewhat more.
pub const COMMIT: usize = 900_000;
/// Bytes of an answer as it is stored, token and signature included, where the threshold is not so high that a batch of such
/// would be larger than [`COMMIT`].
pub const STORED: usize = 18_000;

/// Somebody wants their token signed.
#[derive(Debug, Clone, PartialEq)]
pub struct TakeToken {
    /// Fact: the round, if there is such a one.
    pub round: Option<Round>,
    /// Fact: whether they are asked in it.
    pub invited: bool,
    /// The SHA-256 of what they blinded, hex.
    pub blinded: String,
}

/// What a person took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// The SHA-256 of what was signed, hex.
    pub blinded: String,
}

/// What one person took of one round, as an entity.
#[derive(Debug)]
pub struct BallotDecider;

impl Decider for BallotDecider {
    type Body = TakeToken;
    type Event = BallotEvent;
    type State = Option<Ballot>;
    type Refusal = BallotRefusal;

    fn decide(
        state: &Option<Ballot>,
        command: &Command<TakeToken>,
    ) -> Result<Vec<BallotEvent>, BallotRefusal> {
        let TakeToken {
            round,
            invited,
            blinded,
        } = &command.body;
        let round = takes(round.as_ref(), command.at)?;
        if !invited || command.by.actor.person().is_none() {
            return Err(BallotRefusal::NotInvited);
        }
        match state {
            None => Ok(vec![
                TokenIssued {
                    round: round.launched.round,
                    blinded: blinded.clone(),
                }
                .into(),
            ]),
            Some(taken) if taken.blinded == *blinded => Ok(vec![]),
            Some(_) => Err(BallotRefusal::TokenTaken),
        }
    }

    fn evolve(state: &mut Option<Ballot>, recorded: &Recorded<BallotEvent>) {
        match &recorded.event {
            BallotEvent::TokenIssued(event) => {
                *state = Some(Ballot {
                    blinded: event.blinded.clone(),
                });
            }
        }
    }

    /// Nobody: who answers affects no department.
    fn audience(_: &Option<Ballot>, _: &Option<Ballot>) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
