//! `khidma survey answer`, and what came of answers.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use khidma_proto::directory::PersonKind;

use super::request::Page;
use crate::words::parser;

/// What is answered to rounds, and shown of it.
#[derive(Debug, Subcommand)]
pub enum AnswersCommand {
    /// Answer a round; an anonymous one in nobody's name
    Answer(AnswerArgs),
    /// What was answered to a round that is over, and how many did
    Results(ResultsArgs),
    /// What was written to an item, in an order that says nothing
    Comments(CommentsArgs),
    /// Who answered what to a named round
    #[command(after_help = "Example:\n  khidma survey answers ROUND --all --json")]
    Answers {
        /// The round
        round: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// What one answered oneself
    #[command(after_help = "Example:\n  khidma survey my-answer ROUND")]
    MyAnswer {
        /// The round
        round: String,
    },
}

/// `khidma survey answer`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true).args(["values", "json_file"]))]
#[command(after_help = "\
What an answer is, `khidma survey form ROUND` says. Of several choices each is said by itself.

Examples:
  khidma survey answer ROUND -q content=4 -q words='Soon, and kindly.'
  khidma survey answer ROUND -q channels=mail -q channels=phone --language fa
  khidma survey answer ROUND --json-file answer.json
  khidma survey answer ROUND -q content=2 --no-segment")]
pub struct AnswerArgs {
    /// The round
    pub round: String,
    /// An answer, by the key of what is asked; may be given several times
    #[arg(short = 'q', long = "value", value_name = "KEY=VALUE", value_parser = pair)]
    pub values: Vec<(String, String)>,
    /// A file with an object of answers by their keys, such as {"content": 4, "channels": ["mail"]}
    #[arg(long, value_name = "FILE")]
    pub json_file: Option<PathBuf>,
    /// The language in which one answers [default: the survey's in which one reads it best]
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// Of an anonymous round: do not say of which department or kind one is
    #[arg(long)]
    pub no_segment: bool,
}

/// Whose answers.
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Only of this department; may be given several times
    #[arg(long = "department", value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// Only of this kind of people; may be given several times
    #[arg(long = "kind", value_parser = parser::<PersonKind>())]
    pub kinds: Vec<PersonKind>,
    /// Only in this language; may be given several times
    #[arg(long = "in", value_name = "TAG")]
    pub languages: Vec<String>,
    /// Only from this day on, such as 2026-10-01
    #[arg(
        long,
        value_name = "DAY",
        default_value = "",
        hide_default_value = true
    )]
    pub from_day: String,
    /// Only until this day, with it
    #[arg(
        long,
        value_name = "DAY",
        default_value = "",
        hide_default_value = true
    )]
    pub until_day: String,
}

/// `khidma survey results`.
#[derive(Debug, Args)]
#[command(after_help = "\
What few answered is only shown together with others: what is left out, it says.

Examples:
  khidma survey results ROUND
  khidma survey results ROUND --department it --department hr --language fa
  khidma survey results ROUND --kind employee --from-day 2026-10-01 --json")]
pub struct ResultsArgs {
    /// The round
    pub round: String,
    /// Whose answers
    #[command(flatten)]
    pub filter: FilterArgs,
    /// The language of the questions
    #[arg(
        long,
        value_name = "TAG",
        default_value = "",
        hide_default_value = true
    )]
    pub language: String,
}

/// `khidma survey comments`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma survey comments ROUND words
  khidma survey comments ROUND words --department it --all")]
pub struct CommentsArgs {
    /// The round
    pub round: String,
    /// The key of the item
    pub item: String,
    /// Whose answers
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE, such as content=4".to_owned()),
    }
}
