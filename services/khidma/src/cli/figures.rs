//! `khidma figures`: how many people a department has, and how many came and went.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `khidma figures`.
#[derive(Debug, Subcommand)]
pub enum FiguresCommand {
    /// Say the figures of a month
    Set(SetFiguresArgs),
    /// Say those of many departments and months
    #[command(after_help = "\
The first line names the columns: department, month, headcount, joiners, leavers and leavers_among_joiners (0 if it is not \
there), in any order. The months of one department are taken all or not at all.

Example:
  khidma figures import people.csv")]
    Import {
        /// The file; - is standard input
        #[arg(value_name = "CSV")]
        file: PathBuf,
    },
    /// Show them, and what they come to: turnover and retention
    Show(ShowFiguresArgs),
}

/// `khidma figures set`.
#[derive(Debug, Args)]
#[command(after_help = "\
What was said of the month before holds no more. A month begins with whom the one before it ends with.

Example:
  khidma figures set it 2026-10 --headcount 40 --joiners 4 --leavers 3 --leavers-among-joiners 1")]
pub struct SetFiguresArgs {
    /// The department
    pub department: String,
    /// The month, such as 2026-10
    pub month: String,
    /// How many there were when it began
    #[arg(long, value_name = "PEOPLE")]
    pub headcount: u32,
    /// How many came in it
    #[arg(long, value_name = "PEOPLE", default_value_t = 0)]
    pub joiners: u32,
    /// How many left in it
    #[arg(long, value_name = "PEOPLE", default_value_t = 0)]
    pub leavers: u32,
    /// How many of those who left had come in it
    #[arg(long, value_name = "PEOPLE", default_value_t = 0)]
    pub leavers_among_joiners: u32,
}

/// `khidma figures show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Turnover: all who left / the mean headcount of these months. Retention: those there at the beginning who stayed / those there \
at the beginning; of several months the product of theirs.

Examples:
  khidma figures show it
  khidma figures show it --with-below --from 2026-01 --to 2026-12 --json")]
pub struct ShowFiguresArgs {
    /// The department
    pub department: String,
    /// With the departments below it, added up
    #[arg(long)]
    pub with_below: bool,
    /// From this month on [default: the twelfth before the last]
    #[arg(
        long,
        value_name = "MONTH",
        default_value = "",
        hide_default_value = true
    )]
    pub from: String,
    /// To this month, with it [default: the one before this month]
    #[arg(
        long,
        value_name = "MONTH",
        default_value = "",
        hide_default_value = true
    )]
    pub to: String,
}
