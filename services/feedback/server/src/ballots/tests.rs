//! The box over crashes, and the attacker who has all that is stored.

mod attacker;
mod crash;
mod statistics;

use std::collections::BTreeMap;

use khidma_events::feedback::{LooseAnswer, Segment, Value};

use super::commit::text_of;
use super::held::Held;

/// Numbers that look like chance and are the same in each run (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, below: usize) -> usize {
        usize::try_from((u128::from(self.next()) * below as u128) >> 64).unwrap()
    }

    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for place in (1..all.len()).rev() {
            all.swap(place, self.below(place + 1));
        }
    }

    /// A token.
    pub(super) fn token(&mut self) -> String {
        let bytes: Vec<u8> = (0..4).flat_map(|_| self.next().to_be_bytes()).collect();
        text_of(&bytes)
    }
}

/// An answer with that token.
pub(super) fn held(token: &str, mood: i32, segment: Option<Segment>) -> Held {
    Held {
        segment,
        answer: LooseAnswer {
            token: token.to_owned(),
            signature: text_of(&[7; 256]),
            values: BTreeMap::from([("mood".to_owned(), Value::Scale(mood))]),
        },
    }
}
