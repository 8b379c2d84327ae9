//! Where rows are read: in a view, or by a query.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, PersonId, RoleId};
use khidma_notifications_domain::ladder::Who;
use khidma_projection::{Reader, RowError, Rows};
use serde::de::DeserializeOwned;

use super::{DepartmentRow, PersonRow, RoleRow};
use crate::keys;

/// Where rows are read: in a view, or by a query.
pub(crate) trait Find {
    /// The row under `key`.
    fn find<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError>;
}

impl Find for Reader {
    fn find<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError> {
        self.get(key)
    }
}

impl Find for Rows<'_> {
    fn find<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError> {
        self.get(key)
    }
}

/// Who is who, as the rows tell.
pub(crate) struct Directory<'a, F>(pub(crate) &'a F);

impl<F: Find> Who for Directory<'_, F> {
    type Error = RowError;

    fn is_here(&self, person: &PersonId) -> Result<bool, RowError> {
        let row: Option<PersonRow> = self.0.find(&keys::person(person))?;
        Ok(row.is_some_and(|row| row.active))
    }

    fn reports_to(&self, person: &PersonId) -> Result<Option<PersonId>, RowError> {
        let row: Option<PersonRow> = self.0.find(&keys::person(person))?;
        Ok(row.and_then(|row| row.manager))
    }

    fn members_of(&self, department: &DepartmentId) -> Result<BTreeSet<PersonId>, RowError> {
        let row: Option<DepartmentRow> = self.0.find(&keys::department(department))?;
        Ok(row.map(|row| row.members).unwrap_or_default())
    }

    fn holders_of(
        &self,
        role: &RoleId,
        department: Option<&DepartmentId>,
    ) -> Result<BTreeSet<PersonId>, RowError> {
        let row: Option<RoleRow> = self.0.find(&keys::role(role))?;
        let mut holders = row.unwrap_or_default().holders;
        Ok(match department {
            Some(department) => holders.remove(department).unwrap_or_default(),
            None => holders.into_values().flatten().collect(),
        })
    }
}
