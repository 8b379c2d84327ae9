//! Numbers, in the digits of a language.

use std::convert::Infallible;

use fluent_bundle::FluentValue;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;
use intl_memoizer::Memoizable;
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::LanguageIdentifier;

/// Writes numbers. Without data for its language it writes them in ASCII digits.
struct Numbers(Option<DecimalFormatter>);

impl Memoizable for Numbers {
    type Args = ();
    type Error = Infallible;

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, Infallible> {
        let formatter = Locale::try_from_str(&language.to_string())
            .ok()
            .and_then(|locale| DecimalFormatter::try_new(locale.into(), Default::default()).ok());
        Ok(Self(formatter))
    }
}

/// How texts write values: numbers by their language, all else as it is.
pub(crate) fn write(value: &FluentValue<'_>, memory: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    // Numbers come as integers, and none is near 2^53.
    let number = number.value as i64;
    memory
        .with_try_get::<Numbers, _, _>((), |numbers| match &numbers.0 {
            Some(formatter) => formatter.format(&Decimal::from(number)).to_string(),
            None => number.to_string(),
        })
        .ok()
}
