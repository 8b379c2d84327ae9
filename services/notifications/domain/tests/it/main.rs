//! Who is told what, told from outside.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod escalation;
mod ladder;
mod outset;
mod people;
mod retries;
mod routes;
mod rules;
mod voices;
