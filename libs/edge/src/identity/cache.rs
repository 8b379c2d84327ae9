//! Tokens verified lately: one Ed25519 verification a call would cost more than the call.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use khidma_kernel::{Caller, Timestamp};

use super::Expiry;

/// How many tokens one generation holds. Two generations at some 300 bytes a token stay under 10 MB.
const GENERATION: usize = 16_384;

/// SHA-256 of a token: the cache holds nothing that could be used as one.
pub(super) type TokenHash = [u8; 32];

/// What a token says.
type Verified = (Caller, Expiry);

struct Entry {
    verified: Verified,
    /// When it may be believed without a look. From when too: should the clock be set back, its end would be far off.
    good: Range<Timestamp>,
}

/// Bounded: when the young generation is full, it becomes the old one, and what stood there is forgotten.
#[derive(Default)]
pub(super) struct TokenCache(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<TokenHash, Entry>,
    old: HashMap<TokenHash, Entry>,
}

impl TokenCache {
    /// What a token says that was verified and is still good at `now`.
    pub(super) fn get(&self, token: &TokenHash, now: Timestamp) -> Option<Verified> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !generations.young.contains_key(token) {
            let entry = generations.old.remove(token)?;
            generations.insert(*token, entry);
        }
        let entry = generations.young.get(token)?;
        entry.good.contains(&now).then(|| entry.verified.clone())
    }

    /// Remembers what a verified token says for as long as that is `good`.
    pub(super) fn insert(&self, token: TokenHash, verified: Verified, good: Range<Timestamp>) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.insert(token, Entry { verified, good });
    }
}

impl Generations {
    fn insert(&mut self, token: TokenHash, entry: Entry) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(token, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: usize) -> TokenHash {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        hash
    }

    fn verified(end: Timestamp) -> Verified {
        (Caller::service("x"), Expiry(end))
    }

    #[test]
    fn a_token_is_forgotten_at_its_time_and_when_the_clock_is_set_back() {
        let (start, end) = (
            Timestamp::EPOCH.plus_seconds(60),
            Timestamp::EPOCH.plus_seconds(120),
        );
        let cache = TokenCache::default();
        cache.insert(hash(1), verified(end), start..end);
        assert_eq!(cache.get(&hash(1), start), Some(verified(end)));
        assert!(cache.get(&hash(1), end).is_none());
        assert!(cache.get(&hash(1), start.plus_seconds(-1)).is_none());
        assert!(cache.get(&hash(2), start).is_none());
    }

    #[test]
    fn it_is_bounded_and_keeps_what_is_used() {
        let (cache, end) = (TokenCache::default(), Timestamp::EPOCH.plus_seconds(60));
        for number in 0..5 * GENERATION {
            cache.insert(hash(number), verified(end), Timestamp::EPOCH..end);
            assert!(cache.get(&hash(0), Timestamp::EPOCH).is_some());
        }
        let generations = cache.0.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION);
    }
}
