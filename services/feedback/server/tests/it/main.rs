//! Feedback over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod stage;
