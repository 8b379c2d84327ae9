//! Where a request is in its life, as its facts tell.

use khidma_events::sla::LifeState;
use khidma_kernel::PersonId;

use crate::fact::{Deed, Fact, Profile};

/// Where a request is in its life after some of its facts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Life {
    /// What rules look at; `None` before it was asked for.
    pub profile: Option<Profile>,
    /// Its state; `None` before it was asked for, and when it is over.
    pub state: Option<LifeState>,
    /// Who does it.
    pub assignee: Option<PersonId>,
    /// Whether a person of the provider has said that they have seen it.
    pub acknowledged: bool,
    /// Whether the provider has said a first word.
    pub responded: bool,
    started: bool,
    approving: bool,
    merged: bool,
}

impl Life {
    /// The life that `facts` tell.
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let mut life = Self::default();
        for fact in facts {
            life.live(&fact.deed);
        }
        life
    }

    /// Takes in what happened next.
    pub fn live(&mut self, deed: &Deed) {
        self.responded |= deed.is_word() || matches!(deed, Deed::Acknowledged { .. });
        match deed {
            Deed::Submitted(profile) => {
                *self = Self {
                    profile: Some((**profile).clone()),
                    state: Some(LifeState::Submitted),
                    ..Self::default()
                };
            }
            Deed::ApprovalsRequired => {
                self.approving = true;
                self.state = Some(LifeState::AwaitingApproval);
            }
            Deed::Approved => {
                self.approving = false;
                self.state = Some(LifeState::Submitted);
            }
            Deed::Acknowledged { .. } => {
                self.acknowledged = true;
                if self.state == Some(LifeState::Submitted) {
                    self.state = Some(LifeState::Acknowledged);
                }
            }
            Deed::Assigned(person) => self.assignee = Some(person.clone()),
            Deed::Started => {
                self.started = true;
                self.state = Some(LifeState::InProgress);
            }
            Deed::WaitBegan => self.state = Some(LifeState::Waiting),
            Deed::Resumed { .. } => self.state = Some(self.open_state()),
            Deed::ProviderReplied | Deed::RequesterReplied => {}
            Deed::PriorityChanged(priority) => self.change(|profile| profile.priority = *priority),
            Deed::TagsChanged(tags) => self.change(|profile| profile.tags.clone_from(tags)),
            Deed::Released => self.change(|profile| profile.task = false),
            Deed::Transferred(to) => {
                self.change(|profile| profile.provider = to.clone());
                self.assignee = None;
                self.started = false;
                self.state = Some(self.open_state());
            }
            Deed::Resolved => self.state = Some(LifeState::Resolved),
            // A merge that was taken back.
            Deed::Reopened { .. } if self.merged => {
                self.merged = false;
                let asked = self.approving.then_some(LifeState::AwaitingApproval);
                self.state = asked.or_else(|| Some(self.open_state()));
            }
            Deed::Reopened { .. } => {
                self.started = true;
                self.state = Some(LifeState::InProgress);
            }
            Deed::Confirmed
            | Deed::AutoClosed
            | Deed::Declined
            | Deed::Cancelled
            | Deed::Rejected => self.state = None,
            Deed::Merged => {
                self.merged = true;
                self.state = None;
            }
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Profile)) {
        if let Some(profile) = &mut self.profile {
            change(profile);
        }
    }

    fn open_state(&self) -> LifeState {
        match (self.started, self.acknowledged) {
            (true, _) => LifeState::InProgress,
            (false, true) => LifeState::Acknowledged,
            (false, false) => LifeState::Submitted,
        }
    }
}
