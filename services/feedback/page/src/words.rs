//! The words of a page, and numbers and days as its language writes them.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use icu_calendar::cal::Persian;
use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::YMD;
use icu_datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::{Decimal, SignDisplay};
use icu_locale_core::{Locale, locale};
use jiff::civil;
use khidma_kernel::language::choose;

use crate::PageError;

/// The languages that there are pages in, as BCP 47 tags.
pub const LANGUAGES: [&str; 5] = ["en", "ar", "fa", "vi", "ja"];

/// What a language says.
fn source(language: &str) -> &'static str {
    match language {
        "ar" => include_str!("../texts/ar.ftl"),
        "fa" => include_str!("../texts/fa.ftl"),
        "vi" => include_str!("../texts/vi.ftl"),
        "ja" => include_str!("../texts/ja.ftl"),
        _ => include_str!("../texts/en.ftl"),
    }
}

/// Writes days, in the calendar that the language's readers live by.
enum Days {
    Gregorian(FixedCalendarDateTimeFormatter<Gregorian, YMD>),
    Persian(FixedCalendarDateTimeFormatter<Persian, YMD>),
}

/// The words of one language.
pub(crate) struct Words {
    /// Its BCP 47 tag.
    pub language: &'static str,
    bundle: FluentBundle<FluentResource>,
    numbers: DecimalFormatter,
    days: Days,
}

impl Words {
    /// Those for a reader of `locale`: of its language, of a more general form of it, or English.
    pub(crate) fn of(locale: &str) -> Result<Self, PageError> {
        let wanted = locale.replace('_', "-");
        let language = choose([wanted], LANGUAGES.into_iter(), LANGUAGES[0]);
        let broken = |reason: String| PageError { language, reason };
        let resource = FluentResource::try_new(source(language).to_owned())
            .map_err(|(_, errors)| broken(format!("{errors:?}")))?;
        let tag = language
            .parse()
            .map_err(|error| broken(format!("{error}")))?;
        let mut bundle = FluentBundle::new(vec![tag]);
        bundle
            .add_resource(resource)
            .map_err(|errors| broken(format!("{errors:?}")))?;
        let locale = Locale::try_from_str(language).map_err(|error| broken(error.to_string()))?;
        let numbers = DecimalFormatter::try_new(locale.into(), Default::default())
            .map_err(|error| broken(error.to_string()))?;
        let days = days(language).ok_or_else(|| broken("no dates".to_owned()))?;
        Ok(Self {
            language,
            bundle,
            numbers,
            days,
        })
    }

    /// Whether it is written from right to left.
    pub(crate) fn is_right_to_left(&self) -> bool {
        matches!(self.language, "ar" | "fa")
    }

    /// What stands under a key that speaks of nothing.
    pub(crate) fn say(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// What stands under a key, with what it speaks of. The tests see to it that every language has every key.
    pub(crate) fn with(&self, key: &str, args: &[(&str, &str)]) -> String {
        let message = self.bundle.get_message(key);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, *value)).collect();
        let mut errors = Vec::new();
        let said = self
            .bundle
            .format_pattern(pattern, Some(&args), &mut errors);
        said.into_owned()
    }

    /// How many.
    pub(crate) fn count(&self, count: u64) -> String {
        self.numbers.format(&Decimal::from(count)).to_string()
    }

    /// A number with one digit after the point.
    pub(crate) fn decimal(&self, value: f64) -> String {
        self.numbers.format(&tenths(value)).to_string()
    }

    /// A share, in a hundred.
    pub(crate) fn percent(&self, share: f64) -> String {
        self.with("percent", &[("number", &self.decimal(share * 100.0))])
    }

    /// How far apart two shares are, with its sign.
    pub(crate) fn points(&self, difference: f64) -> String {
        self.with("points", &[("number", &self.signed(difference * 100.0))])
    }

    /// A number with its sign, unless it is 0.
    pub(crate) fn signed(&self, value: f64) -> String {
        let number = tenths(value).with_sign_display(SignDisplay::ExceptZero);
        self.numbers.format(&number).to_string()
    }

    /// From one to the other, both written already.
    pub(crate) fn range(&self, low: &str, high: &str) -> String {
        self.with("range", &[("low", low), ("high", high)])
    }

    /// A day, which is written `2026-01-31`; what is none stays as it is.
    pub(crate) fn day(&self, day: &str) -> String {
        let date = day.parse::<civil::Date>().ok();
        date.and_then(|date| self.date(date))
            .unwrap_or_else(|| day.to_owned())
    }

    /// The day before one that is written `2026-01-31`.
    pub(crate) fn day_before(&self, day: &str) -> String {
        let date = day.parse::<civil::Date>().ok();
        let before = date.and_then(|date| date.yesterday().ok());
        before
            .and_then(|date| self.date(date))
            .unwrap_or_else(|| day.to_owned())
    }

    fn date(&self, date: civil::Date) -> Option<String> {
        let number = |part: i8| u8::try_from(part).ok();
        let (month, day) = (number(date.month())?, number(date.day())?);
        let date = Date::try_new_iso(date.year().into(), month, day).ok()?;
        Some(match &self.days {
            Days::Gregorian(days) => days.format(&date.to_calendar(Gregorian)).to_string(),
            Days::Persian(days) => days.format(&date.to_calendar(Persian)).to_string(),
        })
    }
}

/// A number to the nearest tenth. Figures of a scorecard are far from where a whole number of tenths ends.
fn tenths(value: f64) -> Decimal {
    let mut decimal = Decimal::from((value * 10.0).round() as i64);
    decimal.multiply_pow10(-1);
    decimal.pad_end(-1);
    decimal
}

/// English is written as most of the world writes it: the day before the month.
fn days(language: &str) -> Option<Days> {
    let locale = match language {
        "en" => locale!("en-GB"),
        _ => Locale::try_from_str(language).ok()?,
    };
    let (preferences, fields) = (DateTimeFormatterPreferences::from(locale), YMD::medium());
    match language {
        "fa" => FixedCalendarDateTimeFormatter::try_new(preferences, fields)
            .ok()
            .map(Days::Persian),
        _ => FixedCalendarDateTimeFormatter::try_new(preferences, fields)
            .ok()
            .map(Days::Gregorian),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_their_language_writes_them() {
        let written = LANGUAGES.map(|language| {
            let words = Words::of(language).unwrap();
            let plain = |text: String| text.replace(['\u{2068}', '\u{2069}', '\u{200e}'], "");
            [
                words.count(12_345),
                plain(words.percent(0.8749)),
                words.day("2026-11-13"),
            ]
        });
        assert_eq!(
            written,
            [
                ["12,345", "87.5 %", "13 Nov 2026"],
                ["12,345", "87.5٪", "13‏/11‏/2026"],
                ["۱۲٬۳۴۵", "۸۷٫۵٪", "۲۲ آبان ۱۴۰۵"],
                ["12.345", "87,5 %", "13 thg 11, 2026"],
                ["12,345", "87.5%", "2026/11/13"],
            ]
        );
        let english = Words::of("de").unwrap();
        assert_eq!(english.language, "en");
        assert_eq!(english.signed(-0.04), "0.0");
        assert_eq!(
            (english.signed(2.25), english.signed(-2.0)),
            ("+2.3".into(), "-2.0".into())
        );
    }
}
