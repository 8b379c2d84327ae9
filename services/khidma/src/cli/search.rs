//! `khidma request search`.

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use khidma_kernel::Timestamp;
use khidma_proto::requests::State;

use super::request::Page;
use crate::words::parser;

/// `khidma request search`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma request search laptop keyb
  khidma request search '\"does not start\"' --department it --state submitted
  khidma request search printer --tag floor-3 --from 2026-03-01 --to 2026-04-01 --json")]
pub struct SearchArgs {
    /// Words, all of which are to be found; of the last one its beginning is enough. \"Words in quotation marks\" are to
    /// be found one behind the other
    #[arg(required = true, value_name = "WORD")]
    pub words: Vec<String>,
    /// Only those asked of this department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// Only those of this requester; \"me\" for oneself
    #[arg(
        long,
        value_name = "PERSON",
        default_value = "",
        hide_default_value = true
    )]
    pub requester: String,
    /// Only those this person does; \"me\" for oneself
    #[arg(
        long,
        value_name = "PERSON",
        default_value = "",
        hide_default_value = true
    )]
    pub assignee: String,
    /// Only in this state; may be given several times
    #[arg(long = "state", value_name = "STATE", value_parser = parser::<State>())]
    pub states: Vec<State>,
    /// Only those of this offering
    #[arg(long, default_value = "", hide_default_value = true)]
    pub offering: String,
    /// Only those with this tag
    #[arg(long, default_value = "", hide_default_value = true)]
    pub tag: String,
    /// Only those asked on this day or at this instant, or later
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub from: Option<Timestamp>,
    /// Only those asked before this day or instant
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub to: Option<Timestamp>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// Reads `2026-03-01`, the beginning of that day here, or `2026-03-01T09:30:00Z`.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    let wrong = || "write 2026-03-01 or 2026-03-01T09:30:00Z".to_owned();
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let day: Date = text.parse().map_err(|_| wrong())?;
    let begins = day.to_zoned(TimeZone::system()).map_err(|_| wrong())?;
    Ok(begins.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_read() {
        let at = instant("2026-03-01T09:30:00Z").unwrap();
        assert_eq!(at.to_string(), "2026-03-01T09:30:00.000000Z");
        let day = instant("2026-03-01").unwrap();
        assert!(at.micros_since(day).abs() < 2 * 24 * 3600 * 1_000_000);
        assert!(instant("yesterday").is_err());
    }
}
