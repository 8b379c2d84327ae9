//! `khidma action`: what is done about what was heard.

use clap::{Args, Subcommand};
use khidma_kernel::Timestamp;
use khidma_proto::feedback::ActionState;

use super::Page;
use super::search::instant;
use crate::words::parser;

/// `khidma action`.
#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    /// Decide that something is to be done, by whom and until when
    Open(OpenActionArgs),
    /// Have somebody else answer for it
    #[command(after_help = "Example:\n  khidma action assign ID --to sana")]
    Assign {
        /// Which
        id: String,
        /// Who answers for it from now on
        #[arg(long, value_name = "PERSON")]
        to: String,
    },
    /// Begin
    #[command(after_help = "Example:\n  khidma action start ID")]
    Start {
        /// Which
        id: String,
    },
    /// Have it due at another time
    #[command(
        after_help = "Example:\n  khidma action move ID --due 2027-01-15 --reason 'The parts are late'"
    )]
    Move {
        /// Which
        id: String,
        /// By when from now on
        #[arg(long, value_name = "WHEN", value_parser = instant)]
        due: Timestamp,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Say that it is done, and where that can be seen
    #[command(
        visible_alias = "done",
        after_help = "Example:\n  khidma action complete ID 'The line stands' --evidence https://files.example.org/line.pdf"
    )]
    Complete {
        /// Which
        id: String,
        /// What was done
        outcome: String,
        /// Where that can be seen: an address, or words; may be given several times
        #[arg(long)]
        evidence: Vec<String>,
    },
    /// Give it up
    #[command(after_help = "Example:\n  khidma action drop ID 'It costs more than it helps'")]
    Drop {
        /// Which
        id: String,
        /// Why
        reason: String,
    },
    /// Tell what was heard and what came of it: you said, we did
    Publish(PublishActionArgs),
    /// One action, and what became of it
    #[command(after_help = "Example:\n  khidma action show ID")]
    Show {
        /// Which
        id: String,
    },
    /// Those that one sees, the newest first
    List(ListActionsArgs),
    /// What was told of a department, and to it
    #[command(after_help = "Example:\n  khidma action published it")]
    Published {
        /// The department
        department: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}

/// `khidma action open`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma action open --department it --title 'A second line' --owner daniel --due 2026-12-24 --from-round ID
  khidma action open --department it --title 'Call back' --owner sana --due 2026-12-01 --from-concern ID
  khidma action open --department it --title 'Tea' --owner mei --due 2026-12-01 --because 'Everybody says so'")]
#[command(group = clap::ArgGroup::new("origin").required(true).args([
    "from_round", "from_answer", "from_concern", "from_breach", "from_interview", "because",
]))]
pub struct OpenActionArgs {
    /// Who does it
    #[arg(long)]
    pub department: String,
    /// What is to be done, in one line
    #[arg(long)]
    pub title: String,
    /// Who answers for it
    #[arg(long, value_name = "PERSON")]
    pub owner: String,
    /// By when
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub due: Timestamp,
    /// It comes from the results of this round
    #[arg(long, value_name = "ROUND")]
    pub from_round: Option<String>,
    /// From what was answered after this request
    #[arg(long, value_name = "REQUEST")]
    pub from_answer: Option<String>,
    /// From this concern
    #[arg(long, value_name = "CONCERN")]
    pub from_concern: Option<String>,
    /// From a promise that was broken to this request
    #[arg(long, value_name = "REQUEST")]
    pub from_breach: Option<String>,
    /// From this interview
    #[arg(long, value_name = "INTERVIEW")]
    pub from_interview: Option<String>,
    /// From something else, in words
    #[arg(long, value_name = "WORDS")]
    pub because: Option<String>,
}

/// `khidma action publish`.
#[derive(Debug, Args)]
#[command(after_help = "\
Say what was heard, and not who said it. Who reads none of its languages gets the first.

Examples:
  khidma action publish ID --you-said 'The VPN drops' --we-did 'It has a second line' --to hr
  khidma action publish ID --you-said 'It drops' --we-did 'It holds' --also fa 'قطع می‌شود' 'قطع نمی‌شود'")]
pub struct PublishActionArgs {
    /// Which
    pub id: String,
    /// What was heard
    #[arg(long, value_name = "TEXT")]
    pub you_said: String,
    /// What was done
    #[arg(long, value_name = "TEXT")]
    pub we_did: String,
    /// The language of these
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub language: String,
    /// In another language, too; may be given several times
    #[arg(long, num_args = 3, value_names = ["TAG", "YOU_SAID", "WE_DID"])]
    pub also: Vec<String>,
    /// A department that it concerns, besides the one that did it; may be given several times
    #[arg(long = "to", value_name = "DEPARTMENT")]
    pub to: Vec<String>,
}

/// `khidma action list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma action list --department it --overdue
  khidma action list --owner daniel --state open --state started --json")]
pub struct ListActionsArgs {
    /// Only those of this department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// Only those this person answers for
    #[arg(
        long,
        value_name = "PERSON",
        default_value = "",
        hide_default_value = true
    )]
    pub owner: String,
    /// Only those that are so far; may be given several times
    #[arg(long = "state", value_name = "STATE", value_parser = parser::<ActionState>())]
    pub states: Vec<ActionState>,
    /// Only those whose time has passed and that are not done
    #[arg(long)]
    pub overdue: bool,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}
