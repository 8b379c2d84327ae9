//! The keys of anonymous answers.

use khidma_kernel::RoundId;

/// See the table.
pub(crate) fn spent(round: RoundId, token: &str) -> Vec<u8> {
    [b"bs/".as_slice(), round.0.as_bytes(), token.as_bytes()].concat()
}
