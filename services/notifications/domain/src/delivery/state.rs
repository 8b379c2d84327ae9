//! What decisions about a delivery need to know.

use khidma_events::notifications::{Channel, Receiver};
use khidma_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// A delivery that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Who is told.
    pub to: Receiver,
    /// By which channel.
    pub channel: Channel,
    /// How it is doing.
    pub stage: Stage,
    /// How often it was tried.
    pub attempts: u32,
    /// How often of that since it was asked for, or replayed last.
    pub round: u32,
    /// When its receiver was shown it.
    pub seen: Option<Timestamp>,
    /// When they read it.
    pub read: Option<Timestamp>,
    /// When they put it away.
    pub archived: Option<Timestamp>,
}

/// How a delivery is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It is to be sent.
    Waiting {
        /// Not before this, if not at once.
        not_before: Option<Timestamp>,
    },
    /// An attempt failed.
    Retrying {
        /// When it is tried again.
        at: Timestamp,
    },
    /// The receiver took it.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It is not tried any more.
    Dead {
        /// Since when.
        at: Timestamp,
    },
}

impl Delivery {
    /// Whether it is still to be sent, now or later.
    pub fn is_pending(&self) -> bool {
        matches!(self.stage, Stage::Waiting { .. } | Stage::Retrying { .. })
    }

    /// Whether it may be sent at `now`.
    pub fn is_due(&self, now: Timestamp) -> bool {
        match self.stage {
            Stage::Waiting { not_before } => not_before.is_none_or(|at| at <= now),
            Stage::Retrying { at } => at <= now,
            Stage::Delivered { .. } | Stage::Dead { .. } => false,
        }
    }
}
