//! Local times and dates.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// Seconds of a local day, as its wall clock counts them.
pub const DAY_SECONDS: u32 = 86_400;

/// A local time: seconds since midnight on the wall clock, 0 to [`DAY_SECONDS`], which is `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(u32);

/// A text that is neither `HH:MM` nor `HH:MM:SS`, or beyond `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a local time is written HH:MM or HH:MM:SS, from 00:00 to 24:00")]
pub struct InvalidLocalTime;

impl LocalTime {
    /// Seconds since midnight.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl FromStr for LocalTime {
    type Err = InvalidLocalTime;

    fn from_str(text: &str) -> Result<Self, InvalidLocalTime> {
        let mut parts = text.split(':').map(two_digits);
        let hours = parts.next().flatten().ok_or(InvalidLocalTime)?;
        let minutes = parts.next().flatten().ok_or(InvalidLocalTime)?;
        let seconds = parts.next().unwrap_or(Some(0)).ok_or(InvalidLocalTime)?;
        let total = hours * 3600 + minutes * 60 + seconds;
        if parts.next().is_some() || minutes > 59 || seconds > 59 || total > DAY_SECONDS {
            return Err(InvalidLocalTime);
        }
        Ok(Self(total))
    }
}

fn two_digits(part: &str) -> Option<u32> {
    let digits = part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_digit());
    digits.then(|| part.parse().ok()).flatten()
}

impl fmt::Display for LocalTime {
    /// `HH:MM`, with `:SS` where it is no whole minute.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        write!(f, "{hours:02}:{minutes:02}")?;
        if seconds == 0 {
            Ok(())
        } else {
            write!(f, ":{seconds:02}")
        }
    }
}

/// The date that is written `YYYY-MM-DD`, if `text` is one that exists; no other form is taken.
pub fn date(text: &str) -> Option<Date> {
    // jiff reads more than this one form; what it would write otherwise is refused.
    text.parse::<Date>()
        .ok()
        .filter(|date| date.to_string() == text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_local_time_reads_what_it_writes(seconds in 0..=DAY_SECONDS) {
            let time = LocalTime(seconds);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn what_reads_as_a_local_time_writes_the_same_moment(text in "[0-2][0-9]:[0-6][0-9](:[0-6][0-9])?") {
            if let Ok(time) = text.parse::<LocalTime>() {
                prop_assert!(time.seconds() <= DAY_SECONDS);
                let written = time.to_string();
                prop_assert_eq!(text.trim_end_matches(":00"), written.trim_end_matches(":00"));
            }
        }

        #[test]
        fn nothing_makes_reading_panic(text in "\\PC{0,12}") {
            let _ = (text.parse::<LocalTime>(), date(&text));
        }
    }

    #[test]
    fn other_forms_of_time_are_refused() {
        let wrong = [
            "",
            "9:00",
            "09",
            "09:0",
            "09:60",
            "24:01",
            "24:00:01",
            "25:00",
            "09:00:00:00",
            "+9:00",
            "09:00:",
            "٠٩:٠٠",
        ];
        for text in wrong {
            assert_eq!(text.parse::<LocalTime>(), Err(InvalidLocalTime), "{text:?}");
        }
        assert_eq!("24:00".parse(), Ok(LocalTime(DAY_SECONDS)));
        assert_eq!("08:30:15".parse(), Ok(LocalTime(30_615)));
    }

    #[test]
    fn other_forms_of_date_and_days_that_never_were_are_refused() {
        for text in [
            "",
            "2026-2-1",
            "20260201",
            "2026-02-30",
            "2026-02-01T00:00",
            "2025-02-29",
            "2026-W09-1",
            "01-02-2026",
        ] {
            assert_eq!(date(text), None, "{text:?}");
        }
        assert!(date("2024-02-29").is_some());
    }
}
