//! The page, as its readers and their browsers see it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a failed unwrap is a failed test; a skipped one says so, and where Chromium is the machine says"
)]

mod card;
mod chromium;
mod pages;
mod texts;
