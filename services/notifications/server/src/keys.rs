//! Every key of the read model. Ids have no byte below `-`, so a 0 byte ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/<entity>` | an entity of this service (the prefix is the engine's) |
//! | `p/<person>` | [`crate::views::PersonRow`] |
//! | `d/<department>` | [`crate::views::DepartmentRow`] |
//! | `h/<role>` | [`crate::views::RoleRow`]: who holds a role, and where |
//! | `e/<delivery>` | [`crate::views::DeliveryRow`] |
//! | `l/<position>` | the delivery that was asked for there |
//! | `r/p/<person> <position>`, `r/e/<endpoint> <position>` | a delivery to them, by where it was asked for |
//! | `s/p/<position>`, `s/d/<position>` | a delivery that is pending, one that is dead, by where it was asked for |
//! | `n/<person> <position>` | [`crate::views::InboxMark`]: what is in an inbox, by where it was asked for |
//! | `u/<person>` | [`crate::views::Unread`]: how much of that was not read |
//! | `w/<endpoint>` | how many deliveries wait to be sent to it |
//! | `t/<channel>` | [`crate::views::Tally`]: how many wait for a channel, how many are dead |
//! | `e/endpoint-<id>` | [`crate::views::EndpointRow`] |
//! | `o/d/<department> <endpoint>`, `o/p/<person> <endpoint>` | an endpoint of theirs that was not removed |

mod deliveries;

pub(crate) use deliveries::*;

use khidma_kernel::{DepartmentId, PersonId, RoleId};

/// See the table.
pub(crate) fn person(id: &PersonId) -> Vec<u8> {
    [b"p/", id.as_str().as_bytes()].concat()
}

/// All departments.
pub(crate) const DEPARTMENTS: &[u8] = b"d/";

/// See the table.
pub(crate) fn department(id: &DepartmentId) -> Vec<u8> {
    [DEPARTMENTS, id.as_str().as_bytes()].concat()
}

/// See the table.
pub(crate) fn role(id: &RoleId) -> Vec<u8> {
    [b"h/", id.as_str().as_bytes()].concat()
}
