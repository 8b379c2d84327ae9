//! An organisation small enough to be seen at a glance: who reports to whom, who belongs where and holds what.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use khidma_kernel::{DepartmentId, PersonId, RoleId};
use khidma_notifications_domain::ladder::Who;

/// Who is who.
#[derive(Debug, Clone, Default)]
pub(crate) struct People {
    gone: BTreeSet<PersonId>,
    managers: BTreeMap<PersonId, PersonId>,
    members: BTreeMap<DepartmentId, BTreeSet<PersonId>>,
    holders: BTreeMap<RoleId, BTreeSet<(DepartmentId, PersonId)>>,
}

/// A person's id.
pub(crate) fn person(id: &str) -> PersonId {
    id.parse().unwrap()
}

/// A department's id.
pub(crate) fn department(id: &str) -> DepartmentId {
    id.parse().unwrap()
}

/// Several people.
pub(crate) fn people<const N: usize>(ids: [&str; N]) -> BTreeSet<PersonId> {
    ids.map(person).into()
}

impl People {
    /// Each reports to the next: `daniel > mei > omar`.
    pub(crate) fn line(mut self, line: &str) -> Self {
        let ids: Vec<_> = line.split(" > ").map(person).collect();
        for pair in ids.windows(2) {
            self.managers.insert(pair[0].clone(), pair[1].clone());
        }
        self
    }

    /// A department with these members.
    pub(crate) fn department(mut self, id: &str, members: &[&str]) -> Self {
        let members = members.iter().map(|id| person(id));
        self.members.insert(department(id), members.collect());
        self
    }

    /// They hold a role in a department.
    pub(crate) fn holds(mut self, id: &str, role: &str, within: &str) -> Self {
        let holders = self.holders.entry(role.parse().unwrap()).or_default();
        holders.insert((department(within), person(id)));
        self
    }

    /// They left.
    pub(crate) fn gone(mut self, id: &str) -> Self {
        self.gone.insert(person(id));
        self
    }
}

impl Who for People {
    type Error = Infallible;

    fn is_here(&self, person: &PersonId) -> Result<bool, Infallible> {
        Ok(!self.gone.contains(person))
    }

    fn reports_to(&self, person: &PersonId) -> Result<Option<PersonId>, Infallible> {
        Ok(self.managers.get(person).cloned())
    }

    fn members_of(&self, department: &DepartmentId) -> Result<BTreeSet<PersonId>, Infallible> {
        Ok(self.members.get(department).cloned().unwrap_or_default())
    }

    fn holders_of(
        &self,
        role: &RoleId,
        department: Option<&DepartmentId>,
    ) -> Result<BTreeSet<PersonId>, Infallible> {
        let all = self.holders.get(role).into_iter().flatten();
        let there = all.filter(|(within, _)| department.is_none_or(|one| one == within));
        Ok(there.map(|(_, person)| person.clone()).collect())
    }
}
