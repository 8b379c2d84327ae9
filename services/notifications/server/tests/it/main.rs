//! Notifications over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

mod ladder_stage;
mod ladders;
mod previews;
