//! Service levels over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod applying;
mod board;
mod explain;
mod policies;
mod policy_stage;
mod query_stage;
mod report;
mod single;
mod watch;
mod what_if;
