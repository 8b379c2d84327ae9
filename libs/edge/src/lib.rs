//! What every server needs at its edge, so that a service holds only what is its own: configuration, verified
//! identity, telemetry, errors that name field and rule, page tokens, limits, health and a graceful drain.
//!
//! The only crate that names opentelemetry, and the only one that reads the environment.

pub mod client;
pub mod command;
pub mod config;
mod deps;
pub mod identity;
pub mod instant;
pub mod operations;
pub mod page;
pub mod part;
pub mod query;
pub mod server;
pub mod status;
pub mod telemetry;
pub mod watch;
pub mod written;

pub use config::Config;
pub use deps::{Deps, StartError, Started};
