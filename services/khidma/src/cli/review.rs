//! `khidma review`: performance reviews, as figures only.

use clap::{Args, Subcommand};
use khidma_kernel::Date;

/// `khidma review`.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Write down that somebody's performance was reviewed with them
    #[command(after_help = "Example:\n  khidma review record amina --on 2026-03-01")]
    Record {
        /// The person
        id: String,
        /// Which day
        #[arg(long, value_name = "DAY")]
        on: Date,
    },
    /// Share what a review of one's own was about, to be counted
    Share(ThemesArgs),
    /// Share it no longer
    #[command(after_help = "Example:\n  khidma review take-back amina --on 2026-03-01")]
    TakeBack {
        /// Oneself
        id: String,
        /// The day of the review
        #[arg(long, value_name = "DAY")]
        on: Date,
    },
    /// When somebody's reviews were; for oneself, also what one shares of them
    #[command(after_help = "Example:\n  khidma review show amina")]
    Show {
        /// The person
        id: String,
    },
    /// How many of a department had a review, and the themes that at least five of them share
    Report(ReportArgs),
}

/// `khidma review share`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  khidma review share amina --on 2026-03-01 workload 'better tools'"
)]
pub struct ThemesArgs {
    /// Oneself
    pub id: String,
    /// The day of the review
    #[arg(long, value_name = "DAY")]
    pub on: Date,
    /// All one shares of it, a word or a phrase each; it replaces what one shared before
    #[arg(required = true, value_name = "THEME")]
    pub themes: Vec<String>,
}

/// `khidma review report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma review report it --year 2026
  khidma review report it --year 2026 --quarter 1")]
pub struct ReportArgs {
    /// The department, with those below it [default: the whole organisation, for an admin]
    #[arg(default_value = "", hide_default_value = true)]
    pub department: String,
    /// The year
    #[arg(long)]
    pub year: i32,
    /// The quarter, 1 to 4 [default: the whole year]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub quarter: i32,
}
