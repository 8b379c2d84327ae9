//! `khidma sla`.

use clap::Subcommand;

use super::{PolicyCommand, SlaQuery, WhatIfArgs};

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
    /// What would have been under another policy or other hours
    WhatIf(WhatIfArgs),
}
