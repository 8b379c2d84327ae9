//! What decisions about a request's clocks need to know of their past.

use std::collections::BTreeSet;

use khidma_events::sla::{CalendarRef, ClockRef, LifeState, Metric, Promise, Verdict};
use khidma_kernel::{CalendarId, DepartmentId, PolicyId, Position, Timestamp};
use serde::{Deserialize, Serialize};

/// All clocks of a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Clocks {
    /// Up to which of the request's events they have reacted: where its commit stands, and which of its events it is.
    pub followed: (Position, u32),
    /// The department that asked.
    pub requester: Option<DepartmentId>,
    /// Departments that own or owned the request; clocks name them by their place here.
    pub owners: Vec<DepartmentId>,
    /// The clocks, in the order in which they were started.
    pub clocks: Vec<Clock>,
}

/// A promise as a clock holds on to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The policy.
    pub policy: PolicyId,
    /// The policy's version.
    pub version: u32,
    /// The policy's rule, from 0.
    pub rule: u32,
    /// Within how many seconds, of the time that is counted.
    pub target_seconds: u64,
    /// Whose business time is counted; `None`: all time.
    pub calendar: Option<CalendarRef>,
    /// The version of the time-zone data it is counted by.
    pub time_zone_data: String,
}

/// A promise being measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// What it measures.
    pub metric: Metric,
    /// Which one of that metric, from 1.
    pub number: u32,
    /// What was promised, one after the other; never empty, the last one holds.
    pub promises: Vec<Pinned>,
    /// Its life, each stretch up to the beginning of the next; the last one up to its end, or under way.
    pub segments: Vec<Segment>,
    /// Its end; `None` while it goes on.
    pub ended: Option<Ended>,
    /// Since when the promise is broken.
    pub breached: Option<Timestamp>,
    /// At which percentages it has warned.
    pub warned: BTreeSet<u16>,
    /// Which steps of its ladder were reached.
    pub climbed: BTreeSet<u32>,
    /// Until when what is reached is passed over in silence, but for the breach.
    pub silent_until: Option<Timestamp>,
    /// When its target elapses, or did when it last counted.
    pub due: Option<Timestamp>,
    /// When it next has something to say.
    pub next: Option<Timestamp>,
}

/// A stretch of a clock's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Since when.
    pub from: Timestamp,
    /// Whether it counts.
    pub kind: SegmentKind,
    /// Whose time it is: a place in [`Clocks::owners`].
    pub owner: u16,
    /// Under which promise: a place in [`Clock::promises`].
    pub promise: u16,
    /// What was counted in it, in microseconds; 0 while it is under way.
    pub counted: u64,
}

/// Whether a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SegmentKind {
    /// It counts.
    Running,
    /// It does not, as the request is in that state.
    Paused(LifeState),
    /// What was promised had happened, or was no longer wanted, and then was again.
    Stopped,
}

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Whether the promise was kept; `None` if it ended without a verdict.
    pub verdict: Option<Verdict>,
    /// Whether it ended because it is no longer promised.
    pub withdrawn: bool,
}

/// How a clock is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockState {
    /// It counts.
    Running,
    /// It does not count for now.
    Paused,
    /// It has stopped.
    Stopped,
    /// It ended without a verdict.
    Cancelled,
}

impl Clocks {
    /// The department that owns the request, as the clocks know.
    pub fn owner(&self) -> Option<&DepartmentId> {
        let last = self.clocks.iter().filter_map(|clock| clock.segments.last());
        let last = last.max_by_key(|segment| segment.from)?;
        self.owners.get(usize::from(last.owner))
    }

    /// The owner of a stretch.
    pub fn owner_of(&self, segment: &Segment) -> Option<&DepartmentId> {
        self.owners.get(usize::from(segment.owner))
    }

    /// That clock.
    pub fn get(&self, reference: ClockRef) -> Option<&Clock> {
        self.clocks
            .iter()
            .find(|clock| clock.reference() == reference)
    }

    /// That clock.
    pub(crate) fn get_mut(&mut self, reference: ClockRef) -> Option<&mut Clock> {
        self.clocks
            .iter_mut()
            .find(|clock| clock.reference() == reference)
    }

    /// The last clock of a metric.
    pub fn last(&self, metric: Metric) -> Option<&Clock> {
        self.clocks
            .iter()
            .rev()
            .find(|clock| clock.metric == metric)
    }

    /// When one of them next has something to say.
    pub fn next(&self) -> Option<Timestamp> {
        self.clocks.iter().filter_map(|clock| clock.next).min()
    }

    /// Whether none of them goes on.
    pub fn all_ended(&self) -> bool {
        self.clocks.iter().all(|clock| clock.ended.is_some())
    }

    /// The place of a department among the owners, where it is put if it is not there.
    pub(crate) fn owner_place(&mut self, owner: &DepartmentId) -> u16 {
        let known = self.owners.iter().position(|known| known == owner);
        let place = known.unwrap_or_else(|| {
            self.owners.push(owner.clone());
            self.owners.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }
}

impl Clock {
    /// Which one it is.
    pub fn reference(&self) -> ClockRef {
        ClockRef {
            metric: self.metric,
            number: self.number,
        }
    }

    /// What is promised now.
    pub fn promise(&self) -> Option<&Pinned> {
        self.promises.last()
    }

    /// Within how many microseconds, of the time that is counted; as promised last.
    pub fn target_micros(&self) -> u64 {
        self.promise().map_or(0, |promise| {
            promise.target_seconds.saturating_mul(1_000_000)
        })
    }

    /// How it is doing.
    pub fn state(&self) -> ClockState {
        match (self.ended, self.segments.last().map(|segment| segment.kind)) {
            (Some(Ended { verdict: None, .. }), _) => ClockState::Cancelled,
            (Some(_), _) => ClockState::Stopped,
            (None, Some(SegmentKind::Running)) => ClockState::Running,
            (None, _) => ClockState::Paused,
        }
    }

    /// Whether it counts.
    pub fn is_running(&self) -> bool {
        self.state() == ClockState::Running
    }

    /// Whether the promise was kept, as far as one can say: once it is broken it remains so; a clock that goes on, or that
    /// ended without a verdict, has else none.
    pub fn verdict(&self) -> Option<Verdict> {
        let broken = self.breached.map(|_| Verdict::Breached);
        broken.or_else(|| self.ended.and_then(|ended| ended.verdict))
    }

    /// What its stretches before the one under way have counted, in microseconds; all of them once it has ended.
    pub fn counted(&self) -> u64 {
        self.segments.iter().map(|segment| segment.counted).sum()
    }

    /// Whether anything of it was counted by a revision of `calendar` before `revision`.
    pub fn counts_by_older(&self, calendar: &CalendarId, revision: u32) -> bool {
        let mut by = self.promises.iter().filter_map(|one| one.calendar.as_ref());
        by.any(|by| by.calendar == *calendar && by.revision < revision)
    }

    /// Since when it exists.
    pub fn started(&self) -> Option<Timestamp> {
        self.segments.first().map(|segment| segment.from)
    }
}

impl From<&Promise> for Pinned {
    fn from(promise: &Promise) -> Self {
        Self {
            policy: promise.policy.clone(),
            version: promise.version,
            rule: promise.rule,
            target_seconds: promise.target_seconds,
            calendar: promise.calendar.clone(),
            time_zone_data: promise.time_zone_data.clone(),
        }
    }
}
