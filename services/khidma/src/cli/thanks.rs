//! `khidma thanks`: to people and teams.

use clap::{Args, Subcommand};
use khidma_kernel::Timestamp;

use super::Page;
use super::search::instant;

/// `khidma thanks`.
#[derive(Debug, Subcommand)]
pub enum ThanksCommand {
    /// Thank a person or a team
    Give(GiveThanksArgs),
    /// Take thanks back: they are shown no more
    #[command(after_help = "Example:\n  khidma thanks withdraw ID")]
    Withdraw {
        /// Which
        id: String,
    },
    /// One's own: those one was given, or gave
    #[command(after_help = "Examples:\n  khidma thanks list\n  khidma thanks list --given --all")]
    List {
        /// Those one gave
        #[arg(long)]
        given: bool,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// Public thanks to a department and its people, the newest first
    #[command(after_help = "Example:\n  khidma thanks wall it")]
    Wall {
        /// The department
        department: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// Who was publicly thanked how often, where that is switched on
    #[command(after_help = "Example:\n  khidma thanks ranking it --from 2026-11-01")]
    Ranking {
        /// The department
        department: String,
        /// From then on [default: of 30 days]
        #[arg(long, value_name = "WHEN", value_parser = instant)]
        from: Option<Timestamp>,
    },
}

/// `khidma thanks give`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma thanks give 'The laptop was there before I was' --to daniel --for REQUEST
  khidma thanks give 'You are always there' --team it --private")]
#[command(group = clap::ArgGroup::new("whom").required(true).args(["to", "team"]))]
pub struct GiveThanksArgs {
    /// In one's words
    pub text: String,
    /// A person
    #[arg(long, value_name = "PERSON")]
    pub to: Option<String>,
    /// All of a department
    #[arg(long, value_name = "DEPARTMENT")]
    pub team: Option<String>,
    /// For this request
    #[arg(
        long = "for",
        value_name = "REQUEST",
        default_value = "",
        hide_default_value = true
    )]
    pub request: String,
    /// Nobody else reads it
    #[arg(long)]
    pub private: bool,
}
