//! Counting a clock's time: microseconds of a calendar's business time, or of all time.

use std::cell::Cell;

use jiff::SignedDuration;
use khidma_calendar::Calendar;
use khidma_kernel::Timestamp;

/// What counts time.
#[derive(Debug, Clone, Copy)]
pub enum Gauge<'a> {
    /// Business time of a calendar.
    Business(&'a Calendar),
    /// All time.
    WallClock,
}

impl Gauge<'_> {
    /// The time that counts within `[from, to)`, in microseconds; 0 if `to <= from`.
    pub fn elapsed(self, from: Timestamp, to: Timestamp) -> u64 {
        let micros = match self {
            Self::Business(calendar) => calendar.elapsed(from.into(), to.into()).as_micros(),
            Self::WallClock => to.micros_since(from).into(),
        };
        u64::try_from(micros.max(0)).unwrap_or(u64::MAX)
    }

    /// The first instant from `from` on by which `amount` microseconds have counted; `None` if it never comes to that.
    pub fn reach(self, from: Timestamp, amount: u64) -> Option<Timestamp> {
        match self {
            Self::Business(calendar) => {
                Some(calendar.reach(from.into(), duration(amount)).ok()?.into())
            }
            Self::WallClock => later(from, amount),
        }
    }

    /// The instant from `from` on after which more than `amount` microseconds have counted: where [`Gauge::reach`] is a
    /// closing, the next opening.
    pub fn exceed(self, from: Timestamp, amount: u64) -> Option<Timestamp> {
        match self {
            Self::Business(calendar) => Some(
                calendar
                    .reach_open(from.into(), duration(amount))
                    .ok()?
                    .into(),
            ),
            Self::WallClock => later(from, amount),
        }
    }
}

/// Remembers what calendars said last: the clocks of a request ask them the same again and again.
#[derive(Debug, Default)]
pub(crate) struct Memory<'a> {
    /// The business time before an instant, latest first.
    known: Cell<[Option<Before<'a>>; 4]>,
}

#[derive(Debug, Clone, Copy)]
struct Before<'a> {
    calendar: &'a Calendar,
    instant: Timestamp,
    micros: i64,
}

impl<'a> Memory<'a> {
    /// As [`Gauge::elapsed`].
    pub(crate) fn elapsed(&self, gauge: Gauge<'a>, from: Timestamp, to: Timestamp) -> u64 {
        match gauge {
            Gauge::Business(calendar) if from < to => {
                let micros = self.before(calendar, to) - self.before(calendar, from);
                u64::try_from(micros).unwrap_or_default()
            }
            _ => gauge.elapsed(from, to),
        }
    }

    fn before(&self, calendar: &'a Calendar, instant: Timestamp) -> i64 {
        let known = self.known.get();
        let found = known
            .iter()
            .flatten()
            .find(|before| before.instant == instant && std::ptr::eq(before.calendar, calendar));
        if let Some(before) = found {
            return before.micros;
        }
        let micros = calendar.before(instant.into());
        let latest = Before {
            calendar,
            instant,
            micros,
        };
        let [one, two, three, _] = known;
        self.known.set([Some(latest), one, two, three]);
        micros
    }
}

fn duration(micros: u64) -> SignedDuration {
    SignedDuration::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

fn later(from: Timestamp, micros: u64) -> Option<Timestamp> {
    let end = from.as_micros().checked_add(i64::try_from(micros).ok()?)?;
    let reached = Timestamp::from_micros(end);
    (reached.as_micros() == end).then_some(reached)
}
