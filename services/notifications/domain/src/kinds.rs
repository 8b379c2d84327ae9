//! Placeholder until the table of kinds lands.

use khidma_events::notifications::MessageKind;

/// Whether a kind can be muted.
pub fn is_mutable(kind: MessageKind) -> bool {
    !matches!(
        kind,
        MessageKind::Question
            | MessageKind::Resolved
            | MessageKind::Approval
            | MessageKind::Breach
            | MessageKind::Escalation
            | MessageKind::Role
    )
}
