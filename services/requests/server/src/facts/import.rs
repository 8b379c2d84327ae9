//! What taking over history asks of the directory: whether somebody or a department was ever known. Who was is
//! remembered, as nobody is forgotten.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

use khidma_kernel::{DepartmentId, PersonId};
use khidma_projection::{Reader, RowError};

use crate::keys;
use crate::views::{Department, Person};

/// Those who were ever known.
#[derive(Debug, Default)]
pub(crate) struct EverKnown {
    people: RwLock<HashSet<PersonId>>,
    departments: RwLock<HashSet<DepartmentId>>,
}

impl EverKnown {
    /// Whether the directory ever knew of them.
    pub(crate) fn person(&self, reader: &Reader, person: &PersonId) -> Result<bool, RowError> {
        remembered(&self.people, person, || {
            Ok(reader.get::<Person>(&keys::person(person))?.is_some())
        })
    }

    /// Whether there ever was such a department.
    pub(crate) fn department(
        &self,
        reader: &Reader,
        department: &DepartmentId,
    ) -> Result<bool, RowError> {
        remembered(&self.departments, department, || {
            let row = reader.get::<Department>(&keys::department(department))?;
            Ok(row.is_some())
        })
    }
}

fn remembered<T: Clone + Eq + Hash>(
    known: &RwLock<HashSet<T>>,
    one: &T,
    look: impl FnOnce() -> Result<bool, RowError>,
) -> Result<bool, RowError> {
    if known
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(one)
    {
        return Ok(true);
    }
    let found = look()?;
    if found {
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(one.clone());
    }
    Ok(found)
}
