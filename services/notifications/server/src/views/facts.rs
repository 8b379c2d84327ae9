//! What the rules need to know, from the rows as they are when something happens.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, OfferingId, PersonId, RoleId, Timestamp};
use khidma_notifications_domain::ladder::Who;
use khidma_notifications_domain::rules::Facts;
use khidma_projection::{RowError, Rows};

use super::request::DelegatesRow;
use super::standards;
use super::{DepartmentRow, PersonRow, RoleRow};
use crate::keys;

/// What is known.
pub(crate) struct Known<'a, 'r>(pub(crate) &'a Rows<'r>);

impl Known<'_, '_> {
    fn person(&self, person: &PersonId) -> Result<Option<PersonRow>, RowError> {
        self.0.get(&keys::person(person))
    }

    fn department(&self, department: &DepartmentId) -> Result<Option<DepartmentRow>, RowError> {
        self.0.get(&keys::department(department))
    }
}

impl Who for Known<'_, '_> {
    type Error = RowError;

    fn is_here(&self, person: &PersonId) -> Result<bool, RowError> {
        Ok(self.person(person)?.is_some_and(|row| row.active))
    }

    fn reports_to(&self, person: &PersonId) -> Result<Option<PersonId>, RowError> {
        Ok(self.person(person)?.and_then(|row| row.manager))
    }

    fn members_of(&self, department: &DepartmentId) -> Result<BTreeSet<PersonId>, RowError> {
        Ok(self.department(department)?.unwrap_or_default().members)
    }

    fn holders_of(
        &self,
        role: &RoleId,
        department: Option<&DepartmentId>,
    ) -> Result<BTreeSet<PersonId>, RowError> {
        let row: RoleRow = self.0.get(&keys::role(role))?.unwrap_or_default();
        Ok(match department {
            Some(department) => row.holders.get(department).cloned().unwrap_or_default(),
            None => row.holders.into_values().flatten().collect(),
        })
    }
}

impl Facts for Known<'_, '_> {
    fn person_name(&self, person: &PersonId) -> Result<Option<String>, RowError> {
        Ok(self.person(person)?.map(|row| row.name))
    }

    fn department_name(&self, department: &DepartmentId) -> Result<Option<String>, RowError> {
        let row = self.department(department)?;
        Ok(row.map(|row| row.name).filter(|name| !name.is_empty()))
    }

    fn standard(
        &self,
        offering: &OfferingId,
        reader: &PersonId,
    ) -> Result<Option<String>, RowError> {
        let languages = self.person(reader)?.unwrap_or_default().profile.languages;
        standards::of(offering, &languages, self.0)
    }

    fn delegates(&self, person: &PersonId, at: Timestamp) -> Result<BTreeSet<PersonId>, RowError> {
        let row: DelegatesRow = self.0.get(&keys::delegates(person))?.unwrap_or_default();
        let now = row
            .0
            .into_iter()
            .filter(|(_, (from, until))| (*from..*until).contains(&at));
        Ok(now.map(|(delegate, _)| delegate).collect())
    }
}
