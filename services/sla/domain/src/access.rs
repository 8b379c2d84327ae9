//! Who may see what of the clocks: one table.

use khidma_kernel::{Caller, DepartmentId, PersonId, Role};

/// Something a caller may want to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sight {
    /// The clocks of a request, their explanation and recomputation.
    Request,
    /// The board, the breaches and the reports of a department.
    Department,
    /// The same of all departments.
    Everything,
}

/// How a caller stands to what they want to see. Several may be true at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// They asked, or speak for the department for which it was asked.
    pub requester: bool,
    /// They belong to the department that is asked, or whose board it is.
    pub member: bool,
    /// They keep the directory and operate the services.
    pub admin: bool,
}

/// Whose a request is, as far as its clocks know.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// Who asked; nobody if a department did, or if nothing shall lead to who did.
    pub requester: Option<&'a PersonId>,
    /// For which department; unknown where nothing shall lead to who asked.
    pub requester_department: Option<&'a DepartmentId>,
    /// The department that is asked.
    pub provider: &'a DepartmentId,
}

impl Standing {
    /// How `caller` stands to a request.
    pub fn to_request(caller: &Caller, sides: Sides<'_>) -> Self {
        let asked = sides.requester.is_some() && caller.actor.person() == sides.requester;
        // A task of a plan is asked for by a department: any of its members speaks for it.
        let speaks = sides.requester_department.is_some_and(|department| {
            caller.leads(department) || (sides.requester.is_none() && caller.belongs_to(department))
        });
        Self {
            requester: asked || speaks,
            member: caller.belongs_to(sides.provider),
            admin: caller.is(Role::Admin),
        }
    }

    /// How `caller` stands to a department.
    pub fn to_department(caller: &Caller, department: &DepartmentId) -> Self {
        Self {
            requester: false,
            member: caller.belongs_to(department),
            admin: caller.is(Role::Admin),
        }
    }

    /// How `caller` stands to all departments together.
    pub fn to_all(caller: &Caller) -> Self {
        Self {
            admin: caller.is(Role::Admin),
            ..Self::default()
        }
    }
}

/// The table.
pub fn may_see(sight: Sight, standing: Standing) -> bool {
    let Standing {
        requester,
        member,
        admin,
    } = standing;
    match sight {
        Sight::Request => requester || member || admin,
        Sight::Department => member || admin,
        Sight::Everything => admin,
    }
}
