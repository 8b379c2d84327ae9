//! Instants, as a language writes them: with its weekdays, months and digits, in its calendar.

use icu_calendar::cal::Persian;
use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::{YMDE, YMDET};
use icu_datetime::input::{DateTime, Time};
use icu_datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter};
use icu_locale_core::{Locale, locale};
use jiff::civil;

/// Writes instants of a language: `Friday, 13 November 2026 at 14:30`.
pub(crate) enum Moments {
    /// In the calendar of most of the world.
    Gregorian(FixedCalendarDateTimeFormatter<Gregorian, YMDET>),
    /// In the calendar of Iran and Afghanistan.
    Persian(FixedCalendarDateTimeFormatter<Persian, YMDET>),
}

impl Moments {
    /// Those of the language, a BCP 47 tag; `None` without data for it.
    pub(crate) fn of(language: &str) -> Option<Self> {
        let fields = YMDE::long().with_time_hm();
        let preferences = preferences(language)?;
        match language {
            "fa" => FixedCalendarDateTimeFormatter::try_new(preferences, fields)
                .ok()
                .map(Self::Persian),
            _ => FixedCalendarDateTimeFormatter::try_new(preferences, fields)
                .ok()
                .map(Self::Gregorian),
        }
    }

    /// The instant whose wall clock, where the reader is, shows `civil`.
    pub(crate) fn write(&self, civil: civil::DateTime) -> String {
        match self.localized(civil) {
            Some(localized) => localized,
            // Out of the years that calendars know; nobody lives there, and still something true is said.
            None => civil.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }

    fn localized(&self, civil: civil::DateTime) -> Option<String> {
        let number = |part: i8| u8::try_from(part).ok();
        let (month, day) = (number(civil.month())?, number(civil.day())?);
        let date = Date::try_new_iso(civil.year().into(), month, day).ok()?;
        let time = Time::try_new(number(civil.hour())?, number(civil.minute())?, 0, 0).ok()?;
        Some(match self {
            Self::Gregorian(formatter) => {
                let date = date.to_calendar(Gregorian);
                formatter.format(&DateTime { date, time }).to_string()
            }
            Self::Persian(formatter) => {
                let date = date.to_calendar(Persian);
                formatter.format(&DateTime { date, time }).to_string()
            }
        })
    }
}

/// English is written as most of the world writes it: the day before the month, 24 hours.
fn preferences(language: &str) -> Option<DateTimeFormatterPreferences> {
    let locale = match language {
        "en" => locale!("en-GB"),
        _ => Locale::try_from_str(language).ok()?,
    };
    Some(locale.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 13 November 2026 is a Friday, and 22 Aban 1405.
    fn written(language: &str) -> String {
        let civil = civil::date(2026, 11, 13).at(14, 5, 59, 0);
        Moments::of(language).unwrap().write(civil)
    }

    #[test]
    fn an_instant_is_written_as_its_language_writes_it() {
        let written = crate::LANGUAGES.map(written);
        assert_eq!(
            written,
            [
                "Friday, 13 November 2026 at 14:05",
                "الجمعة، 13 نوفمبر 2026 في 2:05 م",
                "جمعه ۲۲ آبان ۱۴۰۵ ساعت ۱۴:۰۵",
                "lúc 14:05 Thứ Sáu, 13 tháng 11 2026",
                "2026年11月13日金曜日 14:05",
            ]
        );
    }
}
