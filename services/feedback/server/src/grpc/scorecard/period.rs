//! Which days a scorecard is of.

use jiff::civil::Date;
use khidma_edge::status;
use khidma_feedback_domain::figures::Month;
use khidma_kernel::Timestamp;
use khidma_proto::feedback as pb;
use tonic::Status;

use crate::views::score_day;

/// Days of a period if nothing else is said.
const USUAL: i32 = 90;
/// Days of a period at the most.
const LONGEST: i32 = 36_600;
/// Periods before the one that is asked for, at the most.
const MOST_BEFORE: u32 = 24;
/// Seconds of a day.
const DAY: i64 = 24 * 3600;

/// Some days after one another, counted from 1970-01-01, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    /// The first.
    pub from: i32,
    /// The one after the last.
    pub to: i32,
}

impl Period {
    /// Whether a day is in it.
    pub(super) fn has(self, day: i32) -> bool {
        (self.from..self.to).contains(&day)
    }

    /// Whether an instant is in it.
    pub(super) fn holds(self, at: Timestamp) -> bool {
        self.has(score_day(at))
    }

    /// When it ends.
    pub(super) fn end(self) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(i64::from(self.to) * DAY)
    }

    /// The months that lie in it with all their days; `None` if none does.
    pub(super) fn months(self) -> Option<(Month, Month)> {
        let month = |day: i32| Month::of(Timestamp::EPOCH.plus_seconds(i64::from(day) * DAY));
        // The first that begins in it, and the last that ends in it.
        let first = month(self.from - 1).next();
        let last = month(self.to).plus(-1);
        (first <= last).then_some((first, last))
    }

    /// Its ends, as they are written.
    pub(super) fn written(self) -> [String; 2] {
        [self.from, self.to].map(|day| {
            let at = Timestamp::EPOCH.plus_seconds(i64::from(day) * DAY);
            let date = jiff::Timestamp::from(at).to_zoned(jiff::tz::TimeZone::UTC);
            date.date().to_string()
        })
    }
}

/// The period that is asked for, and then those before it, the latest first.
pub(super) fn periods_of(
    request: &pb::GetScorecardRequest,
    now: Timestamp,
) -> Result<Vec<Period>, Status> {
    let to = match request.to.as_str() {
        "" => score_day(now) + 1,
        text => day("to", text)?,
    };
    let from = match request.from.as_str() {
        "" => to - USUAL,
        text => day("from", text)?,
    };
    if to <= from {
        let message = "the period ends before it begins: to has to be after from";
        return Err(status::invalid_field("to", "EMPTY_PERIOD", message));
    }
    let length = to - from;
    if length > LONGEST {
        let message = format!("a period has at most {LONGEST} days");
        return Err(status::invalid_field("from", "PERIOD_TOO_LONG", message));
    }
    if request.periods_before > MOST_BEFORE {
        let message = format!("at most {MOST_BEFORE} periods before it are shown");
        return Err(status::invalid_field("periods_before", "TOO_MANY", message));
    }
    let ago = 0..=i32::try_from(request.periods_before).unwrap_or_default();
    let before = ago.map(|ago| Period {
        from: from - ago * length,
        to: to - ago * length,
    });
    Ok(before.collect())
}

fn day(field: &'static str, text: &str) -> Result<i32, Status> {
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let start = date
        .filter(|date| (1900..=9000).contains(&date.year()))
        .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
    match start {
        Some(start) => Ok(score_day(start.timestamp().into())),
        None => {
            let shown: String = text.chars().take(40).collect();
            let message = format!("{shown:?} is no day; one is written 2026-01-31");
            Err(status::invalid_field(field, "INVALID_DAY", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(from: &str, to: &str, before: u32) -> Vec<[String; 2]> {
        let request = pb::GetScorecardRequest {
            from: from.into(),
            to: to.into(),
            periods_before: before,
            ..Default::default()
        };
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        let periods = periods_of(&request, now).unwrap();
        periods.into_iter().map(Period::written).collect()
    }

    #[test]
    fn periods_of_one_length_go_back_from_the_one_asked_for() {
        let shown = periods("2026-01-01", "2026-01-31", 2);
        let expected = [
            ["2026-01-01", "2026-01-31"],
            ["2025-12-02", "2026-01-01"],
            ["2025-11-02", "2025-12-02"],
        ];
        assert_eq!(shown, expected);
        assert_eq!(periods("", "", 0), [["2025-12-03", "2026-03-03"]]);
    }

    #[test]
    fn a_month_is_in_it_with_all_its_days_or_not() {
        let months = |from: &str, to: &str| {
            let (from, to) = (day("from", from).unwrap(), day("to", to).unwrap());
            let months = Period { from, to }.months();
            months.map(|(first, last)| (first.to_string(), last.to_string()))
        };
        let both = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        assert_eq!(
            months("2026-01-01", "2026-04-01"),
            both("2026-01", "2026-03")
        );
        assert_eq!(
            months("2026-01-02", "2026-04-01"),
            both("2026-02", "2026-03")
        );
        assert_eq!(
            months("2026-01-01", "2026-03-31"),
            both("2026-01", "2026-02")
        );
        assert_eq!(months("2026-01-02", "2026-02-28"), None);
    }
}
