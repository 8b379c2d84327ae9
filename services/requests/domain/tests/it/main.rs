//! The requests domain, told from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

mod access;
mod import;
mod laws;
mod life;
mod support;
