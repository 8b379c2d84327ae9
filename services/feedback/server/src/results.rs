//! Results, frozen, at hand: those of a round that is over never change, so they are put together once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use khidma_events::feedback::{Anonymity, Definition};
use khidma_feedback_domain::disclosure::{Frozen, units};
use khidma_feedback_domain::round::{Round, Standing};
use khidma_kernel::{RoundId, SurveyId};
use khidma_projection::{Reader, RowError};

use crate::views::CellRow;
use crate::{facts, keys};

/// How many definitions are kept.
const DEFINITIONS: usize = 64;

/// What is kept of rounds and surveys. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Results {
    kept: Arc<Mutex<Kept>>,
    /// How much of the results is kept at the most, as [`Frozen::weight`] says it.
    room: usize,
}

#[derive(Debug, Default)]
struct Kept {
    /// What was asked for last stands last.
    rounds: VecDeque<(RoundId, Arc<Frozen>)>,
    definitions: VecDeque<((SurveyId, u32), Arc<Definition>)>,
}

impl Results {
    pub(crate) fn new(room: usize) -> Self {
        Self {
            kept: Arc::default(),
            room,
        }
    }

    /// What a version of a survey asks.
    ///
    /// # Errors
    /// A row is damaged, or the rows are being built.
    pub(crate) fn definition(
        &self,
        reader: &Reader,
        survey: &SurveyId,
        version: u32,
    ) -> Result<Option<Arc<Definition>>, RowError> {
        let wanted = (survey.clone(), version);
        if let Some(known) = self.change(|kept| recall(&mut kept.definitions, &wanted)) {
            return Ok(Some(known));
        }
        let Some(found) = facts::definition(reader, survey, version)? else {
            return Ok(None);
        };
        let found = Arc::new(found);
        self.change(|kept| {
            if kept.definitions.len() == DEFINITIONS {
                kept.definitions.pop_front();
            }
            kept.definitions.push_back((wanted, found.clone()));
        });
        Ok(Some(found))
    }

    /// The results of a round; `None` if it is not over.
    ///
    /// # Errors
    /// A row is damaged, or the rows are being built.
    pub(crate) fn of(
        &self,
        reader: &Reader,
        round: &Round,
        definition: &Definition,
    ) -> Result<Option<Arc<Frozen>>, RowError> {
        if !is_over(reader, round)? {
            return Ok(None);
        }
        let id = round.launched.round;
        if let Some(known) = self.change(|kept| recall(&mut kept.rounds, &id)) {
            return Ok(Some(known));
        }
        let rows = reader.prefix(&keys::cells(id)).map(|found| {
            let row: CellRow = found?.1.decode()?;
            Ok((row.cell, row.tallies))
        });
        let counted = rows.collect::<Result<_, RowError>>()?;
        let thresholds = round.launched.thresholds;
        let frozen = Arc::new(Frozen::new(units(definition), counted, thresholds));
        let room = self.room;
        self.change(|kept| kept.keep(id, frozen.clone(), room));
        Ok(Some(frozen))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        // Every change leaves it whole, so a panic elsewhere while it was held does no harm.
        change(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether no more answers to a round come: from then on its results can be read.
fn is_over(reader: &Reader, round: &Round) -> Result<bool, RowError> {
    if round.standing != Standing::Closed {
        return Ok(false);
    }
    match round.launched.anonymity {
        Anonymity::Named | Anonymity::Confidential => Ok(true),
        Anonymity::Anonymous => Ok(facts::turnout(reader, round.launched.round)?.emptied),
    }
}

impl Kept {
    /// Keeps the results of a round, and forgets those that nobody asked for the longest where there is no room for them.
    fn keep(&mut self, round: RoundId, frozen: Arc<Frozen>, room: usize) {
        self.rounds.retain(|(kept, _)| *kept != round);
        let mut free = room.saturating_sub(frozen.weight());
        self.rounds.push_back((round, frozen));
        let others = self.rounds.iter().rev().skip(1);
        let fit = others.take_while(|(_, kept)| match free.checked_sub(kept.weight()) {
            Some(left) => {
                free = left;
                true
            }
            None => false,
        });
        let fit = fit.count() + 1;
        self.rounds.drain(..self.rounds.len() - fit);
    }
}

fn recall<K: PartialEq, T: Clone>(kept: &mut VecDeque<(K, T)>, wanted: &K) -> Option<T> {
    let place = kept.iter().position(|(key, _)| key == wanted)?;
    let (key, found) = kept.remove(place)?;
    kept.push_back((key, found.clone()));
    Some(found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use khidma_events::feedback::Thresholds;
    use khidma_feedback_domain::disclosure::{Cell, Figures, Tally, Unit};
    use uuid::Uuid;

    use super::*;

    /// Of the weight 10: one cell, and one atom.
    fn frozen() -> Arc<Frozen> {
        let tally = Tally {
            count: 5,
            figures: Figures::None,
        };
        let counted = BTreeMap::from([(Cell::default(), vec![tally])]);
        let thresholds = Thresholds {
            ratings: 5,
            comments: 5,
        };
        Arc::new(Frozen::new(vec![Unit::Answered], counted, thresholds))
    }

    #[test]
    fn what_nobody_asked_for_the_longest_is_forgotten_first() {
        assert_eq!(frozen().weight(), 10);
        let id = |number| RoundId(Uuid::from_u128(number));
        let mut kept = Kept::default();
        let known = |kept: &Kept| -> Vec<u128> {
            let rounds = kept.rounds.iter();
            rounds.map(|(id, _)| id.0.as_u128()).collect()
        };
        for number in 1..=3 {
            kept.keep(id(number), frozen(), 30);
        }
        assert!(recall(&mut kept.rounds, &id(1)).is_some());
        kept.keep(id(4), frozen(), 30);
        assert_eq!(known(&kept), [3, 1, 4]);
        // What is too large for all of the room is kept alone.
        kept.keep(id(5), frozen(), 5);
        assert_eq!(known(&kept), [5]);
    }
}
