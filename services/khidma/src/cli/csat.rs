//! `khidma csat`: how requests went, asked of who asked for them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use khidma_events::feedback::Asking;

use super::Page;

/// `khidma csat`.
#[derive(Debug, Subcommand)]
pub enum CsatCommand {
    /// One's own questions that wait, or the answers that a department got
    #[command(after_help = "\
Examples:
  khidma csat list
  khidma csat list --department it --all --json")]
    List {
        /// The answers that this department got
        #[arg(long, default_value = "", hide_default_value = true)]
        department: String,
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// The question after a request, and its answer
    #[command(after_help = "Example:\n  khidma csat show REQUEST")]
    Show {
        /// The request
        request: String,
    },
    /// Say how a request went; the department that did it sees the answer
    Answer(AnswerQuestionArgs),
    /// After which of its requests a department asks
    #[command(subcommand, after_help = "Example:\n  khidma csat rule show it")]
    Rule(RuleCommand),
    /// Take over answers that another system has kept, from a table
    Import(CsatImportArgs),
    /// Make up answers about requests that have ended, to try things out
    Synthesize(SynthesizeArgs),
}

/// `khidma csat answer`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma csat answer QUESTION --score 5
  khidma csat answer QUESTION --score 2 --effort 3 --comment 'I had to ask three times'")]
pub struct AnswerQuestionArgs {
    /// The question
    pub id: String,
    /// How satisfied: 1 (not at all) to 5 (very)
    #[arg(long)]
    pub score: u32,
    /// How easy it was: 1 (very hard) to 7 (very easy); where it is asked
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub effort: u32,
    /// In your own words
    #[arg(long, default_value = "", hide_default_value = true)]
    pub comment: String,
}

/// `khidma csat rule`.
#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// By which rule a department asks
    #[command(after_help = "Example:\n  khidma csat rule show it")]
    Show {
        /// The department
        department: String,
    },
    /// Ask by this rule from now on
    Set(RuleArgs),
}

/// `khidma csat rule set`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma csat rule set it --ask always
  khidma csat rule set it --ask 20% --at-most-every 30 --effort --remind-after 3 --expires-after 14
  khidma csat rule set hr --ask never")]
pub struct RuleArgs {
    /// The department
    pub department: String,
    /// After which requests: always, never, or a share such as 20%
    #[arg(long, value_name = "WHICH", value_parser = asking)]
    pub ask: Asking,
    /// Ask a person at most once in so many days [default: as often as they ask for something]
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub at_most_every: u32,
    /// Also ask how much effort it took
    #[arg(long)]
    pub effort: bool,
    /// Ask again, once, after so many days without an answer; 0: never
    #[arg(long, value_name = "DAYS", default_value_t = 3)]
    pub remind_after: u32,
    /// Take no answer after so many days
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    pub expires_after: u32,
}

/// `khidma csat import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma csat import answers.csv
  khidma csat import answers.csv --source helpdesk

The columns are: request, or external_id with --source; score; effort; comment; answered_at; synthetic.
The same again changes nothing. See docs/feedback.md.")]
pub struct CsatImportArgs {
    /// The table, in CSV with a line of headers
    pub file: PathBuf,
    /// The system from which the requests were taken over, where the table calls them as that does
    #[arg(long, default_value = "", hide_default_value = true)]
    pub source: String,
}

/// `khidma csat synthesize`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  khidma csat synthesize --provider it --seed 7 --out made-up.csv && khidma csat import made-up.csv

Nobody ever gave these answers: each is marked as synthetic, in the table and wherever it is shown. Who got what was promised
is made more satisfied than who did not; the rest is noise by the seed. The same seed makes the same answers.")]
pub struct SynthesizeArgs {
    /// The department that did the requests
    #[arg(long, value_name = "DEPARTMENT")]
    pub provider: String,
    /// By which the noise is drawn
    #[arg(long, value_name = "N")]
    pub seed: u64,
    /// After how many of a hundred requests somebody is made to answer
    #[arg(long, value_name = "PERCENT", default_value_t = 60, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub answering: u8,
    /// The table to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// Reads `always`, `never` and `20%`.
fn asking(text: &str) -> Result<Asking, String> {
    match text {
        "always" => Ok(Asking::Always),
        "never" => Ok(Asking::Never),
        _ => {
            let percent = text
                .strip_suffix('%')
                .and_then(|number| number.parse().ok());
            let percent = percent.filter(|percent| (1..=99).contains(percent));
            let wrong = || "write always, never, or a share from 1% to 99%".to_owned();
            percent.map(Asking::Sampled).ok_or_else(wrong)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_requests_are_asked_after_is_read_as_people_write_it() {
        assert_eq!(asking("always"), Ok(Asking::Always));
        assert_eq!(asking("never"), Ok(Asking::Never));
        assert_eq!(asking("20%"), Ok(Asking::Sampled(20)));
        for wrong in ["0%", "100%", "20", "%", "often", "-1%", "2.5%"] {
            assert!(asking(wrong).is_err(), "{wrong}");
        }
    }
}
