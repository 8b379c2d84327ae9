//! Requests: from asking to done.
//!
//! Owns the service requests and their plans, the catalogue of offerings, and the approvals that people delegate. Hears
//! from the directory which departments and people there are, who holds which role and who reports to whom. Tells
//! everybody, by the
//! events of `khidma_events::requests`, what happens to a request.
//!
//! `app` wires all together; `grpc` is what callers see; `views` says what an event means for the rows and `keys` where
//! those stand; `facts` holds what decisions need to know from elsewhere; `forms` checks forms and what is answered to
//! them; `react` does what follows by itself; `search` finds requests by their words; `status` says which code a refusal
//! has; `config` how long and how many.

mod app;
mod config;
mod facts;
mod forms;
mod grpc;
mod keys;
mod react;
mod search;
mod status;
mod views;

pub use app::start;
pub use config::RequestsConfig;
pub use views::RequestViews;
