//! `khidma sla`: what clocks show.

use clap::{Args, Subcommand};
use khidma_kernel::Timestamp;
use khidma_proto::sla::{BoardState, GroupBy, Metric, PeriodBasis};

use super::request::Page;
use super::search::instant;
use crate::words::parser;

/// What clocks show.
#[derive(Debug, Subcommand)]
pub enum SlaQuery {
    /// The clocks of a request
    #[command(after_help = "Examples:\n  khidma sla clocks ID\n  khidma sla clocks ID --json")]
    Clocks {
        /// The request
        id: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// What is due next
    Board(SlaBoardArgs),
    /// Promises that were broken, the latest first
    Breaches(SlaBreachesArgs),
    /// How it went, in numbers
    Report(SlaReportArgs),
    /// Why a clock shows what it shows, so that it can be added up again
    Explain(SlaExplainArgs),
    /// As reported beside as computed now, by the latest calendars
    Recompute(SlaRecomputeArgs),
}

/// `khidma sla board`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma sla board --department it
  khidma sla board --metric resolve --state breached --due-before 2026-03-05
  khidma sla board --watch")]
pub struct SlaBoardArgs {
    /// Only what this department owns; may be given several times [default: all for an admin, else one's own]
    #[arg(long = "department", value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// Only this metric; may be given several times
    #[arg(long = "metric", value_name = "METRIC", value_parser = parser::<Metric>())]
    pub metrics: Vec<Metric>,
    /// Only what is doing so; may be given several times
    #[arg(long = "state", value_name = "STATE", value_parser = parser::<BoardState>())]
    pub states: Vec<BoardState>,
    /// Only what is due before this day or instant
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub due_before: Option<Timestamp>,
    /// Go on and tell what changes
    #[arg(long, conflicts_with_all = ["page_size", "page_token", "all"])]
    pub watch: bool,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// `khidma sla breaches`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma sla breaches --from 2026-03-01
  khidma sla breaches --department it --metric acknowledge --all --json")]
pub struct SlaBreachesArgs {
    /// Only those broken on this day or at this instant, or later
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub from: Option<Timestamp>,
    /// Only those broken before this day or instant
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub to: Option<Timestamp>,
    /// Only where this department owned the request then; may be given several times
    #[arg(long = "department", value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// Only this metric; may be given several times
    #[arg(long = "metric", value_name = "METRIC", value_parser = parser::<Metric>())]
    pub metrics: Vec<Metric>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// Which clocks are counted.
#[derive(Debug, Clone, Default, Args)]
pub struct Period {
    /// From this day or instant on
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub from: Option<Timestamp>,
    /// Before this day or instant
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub to: Option<Timestamp>,
    /// By what a clock falls into the period: its end (what goes on: now), or the submission of its request
    #[arg(long, value_name = "WHAT", value_parser = parser::<PeriodBasis>())]
    pub basis: Option<PeriodBasis>,
    /// Only what this department owns; may be given several times [default: all for an admin, else one's own]
    #[arg(long = "department", value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// Only this metric; may be given several times
    #[arg(long = "metric", value_name = "METRIC", value_parser = parser::<Metric>())]
    pub metrics: Vec<Metric>,
    /// Only requests for this offering; may be given several times
    #[arg(long = "offering", value_name = "OFFERING")]
    pub offerings: Vec<String>,
    /// Only requests of this department; may be given several times
    #[arg(long = "requester-department", value_name = "DEPARTMENT")]
    pub requester_departments: Vec<String>,
}

/// `khidma sla report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Percentiles are exact, by nearest rank, over clocks that stopped with a verdict. In --csv the metric's name stands as in \
events; where an external id begins with = + - @ a ' is put before it, so that no spreadsheet takes it for a formula.

Examples:
  khidma sla report --by metric
  khidma sla report --from 2012-01-01 --to 2013-01-01 --by department --by month --zone Europe/Rome
  khidma sla report --by owner-segment --totals-csv
  khidma sla report --csv")]
pub struct SlaReportArgs {
    /// Which clocks
    #[command(flatten)]
    pub period: Period,
    /// Divide it by this; may be given several times
    #[arg(long = "by", value_name = "WHAT", value_parser = parser::<GroupBy>())]
    pub group_by: Vec<GroupBy>,
    /// Whose months and weeks are meant, such as Europe/Rome
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
    /// One line for each clock, as CSV
    #[arg(long, conflicts_with = "totals_csv")]
    pub csv: bool,
    /// The report itself as CSV
    #[arg(long)]
    pub totals_csv: bool,
}

/// `khidma sla explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma sla explain ID
  khidma sla explain ID resolve
  khidma sla explain ID update --number 3 --json")]
pub struct SlaExplainArgs {
    /// The request
    pub id: String,
    /// Which clock; all of them if none is named
    #[arg(value_parser = parser::<Metric>())]
    pub metric: Option<Metric>,
    /// Which one of that metric, from 1 [default: the last]
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        requires = "metric"
    )]
    pub number: u32,
    /// Show only the first so many counted intervals
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// `khidma sla recompute`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without a request, all of the period are recomputed, and what differs is told.

Examples:
  khidma sla recompute ID
  khidma sla recompute --from 2026-03-01 --to 2026-04-01 --department it")]
pub struct SlaRecomputeArgs {
    /// The request
    #[arg(conflicts_with_all = ["from", "to", "basis", "departments", "metrics", "offerings", "requester_departments"])]
    pub id: Option<String>,
    /// Which clocks
    #[command(flatten)]
    pub period: Period,
}
