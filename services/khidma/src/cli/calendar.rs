//! `khidma calendar`: business time, without a server where a file is enough.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Subcommand;
use jiff::civil::Date;

/// `khidma calendar`.
#[derive(Debug, Subcommand)]
pub enum BusinessTimeCommand {
    /// Answer cases of business time, one line of JSON each; exit status 1 if an answer is not the expected one
    #[command(after_help = "\
Examples:
  khidma calendar eval cases.json
  khidma calendar eval -             # from standard input

cases.json:
  {
    \"calendars\": {
      \"office\": {
        \"tz\": \"Europe/Rome\",
        \"weekly\": { \"mon\": [[\"09:00\", \"13:00\"], [\"14:00\", \"18:00\"]] },
        \"shifts\": { \"2025-03-08\": [[\"09:00\", \"12:00\"]] },
        \"breaks\": { \"2025-03-10\": [[\"10:00\", \"11:30\"]] },
        \"holidays\": [\"2025-04-21\"]
      }
    },
    \"cases\": [
      {
        \"id\": \"1\", \"calendar\": \"office\", \"op\": \"add\",
        \"args\": { \"start\": \"2025-03-03T09:00:00+01:00\", \"seconds\": 3600 },
        \"expected\": \"2025-03-03T09:00:00Z\"
      }
    ]
  }

What may be asked (op), and of what (args):
  elapsed                     seconds of business time from start to end
  add, add_boundary, sub      the instant that lies seconds after start (the next opening, where that is a closing),
                              the closing itself, the instant that lies seconds before
  is_open, on_holiday, on_break
                              whether start is business time, on a holiday, in a break
  next_open, prev_open        the opening after start, the closing before it; start itself where it is open
  add_days, sub_days          the instant that lies days working days away")]
    Eval {
        /// The file; - is standard input
        file: PathBuf,
    },
    /// Draw a month: the hours of each day, holidays, shifts, breaks
    #[command(after_help = "\
Examples:
  khidma calendar show office-hours --month 2025-03
  khidma calendar show office-hours.toml --month 2025-03 --json")]
    Show {
        /// A calendar of the directory; or a file that ends in .toml, for which no server is needed
        name: String,
        /// Which month
        #[arg(long, value_name = "YYYY-MM")]
        month: Month,
    },
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(Date);

impl Month {
    /// Its first day.
    pub fn first(self) -> Date {
        self.0
    }

    /// Its days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let month = (self.0.year(), self.0.month());
        let within = move |date: &Date| (date.year(), date.month()) == month;
        std::iter::successors(Some(self.0), |date| date.tomorrow().ok()).take_while(within)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        khidma_calendar::date(&format!("{text}-01"))
            .map(Self)
            .ok_or_else(|| "write YYYY-MM, such as 2025-03".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_its_days() {
        let february: Month = "2024-02".parse().unwrap();
        assert_eq!(february.days().count(), 29);
        let last: Month = "9999-12".parse().unwrap();
        assert_eq!(last.days().count(), 31);
        for wrong in ["", "2024", "2024-13", "2024-2", "2024-02-01"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
