//! `khidma inbox`: what one was told.

use clap::{Args, Subcommand};

use super::Page;

/// `khidma inbox`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  khidma inbox --unread
  khidma inbox --text --language fa
  khidma inbox --watch --as amina
  khidma inbox read ID")]
pub struct InboxArgs {
    /// What to change in it; without it, it is listed.
    #[command(subcommand)]
    pub change: Option<InboxChange>,
    /// What to list.
    #[command(flatten)]
    pub list: InboxList,
}

/// What of an inbox is listed.
#[derive(Debug, Args)]
pub struct InboxList {
    /// Only what was not read
    #[arg(long)]
    pub unread: bool,
    /// What was put away, too
    #[arg(long)]
    pub archived: bool,
    /// All that is said, not only in one line
    #[arg(long)]
    pub text: bool,
    /// In this language [default: the one each message was written in]
    #[arg(
        long,
        alias = "locale",
        value_name = "TAG",
        default_value = "",
        hide_default_value = true
    )]
    pub language: String,
    /// Tell what is there, then what comes and what changes
    #[arg(long, conflicts_with_all = ["unread", "archived", "language", "page_size", "page_token", "all"])]
    pub watch: bool,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// What is changed in an inbox.
#[derive(Debug, Subcommand)]
pub enum InboxChange {
    /// Say that messages were read
    #[command(after_help = "Example:\n  khidma inbox read ID ID")]
    Read {
        /// Which
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Say that messages were shown, though not read
    #[command(after_help = "Example:\n  khidma inbox seen ID")]
    Seen {
        /// Which
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Put messages away
    #[command(after_help = "Example:\n  khidma inbox archive ID")]
    Archive {
        /// Which
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}
