//! What decisions about a role need to know.

use std::collections::{BTreeMap, BTreeSet};

use khidma_kernel::{DepartmentId, PersonId, RoleId};
use serde::{Deserialize, Serialize};

/// A role that was defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What who holds it is responsible for.
    pub description: String,
    /// The revision of the description, from 1.
    pub revision: u32,
    /// Who holds it where, with the revision they last confirmed; 0 if none.
    pub holders: BTreeMap<Holder, u32>,
    /// Who is on duty, by department.
    pub on_duty: BTreeMap<DepartmentId, PersonId>,
}

/// Somebody who holds a role, within a department.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Holder {
    /// Within which department.
    pub department: DepartmentId,
    /// Who.
    pub person: PersonId,
}

impl Role {
    /// Whether the person of `holder` is on duty there.
    pub fn is_on_duty(&self, holder: &Holder) -> bool {
        self.on_duty.get(&holder.department) == Some(&holder.person)
    }
}

/// Every holding with all that can change about it: the confirmed revision and being on duty.
pub(super) fn holdings(role: &Option<Role>) -> BTreeSet<(&Holder, u32, bool)> {
    let Some(role) = role else {
        return BTreeSet::new();
    };
    let held = role.holders.iter();
    held.map(|(holder, confirmed)| (holder, *confirmed, role.is_on_duty(holder)))
        .collect()
}
