//! Feedback: heard, kept safe, acted on in sight.
//!
//! Owns the questions after requests, surveys and their answers, interviews, figures of people, improvement actions and
//! thanks. Hears from the directory who is who, from the requests what ended, from their clocks what was promised and kept.
//! Tells everybody, by the events of `khidma_events::feedback`, what was asked and what is done about it; what somebody
//! answered it tells only as far as was promised when they were asked.
//!
//! `app` wires all together; `grpc` is what callers see; `views` says what an event means for the rows and `keys` where
//! those stand; `facts` what decisions need from elsewhere; `react` what follows by itself; `answering` is the page that takes answers by a link; `status` says which code a
//! refusal has; `config` how long and how many.

mod answering;
mod app;
mod ballots;
mod config;
mod facts;
mod grpc;
mod keys;
mod react;
mod results;
mod status;
mod views;

pub use app::start;
pub use config::FeedbackConfig;
pub use views::FeedbackViews;
