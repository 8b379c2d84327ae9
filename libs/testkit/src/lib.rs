//! What tests stand on.

mod append;
mod eventually;
mod host;
pub mod nats;
pub mod otlp;
mod story;

pub use append::append;
pub use eventually::eventually;
pub use host::{Host, Watched};
pub use nats::NatsServer;
pub use story::{Outcome, Story};
