//! Digests: when the next one comes, and how much goes into one message.

use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use khidma_events::notifications::{Arg, DigestRhythm, Message, MessageKind};
use khidma_kernel::Timestamp;

/// When digests come to who said nothing.
const USUAL: Time = Time::constant(8, 0, 0, 0);

/// Messages in one message, at the most; what is more follows in another.
pub const MOST: usize = 100;

/// Bytes of the messages in one message, at the most and about: the log takes a megabyte.
const LARGEST: usize = 400_000;

/// When the next digest comes after `after`: at the rhythm's time of day; otherwise each day at 08:00 in `zone`, that of the
/// person's quiet hours, else UTC. What is no time or zone counts as not said.
pub fn next(rhythm: Option<&DigestRhythm>, zone: Option<&str>, after: Timestamp) -> Timestamp {
    let at = rhythm.and_then(|rhythm| time_of_day(&rhythm.at));
    let zone = rhythm
        .map(|rhythm| rhythm.time_zone.as_str())
        .filter(|zone| !zone.is_empty())
        .or(zone);
    let zone = zone.and_then(|name| TimeZone::get(name).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let is_wanted = |weekday: Weekday| {
        let day = u8::try_from(weekday.to_monday_one_offset()).unwrap_or_default();
        rhythm.is_none_or(|rhythm| rhythm.weekdays.is_empty() || rhythm.weekdays.contains(&day))
    };
    let now = jiff::Timestamp::from(after);
    let mut day = now.to_zoned(zone.clone()).date();
    // A week and a day, as today's may be over; then what is wanted is no day of the week.
    for _ in 0..=8 {
        let due = zone.to_ambiguous_zoned(day.to_datetime(at.unwrap_or(USUAL)));
        // In a gap it comes when the clocks have gone on; where they go back, the first time.
        if let Ok(due) = due.compatible()
            && is_wanted(day.weekday())
            && due.timestamp() > now
        {
            return due.timestamp().into();
        }
        let Ok(tomorrow) = day.tomorrow() else { break };
        day = tomorrow;
    }
    after.plus_seconds(24 * 3600)
}

/// A time of day, `HH:MM`.
pub(crate) fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let part = |text: &str| {
        let two = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
        two.then(|| i8::from_str(text).ok()).flatten()
    };
    Time::new(part(hour)?, part(minute)?, 0, 0).ok()
}

/// One message of the first of these, as many as fit: a digest, or a group of those of one kind.
pub fn gathered(kind: MessageKind, pieces: &[&Message]) -> Message {
    let (mut items, mut bytes) = (Vec::new(), 0);
    for piece in pieces.iter().take(MOST) {
        bytes += weight(piece);
        if bytes > LARGEST && !items.is_empty() {
            break;
        }
        items.push((*piece).clone());
    }
    if kind == MessageKind::Digest {
        let count = Arg::Number(i64::try_from(items.len()).unwrap_or(i64::MAX));
        return Message {
            kind,
            request: None,
            args: [("count".to_owned(), count)].into(),
            items,
        };
    }
    match <[Message; 1]>::try_from(items) {
        Ok([only]) => only,
        Err(items) => {
            // What a group speaks of by itself is what its newest says; its request only if it is that of all.
            let newest = items.last();
            let request = newest.and_then(|newest| newest.request);
            let one = items.iter().all(|item| item.request == request);
            Message {
                kind,
                request: request.filter(|_| one),
                args: newest.map(|newest| newest.args.clone()).unwrap_or_default(),
                items,
            }
        }
    }
}

/// About how many bytes a message takes.
fn weight(message: &Message) -> usize {
    let args = message.args.iter().map(|(name, arg)| {
        let value = match arg {
            Arg::Text(text) | Arg::Choice(text) => text.len(),
            Arg::Number(_) | Arg::At(_) | Arg::Seconds(_) => 32,
        };
        name.len() + value + 16
    });
    args.sum::<usize>() + 96
}
