//! Figures of people: how many a department has, month by month, and how many came and went.

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::FiguresCommand;
pub use decide::may_set;
pub use refusal::FiguresRefusal;

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::feedback::FiguresEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};
use serde::{Deserialize, Serialize};

/// Months that are said at once, at the most: forty years.
pub const AT_ONCE: usize = 480;

/// People of a department, at the most: more is a slip of the hand.
pub const PEOPLE: u32 = 10_000_000;

/// A month of the calendar. Written `2026-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month {
    /// From 1900 to 9999.
    pub year: i16,
    /// From 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month that is written so; `None` if none is.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str, length| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        ((1900..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The month that an instant is in, UTC.
    pub fn of(at: khidma_kernel::Timestamp) -> Self {
        let date = jiff::Timestamp::from(at)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// So many months later, or earlier.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        let all = i32::from(self.year) * 12 + i32::from(self.month) - 1 + months;
        // Both fit: nobody goes thousands of years away, and where they do it ends there.
        let year = i16::try_from(all.div_euclid(12)).unwrap_or(i16::MAX);
        let month = i8::try_from(all.rem_euclid(12)).unwrap_or_default() + 1;
        Self { year, month }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// What is known of one month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// How many there were when it began.
    pub headcount: u32,
    /// How many came in it.
    pub joiners: u32,
    /// How many left in it.
    pub leavers: u32,
    /// How many of those who left had come in it.
    pub leavers_among_joiners: u32,
}

impl Figures {
    /// How many there were when it ended.
    pub fn end(self) -> u32 {
        self.headcount
            .saturating_add(self.joiners)
            .saturating_sub(self.leavers)
    }
}

/// All months of a department.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleFigures(pub BTreeMap<Month, Figures>);

/// The figures of a department as an entity.
#[derive(Debug)]
pub struct FiguresDecider;

impl Decider for FiguresDecider {
    type Body = FiguresCommand;
    type Event = FiguresEvent;
    type State = PeopleFigures;
    type Refusal = FiguresRefusal;

    fn decide(
        state: &PeopleFigures,
        command: &Command<FiguresCommand>,
    ) -> Result<Vec<FiguresEvent>, FiguresRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut PeopleFigures, recorded: &Recorded<FiguresEvent>) {
        match &recorded.event {
            FiguresEvent::FiguresSet(event) => {
                // What was once decided was written so.
                if let Some(month) = Month::parse(&event.month) {
                    let figures = Figures {
                        headcount: event.headcount,
                        joiners: event.joiners,
                        leavers: event.leavers,
                        leavers_among_joiners: event.leavers_among_joiners,
                    };
                    state.0.insert(month, figures);
                }
            }
        }
    }

    /// Nobody's work is affected; and who may see figures asks for them.
    fn audience(_: &PeopleFigures, _: &PeopleFigures) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
