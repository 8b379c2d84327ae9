//! `khidma approval`: agreeing to requests before they are worked on, and who does so in whose place.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Page;

/// `khidma approval`.
#[derive(Debug, Subcommand)]
pub enum ApprovalCommand {
    /// What waits for one's word, or for that of somebody in whose place one approves, oldest first
    #[command(
        after_help = "Examples:\n  khidma approval list\n  khidma approval list --all --json"
    )]
    List {
        /// Which page
        #[command(flatten)]
        page: Page,
    },
    /// Agree to a request
    #[command(after_help = "Example:\n  khidma approval approve ID --comment 'Within the budget'")]
    Approve {
        /// The request
        id: String,
        /// A word with it, told to both sides
        #[arg(long, default_value = "", hide_default_value = true)]
        comment: String,
    },
    /// Say no to a request, which ends it
    #[command(after_help = "Example:\n  khidma approval reject ID --reason 'Not this year'")]
    Reject {
        /// The request
        id: String,
        /// Why, told to both sides
        #[arg(long)]
        reason: String,
    },
    /// Let somebody approve in one's place for a time
    Delegate(DelegateArgs),
    /// Let somebody approve in one's place no longer
    #[command(after_help = "Example:\n  khidma approval end amina")]
    End {
        /// Who no longer does
        person: String,
        /// Whose approvals, where they are not one's own; for an admin
        #[arg(
            long,
            value_name = "PERSON",
            default_value = "",
            hide_default_value = true
        )]
        of: String,
    },
    /// Who approves in one's place, and in whose place one approves, now or later
    #[command(after_help = "Example:\n  khidma approval delegations")]
    Delegations {
        /// Whose, where they are not one's own; for an admin
        #[arg(
            long,
            value_name = "PERSON",
            default_value = "",
            hide_default_value = true
        )]
        of: String,
    },
}

/// `khidma approval delegate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma approval delegate amina --until 2027-01-04
  khidma approval delegate amina --from 2026-12-20T18:00 --until 2027-01-04T08:00Z")]
pub struct DelegateArgs {
    /// Who approves in one's place
    pub person: String,
    /// From when on, such as 2026-12-20 (its beginning here) or 2026-12-20T18:00Z [default: at once]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub from: Option<Timestamp>,
    /// Until when, exclusively; at most 366 days later
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub until: Timestamp,
    /// Whose approvals, where they are not one's own; for an admin
    #[arg(
        long,
        value_name = "PERSON",
        default_value = "",
        hide_default_value = true
    )]
    pub of: String,
}

/// Reads an instant with its zone, or a day or time of day here.
fn instant(text: &str) -> Result<Timestamp, String> {
    instant_in(text, &TimeZone::system())
}

fn instant_in(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let meant = || "write 2026-12-20, 2026-12-20T18:00 or 2026-12-20T18:00Z".to_owned();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let here: DateTime = text.parse().map_err(|_| meant())?;
    let zoned = here.to_zoned(zone.clone()).map_err(|_| meant())?;
    Ok(zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_one_is_and_an_instant_is_the_same_everywhere() {
        let rome = TimeZone::get("Europe/Rome").unwrap();
        let said = |text| instant_in(text, &rome).map(|instant| instant.to_string());
        assert_eq!(said("2026-12-20").unwrap(), "2026-12-19T23:00:00Z");
        assert_eq!(said("2026-12-20T18:00").unwrap(), "2026-12-20T17:00:00Z");
        assert_eq!(said("2026-12-20T18:00Z").unwrap(), "2026-12-20T18:00:00Z");
        assert!(said("tomorrow").is_err());
    }
}
