//! `khidma sla`.

use clap::Subcommand;

use super::{PolicyCommand, SlaQuery};

/// `khidma sla`.
#[derive(Debug, Subcommand)]
pub enum SlaCommand {
    /// What is promised, and by when
    #[command(
        subcommand,
        after_help = "Example:\n  khidma sla policy apply deploy/examples/helpdesk-policy.toml"
    )]
    Policy(PolicyCommand),
    /// What clocks show.
    #[command(flatten)]
    Query(SlaQuery),
}
