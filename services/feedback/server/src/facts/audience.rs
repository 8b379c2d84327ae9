//! Who fits an audience, as the directory is now.

use std::collections::{BTreeMap, BTreeSet};

use khidma_edge::query::{Stop, unreadable};
use khidma_events::feedback::{Audience, Invited};
use khidma_kernel::{DepartmentId, PersonId};
use khidma_projection::{Reader, RowError};
use tonic::Status;

use crate::keys;
use crate::views::{PersonRow, RoleRow};

/// All who fit an audience, before some of them are chosen by chance; in the order of their ids.
///
/// # Errors
/// A row cannot be read.
pub(crate) fn fitting(
    reader: &Reader,
    audience: &Audience,
    stop: &Stop,
) -> Result<Vec<Invited>, Status> {
    let holders = holders(reader, audience).map_err(unreadable)?;
    let mut within = Within {
        reader,
        audience,
        known: BTreeMap::new(),
    };
    let mut fitting = Vec::new();
    for row in stop.until_set(reader.prefix(keys::PERSONS)) {
        let (key, row) = row.map_err(unreadable)?;
        let row: PersonRow = row.decode().map_err(unreadable)?;
        let Some(kind) = row.kind.filter(|_| row.active) else {
            continue;
        };
        let Some(person) = keys::person_of(&key) else {
            continue;
        };
        let fits = (audience.kinds.is_empty() || audience.kinds.contains(&kind))
            && (audience.roles.is_empty() || holders.contains(&person))
            && within.any(&row.departments).map_err(unreadable)?;
        if fits {
            fitting.push(Invited {
                person,
                department: row.main().cloned(),
                kind,
            });
        }
    }
    Ok(fitting)
}

/// Those of the departments that an audience names that are open.
pub(crate) fn open(
    reader: &Reader,
    audience: &Audience,
) -> Result<BTreeSet<DepartmentId>, RowError> {
    let mut open = BTreeSet::new();
    for department in &audience.departments {
        if super::is_open(reader, department)? {
            open.insert(department.clone());
        }
    }
    Ok(open)
}

/// Who hold one of the roles, wherever.
fn holders(reader: &Reader, audience: &Audience) -> Result<BTreeSet<PersonId>, RowError> {
    let mut holders = BTreeSet::new();
    for role in &audience.roles {
        let row: RoleRow = reader.get(&keys::role(role))?.unwrap_or_default();
        holders.extend(row.0.into_values().flatten());
    }
    Ok(holders)
}

/// Which departments an audience is of.
struct Within<'a> {
    reader: &'a Reader,
    audience: &'a Audience,
    /// What was found of them so far.
    known: BTreeMap<DepartmentId, bool>,
}

impl Within<'_> {
    fn any(&mut self, departments: &[DepartmentId]) -> Result<bool, RowError> {
        if self.audience.departments.is_empty() {
            return Ok(true);
        }
        for department in departments {
            if self.has(department)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn has(&mut self, department: &DepartmentId) -> Result<bool, RowError> {
        if let Some(known) = self.known.get(department) {
            return Ok(*known);
        }
        let mut has = self.audience.departments.contains(department);
        for top in self
            .audience
            .departments
            .iter()
            .filter(|_| self.audience.with_below)
        {
            has = has || super::is_below(self.reader, department, top)?;
        }
        self.known.insert(department.clone(), has);
        Ok(has)
    }
}
