//! `khidma feed`: what affects a department.

use clap::{Args, Subcommand};

/// `khidma feed`.
#[derive(Debug, Subcommand)]
pub enum FeedCommand {
    /// Every event that affects a department, then what comes
    Subscribe(SubscribeArgs),
}

/// `khidma feed subscribe`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma feed subscribe it                                   # everything, then what comes
  khidma feed subscribe it --from-now --json                 # only what comes, one CloudEvent a line
  khidma feed subscribe it --after 120 --no-follow           # what is there after position 120
  khidma feed subscribe it --context sla --context requests  # only of these contexts
  khidma feed subscribe it --type requests.submitted         # only of this type

Who leads the department, or has a token with the role feed for it, reads its feed; admins read all.")]
pub struct SubscribeArgs {
    /// The department
    pub department: String,
    /// Only what comes after this position
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    pub after: u64,
    /// Only what comes from now on
    #[arg(long, conflicts_with_all = ["after", "no_follow"])]
    pub from_now: bool,
    /// Only of this context, such as requests; may be given several times
    #[arg(long, value_name = "CONTEXT")]
    pub context: Vec<String>,
    /// Only of this type, such as requests.submitted or khidma.requests.submitted.v1; may be given several times
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Only of this entity, such as a request's id; may be given several times
    #[arg(long, value_name = "ID")]
    pub subject: Vec<String>,
    /// End when all is told that there is
    #[arg(long)]
    pub no_follow: bool,
}
