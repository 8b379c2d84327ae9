//! Where a commit stands on the log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The place of a commit on the log, counted from 1 and only ever growing; numbers may be left out.
/// 0 ([`Position::START`]) is before the first commit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first commit.
    pub const START: Self = Self(0);
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
