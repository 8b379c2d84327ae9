//! The directory: who is who, who does what.
//!
//! Owns departments, people, roles, working calendars, skills, trainings and the figures of reviews. Hears from the
//! requests which department offers what. Tells everybody, by the events of
//! `khidma_events::directory`, what happens to them; the requests service knows departments and people by it.
//!
//! `app` wires all together; `grpc` is what callers see; `facts` reads what a decision must know of other entities;
//! `views` says what an event means for the rows and `keys` where those stand; `react` takes roles from those who
//! have left; `status` says which code a refusal has; `config` how long and how many.

mod app;
mod config;
mod facts;
mod grpc;
mod keys;
mod react;
mod status;
mod views;

pub use app::start;
pub use config::DirectoryConfig;
pub use views::DirectoryViews;
