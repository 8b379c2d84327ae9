//! The statistics beside those of others.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test; a skipped one says so"
)]

mod moments;
mod reference;
