//! `khidma notification endpoint`: where messages are posted.

use clap::{Args, Subcommand};
use khidma_proto::notifications::{EndpointKind, MessageKind};

use super::Page;
use crate::words::parser;

/// `khidma notification endpoint`.
#[derive(Debug, Subcommand)]
pub enum EndpointCommand {
    /// Add one; the answer shows the secret its messages are signed with, once
    Add(EndpointArgs),
    /// The endpoints that one may keep
    #[command(after_help = "Example:\n  khidma notification endpoint list --json")]
    List {
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// Change where one is and what it gets: what is left out is cleared
    #[command(
        after_help = "Example:\n  khidma notification endpoint change it-desk --url https://desk.example.org/khidma --only breach"
    )]
    Change {
        /// Which
        id: String,
        /// Where it is and what it gets
        #[command(flatten)]
        target: Target,
    },
    /// Give one another secret; for a day messages are signed with the one before, too
    #[command(after_help = "Example:\n  khidma notification endpoint rotate it-desk")]
    Rotate {
        /// Which
        id: String,
    },
    /// Send messages to one again
    #[command(
        after_help = "Example:\n  khidma notification endpoint enable it-desk && khidma notification replay --endpoint it-desk"
    )]
    Enable {
        /// Which
        id: String,
    },
    /// Send nothing to one any more
    #[command(after_help = "Example:\n  khidma notification endpoint disable it-desk")]
    Disable {
        /// Which
        id: String,
    },
    /// Remove one
    #[command(after_help = "Example:\n  khidma notification endpoint remove it-desk")]
    Remove {
        /// Which
        id: String,
    },
}

/// `khidma notification endpoint add`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma notification endpoint add it-desk --department it --url https://desk.example.org/khidma
  khidma notification endpoint add it-chat --department it --kind chat --url - --only breach < chat-url
  khidma notification endpoint add mine --person amina --url https://me.example.org/ --language ar")]
#[command(group = clap::ArgGroup::new("owner").required(true).args(["department", "person"]))]
pub struct EndpointArgs {
    /// Its id
    pub id: String,
    /// It gets what this department is told
    #[arg(long)]
    pub department: Option<String>,
    /// It gets what this person is told
    #[arg(long)]
    pub person: Option<String>,
    /// How it is spoken to: by signed JSON, or by the words alone as Slack and Mattermost take them
    #[arg(long, value_parser = parser::<EndpointKind>(), default_value = "webhook")]
    pub kind: EndpointKind,
    /// Where it is and what it gets
    #[command(flatten)]
    pub target: Target,
}

/// Where an endpoint is, and what it gets.
#[derive(Debug, Args)]
pub struct Target {
    /// Where it is; - reads it from standard input, as the address of a chat is its secret
    #[arg(long)]
    pub url: String,
    /// Only messages of this kind; may be given several times [default: of all]
    #[arg(long = "only", value_name = "KIND", value_parser = parser::<MessageKind>())]
    pub kinds: Vec<MessageKind>,
    /// In which language
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub language: String,
}
