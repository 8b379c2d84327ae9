//! Every key of the read model. Ids have no byte below `-`, so a 0 byte ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/<entity>` | an entity of this service (the prefix is the engine's) |
//! | `p/<person>` | [`crate::views::PersonRow`] |
//! | `d/<department>` | [`crate::views::DepartmentRow`] |
//! | `h/<role>` | who holds a role, and where |

use khidma_kernel::{DepartmentId, PersonId, RoleId};

/// All persons.
pub(crate) const PERSONS: &[u8] = b"p/";

/// See the table.
pub(crate) fn person(id: &PersonId) -> Vec<u8> {
    [PERSONS, id.as_str().as_bytes()].concat()
}

/// See the table.
pub(crate) fn department(id: &DepartmentId) -> Vec<u8> {
    [b"d/", id.as_str().as_bytes()].concat()
}

/// See the table.
pub(crate) fn role(id: &RoleId) -> Vec<u8> {
    [b"h/", id.as_str().as_bytes()].concat()
}
