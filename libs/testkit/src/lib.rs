//! What tests stand on.

mod append;
mod eventually;
mod host;
pub mod nats;
mod nats_reader;
pub mod otlp;
mod shared_data;
mod story;

pub use append::{Said, append, append_after, append_said};
pub use eventually::eventually;
pub use host::{Host, Watched};
pub use nats::NatsServer;
pub use nats_reader::Streamed;
pub use shared_data::shared_data;
pub use story::{Outcome, Story};
