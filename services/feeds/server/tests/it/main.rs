//! The departments' feeds over real gRPC, on a log in memory and on a real nats-server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed unwrap is a failed test"
)]

mod exactly;
mod faulty;
mod privacy;
mod publishing;
mod rights;
mod slow;
mod stage;
mod subscribing;
