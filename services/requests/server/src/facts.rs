//! Facts from elsewhere that decisions need: what the directory says of departments and people.

mod approvals;
pub(crate) mod catalogue;
mod import;
pub(crate) mod links;
mod submit;

pub(crate) use approvals::{Speakers, approves, present};
pub(crate) use import::EverKnown;
pub(crate) use submit::SubmitFacts;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use khidma_edge::watch::Changes;
use khidma_kernel::{DepartmentId, PersonId};
use khidma_projection::{Projection, Reader, RowError};
use khidma_requests_domain::Subject;
use khidma_runtime::Tasks;

use crate::keys;
use crate::views::{DIRECTORY_CHANGED, Department, Person};

/// Remembers which departments are open, as every submission asks. What is not known to be open is looked up.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    open: RwLock<HashSet<DepartmentId>>,
    /// Counts the times that all was forgotten, so that an answer from before is not remembered after.
    forgotten: AtomicU64,
}

impl Facts {
    /// Facts that are forgotten whenever the directory says something new.
    pub(crate) fn follow(projection: &Projection, tasks: &Tasks) -> Arc<Self> {
        let facts = Arc::new(Self::default());
        let (follower, mut changes) = (facts.clone(), Changes::of(projection, tasks));
        tasks.spawn(async move {
            while let Ok(true) = changes.touched(DIRECTORY_CHANGED).await {
                follower.forget();
            }
        });
        facts
    }

    /// Whether there is such a department and it is open.
    pub(crate) fn open_department(
        &self,
        reader: &Reader,
        department: &DepartmentId,
    ) -> Result<bool, RowError> {
        if self
            .open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(department)
        {
            return Ok(true);
        }
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let known: Option<Department> = reader.get(&keys::department(department))?;
        let open = known.is_some_and(|department| department.open);
        let mut remembered = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if open && self.forgotten.load(Ordering::Acquire) == forgotten {
            remembered.insert(department.clone());
        }
        Ok(open)
    }

    fn forget(&self) {
        let mut remembered = self.open.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        remembered.clear();
    }
}

/// What the directory says of a person.
pub(crate) fn subject(reader: &Reader, person: &PersonId) -> Result<Subject, RowError> {
    let row: Option<Person> = reader.get(&keys::person(person))?;
    let row = row.unwrap_or_default();
    Ok(Subject {
        person: person.clone(),
        known: row.active,
        departments: row.departments,
    })
}
