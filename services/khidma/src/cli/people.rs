//! `khidma directory person`.

use clap::{Args, Subcommand};
use khidma_proto::directory::{PersonKind, Privacy};

use super::Page;
use crate::words::parser;

/// `khidma directory person`.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// What an administrator changes.
    #[command(flatten)]
    Change(PersonChange),
    /// One person
    #[command(after_help = "Example:\n  khidma directory person show amina")]
    Show {
        /// The person
        id: String,
    },
    /// People
    List(PeopleArgs),
    /// The people above a person, nearest first
    #[command(after_help = "Example:\n  khidma directory person line daniel")]
    Line {
        /// The person
        id: String,
    },
}

/// What is changed about a person.
#[derive(Debug, Subcommand)]
pub enum PersonChange {
    /// Register a person
    #[command(
        after_help = "Example:\n  khidma directory person register amina --name 'Amina' --department hr"
    )]
    Register {
        /// Their id, a pseudonym
        id: String,
        /// The name others see
        #[arg(long)]
        name: String,
        /// What they are to the organisation
        #[arg(long, value_parser = parser::<PersonKind>(), default_value = "employee")]
        kind: PersonKind,
        /// Their main department
        #[arg(long, default_value = "", hide_default_value = true)]
        department: String,
    },
    /// Change their name or kind
    #[command(after_help = "Example:\n  khidma directory person update amina --name 'Amina K.'")]
    Update {
        /// The person
        id: String,
        /// The name others see
        #[arg(long)]
        name: String,
        /// What they are to the organisation
        #[arg(long, value_parser = parser::<PersonKind>(), default_value = "employee")]
        kind: PersonKind,
    },
    /// Make them a member of a department
    #[command(after_help = "Example:\n  khidma directory person join daniel finance")]
    Join {
        /// The person
        id: String,
        /// The department
        department: String,
        /// It becomes their main department
        #[arg(long)]
        main: bool,
    },
    /// End a membership
    #[command(after_help = "Example:\n  khidma directory person leave daniel finance")]
    Leave {
        /// The person
        id: String,
        /// The department
        department: String,
    },
    /// Say to whom they report; without a manager, to nobody
    #[command(after_help = "Example:\n  khidma directory person manager daniel mei")]
    Manager {
        /// The person
        id: String,
        /// Their manager
        #[arg(default_value = "", hide_default_value = true)]
        manager: String,
    },
    /// Replace their profile: what is left out is cleared
    Profile(ProfileArgs),
    /// End their time with the organisation; their history stays
    #[command(after_help = "Example:\n  khidma directory person deactivate daniel")]
    Deactivate {
        /// The person
        id: String,
    },
}

/// `khidma directory person profile`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  khidma directory person profile amina --language ar --language en --channel inbox \\
      --channel email=amina@example.org --quiet 'Asia/Tehran 20:00-07:00' --privacy department")]
pub struct ProfileArgs {
    /// The person
    pub id: String,
    /// A language tag, the preferred first; may be given several times
    #[arg(long = "language", value_name = "TAG")]
    pub languages: Vec<String>,
    /// inbox, email=ADDRESS, phone=NUMBER, chat=ADDRESS or webhook=URL, the preferred first
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// When not to be disturbed: 'ZONE HH:MM-HH:MM'
    #[arg(long, value_name = "HOURS")]
    pub quiet: Option<String>,
    /// Who may see the profile
    #[arg(long, value_parser = parser::<Privacy>(), default_value = "department")]
    pub privacy: Privacy,
}

/// `khidma directory person list`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  khidma directory person list --department it")]
pub struct PeopleArgs {
    /// Only members of this department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// Only this kind
    #[arg(long, value_parser = parser::<PersonKind>())]
    pub kind: Option<PersonKind>,
    /// Only those whose name or id contains this
    #[arg(long, default_value = "", hide_default_value = true)]
    pub text: String,
    /// Also those who have left
    #[arg(long)]
    pub left: bool,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}
