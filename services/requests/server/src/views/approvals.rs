//! What waits for whose word, and who may give it.

use std::collections::BTreeSet;

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::directory::RoleEvent;
use khidma_events::requests::DelegationEvent;
use khidma_kernel::{DepartmentId, PersonId, RoleId};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use khidma_requests_domain::delegation::{DelegationDecider, Delegations};
use khidma_requests_domain::{Approval, Request, State};

use super::undecodable;
use crate::keys;

/// The agenda's kind for approvals that nobody gives or refuses in time.
pub(crate) const APPROVAL_TIMEOUT: &str = "approval-timeout";

/// To whom a person has delegated their approvals.
pub(crate) type DelegationRow = EntityRow<Delegations>;

/// Moves the request between the lists of those whose word it waits for, and its timer.
pub(super) fn relist(
    id: &str,
    before: Option<&Request>,
    after: Option<&Request>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let (old, new) = (awaited(id, before), awaited(id, after));
    for key in old.difference(&new) {
        rows.delete(key);
    }
    for key in new.difference(&old) {
        rows.put(key, &())?;
    }
    let due = |request| waiting(request).and_then(|(_, approval)| approval.due());
    let (old, new) = (due(before), due(after));
    if old == new {
        return Ok(());
    }
    if let Some(due) = old {
        rows.unschedule(due, &timeout(id));
    }
    match new {
        Some(due) => rows.schedule(due, &timeout(id)),
        None => Ok(()),
    }
}

/// The approval a request waits for, if it does.
fn waiting(request: Option<&Request>) -> Option<(&Request, &Approval)> {
    let request = request.filter(|request| request.state == State::AwaitingApproval)?;
    request
        .approval
        .as_ref()
        .map(|approval| (request, approval))
}

fn awaited(id: &str, request: Option<&Request>) -> BTreeSet<Vec<u8>> {
    let Some((request, approval)) = waiting(request) else {
        return BTreeSet::new();
    };
    let requester = request.requester.as_ref();
    let asked = approval.waiting_for();
    asked
        .filter_map(|(_, approver)| keys::awaited(approver, requester, approval.since, id))
        .collect()
}

fn timeout(request: &str) -> AgendaItem {
    AgendaItem {
        kind: APPROVAL_TIMEOUT.to_owned(),
        entity: request.to_owned(),
    }
}

/// What the directory says of a role: who holds it.
pub(super) fn role(
    role: &RoleId,
    events: &[RoleEvent],
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let keys = |department: &DepartmentId, person: &PersonId| {
        [
            keys::holder(role, department, person),
            keys::held(person, role, department),
        ]
    };
    for event in events {
        match event {
            RoleEvent::RoleAssigned(event) => {
                for key in keys(&event.department, &event.person) {
                    rows.put(&key, &())?;
                }
            }
            RoleEvent::RoleUnassigned(event) => {
                for key in keys(&event.department, &event.person) {
                    rows.delete(&key);
                }
            }
            RoleEvent::RoleDefined(_)
            | RoleEvent::RoleRevised(_)
            | RoleEvent::RoleConfirmed(_)
            | RoleEvent::OnDutySet(_) => {}
        }
    }
    Ok(())
}

/// `person` reports to somebody else than before.
pub(super) fn reports(
    person: &PersonId,
    before: Option<&PersonId>,
    after: Option<&PersonId>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = |manager: Option<&PersonId>| manager.map(|manager| keys::report(manager, person));
    rows.move_mark(key(before), key(after))
}

/// What a commit changes of the approvals that `person` has delegated.
pub(super) fn delegation(
    person: &PersonId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<DelegationEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: DelegationRow = rows.get(&key)?.unwrap_or_default();
    let before = row.state.clone();
    advance::<DelegationDecider>(&mut row, &decoded, commit.position);
    for delegate in before.to.keys() {
        if !row.state.to.contains_key(delegate) {
            rows.delete(&keys::stand_in(delegate, person));
        }
    }
    for (delegate, period) in &row.state.to {
        if before.to.get(delegate) != Some(period) {
            rows.put(&keys::stand_in(delegate, person), period)?;
        }
    }
    Ok(rows.put(&key, &row)?)
}
