//! The departments' feeds over real gRPC, on a log in memory and on a real nats-server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod exactly;
mod faulty;
mod privacy;
mod publishing;
mod rights;
mod slow;
mod stage;
mod subscribing;
