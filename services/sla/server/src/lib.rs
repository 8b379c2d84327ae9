//! Service levels: what was promised, and whether it was kept.
//!
//! Owns the policies, and the clocks of every request. Hears from the requests what happens to them, and from the directory
//! which calendars, departments, people and roles there are. Tells everybody, by the events of `khidma_events::sla`, when a
//! clock starts, warns, breaches and stops.
//!
//! `app` wires all together; `grpc` is what callers see; `views` says what an event means for the rows and `keys` where
//! those stand; `policy_file` reads policies as people write them and `facts` has what they rest on; `shelf` has policies
//! and calendars at hand; `react` lets the clocks react to their requests and to the time; `signals` shows operators what
//! they do; `status` says which code a refusal has; `config` how long and how many.

mod app;
mod config;
mod facts;
mod grpc;
mod keys;
mod policy_file;
mod react;
mod shelf;
pub mod signals;
mod status;
mod views;

pub use app::start;
pub use config::SlaConfig;
pub use views::SlaViews;
