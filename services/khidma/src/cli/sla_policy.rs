//! `khidma sla policy`: what is promised, and by when.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use khidma_proto::sla::Attach;

use super::Page;
use crate::words::parser;

/// `khidma sla policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Write a version of a policy, from a TOML file; what is wrong with it is told line by line
    #[command(after_help = "\
Examples:
  khidma sla policy draft deploy/examples/helpdesk-policy.toml

  # helpdesk-policy.toml
  id = \"helpdesk\"
  name = \"Help desk\"
  providers = [\"support\"]
  calendar = \"rome-office\"
  [[rules]]
  name = \"Urgent\"
  when = { priorities = [\"high\", \"urgent\"] }
  [rules.targets.resolve]
  within = \"1h 30m\"
  warnings = [50, 75, 90]
  [[rules.targets.resolve.ladder]]
  at = \"75%\"
  to = [\"assignee\", \"role:service-desk@it\"]
  [[rules.targets.resolve.ladder]]
  after_breach = \"2h\"
  to = [\"managers_of_provider\"]")]
    Draft {
        /// The file
        file: PathBuf,
    },
    /// Find that a version makes sense with what there is now
    // Here `--version` is the policy's, as below.
    #[command(disable_version_flag = true)]
    #[command(after_help = "\
Examples:
  khidma sla policy validate helpdesk
  khidma sla policy validate helpdesk --version 2")]
    Validate(PolicyVersion),
    /// Let a validated version hold from now on
    #[command(disable_version_flag = true)]
    #[command(after_help = "\
Examples:
  khidma sla policy activate helpdesk
  khidma sla policy activate helpdesk --version 2 --attach all")]
    Activate {
        /// Which policy, and which version of it
        #[command(flatten)]
        which: PolicyVersion,
        /// To which requests that came before
        #[command(flatten)]
        attach: PolicyAttach,
    },
    /// Write, validate and activate a policy, and show what is strange about it
    #[command(after_help = "\
Examples:
  khidma sla policy apply deploy/examples/helpdesk-policy.toml
  khidma sla policy apply deploy/examples/helpdesk-policy.toml --attach all")]
    Apply {
        /// The file
        file: PathBuf,
        /// To which requests that came before
        #[command(flatten)]
        attach: PolicyAttach,
    },
    /// Let no version hold any more; clocks that were started go on
    #[command(after_help = "Example:\n  khidma sla policy retire helpdesk")]
    Retire {
        /// The policy
        id: String,
    },
    /// One policy: what it promises
    #[command(disable_version_flag = true)]
    #[command(after_help = "\
Examples:
  khidma sla policy show helpdesk
  khidma sla policy show helpdesk --version 1 --json")]
    Show(PolicyVersion),
    /// The policies that hold, by id
    #[command(after_help = "\
Examples:
  khidma sla policy list
  khidma sla policy list --all-states --provider support")]
    List {
        /// Those too of which no version holds
        #[arg(long)]
        all_states: bool,
        /// Only those that name this department
        #[arg(
            long,
            value_name = "DEPARTMENT",
            default_value = "",
            hide_default_value = true
        )]
        provider: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}

/// A version of a policy.
#[derive(Debug, Args)]
pub struct PolicyVersion {
    /// The policy
    pub id: String,
    /// Which version; the latest if none is said
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub version: u32,
}

/// To which requests a policy applies that came before it.
#[derive(Debug, Args)]
pub struct PolicyAttach {
    /// To which requests it applies that came before: none (new), those that are not over, or all of them
    #[arg(long, value_name = "WHICH", default_value = "open", value_parser = parser::<Attach>())]
    pub attach: Attach,
}
