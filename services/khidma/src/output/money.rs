//! Amounts of money as people write them: `EUR 120.00`.

use iso_currency::Currency;
use khidma_proto::directory::Money;

/// Digits of a currency's minor unit: two for EUR, none for JPY. A server newer than this program may know others.
fn digits(currency: &str) -> Option<u32> {
    let known = Currency::from_code(currency)?;
    Some(known.exponent().map_or(0, u32::from))
}

/// Reads `EUR 120.00`, `EUR 120` or `JPY 500`.
///
/// # Errors
/// It is written otherwise, or there is no such currency.
pub fn money_in(text: &str) -> Result<Money, String> {
    let how = || "write a currency and an amount, such as 'EUR 120.00'".to_owned();
    let (currency, amount) = text.trim().split_once(' ').ok_or_else(how)?;
    let digits =
        digits(currency).ok_or_else(|| format!("{currency} is no currency of ISO 4217"))?;
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) || amount.ends_with('.') {
        return Err(how());
    }
    let width = usize::try_from(digits).unwrap_or_default();
    if part.len() > width {
        return Err(format!("{currency} has {digits} digits after the point"));
    }
    let minor = format!("{whole}{part:0<width$}");
    Ok(Money {
        currency: currency.to_owned(),
        minor: minor.parse().map_err(|_| how())?,
    })
}

/// Writes `EUR 120.00`; nothing where it costs nothing.
pub fn money_out(money: Option<&Money>) -> String {
    let Some(Money { currency, minor }) = money else {
        return String::new();
    };
    match digits(currency) {
        None => format!("{currency} {minor} (smallest units)"),
        Some(0) => format!("{currency} {minor}"),
        Some(digits) => {
            let unit = 10_u64.saturating_pow(digits);
            let width = usize::try_from(digits).unwrap_or_default();
            format!("{currency} {}.{:0width$}", minor / unit, minor % unit)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_it_is_read() {
        for (text, minor, written) in [
            ("EUR 120.00", 12_000, "EUR 120.00"),
            ("EUR 120", 12_000, "EUR 120.00"),
            ("EUR 0.5", 50, "EUR 0.50"),
            ("JPY 500", 500, "JPY 500"),
            ("KWD 1.005", 1_005, "KWD 1.005"),
        ] {
            let money = money_in(text).unwrap();
            assert_eq!(money.minor, minor, "{text}");
            assert_eq!(money_out(Some(&money)), written);
        }
        assert_eq!(money_out(None), "");
    }

    #[test]
    fn what_is_no_money_is_refused() {
        for text in [
            "",
            "120",
            "EUR",
            "EUR ",
            "eur 1",
            "QQQ 1",
            "EUR -1",
            "EUR 1.",
            "EUR .5",
            "EUR 1.005",
            "JPY 1.5",
            "EUR 1,50",
            "EUR 99999999999999999999",
        ] {
            assert!(money_in(text).is_err(), "{text:?}");
        }
    }
}
