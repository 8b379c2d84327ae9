//! What a process lends to all its parts: a clock that can be put into a test's hand, and tasks that are
//! waited for at shutdown. The only place that reads the wall clock or spawns.

mod clock;
mod finishing;
mod tasks;

pub use clock::{Clock, ManualClock, TimeMachine};
pub use tasks::{Spawned, Tasks};
