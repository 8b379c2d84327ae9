//! Ids and fingerprints that follow from what they name, so that doing a thing twice gives the same one.

use sha2::{Digest, Sha256};
use uuid::Uuid;

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length before each part keeps ("ab", "c") and ("a", "bc") apart.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// An id that follows from `parts` alone (UUID version 8, RFC 9562 §5.8: SHA-256, truncated).
pub fn derived_id(parts: &[&[u8]]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash(parts)[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// An id that follows from `key` and `parts` alone and, where `key` is a UUIDv7, sorts by its time
/// (it is then a UUIDv7 too, RFC 9562 §5.7, whose random bits are the hash).
pub fn time_ordered_id(key: Uuid, parts: &[&[u8]]) -> Uuid {
    let mut all = vec![key.as_bytes().as_slice()];
    all.extend_from_slice(parts);
    let derived = derived_id(&all);
    if key.get_version_num() != 7 {
        return derived;
    }
    let mut bytes = *derived.as_bytes();
    bytes[..6].copy_from_slice(&key.as_bytes()[..6]);
    let mut tail = [0; 10];
    tail.copy_from_slice(&bytes[6..]);
    let millis = key.as_bytes()[..6]
        .iter()
        .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

/// A 64-bit fingerprint of `bytes`, to tell whether two commands under one key say the same.
pub fn digest(bytes: &[u8]) -> u64 {
    let hash = hash(&[bytes]);
    u64::from_be_bytes([
        hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7],
    ])
}

/// SHA-256 over `parts`, hexadecimal: 64 digits.
pub fn sha256_hex(parts: &[&[u8]]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let digits = |byte: u8| [digit(byte >> 4), digit(byte & 15)];
    hash(parts).into_iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_give_the_same_id_and_others_another() {
        assert_eq!(derived_id(&[b"a", b"b"]), derived_id(&[b"a", b"b"]));
        assert_ne!(derived_id(&[b"ab", b""]), derived_id(&[b"a", b"b"]));
    }

    #[test]
    fn a_digest_is_64_hexadecimal_digits() {
        let digest = sha256_hex(&[b"a", b"b"]);
        assert_eq!(digest.len(), 64);
        assert!(derived_id(&[b"a", b"b"]).simple().to_string()[..8] == digest[..8]);
        assert_ne!(digest, sha256_hex(&[b"ab"]));
    }

    #[test]
    fn a_time_ordered_id_keeps_the_time_of_its_key() {
        let early = Uuid::parse_str("01890000-0000-7000-8000-000000000001").unwrap();
        let late = Uuid::parse_str("01890000-0001-7000-8000-000000000001").unwrap();
        let (a, b) = (
            time_ordered_id(early, &[b"x"]),
            time_ordered_id(late, &[b"x"]),
        );
        assert!(a < b);
        assert_eq!(a.get_version_num(), 7);
        assert_eq!(a.as_bytes()[..6], early.as_bytes()[..6]);
        assert_ne!(a, time_ordered_id(early, &[b"y"]));
    }
}
