//! The departments' feeds: every event that affects a department, once and in order, for those who subscribe.
//!
//! Owns nothing but its place in the log: what it tells is made from the commits of all services. Writes nothing to the
//! log.
//!
//! `app` wires all together; `views` says what of the log it has to remember and `keys` where that stands; `public` asks
//! it what may go out; `publish` writes the stream of feeds, where the log is on NATS; `grpc` is what callers see, and
//! serves the same feeds on every log; `status` says which code a refusal has; `config` how long and how many.

mod app;
mod chunk;
mod config;
mod grpc;
mod keys;
mod public;
mod publish;
mod status;
mod views;

pub use app::start;
pub use config::FeedsConfig;
pub use views::FeedsViews;
