//! Business time against a naive count, and against the cases of another library's tests.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

mod cases;
mod laws;
mod oracle;
mod random;
mod zones;
