//! What an import came to.

use std::collections::BTreeMap;

use khidma_proto::requests::{HistoryOutcome, ImportHistoryResponse};
use serde::Serialize;

use crate::words::Word;

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Cases that were answered.
    pub cases: u64,
    /// Requests that are new.
    pub new: u64,
    /// Requests that were there before and went on.
    pub extended: u64,
    /// Requests of which nothing was new.
    pub unchanged: u64,
    /// Cases that were refused.
    pub refused: u64,
    /// Events that were written, by kind.
    pub events: BTreeMap<String, u64>,
    /// Requests by state.
    pub states: BTreeMap<String, u64>,
    /// Records that were kept as internal notes, by reason.
    pub adapted: BTreeMap<String, Counted>,
    /// Refused cases, by reason.
    pub refusals: BTreeMap<String, Counted>,
}

/// How often, and where for example.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Counted {
    /// How often.
    pub count: u64,
    /// Where for example, in words.
    pub example: String,
}

impl Report {
    /// Counts an answer in.
    pub fn add(&mut self, answer: ImportHistoryResponse) {
        self.cases += 1;
        match answer.outcome() {
            HistoryOutcome::New => self.new += 1,
            HistoryOutcome::Extended => self.extended += 1,
            HistoryOutcome::Unchanged => self.unchanged += 1,
            HistoryOutcome::Refused | HistoryOutcome::Unspecified => self.refused += 1,
        }
        for (kind, count) in answer.events {
            *self.events.entry(kind).or_default() += u64::from(count);
        }
        let case = answer.external_id;
        for adapted in answer.adapted {
            let example = || format!("{case}, event {}", adapted.record);
            count(&mut self.adapted, adapted.code, example);
        }
        match answer.refusal {
            None => {
                let state = khidma_proto::requests::State::word(answer.state);
                *self.states.entry(state).or_default() += 1;
            }
            Some(refusal) => {
                let example = || format!("{case}: {}", refusal.message);
                count(&mut self.refusals, refusal.code, example);
            }
        }
    }

    /// Counts in a case that was not even sent.
    pub fn refuse(&mut self, case: &str, code: &str, why: &str) {
        self.cases += 1;
        self.refused += 1;
        count(&mut self.refusals, code.to_owned(), || {
            format!("{case}: {why}")
        });
    }

    /// How often `kind` was written.
    pub fn written(&self, kind: &str) -> u64 {
        self.events.get(kind).copied().unwrap_or_default()
    }
}

fn count(by: &mut BTreeMap<String, Counted>, reason: String, example: impl FnOnce() -> String) {
    let counted = by.entry(reason).or_insert_with(|| Counted {
        count: 0,
        example: example(),
    });
    counted.count += 1;
}
