//! What decisions about a round need to know.

use khidma_events::feedback::RoundLaunched;
use khidma_kernel::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// A round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// As it was launched.
    pub launched: RoundLaunched,
    /// When that was.
    pub launched_at: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// How many were invited so far.
    pub invited: u32,
    /// The last of them, in the order of their ids.
    pub last_invited: Option<PersonId>,
    /// How many of its reminders have passed.
    pub reminded: u32,
    /// When it opened.
    pub opened_at: Option<Timestamp>,
    /// When it closed or was cancelled.
    pub ended_at: Option<Timestamp>,
    /// Why it was cancelled.
    pub reason: String,
}

/// How a round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It has not opened yet.
    Planned,
    /// It can be answered.
    Open,
    /// It can be answered no more.
    Closed,
    /// It was called off before it opened.
    Cancelled,
}

impl Round {
    /// Whether somebody who is invited may answer at `at`. When a round closes its timer comes a little later than the time;
    /// nobody answers in between.
    pub fn takes_answers(&self, at: Timestamp) -> bool {
        self.standing == Standing::Open && at < self.launched.closes_at
    }
}
