//! `khidma survey token`: the first half of an anonymous answer.

use clap::Subcommand;

/// What anonymous answers need.
#[derive(Debug, Subcommand)]
pub enum BallotsCommand {
    /// Take the token of an anonymous round now, to answer later
    #[command(after_help = "\
It is known that one took it, and of no answer that it came from it. `khidma survey answer` takes it by itself, and then says
when one answered to whoever watches; who takes it now and answers some while later, best from elsewhere, does not.

Example:
  khidma survey token ROUND")]
    Token {
        /// The round
        round: String,
    },
}
