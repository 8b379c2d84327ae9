//! What is to be known of each kind of message.

use khidma_events::notifications::MessageKind;

/// What every kind of message says of itself.
pub trait Kind {
    /// Whether people may mute it and silences hold it back. What cannot be muted reaches the inbox at least.
    fn is_mutable(self) -> bool;

    /// Whether it comes at any hour and before others. An announcement says so itself.
    fn is_urgent(self) -> bool;

    /// How more of the same to the same person are held together.
    fn throttle(self) -> Option<Throttle>;
}

/// The first of them goes at once; those that follow within a time become one when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// For how many seconds.
    pub seconds: i64,
    /// Whether only those about one request are the same; otherwise all of the kind are.
    pub by_request: bool,
}

const fn of_a_request(seconds: i64) -> Option<Throttle> {
    Some(Throttle {
        seconds,
        by_request: true,
    })
}

const fn of_the_kind(seconds: i64) -> Option<Throttle> {
    Some(Throttle {
        seconds,
        by_request: false,
    })
}

impl Kind for MessageKind {
    fn is_mutable(self) -> bool {
        match self {
            Self::Question
            | Self::Resolved
            | Self::Approval
            | Self::Breach
            | Self::Escalation
            | Self::Role => false,
            Self::Receipt
            | Self::Request
            | Self::Assignment
            | Self::Reply
            | Self::Progress
            | Self::Ended
            | Self::Reopened
            | Self::Warning
            | Self::Retraction
            | Self::Concern
            | Self::Standards
            | Self::Announcement
            | Self::Digest => true,
        }
    }

    fn is_urgent(self) -> bool {
        matches!(self, Self::Breach | Self::Escalation)
    }

    fn throttle(self) -> Option<Throttle> {
        match self {
            Self::Progress => of_a_request(300),
            Self::Reply => of_a_request(120),
            Self::Warning | Self::Breach | Self::Retraction => of_the_kind(600),
            Self::Receipt
            | Self::Request
            | Self::Assignment
            | Self::Question
            | Self::Resolved
            | Self::Ended
            | Self::Reopened
            | Self::Approval
            | Self::Escalation
            | Self::Concern
            | Self::Role
            | Self::Standards
            | Self::Announcement
            | Self::Digest => None,
        }
    }
}
