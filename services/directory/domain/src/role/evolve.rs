//! What does it mean? Total and infallible: what happened, happened.

use std::collections::BTreeMap;

use khidma_events::directory::{OnDutySet, RoleConfirmed, RoleDefined, RoleEvent};
use khidma_kernel::Recorded;

use super::{Holder, Role};
use crate::change;

pub(super) fn evolve(state: &mut Option<Role>, recorded: &Recorded<RoleEvent>) {
    match recorded.event.clone() {
        RoleEvent::RoleDefined(defined) => *state = Some(begin(defined)),
        RoleEvent::RoleRevised(revised) => change(state, |role| {
            role.name = revised.name;
            role.description = revised.description;
            role.revision = revised.revision;
        }),
        RoleEvent::RoleAssigned(assigned) => change(state, |role| {
            let holder = Holder {
                department: assigned.department,
                person: assigned.person,
            };
            role.holders.entry(holder).or_default();
        }),
        RoleEvent::RoleUnassigned(unassigned) => change(state, |role| {
            role.holders.remove(&Holder {
                department: unassigned.department,
                person: unassigned.person,
            });
        }),
        RoleEvent::RoleConfirmed(confirmed) => change(state, |role| confirm(role, &confirmed)),
        RoleEvent::OnDutySet(set) => change(state, |role| put_on_duty(role, set)),
    }
}

fn begin(defined: RoleDefined) -> Role {
    Role {
        id: defined.role,
        name: defined.name,
        description: defined.description,
        revision: 1,
        holders: BTreeMap::new(),
        on_duty: BTreeMap::new(),
    }
}

fn confirm(role: &mut Role, confirmed: &RoleConfirmed) {
    for (holder, revision) in &mut role.holders {
        if holder.person == confirmed.person {
            *revision = confirmed.revision;
        }
    }
}

fn put_on_duty(role: &mut Role, set: OnDutySet) {
    match set.person {
        Some(person) => role.on_duty.insert(set.department, person),
        None => role.on_duty.remove(&set.department),
    };
}
