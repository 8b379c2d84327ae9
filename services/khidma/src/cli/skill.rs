//! `khidma skill` and `khidma cover`: who can do what, and where too few can.

use clap::{Args, Subcommand};
use khidma_kernel::Date;
use khidma_proto::directory::{SkillLevel, SkillSource};

use super::Page;
use crate::words::parser;

/// `khidma skill`.
#[derive(Debug, Subcommand)]
pub enum SkillCommand {
    /// Say how well somebody can do something
    Set(SetSkillArgs),
    /// Take back what was said
    #[command(after_help = "\
Examples:
  khidma skill withdraw amina --offering new-laptop
  khidma skill withdraw amina --topic 'first aid' --source training")]
    Withdraw {
        /// The person
        id: String,
        /// What it was about
        #[command(flatten)]
        subject: Subject,
        /// Who had said so [default: self for oneself, manager for others]
        #[arg(long, value_parser = parser::<SkillSource>())]
        source: Option<SkillSource>,
    },
    /// What somebody can do, and, for few, who says so
    #[command(
        after_help = "Examples:\n  khidma skill show amina\n  khidma skill show amina --on 2027-01-01"
    )]
    Show {
        /// The person
        id: String,
        /// On which day [default: today]
        #[arg(long, value_name = "DAY")]
        on: Option<Date>,
    },
    /// Who can do something
    Who(WhoCanArgs),
}

/// What somebody can do something about.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub struct Subject {
    /// An offering
    #[arg(long, value_name = "OFFERING")]
    pub offering: Option<String>,
    /// A word or a phrase
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
}

/// `khidma skill set`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma skill set amina --offering new-laptop --level with-help
  khidma skill set amina --topic 'first aid' --level alone --source assessment --until 2028-02-29")]
pub struct SetSkillArgs {
    /// The person
    pub id: String,
    /// What
    #[command(flatten)]
    pub subject: Subject,
    /// How well; of oneself, learning or with-help
    #[arg(long, value_parser = parser::<SkillLevel>())]
    pub level: SkillLevel,
    /// Who says so; never a training [default: self for oneself, manager for others]
    #[arg(long, value_parser = parser::<SkillSource>())]
    pub source: Option<SkillSource>,
    /// The first day on which it counts [default: today]
    #[arg(long, value_name = "DAY")]
    pub since: Option<Date>,
    /// The last day on which it counts [default: it does not lapse]
    #[arg(long, value_name = "DAY")]
    pub until: Option<Date>,
}

/// `khidma skill who`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma skill who --offering new-laptop --level alone
  khidma skill who --topic arabic --department it")]
pub struct WhoCanArgs {
    /// What
    #[command(flatten)]
    pub subject: Subject,
    /// At least so well
    #[arg(long, value_parser = parser::<SkillLevel>())]
    pub level: Option<SkillLevel>,
    /// Only members of this department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// On which day [default: today]
    #[arg(long, value_name = "DAY")]
    pub on: Option<Date>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// `khidma cover`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma cover
  khidma cover it --on 2027-01-01")]
pub struct CoverArgs {
    /// Only what this department and those below it offer
    #[arg(default_value = "", hide_default_value = true)]
    pub department: String,
    /// On which day: skills may have lapsed by then [default: today]
    #[arg(long, value_name = "DAY")]
    pub on: Option<Date>,
}
