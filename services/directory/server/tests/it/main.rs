//! The directory over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::needless_update,
    reason = "a failed unwrap is a failed test; a story is told in one piece; the macros name the fields of any message"
)]

#[macro_use]
mod stage;
mod bad_input;
mod calendars;
mod cover;
mod lag;
mod lists;
mod once;
mod people;
mod races;
mod reviews;
mod roles;
mod rows;
mod scans;
mod skills;
mod study;
mod trainings;
mod tree;
