//! Clocks: one promise of one request being measured.
//!
//! Instants are those of the request's own events, or follow from them by arithmetic: never when somebody looked. Durations
//! are microseconds of the time that is counted.

use khidma_kernel::{CalendarId, DepartmentId, PolicyId, Position, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LifeState, Metric};

vocabulary! {
    /// What happened to the clocks of a request.
    pub enum ClockEvent in "sla" {
        ClockStarted = "clock_started" v 1,
        ClockPaused = "clock_paused" v 1,
        ClockResumed = "clock_resumed" v 1,
        ClockWarned = "clock_warned" v 1,
        ClockBreached = "clock_breached" v 1,
        BreachRetracted = "breach_retracted" v 1,
        LadderStepReached = "ladder_step_reached" v 1,
        ClockStopped = "clock_stopped" v 1,
        ClockContinued = "clock_continued" v 1,
        ClockCancelled = "clock_cancelled" v 1,
        ClockRematched = "clock_rematched" v 1,
        ClockHandedOver = "clock_handed_over" v 1,
        ClockRescheduled = "clock_rescheduled" v 1,
    }
}

/// Which of a request's clocks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct ClockRef {
    /// What it measures.
    pub metric: Metric,
    /// Which one of that metric, from 1: some begin again and again.
    pub number: u32,
}

/// A revision of a calendar.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct CalendarRef {
    /// The calendar.
    pub calendar: CalendarId,
    /// Its revision, from 1.
    pub revision: u32,
}

/// Under what a clock counts: pinned when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Promise {
    /// The policy.
    pub policy: PolicyId,
    /// The policy's version.
    pub version: u32,
    /// The policy's rule, from 0.
    pub rule: u32,
    /// Within how many seconds, of the time that is counted.
    pub target_seconds: u64,
    /// Whose business time is counted; `None`: all time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarRef>,
    /// The version of the time-zone data it is counted by; empty where all time is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time_zone_data: String,
}

/// The event of the request from which something follows.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Cause {
    /// Where its commit stands.
    #[schemars(with = "u64")]
    pub position: Position,
    /// Which event of that commit, from 0.
    pub index: u32,
    /// Its name: `resolved`.
    pub event: String,
}

/// What is to come if nothing happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outlook {
    /// When the target will have elapsed; `None` while the clock does not count, or if it never comes to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it next has something to say: a warning, the breach, a step of the ladder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
}

/// Something was promised, and its time began to count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockStarted {
    /// Which clock.
    pub clock: ClockRef,
    /// From when: the instant of the event that starts it.
    pub from: Timestamp,
    /// Which event that is; of a clock that starts late, the last event of the request that it has seen.
    pub cause: Cause,
    /// What is promised.
    pub promise: Promise,
    /// The department that owns the request.
    pub owner: DepartmentId,
    /// The department that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<DepartmentId>,
    /// The state in which it does not count, where it begins in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<LifeState>,
    /// Until when what is reached is passed over in silence, but for the breach: the clock was attached late, or the
    /// history was taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_until: Option<Timestamp>,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// It does not count for now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockPaused {
    /// Which clock.
    pub clock: ClockRef,
    /// When.
    pub at: Timestamp,
    /// Because of which event.
    pub cause: Cause,
    /// The state of the request in which it stopped counting.
    pub state: LifeState,
    /// What has elapsed so far, in microseconds.
    pub elapsed_micros: u64,
}

/// It counts again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockResumed {
    /// Which clock.
    pub clock: ClockRef,
    /// When.
    pub at: Timestamp,
    /// Because of which event.
    pub cause: Cause,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// So much of the target has elapsed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockWarned {
    /// Which clock.
    pub clock: ClockRef,
    /// When that was so.
    pub at: Timestamp,
    /// How much, in percent of the target.
    pub percent: u16,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// More than the target has elapsed: the promise is broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockBreached {
    /// Which clock.
    pub clock: ClockRef,
    /// From which instant on: if the target elapsed at a closing, the next opening.
    pub at: Timestamp,
    /// The department that owns the request.
    pub owner: DepartmentId,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// The promise was not broken then after all: an event became known that had come before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BreachRetracted {
    /// Which clock.
    pub clock: ClockRef,
    /// When it was thought to be broken.
    pub breached_at: Timestamp,
    /// The event that had come before.
    pub cause: Cause,
}

/// A step of the escalation ladder was reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LadderStepReached {
    /// Which clock.
    pub clock: ClockRef,
    /// When that was so.
    pub at: Timestamp,
    /// Which step of the target's ladder, from 0.
    pub step: u32,
    /// Who hears of it.
    pub to: Vec<super::Recipient>,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// Whether a promise was kept.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not more than the target has elapsed.
    Met,
    /// More than the target has elapsed, at some time.
    Breached,
}

impl Verdict {
    /// The verdict as events and attributes write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Breached => "breached",
        }
    }
}

/// What was promised happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockStopped {
    /// Which clock.
    pub clock: ClockRef,
    /// When.
    pub at: Timestamp,
    /// By which event.
    pub cause: Cause,
    /// What has elapsed, in microseconds.
    pub elapsed_micros: u64,
    /// Whether the promise was kept.
    pub verdict: Verdict,
}

/// What had happened was not enough, or was taken back: the same clock goes on. The time between does not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockContinued {
    /// Which clock.
    pub clock: ClockRef,
    /// When.
    pub at: Timestamp,
    /// By which event.
    pub cause: Cause,
    /// The department that owns the request.
    pub owner: DepartmentId,
    /// The state in which it does not count, where it goes on in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<LifeState>,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// It ended without a verdict: what was promised is no longer wanted, or no longer promised. A breach that was before
/// remains one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockCancelled {
    /// Which clock.
    pub clock: ClockRef,
    /// When.
    pub at: Timestamp,
    /// By which event.
    pub cause: Cause,
    /// What had elapsed, in microseconds.
    pub elapsed_micros: u64,
    /// Whether it is no longer promised; otherwise the request ended in another way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// The request became another (its priority, its provider …): another promise holds. What has elapsed is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockRematched {
    /// Which clock.
    pub clock: ClockRef,
    /// When.
    pub at: Timestamp,
    /// By which event.
    pub cause: Cause,
    /// What has elapsed under the promises before, in microseconds.
    pub elapsed_micros: u64,
    /// What is promised from now on.
    pub promise: Promise,
    /// The state in which it does not count now, if it is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<LifeState>,
    /// When the target would have elapsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_before: Option<Timestamp>,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// Another department owns the request: from now on its time is theirs. The promise holds on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockHandedOver {
    /// Which clock.
    pub clock: ClockRef,
    /// When.
    pub at: Timestamp,
    /// By which event.
    pub cause: Cause,
    /// What has elapsed so far, in microseconds.
    pub elapsed_micros: u64,
    /// To whom.
    pub owner: DepartmentId,
}

/// Its calendar was revised, and all it has counted by that calendar was counted anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockRescheduled {
    /// Which clock.
    pub clock: ClockRef,
    /// The revision it counts by from now on.
    pub calendar: CalendarRef,
    /// The version of the time-zone data it is counted by.
    pub time_zone_data: String,
    /// What each of its stretches has counted, in microseconds, in their order; 0 for the one under way.
    pub counted_micros: Vec<u64>,
    /// When the target would have elapsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_before: Option<Timestamp>,
    /// Why, in words.
    pub reason: String,
    /// What is to come.
    #[serde(flatten)]
    pub outlook: Outlook,
}
