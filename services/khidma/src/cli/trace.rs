//! `khidma trace`: traces, from what is on record.

use clap::Subcommand;

/// `khidma trace`.
#[derive(Debug, Subcommand)]
pub enum TraceCommand {
    /// All clocks of a request, as when they happened; what the collector has already stays the same
    #[command(after_help = "Example:\n  khidma trace request ID")]
    Request {
        /// The request
        id: String,
    },
}
