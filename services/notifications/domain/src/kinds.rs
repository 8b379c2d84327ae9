//! What is to be known of each kind of message.

use khidma_events::notifications::MessageKind;

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

/// Whether people may mute it and silences hold it back. What cannot be muted reaches the inbox at least.
pub fn is_mutable(kind: MessageKind) -> bool {
    match kind {
        MessageKind::Question
        | MessageKind::Resolved
        | MessageKind::Approval
        | MessageKind::Breach
        | MessageKind::Escalation
        | MessageKind::Role => false,
        MessageKind::Receipt
        | MessageKind::Request
        | MessageKind::Assignment
        | MessageKind::Reply
        | MessageKind::Progress
        | MessageKind::Ended
        | MessageKind::Reopened
        | MessageKind::Warning
        | MessageKind::Retraction
        | MessageKind::Concern
        | MessageKind::Standards
        | MessageKind::Announcement
        | MessageKind::Survey
        | MessageKind::Thanks
        | MessageKind::Improvement
        | MessageKind::Action
        | MessageKind::Digest => true,
    }
}

/// The version of the rules ([`crate::outset::RULES`]) with which it came: what happened before is not told by it.
pub fn since(kind: MessageKind) -> u32 {
    match kind {
        MessageKind::Receipt
        | MessageKind::Request
        | MessageKind::Assignment
        | MessageKind::Question
        | MessageKind::Reply
        | MessageKind::Progress
        | MessageKind::Resolved
        | MessageKind::Ended
        | MessageKind::Reopened
        | MessageKind::Approval
        | MessageKind::Warning
        | MessageKind::Breach
        | MessageKind::Retraction
        | MessageKind::Escalation
        | MessageKind::Concern
        | MessageKind::Role
        | MessageKind::Standards
        | MessageKind::Announcement
        | MessageKind::Digest => 1,
        MessageKind::Survey
        | MessageKind::Thanks
        | MessageKind::Improvement
        | MessageKind::Action => 2,
    }
}

/// Whether it comes at any hour and before others. An announcement says so itself.
pub fn is_urgent(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::Breach | MessageKind::Escalation)
}

/// Whether who stands in for somebody hears it in their place. What somebody thinks nobody can say for them; and that it was
/// they who spoke, or who is thanked, is theirs.
pub fn is_handed_on(kind: MessageKind) -> bool {
    !matches!(
        kind,
        MessageKind::Survey | MessageKind::Thanks | MessageKind::Improvement
    )
}

/// How more of the same to the same person are held together.
pub fn throttle(kind: MessageKind) -> Option<Throttle> {
    match kind {
        MessageKind::Progress => of_a_request(300),
        MessageKind::Reply => of_a_request(120),
        MessageKind::Warning | MessageKind::Breach | MessageKind::Retraction => of_the_kind(600),
        MessageKind::Receipt
        | MessageKind::Request
        | MessageKind::Assignment
        | MessageKind::Question
        | MessageKind::Resolved
        | MessageKind::Ended
        | MessageKind::Reopened
        | MessageKind::Approval
        | MessageKind::Escalation
        | MessageKind::Concern
        | MessageKind::Role
        | MessageKind::Standards
        | MessageKind::Announcement
        | MessageKind::Survey
        | MessageKind::Thanks
        | MessageKind::Improvement
        | MessageKind::Action
        | MessageKind::Digest => None,
    }
}
