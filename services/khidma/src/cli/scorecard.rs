//! `khidma scorecard`.

use std::path::PathBuf;

use clap::Args;

/// `khidma scorecard`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each figure stands with the range in which it truly lies, with a confidence of 95 %. Answers after a request are seen by who did \
it, with the request; answers that were made up are named synthetic and counted apart.

Examples:
  khidma scorecard it
  khidma scorecard it --with-below --from 2026-01-01 --to 2026-04-01 --periods-before 3
  khidma scorecard it --html scorecard.html --locale ar
  khidma scorecard it --json")]
pub struct ScorecardArgs {
    /// The department
    pub department: String,
    /// With the departments below it, all in one
    #[arg(long)]
    pub with_below: bool,
    /// From this day on, UTC [default: 90 days before --to]
    #[arg(
        long,
        value_name = "DAY",
        default_value = "",
        hide_default_value = true
    )]
    pub from: String,
    /// Before this day, UTC [default: tomorrow]
    #[arg(
        long,
        value_name = "DAY",
        default_value = "",
        hide_default_value = true
    )]
    pub to: String,
    /// How many periods of the same length before it are shown too; 24 at the most
    #[arg(long, value_name = "PERIODS", default_value_t = 3)]
    pub periods_before: u32,
    /// Write it as one page that needs nothing but itself; - is standard output
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub html: Option<PathBuf>,
    /// In which language the page is: en, ar, fa, vi or ja; in English where it is another one
    #[arg(
        long,
        alias = "language",
        value_name = "TAG",
        default_value = "en",
        requires = "html"
    )]
    pub locale: String,
    /// Write over a file that is there
    #[arg(long, requires = "html")]
    pub replace: bool,
}
