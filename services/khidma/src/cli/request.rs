//! `khidma request`: what the two sides of a request do, and what everybody asks.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use khidma_proto::requests::{Channel, Priority, RequestKind, State, TasksFate};

use super::Links;
use super::search::SearchArgs;
use crate::words::parser;

/// `khidma request`.
#[derive(Debug, Subcommand)]
pub enum RequestCommand {
    /// Ask a department for something
    Submit(SubmitArgs),
    /// What happens to a request, as it happens; ends when the request has
    #[command(
        after_help = "Examples:\n  khidma request watch ID\n  khidma request watch ID --after 42 --json"
    )]
    Watch {
        /// The request
        id: String,
        /// Only what comes after this position
        #[arg(long, value_name = "POSITION", default_value_t = 0)]
        after: u64,
    },
    /// What the requester does.
    #[command(flatten)]
    Requester(Requester),
    /// What the provider does.
    #[command(flatten)]
    Provider(Provider),
    /// What both do.
    #[command(flatten)]
    BothSides(BothSides),
    /// What everybody asks.
    #[command(flatten)]
    Query(Query),
    /// How requests hang together, and what is attached to them.
    #[command(flatten)]
    Links(Links),
}

/// What the requester does.
#[derive(Debug, Subcommand)]
pub enum Requester {
    /// Say that it is done: only then it is
    #[command(after_help = "Example:\n  khidma request confirm ID --comment 'Thank you'")]
    Confirm {
        /// The request
        id: String,
        /// A word with it
        #[arg(long, default_value = "", hide_default_value = true)]
        comment: String,
    },
    /// Take back a request that is no longer wanted
    #[command(
        after_help = "Examples:\n  khidma request cancel ID --reason 'Found one in the store'\n  khidma request cancel ID --tasks release"
    )]
    Cancel {
        /// The request
        id: String,
        /// Why
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
        /// What becomes of its tasks under way; has to be said if there are any
        #[arg(long, value_name = "FATE", value_parser = parser::<TasksFate>())]
        tasks: Option<TasksFate>,
    },
}

/// What the provider does.
#[derive(Debug, Subcommand)]
pub enum Provider {
    /// Say that somebody has seen it
    #[command(after_help = "Example:\n  khidma request ack ID --note 'Seen, today'")]
    Ack {
        /// The request
        id: String,
        /// A public word with it
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Give it to somebody of the department
    #[command(after_help = "Example:\n  khidma request assign ID --to daniel")]
    Assign {
        /// The request
        id: String,
        /// Who shall do it
        #[arg(long, value_name = "PERSON")]
        to: String,
    },
    /// Take it on oneself
    #[command(after_help = "Example:\n  khidma request claim ID")]
    Claim {
        /// The request
        id: String,
    },
    /// Begin to work on it
    #[command(after_help = "Example:\n  khidma request start ID")]
    Start {
        /// The request
        id: String,
    },
    /// Ask the requester something, and wait for the answer
    #[command(after_help = "Example:\n  khidma request ask ID 'Which keyboard layout?'")]
    Ask {
        /// The request
        id: String,
        /// What is needed
        question: String,
    },
    /// Go on without waiting any longer
    #[command(
        after_help = "Example:\n  khidma request resume ID --note 'Found it in the contract'"
    )]
    Resume {
        /// The request
        id: String,
        /// A public word with it
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Write a note that the requester never sees
    #[command(after_help = "Example:\n  khidma request note ID 'The last one in stock'")]
    Note {
        /// The request
        id: String,
        /// The note
        text: String,
    },
    /// Change how urgent it is
    Priority(PriorityArgs),
    /// Replace its tags; without any, take them away
    #[command(after_help = "Example:\n  khidma request tag ID hardware first-day")]
    Tag {
        /// The request
        id: String,
        /// All its tags
        tags: Vec<String>,
    },
    /// Hand it to another department
    #[command(
        after_help = "Example:\n  khidma request transfer ID --to facilities --reason 'A desk, not a laptop'"
    )]
    Transfer {
        /// The request
        id: String,
        /// The department that shall do it
        #[arg(long, value_name = "DEPARTMENT")]
        to: String,
        /// Why, told to the requester
        #[arg(long)]
        reason: String,
    },
    /// Say that it is done; the requester confirms or reopens
    #[command(after_help = "Example:\n  khidma request resolve ID 'On your desk'")]
    Resolve {
        /// The request
        id: String,
        /// What was done
        outcome: String,
    },
    /// Refuse to do it
    #[command(
        after_help = "Example:\n  khidma request decline ID 'Not before the budget is agreed'"
    )]
    Decline {
        /// The request
        id: String,
        /// Why, told to the requester
        reason: String,
        /// What becomes of its tasks under way; has to be said if there are any
        #[arg(long, value_name = "FATE", value_parser = parser::<TasksFate>())]
        tasks: Option<TasksFate>,
    },
}

