//! What the rules need to know, from the rows as they are when something happens.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, OfferingId, PersonId, Timestamp};
use khidma_notifications_domain::rules::Facts;
use khidma_projection::{RowError, Rows};

use super::find::Directory;
use super::request::DelegatesRow;
use super::standards;
use super::{DepartmentRow, PersonRow};
use crate::keys;

impl Facts for Directory<'_, Rows<'_>> {
    fn person_name(&self, person: &PersonId) -> Result<Option<String>, RowError> {
        let row: Option<PersonRow> = self.0.get(&keys::person(person))?;
        Ok(row.map(|row| row.name))
    }

    fn department_name(&self, department: &DepartmentId) -> Result<Option<String>, RowError> {
        let row: Option<DepartmentRow> = self.0.get(&keys::department(department))?;
        Ok(row.map(|row| row.name).filter(|name| !name.is_empty()))
    }

    fn standard(
        &self,
        offering: &OfferingId,
        reader: &PersonId,
    ) -> Result<Option<String>, RowError> {
        let row: Option<PersonRow> = self.0.get(&keys::person(reader))?;
        let languages = row.unwrap_or_default().profile.languages;
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
