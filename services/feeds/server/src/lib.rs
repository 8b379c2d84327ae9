//! The departments' feeds: every event that affects a department, once and in order, for those who subscribe.
//!
//! Owns nothing but its place in the log: what it publishes is made from the commits of all services. Writes nothing to the
//! log.
//!
//! `app` wires all together; `views` says what of the log it has to remember and `keys` where that stands; `config` how long
//! and how many.

mod app;
mod config;
mod keys;
mod views;

pub use app::start;
pub use config::FeedsConfig;
pub use views::FeedsViews;
