//! Fourth chapter: a promise is measured. A clock pauses, warns and breaches, and explains itself. It takes two days, which
//! pass at once where the story can move the clock.

use jiff::ToSpan;
use jiff::civil::time;
use jiff::tz::TimeZone;
use khidma_kernel::Timestamp;

/// Where the story's working hours are.
const ZONE: &str = "Europe/Rome";

/// Monday of the week before last, 08:45 in the story's zone; `None` only outside the years there are.
pub fn monday_before_last(now: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(ZONE).ok()?;
    let today = jiff::Timestamp::from(now).to_zoned(zone.clone()).date();
    let back = i64::from(today.weekday().to_monday_zero_offset()) + 7;
    let monday = today.checked_sub(back.days()).ok()?;
    let morning = monday.to_datetime(time(8, 45, 0, 0)).to_zoned(zone).ok()?;
    Some(morning.timestamp().into())
}
