//! The requests service over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod anonymity;
mod approvals;
mod attachments;
mod auto_close;
mod bad_input;
mod catalogue;
mod concerns;
mod history;
mod life;
mod links;
mod lists;
mod merging;
mod once;
mod plans;
mod rows;
mod search;
mod stage;
mod watch;
