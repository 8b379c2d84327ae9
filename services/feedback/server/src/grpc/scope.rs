//! Which departments an answer is about, and who may have it.

use std::collections::{BTreeMap, BTreeSet};

use khidma_edge::query::unreadable;
use khidma_edge::status;
use khidma_kernel::{Caller, DepartmentId, Role};
use khidma_projection::Reader;
use tonic::{Code, Status};

use crate::views::DepartmentRow;
use crate::{facts, keys};

/// A department, and those that are counted with it.
#[derive(Debug)]
pub(crate) struct Scope {
    /// Its name.
    pub name: String,
    /// All that are counted, in the order of their ids.
    pub all: BTreeSet<DepartmentId>,
}

impl Scope {
    /// What `caller` asks of a department: its members, those of the departments above it, and admins may.
    ///
    /// # Errors
    /// NOT_FOUND, `UNKNOWN_DEPARTMENT`; PERMISSION_DENIED, `NOT_ALLOWED`.
    pub(crate) fn of(
        reader: &Reader,
        caller: &Caller,
        department: &DepartmentId,
        with_below: bool,
    ) -> Result<Self, Status> {
        if !may_see(reader, caller, department)? {
            let message = "figures of a department are for its members, those of the departments above it, and admins";
            let code = Code::PermissionDenied;
            return Err(status::refusal(code, "NOT_ALLOWED", None, message));
        }
        let row = facts::department(reader, department).map_err(unreadable)?;
        let row = row.ok_or_else(|| {
            let (code, field) = (Code::NotFound, Some("department_id"));
            let message = format!("there is no department {department}");
            status::refusal(code, "UNKNOWN_DEPARTMENT", field, message)
        })?;
        let all = match with_below {
            true => below(reader, department)?,
            false => BTreeSet::from([department.clone()]),
        };
        let name = row.name;
        Ok(Self { name, all })
    }
}

fn may_see(reader: &Reader, caller: &Caller, department: &DepartmentId) -> Result<bool, Status> {
    match &caller.department {
        _ if caller.is(Role::Admin) => Ok(true),
        Some(own) => facts::is_below(reader, department, own).map_err(unreadable),
        None => Ok(false),
    }
}

/// A department and all below it, also those that were closed.
fn below(reader: &Reader, top: &DepartmentId) -> Result<BTreeSet<DepartmentId>, Status> {
    let mut children: BTreeMap<DepartmentId, Vec<DepartmentId>> = BTreeMap::new();
    for row in reader.prefix(keys::DEPARTMENTS) {
        let (key, row) = row.map_err(unreadable)?;
        let row: DepartmentRow = row.decode().map_err(unreadable)?;
        let name = key.get(keys::DEPARTMENTS.len()..).unwrap_or_default();
        let id = std::str::from_utf8(name)
            .ok()
            .and_then(|id| id.parse().ok());
        if let (Some(parent), Some(id)) = (row.parent, id) {
            children.entry(parent).or_default().push(id);
        }
    }
    let (mut all, mut next) = (BTreeSet::new(), vec![top.clone()]);
    while let Some(one) = next.pop() {
        next.extend(children.remove(&one).unwrap_or_default());
        all.insert(one);
    }
    Ok(all)
}
