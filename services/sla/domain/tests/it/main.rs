//! The clocks of a request, told from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test; a law says how many lives it was held against"
)]

mod access;
mod attached;
mod deeds;
mod going_on;
mod laws;
mod lives;
mod metrics;
mod oracle;
mod policies;
mod promises;
mod revisions;
mod shadowing;
mod speaking;
mod support;
mod unknown;
mod what_if;
