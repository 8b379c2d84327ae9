//! `khidma survey`: what people are asked.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use khidma_kernel::Timestamp;
use khidma_proto::directory::PersonKind;
use khidma_proto::feedback::{Anonymity, Dimension, RoundState};

use super::request::Page;
use super::search::instant;
use super::survey_answers::AnswersCommand;
use super::survey_ballots::BallotsCommand;
use crate::words::parser;

/// `khidma survey`.
#[derive(Debug, Subcommand)]
pub enum SurveyCommand {
    /// The surveys that come with this program
    #[command(after_help = "Example:\n  khidma survey ready")]
    Ready,
    /// Define a survey, or a new version of it, from a TOML file or one that comes with this program
    Define(DefineArgs),
    /// The surveys there are
    #[command(after_help = "\
Examples:
  khidma survey list
  khidma survey list --owner it --retired")]
    List {
        /// Only those of this department
        #[arg(
            long,
            value_name = "DEPARTMENT",
            default_value = "",
            hide_default_value = true
        )]
        owner: String,
        /// Those too that were retired
        #[arg(long)]
        retired: bool,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// Let no round of a survey begin any more
    #[command(after_help = "Example:\n  khidma survey retire pulse")]
    Retire {
        /// The survey
        survey: String,
    },
    /// Launch a round: ask people from when until when
    Launch(Box<LaunchArgs>),
    /// Rounds, those that were launched last first
    Rounds(RoundsArgs),
    /// A round with how many answer, by its id; or what a survey asks, by its
    // Here `--version` is the survey's.
    #[command(disable_version_flag = true)]
    #[command(after_help = "\
Examples:
  khidma survey show 0194a1c0-0000-7000-8000-000000000001
  khidma survey show pulse --version 1")]
    Show {
        /// Of a round or of a survey
        id: String,
        /// Which version of a survey; the newest if none is said
        #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
        version: u32,
    },
    /// Close a round before its time
    #[command(after_help = "Example:\n  khidma survey close ID")]
    Close {
        /// The round
        id: String,
    },
    /// Call a round off before it opens, and so those that would follow it
    #[command(after_help = "Example:\n  khidma survey cancel ID --reason 'After the move'")]
    Cancel {
        /// The round
        id: String,
        /// Why
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// What one is asked
    #[command(after_help = "\
Examples:
  khidma survey mine
  khidma survey mine --open")]
    Mine {
        /// Only what can be answered now
        #[arg(long)]
        open: bool,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// What a round asks, in a language one reads
    #[command(after_help = "Example:\n  khidma survey form ID --language fa --language en")]
    Form {
        /// The round
        id: String,
        /// A language one reads, best first; may be given several times [default: those of one's profile]
        #[arg(long = "language", value_name = "TAG")]
        languages: Vec<String>,
    },
    /// What is answered, and shown of it.
    #[command(flatten)]
    Answers(AnswersCommand),
    /// What anonymous answers need
    #[command(flatten)]
    Ballots(BallotsCommand),
}

/// `khidma survey define`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["file", "ready"]))]
#[command(after_help = "\
Examples:
  khidma survey define --ready pulse --owner it
  khidma survey define move.toml --owner it

  # move.toml: the fields of the protocol's SurveyDefinition
  language = \"en\"
  title = { en = \"The move\", fa = \"جابه‌جایی\" }
  [[sections]]
  key = \"all\"
  [[sections.items]]
  key = \"smooth\"
  required = true
  text = { en = \"How smooth was it?\" }
  scale = { min = 1, max = 5 }
  [[sections.items]]
  key = \"why\"
  text = { en = \"What went wrong?\" }
  words = { at_most = 1000 }
  when = { item = \"smooth\", at_most = 3 }")]
pub struct DefineArgs {
    /// The file
    pub file: Option<PathBuf>,
    /// One that comes with this program: `khidma survey ready` lists them
    #[arg(long, value_name = "NAME")]
    pub ready: Option<String>,
    /// The department that asks
    #[arg(long, value_name = "DEPARTMENT")]
    pub owner: String,
    /// The survey's id [default: the name of the file, or of the ready one]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
}

/// `khidma survey launch`.
#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
#[command(group = ArgGroup::new("end").required(true).args(["closes", "days"]))]
#[command(after_help = "\
Who is asked fits all that is said. What is said here of anonymity and thresholds holds for good.

Examples:
  khidma survey launch pulse --anonymity anonymous --days 7 --every 30 --by department
  khidma survey launch eight-qualities --anonymity confidential --opens 2026-12-01 --closes 2026-12-15 \\
    --remind 2026-12-08 --department it --with-below --by department --by language
  khidma survey launch enps --anonymity named --days 3 --kind employee --sample 50")]
pub struct LaunchArgs {
    /// The survey
    pub survey: String,
    /// Which version [default: the newest]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub version: u32,
    /// What becomes known of who answers
    #[arg(long, value_parser = parser::<Anonymity>())]
    pub anonymity: Anonymity,
    /// From when on it can be answered [default: now]
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub opens: Option<Timestamp>,
    /// Until when
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub closes: Option<Timestamp>,
    /// Instead: for so many days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub days: Option<u16>,
    /// When those who did not answer are reminded; may be given several times
    #[arg(long = "remind", value_name = "WHEN", value_parser = instant)]
    pub remind: Vec<Timestamp>,
    /// Members of this department; may be given several times [default: everybody]
    #[arg(long = "department", value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// And of those below
    #[arg(long, requires = "departments")]
    pub with_below: bool,
    /// People of this kind; may be given several times [default: of any]
    #[arg(long = "kind", value_name = "KIND", value_parser = parser::<PersonKind>())]
    pub kinds: Vec<PersonKind>,
    /// Who hold this role; may be given several times
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,
    /// Only so many of them, by chance
    #[arg(long, value_name = "N")]
    pub sample: Option<u32>,
    /// Where chance begins [default: made anew]
    #[arg(long, value_name = "N", requires = "sample")]
    pub seed: Option<u64>,
    /// Ratings of fewer people are not shown, 3 to 50 [default: 5]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub least: u32,
    /// Comments of fewer people are not shown, 3 to 50 [default: 10]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub least_comments: u32,
    /// Results can be broken down by this; may be given several times
    #[arg(long = "by", value_name = "DIMENSION", value_parser = parser::<Dimension>())]
    pub by: Vec<Dimension>,
    /// Ask again every so many days
    #[arg(long, value_name = "DAYS")]
    pub every: Option<u32>,
    /// So many times more [default: until the survey is retired]
    #[arg(long, value_name = "N", requires = "every")]
    pub times: Option<u32>,
}

/// `khidma survey rounds`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma survey rounds
  khidma survey rounds --survey pulse --state open")]
pub struct RoundsArgs {
    /// Only those of this survey
    #[arg(
        long,
        value_name = "SURVEY",
        default_value = "",
        hide_default_value = true
    )]
    pub survey: String,
    /// Only those of this department
    #[arg(
        long,
        value_name = "DEPARTMENT",
        default_value = "",
        hide_default_value = true
    )]
    pub owner: String,
    /// Only those that stand so
    #[arg(long, value_name = "STATE", value_parser = parser::<RoundState>())]
    pub state: Option<RoundState>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}
