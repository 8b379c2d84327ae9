//! Notifications over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

mod announcing;
mod endpoints;
mod inboxes;
mod ladder_stage;
mod ladders;
mod mail;
mod people_stage;
mod previews;
mod sending;
mod sending_stage;
mod sink;
mod telling;
mod unsubscribing;
mod wishes;
