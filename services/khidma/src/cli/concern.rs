//! `khidma concern`: what is wrong with a service, before an outer customer meets it.

use clap::{Args, Subcommand};

use super::Page;

/// `khidma concern`.
#[derive(Debug, Subcommand)]
pub enum ConcernCommand {
    /// Raise a concern about a department's services
    Raise(RaiseArgs),
    /// What has become of an anonymous concern
    #[command(after_help = "Example:\n  khidma concern follow 0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    Follow {
        /// The word that raising it answered
        word: String,
    },
    /// Write to the provider about an anonymous concern
    #[command(
        after_help = "Example:\n  khidma concern reply 0f1e2d3c4b5a69788796a5b4c3d2e1f0 'Mostly at noon'"
    )]
    Reply {
        /// The word that raising it answered
        word: String,
        /// What to say
        text: String,
    },
    /// What came of the concerns about a department's services
    #[command(after_help = "Example:\n  khidma concern outcomes it")]
    Outcomes {
        /// The department
        department: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}

/// `khidma concern raise`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma concern raise --about it --offering vpn --title 'The VPN drops every hour'
  khidma concern raise --about it --title 'The badge reader lets everybody in' --anonymous")]
pub struct RaiseArgs {
    /// The department whose service it is about
    #[arg(long, value_name = "DEPARTMENT")]
    pub about: String,
    /// The offering it is about
    #[arg(long, default_value = "", hide_default_value = true)]
    pub offering: String,
    /// What is wrong, in one line
    #[arg(long)]
    pub title: String,
    /// What is wrong, in full
    #[arg(long, default_value = "", hide_default_value = true)]
    pub description: String,
    /// A concern it is similar to; may be given several times
    #[arg(
        long = "similar-to",
        value_name = "CONCERN",
        conflicts_with = "anonymous"
    )]
    pub similar_to: Vec<String>,
    /// In nobody's name: nothing that is kept says who raised it
    #[arg(long)]
    pub anonymous: bool,
}
