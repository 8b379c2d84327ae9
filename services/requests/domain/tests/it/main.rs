//! The requests domain, told from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

mod access;
mod approvals;
mod attachments;
mod concerns;
mod import;
mod laws;
mod life;
mod links;
mod offered;
mod plan_laws;
mod plans;
mod support;
