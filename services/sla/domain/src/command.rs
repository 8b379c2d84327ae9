//! What the clocks of a request are asked. Facts from elsewhere travel with it.

use std::sync::Arc;

use khidma_kernel::{CalendarId, PolicyId, Position, Timestamp};

use crate::almanac::Almanac;
use crate::book::Book;
use crate::fact::Fact;
use crate::gauge::Gauge;
use crate::refusal::ClockRefusal;
use crate::state::Pinned;

/// Under what clocks are started and count.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The policies.
    pub book: Arc<Book>,
    /// The calendars.
    pub almanac: Arc<Almanac>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum Body {
    /// React to what happened, and to the time that passed.
    Look {
        /// All that happened to the request, in order; the clocks know how much of it they have seen.
        facts: Arc<[Fact]>,
        /// Up to where its history was taken over from elsewhere: nobody is warned of what is long past.
        historic: Position,
        /// Until when time has passed for sure; `None`: as far as the last thing that happened says.
        until: Option<Timestamp>,
        /// The terms.
        terms: Terms,
    },
    /// Start the clocks that a policy promises that was activated later.
    Attach {
        /// All that happened to the request, in order.
        facts: Arc<[Fact]>,
        /// Up to where its history was taken over from elsewhere.
        historic: Position,
        /// The policy, and where its activation stands.
        policy: (PolicyId, Position),
        /// Whether also those that have stopped since.
        all: bool,
        /// The terms.
        terms: Terms,
    },
    /// Count by the latest revision of a calendar.
    Reschedule {
        /// The calendar.
        calendar: CalendarId,
        /// Why it was revised, in words.
        reason: String,
        /// The terms.
        terms: Terms,
    },
}

impl Terms {
    /// What counts the time of a promise.
    ///
    /// # Errors
    /// The calendar is not known.
    pub fn gauge(&self, promise: Option<&Pinned>) -> Result<Gauge<'_>, ClockRefusal> {
        let Some(reference) = promise.and_then(|promise| promise.calendar.as_ref()) else {
            return Ok(Gauge::WallClock);
        };
        let calendar = self.almanac.get(reference);
        calendar
            .map(Gauge::Business)
            .ok_or_else(|| ClockRefusal::UnknownCalendar {
                calendar: reference.calendar.clone(),
            })
    }
}
