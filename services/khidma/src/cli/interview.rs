//! `khidma interview`: asking people in person, one or several at once.

use clap::{Args, Subcommand};
use khidma_kernel::Timestamp;
use khidma_proto::feedback::InterviewState;

use super::Page;
use super::search::instant;
use crate::words::parser;

/// `khidma interview`.
#[derive(Debug, Subcommand)]
pub enum InterviewCommand {
    /// Plan an interview with one, or a focus group with 3 to 20
    Plan(PlanInterviewArgs),
    /// Have it at another time
    #[command(after_help = "Example:\n  khidma interview move ID --at 2026-12-02T10:00:00Z")]
    Move {
        /// Which
        id: String,
        /// When it is from now on
        #[arg(long, value_name = "WHEN", value_parser = instant)]
        at: Timestamp,
    },
    /// Say that it was held, and who came
    #[command(after_help = "Example:\n  khidma interview hold ID --attended amina --attended sol")]
    Hold {
        /// Which
        id: String,
        /// Who came; may be given several times
        #[arg(long, value_name = "PERSON", required = true)]
        attended: Vec<String>,
        /// When [default: now]
        #[arg(long, value_name = "WHEN", value_parser = instant)]
        at: Option<Timestamp>,
    },
    /// Cancel it
    #[command(after_help = "Example:\n  khidma interview cancel ID 'Nobody has time'")]
    Cancel {
        /// Which
        id: String,
        /// Why
        reason: String,
    },
    /// Agree that notes are kept of what was said, or write down that somebody does
    #[command(
        after_help = "Examples:\n  khidma interview consent ID\n  khidma interview consent ID --of amina"
    )]
    Consent {
        /// To those of which interview
        id: String,
        /// Who agrees, where it is not oneself; for the interviewer
        #[arg(
            long,
            value_name = "PERSON",
            default_value = "",
            hide_default_value = true
        )]
        of: String,
    },
    /// Agree no more: notes are shown no more, and none are taken
    #[command(after_help = "Example:\n  khidma interview withdraw ID")]
    Withdraw {
        /// To the notes of which interview
        id: String,
        /// Who agrees no more, where it is not oneself; for the interviewer
        #[arg(
            long,
            value_name = "PERSON",
            default_value = "",
            hide_default_value = true
        )]
        of: String,
    },
    /// Write down what was said, and not who said it
    #[command(
        after_help = "Example:\n  khidma interview note ID --theme waiting 'Nobody says why it takes long'"
    )]
    Note {
        /// In which interview
        id: String,
        /// What it is about, in a word or two: notes are put together by it
        #[arg(long)]
        theme: String,
        /// What was said
        text: String,
    },
    /// One interview, and what was said, where all who came agree
    #[command(after_help = "Example:\n  khidma interview show ID")]
    Show {
        /// Which
        id: String,
    },
    /// Those that one sees, the last planned first
    List(ListInterviewsArgs),
    /// What was said in all interviews of a department, theme by theme
    #[command(
        after_help = "Examples:\n  khidma interview themes it\n  khidma interview themes it --theme waiting --all"
    )]
    Themes {
        /// The department
        department: String,
        /// Only about this
        #[arg(long, default_value = "", hide_default_value = true)]
        theme: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}

/// `khidma interview plan`.
#[derive(Debug, Args)]
#[command(after_help = "\
With one person it is an interview, with several a focus group.

Examples:
  khidma interview plan --department it --interviewer sana --topic 'The first day' --with amina --at 2026-12-01
  khidma interview plan --department it --interviewer sana --topic 'What slows work' --with amina,omar,sol --at 2026-12-01T10:00:00Z")]
pub struct PlanInterviewArgs {
    /// Who wants to know
    #[arg(long)]
    pub department: String,
    /// Who leads it
    #[arg(long, value_name = "PERSON")]
    pub interviewer: String,
    /// What it is about, in one line
    #[arg(long)]
    pub topic: String,
    /// Who is to come, with commas between
    #[arg(
        long = "with",
        value_name = "PEOPLE",
        value_delimiter = ',',
        required = true
    )]
    pub participants: Vec<String>,
    /// When
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub at: Timestamp,
}

/// `khidma interview list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma interview list --mine
  khidma interview list --department it --state held --json")]
pub struct ListInterviewsArgs {
    /// Only those of this department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// Only those one takes part in or leads
    #[arg(long)]
    pub mine: bool,
    /// Only those that are so far; may be given several times
    #[arg(long = "state", value_name = "STATE", value_parser = parser::<InterviewState>())]
    pub states: Vec<InterviewState>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}
