//! The requests service over real gRPC, on a log in memory.

mod auto_close;
mod bad_input;
mod life;
mod lists;
mod once;
mod rows;
mod stage;
mod watch;
