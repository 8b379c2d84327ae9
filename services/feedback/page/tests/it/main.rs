//! The page, as its readers and their browsers see it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test; a skipped one says so"
)]

mod card;
mod chromium;
mod pages;
mod texts;
