//! Tokens verified lately: one Ed25519 verification a call would cost more than the call.

use std::collections::HashMap;
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
    good_until: Timestamp,
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
        (now < entry.good_until).then(|| entry.verified.clone())
    }

    /// Remembers what a verified token says until `good_until`.
    pub(super) fn insert(&self, token: TokenHash, verified: Verified, good_until: Timestamp) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.insert(token, Entry { verified, good_until });
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
    fn a_token_is_forgotten_at_its_time() {
        let (cache, end) = (TokenCache::default(), Timestamp::EPOCH.plus_seconds(60));
        cache.insert(hash(1), verified(end), end);
        assert_eq!(cache.get(&hash(1), Timestamp::EPOCH), Some(verified(end)));
        assert!(cache.get(&hash(1), end).is_none());
        assert!(cache.get(&hash(2), Timestamp::EPOCH).is_none());
    }

    #[test]
    fn it_is_bounded_and_keeps_what_is_used() {
        let (cache, end) = (TokenCache::default(), Timestamp::EPOCH.plus_seconds(60));
        for number in 0..5 * GENERATION {
            cache.insert(hash(number), verified(end), end);
            assert!(cache.get(&hash(0), Timestamp::EPOCH).is_some());
        }
        let generations = cache.0.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION);
    }
}
