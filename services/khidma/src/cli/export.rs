//! Taking history out.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use khidma_kernel::{DepartmentId, Timestamp};

/// `khidma export`.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// The history of requests as OCEL 2.0, for process-mining tools
    Ocel(OcelArgs),
}

/// `khidma export ocel`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma export ocel --out all.jsonocel                        # everything, people as ids
  khidma export ocel --out march.jsonocel --from 2026-03-01 --to 2026-04-01
  khidma export ocel --out it.jsonocel --department it --texts # what the feed of IT tells, with titles
  khidma export ocel --out - | gzip > all.jsonocel.gz          # to standard output

It needs the role admin. What is in the file and how to read it with pm4py: docs/export.md")]
pub struct OcelArgs {
    /// Where to write to; - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Only events from this instant on: 2026-03-01 (UTC) or 2026-03-01T08:30:00+01:00
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub from: Option<Timestamp>,
    /// Only events before this instant
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub to: Option<Timestamp>,
    /// Only events that affect this department
    #[arg(long, value_name = "DEPARTMENT")]
    pub department: Option<DepartmentId>,
    /// With people's display names, not only their ids
    #[arg(long)]
    pub names: bool,
    /// With titles and tags of requests; never with those of anonymous concerns
    #[arg(long)]
    pub texts: bool,
    /// Replace FILE if it is there already
    #[arg(long)]
    pub force: bool,
}

/// Reads an instant in RFC 3339, or a date, which means its beginning in UTC.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let wrong = || "write 2026-03-01 (in UTC) or 2026-03-01T08:30:00+01:00".to_owned();
    let date = Date::strptime("%Y-%m-%d", text).map_err(|_| wrong())?;
    let midnight = date.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(midnight.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_beginning_in_utc() {
        let date = instant("2026-03-01").unwrap();
        assert_eq!(date.to_string(), "2026-03-01T00:00:00.000000Z");
        let instant_there = instant("2026-03-01T08:30:00+01:00").unwrap();
        assert_eq!(instant_there.to_string(), "2026-03-01T07:30:00.000000Z");
    }

    #[test]
    fn a_time_without_a_zone_is_not_taken_for_a_date() {
        for text in ["2026-03-01T08:30:00", "2026-02-30", "March", ""] {
            assert!(instant(text).is_err(), "{text:?}");
        }
    }
}
