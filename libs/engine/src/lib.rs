//! The command path: load the entity's state, decide, append, and answer; once, whatever is retried.
//!
//! - The state comes from [`recent`] memory of what this process appended itself, or else from the service's read model.
//! - A stale state is caught by the log's expected position; the command is decided anew on the newer state.
//! - A refusal (or "nothing to do") is only given on a state that was at the head of the log: a read model that lags
//!   makes a command slower, never wrongly refused.
//! - The same idempotency key again gives the first answer again: the keys stand in the entity's own row.

mod command;
mod entity;
mod recent;
mod view;

pub use command::{Ask, CommandError, Decided, Done, Engine};
pub use entity::{EntityRow, advance, entity_key};
pub use view::{at_once, known_events, timers_begin, undecodable};
