//! The requests domain, told from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

mod access;
mod attachments;
mod concerns;
mod laws;
mod life;
mod links;
mod support;
