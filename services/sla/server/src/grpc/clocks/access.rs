//! Who may see which clocks.

use std::collections::BTreeSet;

use khidma_edge::{query, status};
use khidma_engine::entity_key;
use khidma_kernel::{Caller, DepartmentId, ServiceRequestId};
use khidma_projection::Reader;
use khidma_sla_domain::{Life, Profile, Sides, Sight, Standing, may_see};
use tonic::{Code, Status};

use crate::views::ClocksRow;

/// Departments of a list; more make no sense.
const MOST_DEPARTMENTS: usize = 1000;

/// The departments whose clocks are asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scope {
    /// All of them.
    All,
    /// These.
    These(BTreeSet<DepartmentId>),
}

impl Scope {
    /// The departments in `department_ids`, all of which `caller` may see; without any, all that they may see.
    pub(super) fn of(caller: &Caller, ids: &[String]) -> Result<Self, Status> {
        if ids.len() > MOST_DEPARTMENTS {
            let message = format!("department_ids has more than {MOST_DEPARTMENTS} entries");
            let field = "department_ids";
            return Err(status::invalid_field(field, "TOO_MANY", message));
        }
        if ids.is_empty() && may_see(Sight::Everything, Standing::to_all(caller)) {
            return Ok(Self::All);
        }
        let own = caller.department.iter().filter(|_| ids.is_empty()).cloned();
        let asked = ids
            .iter()
            .map(|id| khidma_edge::command::id::<DepartmentId>("department_ids", id));
        let asked = asked.collect::<Result<BTreeSet<_>, _>>()?;
        let departments: BTreeSet<_> = own.chain(asked).collect();
        let seen = |department: &DepartmentId| {
            may_see(
                Sight::Department,
                Standing::to_department(caller, department),
            )
        };
        if departments.is_empty() || !departments.iter().all(seen) {
            return Err(status::refusal(
                Code::PermissionDenied,
                "NOT_YOUR_DEPARTMENT",
                Some("department_ids"),
                "a department's clocks are seen by its members, those of all by admins",
            ));
        }
        Ok(Self::These(departments))
    }

    pub(super) fn has(&self, department: &DepartmentId) -> bool {
        match self {
            Self::All => true,
            Self::These(departments) => departments.contains(department),
        }
    }
}

/// A request as a caller who may see its clocks finds it.
pub(super) struct Readable {
    pub(super) id: String,
    pub(super) row: ClocksRow,
}

/// The clocks of a request, if `caller` may see them: to others it does not exist.
pub(super) fn readable(reader: &Reader, id: &str, caller: &Caller) -> Result<Readable, Status> {
    let id = khidma_edge::command::id::<ServiceRequestId>("service_request_id", id)?.to_string();
    let row: Option<ClocksRow> = reader.get(&entity_key(&id)).map_err(query::unreadable)?;
    let known = row.and_then(|row| Some((profile(&row)?, row)));
    let seen = known.filter(|(profile, row)| {
        let sides = Sides {
            requester: row.file.requester.as_ref(),
            requester_department: profile.requester.as_ref(),
            provider: &profile.provider,
        };
        may_see(Sight::Request, Standing::to_request(caller, sides))
    });
    let (_, row) = seen.ok_or_else(|| {
        let message = "there is no such request";
        status::refusal(Code::NotFound, "UNKNOWN_REQUEST", None, message)
    })?;
    Ok(Readable { id, row })
}

/// What a request is now, as rules see it; `None` before it was asked for.
pub(super) fn profile(row: &ClocksRow) -> Option<Profile> {
    Life::of(&row.file.facts).profile
}