/// What both sides do.
#[derive(Debug, Subcommand)]
pub enum BothSides {
    /// Write to the other side; the requester's answer to a question resumes the request
    #[command(after_help = "Example:\n  khidma request reply ID 'Arabic and English'")]
    Reply {
        /// The request
        id: String,
        /// What to say
        text: String,
    },
    /// Say that it was not done after all
    #[command(after_help = "Example:\n  khidma request reopen ID 'There is no charger in the bag'")]
    Reopen {
        /// The request
        id: String,
        /// What is missing
        reason: String,
    },
    /// Let somebody follow it; without --person, oneself
    #[command(after_help = "Example:\n  khidma request follow ID --person linh")]
    Follow {
        /// The request
        id: String,
        /// Who shall follow it
        #[arg(long, default_value = "", hide_default_value = true)]
        person: String,
    },
    /// End somebody's following; without --person, one's own
    #[command(after_help = "Example:\n  khidma request unfollow ID")]
    Unfollow {
        /// The request
        id: String,
        /// Who shall no longer follow it
        #[arg(long, default_value = "", hide_default_value = true)]
        person: String,
    },
}

/// What everybody asks.
#[derive(Debug, Subcommand)]
pub enum Query {
    /// Requests, newest first
    List(ListArgs),
    /// Requests by the words in them, best first
    Search(SearchArgs),
    /// One request
    #[command(after_help = "Example:\n  khidma request show ID")]
    Show {
        /// The request
        id: String,
    },
    /// All that happened to a request, as far as the caller may see
    #[command(after_help = "Example:\n  khidma request timeline ID")]
    Timeline {
        /// The request
        id: String,
    },
    /// What a department has to do, most urgent first
    #[command(after_help = "Example:\n  khidma request queue it")]
    Queue {
        /// The department
        department: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// How much each member of a department has in hand
    #[command(after_help = "Example:\n  khidma request workload it")]
    Workload {
        /// The department
        department: String,
    },
}

/// `khidma request submit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma request submit --to it --title 'A laptop for Sara' --priority high --tag first-day
  khidma request submit --to it --title 'No sound' --channel phone --for amina
  khidma request submit --offering new-employee --answer employee_name=Sara --answer first_day=2026-12-01
  khidma request submit --offering new-employee --answers sara.json")]
pub struct SubmitArgs {
    /// The department that is asked; with an offering, the one that offers it
    #[arg(long, value_name = "DEPARTMENT", required_unless_present = "offering")]
    pub to: Option<String>,
    /// What is wanted, in one line; with an offering, its name if nothing is said
    #[arg(long, required_unless_present = "offering")]
    pub title: Option<String>,
    /// What is wanted, in full
    #[arg(long, default_value = "", hide_default_value = true)]
    pub description: String,
    /// The offering it asks for
    #[arg(long)]
    pub offering: Option<String>,
    /// An answer to the offering's form: JSON where it is some, else text; may be given several times
    #[arg(long = "answer", value_name = "NAME=VALUE", requires = "offering")]
    pub answer: Vec<String>,
    /// A JSON or TOML file with answers to the offering's form
    #[arg(long, value_name = "FILE", requires = "offering")]
    pub answers: Option<PathBuf>,
    /// How urgent it is
    #[arg(long, value_parser = parser::<Priority>(), default_value = "normal")]
    pub priority: Priority,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// By which way it came in
    #[arg(long, value_parser = parser::<Channel>(), default_value = "api")]
    pub channel: Channel,
    /// Who asks, where one writes down somebody else's wish
    #[arg(
        long = "for",
        value_name = "PERSON",
        default_value = "",
        hide_default_value = true
    )]
    pub requester: String,
}

/// `khidma request priority`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  khidma request priority ID high --reason 'First day on Monday'"
)]
pub struct PriorityArgs {
    /// The request
    pub id: String,
    /// How urgent it is now
    #[arg(value_parser = parser::<Priority>())]
    pub priority: Priority,
    /// Why
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
}

/// `khidma request list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma request list --mine
  khidma request list --provider it --state submitted --state acknowledged
  khidma request list --assigned-to-me --all --json")]
pub struct ListArgs {
    /// Only those asked of this department
    #[arg(long, value_name = "DEPARTMENT")]
    pub provider: Option<String>,
    /// Only those of this requester
    #[arg(long, value_name = "PERSON", conflicts_with = "mine")]
    pub requester: Option<String>,
    /// Only those one asked oneself; also where no other filter says whose
    #[arg(long)]
    pub mine: bool,
    /// Only those this person does
    #[arg(long, value_name = "PERSON", conflicts_with = "assigned_to_me")]
    pub assignee: Option<String>,
    /// Only those one does oneself
    #[arg(long)]
    pub assigned_to_me: bool,
    /// Requests of everybody; for an admin
    #[arg(long, conflicts_with_all = ["provider", "requester", "mine", "assignee", "assigned_to_me"])]
    pub everybody: bool,
    /// Only in this state; may be given several times
    #[arg(long = "state", value_name = "STATE", value_parser = parser::<State>())]
    pub states: Vec<State>,
    /// Only those of this offering
    #[arg(long, default_value = "", hide_default_value = true)]
    pub offering: String,
    /// Only those whose title or description contains this
    #[arg(long, default_value = "", hide_default_value = true)]
    pub text: String,
    /// Only those with this tag
    #[arg(long, default_value = "", hide_default_value = true)]
    pub tag: String,
    /// Only this kind
    #[arg(long, value_name = "KIND", value_parser = parser::<RequestKind>())]
    pub kind: Option<RequestKind>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Args)]
pub struct Page {
    /// At most so many a page
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub page_size: i32,
    /// Where the page begins: the token the page before ended with
    #[arg(
        long,
        value_name = "TOKEN",
        default_value = "",
        hide_default_value = true
    )]
    pub page_token: String,
    /// All pages together
    #[arg(long, conflicts_with = "page_token")]
    pub all: bool,
}
