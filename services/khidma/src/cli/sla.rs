//! `khidma sla`.

use clap::Subcommand;

use super::SlaQuery;

/// `khidma sla`.
#[derive(Debug, Subcommand)]
pub enum SlaCommand {
    /// What clocks show.
    #[command(flatten)]
    Query(SlaQuery),
}
