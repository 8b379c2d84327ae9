//! In which state a request is, told from its events alone.

use khidma_events::requests::RequestEvent;

/// The states of a request, as the export writes them.
mod state {
    pub(super) const SUBMITTED: &str = "submitted";
    pub(super) const ACKNOWLEDGED: &str = "acknowledged";
    pub(super) const IN_PROGRESS: &str = "in_progress";
}

/// Where a request is in its life.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Life {
    state: &'static str,
    acknowledged: bool,
    started: bool,
}

impl Life {
    /// The state in which a request is after an event.
    pub(super) fn state_after(&mut self, event: &RequestEvent) -> &'static str {
        self.state = match event {
            RequestEvent::Submitted(_) => {
                *self = Self::default();
                state::SUBMITTED
            }
            RequestEvent::Approved(_) => state::SUBMITTED,
            RequestEvent::Acknowledged(_) => {
                self.acknowledged = true;
                if self.state == state::SUBMITTED {
                    state::ACKNOWLEDGED
                } else {
                    self.state
                }
            }
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
            RequestEvent::ApprovalsRequired(_) => "awaiting_approval",
            RequestEvent::ApprovalRejected(_) => "rejected",
            RequestEvent::Merged(_) => "merged",
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
