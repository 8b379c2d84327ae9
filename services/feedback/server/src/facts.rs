//! What decisions need to know from elsewhere: of people and departments.

mod audience;
mod ballots;
mod surveys;
mod voice;

pub(crate) use audience::{fitting, open};
pub(crate) use ballots::*;
pub(crate) use surveys::*;
pub(crate) use voice::*;

use std::collections::BTreeSet;

use khidma_feedback_domain::question::ImportFacts;
use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId};
use khidma_projection::{Reader, RowError};

use crate::keys;
use crate::views::{DepartmentRow, PersonRow, RequestRow};

/// Departments above one another at the most, whatever the directory says.
const DEPTH: usize = 64;

/// A person, if there is such a one; also who has left.
pub(crate) fn person(reader: &Reader, person: &PersonId) -> Result<Option<PersonRow>, RowError> {
    reader.get(&keys::person(person))
}

/// Whether there is such a person and they have not left.
pub(crate) fn is_here(reader: &Reader, id: &PersonId) -> Result<bool, RowError> {
    Ok(person(reader, id)?.is_some_and(|row| row.active))
}

/// A department, if there is such a one; also one that was closed.
pub(crate) fn department(
    reader: &Reader,
    id: &DepartmentId,
) -> Result<Option<DepartmentRow>, RowError> {
    reader.get(&keys::department(id))
}

/// Whether a department is there and open.
pub(crate) fn is_open(reader: &Reader, id: &DepartmentId) -> Result<bool, RowError> {
    Ok(department(reader, id)?.is_some_and(|row| row.open))
}

/// Whether a department is that one, or somewhere below it.
pub(crate) fn is_below(
    reader: &Reader,
    id: &DepartmentId,
    top: &DepartmentId,
) -> Result<bool, RowError> {
    let (mut here, mut seen) = (id.clone(), BTreeSet::new());
    while here != *top {
        let parent = department(reader, &here)?.and_then(|row| row.parent);
        seen.insert(here);
        match parent {
            Some(parent) if !seen.contains(&parent) && seen.len() < DEPTH => here = parent,
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// What has to be known of a request to take over an answer about it. Nobody may know who raised an anonymous concern, so
/// nothing that somebody said about it is taken over: as if there were no such request.
pub(crate) fn answered_request(
    reader: &Reader,
    request: ServiceRequestId,
) -> Result<Option<ImportFacts>, RowError> {
    let row: Option<RequestRow> = reader.get(&keys::request(request))?;
    let row = row.filter(|row| !row.is_anonymous());
    Ok(row.map(|row| ImportFacts {
        ended: row.ended.is_some(),
        provider: row.provider,
        offering: row.offering,
        person: row.requester,
    }))
}
