//! The command line as people and scripts meet it: the real program, against a real server in this process.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod answers;
mod approvals;
mod ballots;
mod calendar;
mod catalogue;
mod concerns;
mod csat;
mod failures;
mod feeds;
mod grammar;
mod import;
mod notifications;
mod policies;
mod previews;
mod processes;
mod scorecards;
mod scripted;
mod search;
mod server;
mod sinks;
mod skills;
mod sla;
mod streams;
mod surveys;
mod voice;
mod what_if;
