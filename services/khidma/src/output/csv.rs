//! Cells and lines of CSV (RFC 4180, but for the lines, which end as on Unix).

use std::borrow::Cow;

use ::csv::WriterBuilder;

use crate::failure::Failure;

/// What a spreadsheet does not take for a formula.
pub fn harmless(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

/// Whole seconds as such, others with up to six places.
pub fn seconds(micros: u64) -> String {
    let (whole, part) = (micros / 1_000_000, micros % 1_000_000);
    match part {
        0 => whole.to_string(),
        part => format!("{whole}.{part:06}")
            .trim_end_matches('0')
            .to_owned(),
    }
}

/// RFC 3339 in UTC; empty for none.
pub fn instant(time: Option<prost_types::Timestamp>) -> String {
    let instant = time.and_then(|time| jiff::Timestamp::new(time.seconds, time.nanos).ok());
    instant.map_or_else(String::new, |instant| instant.to_string())
}

/// A line with its end.
///
/// # Errors
/// Never, in truth.
pub fn line<T: AsRef<[u8]>>(cells: impl IntoIterator<Item = T>) -> Result<String, Failure> {
    let wrong = |error: String| Failure::Local(format!("cannot write CSV: {error}"));
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    writer
        .write_record(cells)
        .map_err(|error| wrong(error.to_string()))?;
    let bytes = writer
        .into_inner()
        .map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        assert_eq!(seconds(0), "0");
        assert_eq!(seconds(14_400_000_000), "14400");
        assert_eq!(seconds(1_000_001), "1.000001");
        assert_eq!(seconds(1_500_000), "1.5");
    }
}
