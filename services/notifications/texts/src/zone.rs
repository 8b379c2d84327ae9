//! Where the reader is, as far as the time of day goes.

use jiff::civil;
use jiff::tz::TimeZone;
use khidma_kernel::Timestamp;

/// The reader's time zone.
pub(crate) enum Zone<'a> {
    /// A zone by its IANA name.
    Known(TimeZone, &'a str),
    /// Not known: times are UTC, and the text says so.
    Utc,
}

impl<'a> Zone<'a> {
    /// The zone of this name; UTC if there is none of the name.
    pub(crate) fn named(name: Option<&'a str>) -> Self {
        name.and_then(|name| {
            let zone = TimeZone::get(name).ok()?;
            Some(Self::Known(zone, name))
        })
        .unwrap_or(Self::Utc)
    }

    /// What a clock there shows.
    pub(crate) fn civil(&self, at: Timestamp) -> civil::DateTime {
        let zone = match self {
            Self::Known(zone, _) => zone,
            Self::Utc => &TimeZone::UTC,
        };
        zone.to_datetime(at.into())
    }
}
