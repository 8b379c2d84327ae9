//! In which state a request is, told from its events alone.

use khidma_events::requests::RequestEvent;

/// The states of a request, as the export writes them.
mod state {
    pub(super) const SUBMITTED: &str = "submitted";
    pub(super) const ACKNOWLEDGED: &str = "acknowledged";
    pub(super) const IN_PROGRESS: &str = "in_progress";
    pub(super) const AWAITING_APPROVAL: &str = "awaiting_approval";
    pub(super) const MERGED: &str = "merged";
}

/// Where a request is in its life.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Life {
    state: &'static str,
    acknowledged: bool,
    started: bool,
    /// Whether approvers are asked.
    asked: bool,
}

impl Life {
    /// The state in which a request is after an event.
    pub(super) fn state_after(&mut self, event: &RequestEvent) -> &'static str {
        self.state = match event {
            RequestEvent::Submitted(_) => {
                *self = Self::default();
                state::SUBMITTED
            }
            RequestEvent::Approved(_) => {
                self.asked = false;
                state::SUBMITTED
            }
            RequestEvent::Acknowledged(_) => {
                self.acknowledged = true;
                if self.state == state::SUBMITTED {
                    state::ACKNOWLEDGED
                } else {
                    self.state
                }
            }
            // A merge that is taken back: it goes on where it was.
            RequestEvent::Reopened(_) if self.state == state::MERGED && self.asked => {
                state::AWAITING_APPROVAL
            }
            RequestEvent::Reopened(_) if self.state == state::MERGED => self.open(),
            RequestEvent::Started(_) | RequestEvent::Reopened(_) => {
                self.started = true;
                state::IN_PROGRESS
            }
            RequestEvent::Resumed(_) => self.open(),
            RequestEvent::Transferred(_) => {
                self.started = false;
                self.open()
            }
            RequestEvent::WaitBegan(_) => "waiting",
            RequestEvent::Resolved(_) => "resolved",
            RequestEvent::Confirmed(_) => "confirmed",
            RequestEvent::AutoClosed(_) => "closed",
            RequestEvent::Declined(_) => "declined",
            RequestEvent::Cancelled(_) => "cancelled",
            RequestEvent::ApprovalsRequired(_) => {
                self.asked = true;
                state::AWAITING_APPROVAL
            }
            RequestEvent::ApprovalRejected(_) => "rejected",
            RequestEvent::Merged(_) => state::MERGED,
            // Everything else happens within a state.
            _ => self.state,
        };
        self.state
    }

    fn open(self) -> &'static str {
        match (self.started, self.acknowledged) {
            (true, _) => state::IN_PROGRESS,
            (false, true) => state::ACKNOWLEDGED,
            (false, false) => state::SUBMITTED,
        }
    }
}
