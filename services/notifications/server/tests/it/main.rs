//! Notifications over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod announcing;
mod asking;
mod endpoints;
mod inboxes;
mod ladder_stage;
mod ladders;
mod mail;
mod nights;
mod people_stage;
mod previews;
mod sending;
mod sending_stage;
mod sink;
mod stage;
mod telling;
mod unsubscribing;
mod wishes;
