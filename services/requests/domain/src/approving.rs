//! As whom may somebody approve? The rule that decisions, and lists of what waits for somebody, share.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use khidma_events::requests::{ApprovalRule, Approver};
use khidma_kernel::{DepartmentId, PersonId, RoleId};

use crate::state::{Approval, Request, State};

/// Facts: as whom a caller may approve a request at the time of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approving {
    /// The caller.
    pub own: Authority,
    /// Those whose approvals are delegated to them now. Not transitive.
    pub delegated: Vec<Authority>,
}

/// Facts: what a person is to approvers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Who.
    pub person: PersonId,
    /// The roles they hold, each with the department within which.
    pub roles: BTreeSet<(RoleId, DepartmentId)>,
    /// Whether the requester reports to them.
    pub manages_requester: bool,
}

/// As whom somebody speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Which of the present step's approvers, counted from 0.
    pub approver: u32,
    /// For whom they stand in.
    pub on_behalf_of: Option<PersonId>,
}

impl Approving {
    /// As whom they speak in the present step: by their own authority first, then by delegation. `None` where nobody
    /// who is still asked is one of theirs, or where they may not speak: it is their own request, or they agreed to
    /// this step before and it was not escalated to them since.
    pub fn voice(&self, request: &Request) -> Option<Voice> {
        let approval = request.approval.as_ref()?;
        if request.state != State::AwaitingApproval || request.is_own(&self.own.person) {
            return None;
        }
        let again = approval.given_by(&self.own.person);
        let mut open: Vec<(u32, &Approver)> = approval
            .waiting_for()
            .filter(|(number, _)| !again || approval.escalated_to() == Some(*number))
            .collect();
        // One person counts once, so they take the place that fewest others can take; whose word is enough goes first.
        open.sort_by_key(|(number, approver)| {
            let decides = approval.escalated_to() == Some(*number);
            (Reverse(decides), breadth(approver), *number)
        });
        self.authorities(request).find_map(|authority| {
            let (number, _) = open
                .iter()
                .find(|(_, approver)| authority.is_asked(approver))?;
            let another = authority.person != self.own.person;
            Some(Voice {
                approver: *number,
                on_behalf_of: another.then(|| authority.person.clone()),
            })
        })
    }

    /// Whether they are, or stand in for, one of those who are asked in the present step or were in an earlier one.
    pub fn is_approver(&self, request: &Request) -> bool {
        let Some(approval) = &request.approval else {
            return false;
        };
        let reached = approval.steps.iter().take(approval.current as usize + 1);
        let mut asked = reached.flat_map(|step| &step.approvers);
        asked.any(|approver| {
            self.authorities(request)
                .any(|authority| authority.is_asked(approver))
        })
    }

    /// The caller's own authority, then the delegated ones. Who asks cannot choose by delegation who agrees to it.
    fn authorities<'a>(&'a self, request: &'a Request) -> impl Iterator<Item = &'a Authority> {
        let delegated = self
            .delegated
            .iter()
            .filter(|authority| !request.is_own(&authority.person));
        std::iter::once(&self.own).chain(delegated)
    }
}

impl Authority {
    /// Whether `approver` is them.
    fn is_asked(&self, approver: &Approver) -> bool {
        match approver {
            Approver::Person(person) => self.person == *person,
            Approver::ManagerOfRequester => self.manages_requester,
            Approver::Role { role, department } => self.roles.iter().any(|(held, within)| {
                held == role
                    && department
                        .as_ref()
                        .is_none_or(|department| department == within)
            }),
        }
    }
}

/// How many may be meant, roughly: one, a department's holders of a role, all its holders.
fn breadth(approver: &Approver) -> u8 {
    match approver {
        Approver::Person(_) => 0,
        Approver::ManagerOfRequester => 1,
        Approver::Role {
            department: Some(_),
            ..
        } => 2,
        Approver::Role {
            department: None, ..
        } => 3,
    }
}

impl Approval {
    /// Whether `person` has agreed to the present step, as whomever.
    pub fn given_by(&self, person: &PersonId) -> bool {
        self.given.values().any(|given| given == person)
    }

    /// Whom the present step was escalated to, by their number: their word alone is enough.
    pub fn escalated_to(&self) -> Option<u32> {
        let last = self.step()?.approvers.len().checked_sub(1)?;
        self.escalated.then(|| u32::try_from(last).ok()).flatten()
    }

    /// Whether the present step has what it needs once `approver` has agreed as well.
    pub(crate) fn passes_with(&self, approver: u32) -> bool {
        let Some(step) = self.step() else {
            return false;
        };
        let agreed = |number: u32| number == approver || self.given.contains_key(&number);
        let escalated_to = self.escalated_to();
        // The rule speaks of those who were asked from the beginning.
        let asked = u32::try_from(step.approvers.len()).unwrap_or(u32::MAX);
        let asked = escalated_to.unwrap_or(asked);
        let by_rule = match step.rule {
            ApprovalRule::Any => (0..asked).any(agreed),
            ApprovalRule::All => (0..asked).all(agreed),
        };
        by_rule || escalated_to.is_some_and(agreed)
    }
}
