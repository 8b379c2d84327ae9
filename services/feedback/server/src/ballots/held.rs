//! The answers to one round that are held back.

use std::collections::BTreeMap;

use khidma_events::feedback::{LooseAnswer, Segment, Values};
use khidma_kernel::sha256_hex;
use serde::{Deserialize, Serialize};

/// An answer that is held back. Nothing else is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// What who gave it stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// The answer.
    pub answer: LooseAnswer,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// It is held now.
    New,
    /// The same was given with this token before.
    Same,
    /// Another was given with this token before.
    Spent,
    /// The round is over: no more answers are taken.
    Sealed,
}

/// The box of a round, in memory. Its answers are in the order of their tokens, which are random: not even the memory has
/// another.
#[derive(Debug, Default)]
pub(crate) struct RoundBox {
    held: BTreeMap<String, Held>,
    sealed: bool,
    /// How many came since it was last looked into.
    fresh: usize,
}

impl RoundBox {
    /// As it was written.
    pub(crate) fn read(content: &[u8]) -> Result<Self, serde_json::Error> {
        let held: Vec<Held> = serde_json::from_slice(content)?;
        let by_token = |held: Held| (held.answer.token.clone(), held);
        Ok(Self {
            held: held.into_iter().map(by_token).collect(),
            ..Self::default()
        })
    }

    /// To be written: all there is, in the order of the tokens.
    pub(crate) fn content(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&self.held.values().collect::<Vec<_>>())
    }

    /// Takes an answer in.
    pub(crate) fn put(&mut self, held: Held) -> Put {
        if let Some(known) = self.held.get(&held.answer.token) {
            return match known.answer.values == held.answer.values {
                true => Put::Same,
                false => Put::Spent,
            };
        }
        if self.sealed {
            return Put::Sealed;
        }
        self.held.insert(held.answer.token.clone(), held);
        self.fresh += 1;
        Put::New
    }

    /// Takes an answer out.
    pub(crate) fn remove(&mut self, token: &str) {
        self.held.remove(token);
    }

    /// Takes no more answers.
    pub(crate) fn seal(&mut self) {
        self.sealed = true;
    }

    /// All there is.
    pub(crate) fn look(&mut self) -> Vec<Held> {
        self.fresh = 0;
        self.held.values().cloned().collect()
    }

    /// How many came since it was last looked into.
    pub(crate) fn fresh(&self) -> usize {
        self.fresh
    }

    /// Whether it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}

/// What stands in the rows of an answer that was let go, to tell the same from another: its SHA-256, hex.
pub(crate) fn digest_of(values: &Values) -> String {
    let values = serde_json::to_vec(values).unwrap_or_default();
    sha256_hex(&[&values])
}
