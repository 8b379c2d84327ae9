//! The keys that are believed: a JWKS file (RFC 7517, RFC 8037), re-read when it may have changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet};
use khidma_kernel::Timestamp;

/// A key nobody knows makes the file be read again, but not more often than this: such tokens cost nothing to send.
const UNKNOWN_KEY_SECONDS: i64 = 10;
/// A known key is believed for this long without looking whether it is still in the file.
const KNOWN_KEY_SECONDS: i64 = 60;

/// A JWKS file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// It cannot be read.
    #[error("the JWKS file {} cannot be read: {source}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no JWKS.
    #[error("the JWKS file {} is malformed: {source}", .file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// It holds no Ed25519 key with a key id.
    #[error("the JWKS file {} holds no Ed25519 key with a kid", .0.display())]
    Empty(PathBuf),
}

/// The public keys by key id.
pub(super) struct Keys {
    file: PathBuf,
    ring: Mutex<Ring>,
}

struct Ring {
    by_kid: HashMap<String, DecodingKey>,
    read_at: Timestamp,
}

impl Keys {
    pub(super) fn read(file: &Path, now: Timestamp) -> Result<Self, KeysError> {
        let ring = Mutex::new(Ring {
            by_kid: read(file)?,
            read_at: now,
        });
        Ok(Self {
            file: file.to_owned(),
            ring,
        })
    }

    /// The key `kid`, if it is in the file (as far as we have looked lately).
    pub(super) fn find(&self, kid: &str, now: Timestamp) -> Option<DecodingKey> {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let good_for = if ring.by_kid.contains_key(kid) {
            KNOWN_KEY_SECONDS
        } else {
            UNKNOWN_KEY_SECONDS
        };
        // A small local file, rarely: reading it here is cheaper than handing it to another thread.
        // Before it was read: the clock was set back, and the file would stay unread until it has caught up.
        let lately = ring.read_at..ring.read_at.plus_seconds(good_for);
        if !lately.contains(&now) {
            ring.read_at = now;
            match read(&self.file) {
                Ok(keys) => ring.by_kid = keys,
                Err(error) => tracing::warn!(%error, "the keys known so far stay in force"),
            }
        }
        ring.by_kid.get(kid).cloned()
    }
}

fn read(file: &Path) -> Result<HashMap<String, DecodingKey>, KeysError> {
    let unreadable = |source| KeysError::Unreadable {
        file: file.to_owned(),
        source,
    };
    let malformed = |source| KeysError::Malformed {
        file: file.to_owned(),
        source,
    };
    let text = std::fs::read(file).map_err(unreadable)?;
    let set: JwkSet = serde_json::from_slice(&text).map_err(malformed)?;
    let keys: HashMap<_, _> = set.keys.iter().filter_map(ed25519).collect();
    if keys.is_empty() {
        Err(KeysError::Empty(file.to_owned()))
    } else {
        Ok(keys)
    }
}

/// Key id and key, where it is an Ed25519 key with an id; others are for other readers of the file.
fn ed25519(key: &jsonwebtoken::jwk::Jwk) -> Option<(String, DecodingKey)> {
    match &key.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            let kid = key.common.key_id.clone()?;
            let decoding = DecodingKey::from_ed_components(&pair.x).ok()?;
            // The library cuts a longer key to its first 32 bytes and dies of a shorter one.
            (decoding.try_get_as_bytes().ok()?.len() == 32).then_some((kid, decoding))
        }
        _ => None,
    }
}
