//! `khidma sla what-if`.

use std::path::PathBuf;

use clap::Args;
use khidma_kernel::Timestamp;

use super::export::instant;

/// `khidma sla what-if`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma sla what-if --policy draft.toml --from 2012-01-01 --to 2013-01-01
  khidma sla what-if --policy draft.toml --department support --limit 10
  khidma sla what-if --calendar new-hours.toml                      # the policies as they are, other hours
  khidma sla what-if --policy draft.toml --csv changed.csv          # every changed verdict
  khidma sla what-if --policy draft.toml --explain ID               # what adds up to the verdicts of one

Nothing is written and nobody is told. It needs the role admin, or manager with --department.")]
pub struct WhatIfArgs {
    /// A draft of a policy, as for khidma sla policy draft
    #[arg(long, value_name = "FILE", required_unless_present = "calendar")]
    pub policy: Option<PathBuf>,
    /// A draft of a calendar, as for khidma directory calendar put; may be given several times
    #[arg(long, value_name = "FILE")]
    pub calendar: Vec<PathBuf>,
    /// Only requests submitted from this instant on: 2012-01-01 (UTC) or 2012-01-01T08:30:00+01:00
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub from: Option<Timestamp>,
    /// Only requests submitted before this instant
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub to: Option<Timestamp>,
    /// Only clocks of requests that this department owns
    #[arg(
        long,
        value_name = "DEPARTMENT",
        default_value = "",
        hide_default_value = true
    )]
    pub department: String,
    /// Show at most so many changed verdicts
    #[arg(long, value_name = "N", default_value_t = 50, conflicts_with_all = ["csv", "explain"])]
    pub limit: u64,
    /// Write every changed verdict to this file, as CSV
    #[arg(long, value_name = "FILE", conflicts_with = "explain")]
    pub csv: Option<PathBuf>,
    /// Replace FILE if it is there already
    #[arg(long, requires = "csv")]
    pub force: bool,
    /// Explain the clocks of this request
    #[arg(long, value_name = "REQUEST")]
    pub explain: Option<String>,
}
