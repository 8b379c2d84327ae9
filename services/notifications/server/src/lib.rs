//! Notifications: the right word, to the right one, in time.
//!
//! Owns the deliveries, and what people and departments wish to hear. Hears from the requests, their clocks and the directory
//! what happens, and tells those whom it concerns by the channels they chose. Tells everybody, by the events of
//! `khidma_events::notifications`, what became of each message.
//!
//! `app` wires all together; `grpc` is what callers see; `views` says what an event means for the rows and `keys` where
//! those stand; `facts` what decisions need from elsewhere; `react` makes deliveries of what happened, and sends them;
//! `unsubscribe` is the page that links in e-mails lead to; `status` says which code a refusal has; `config` how long and how
//! many.

mod app;
mod config;
mod facts;
mod grpc;
mod keys;
mod react;
mod status;
mod unsubscribe;
mod views;

pub use app::start;
pub use config::NotificationsConfig;
pub use views::NotificationsViews;
