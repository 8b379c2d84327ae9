//! The command line as people and scripts meet it: the real program, against a real server in this process.

mod answers;
mod failures;
mod grammar;
mod server;
