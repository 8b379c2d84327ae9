//! The requests service over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod auto_close;
mod bad_input;
mod history;
mod life;
mod lists;
mod once;
mod rows;
mod stage;
mod watch;
