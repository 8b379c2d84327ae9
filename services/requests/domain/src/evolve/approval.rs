//! What approvals mean for a request.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::requests::{
    ApprovalGiven, ApprovalStepPassed, ApprovalTimedOut, ApprovalsRequired, OnTimeout,
};
use khidma_kernel::{Actor, Timestamp};

use crate::state::{Approval, Request, State};

pub(super) fn required(request: &mut Request, event: &ApprovalsRequired, at: Timestamp) {
    request.state = State::AwaitingApproval;
    request.approval = Some(Approval {
        steps: event.steps.clone(),
        current: 0,
        since: at,
        given: BTreeMap::new(),
        escalated: false,
        spoken: BTreeSet::new(),
    });
}

pub(super) fn given(request: &mut Request, event: &ApprovalGiven, by: &Actor) {
    if let (Some(approval), Some(person)) = (&mut request.approval, by.person()) {
        approval.given.insert(event.approver, person.clone());
        approval.spoken.insert(person.clone());
    }
}

pub(super) fn rejected(request: &mut Request, by: &Actor) {
    if let (Some(approval), Some(person)) = (&mut request.approval, by.person()) {
        approval.spoken.insert(person.clone());
    }
}

pub(super) fn step_passed(request: &mut Request, event: &ApprovalStepPassed, at: Timestamp) {
    if let Some(approval) = &mut request.approval {
        approval.current = event.step + 1;
        approval.since = at;
        approval.given.clear();
        approval.escalated = false;
    }
}

pub(super) fn timed_out(request: &mut Request, event: &ApprovalTimedOut, at: Timestamp) {
    let Some(approval) = &mut request.approval else {
        return;
    };
    // Consent and refusal follow as events of their own.
    let OnTimeout::Escalate(approver) = &event.then else {
        return;
    };
    if let Some(step) = approval.steps.get_mut(event.step as usize) {
        step.approvers.push(approver.clone());
        approval.since = at;
        approval.escalated = true;
    }
}
