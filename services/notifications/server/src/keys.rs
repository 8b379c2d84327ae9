//! Every key of the read model. Ids have no byte below `-`, so a 0 byte ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/<entity>` | an entity of this service (the prefix is the engine's) |
//! | `p/<person>` | [`crate::views::PersonRow`] |
//! | `d/<department>` | [`crate::views::DepartmentRow`] |
//! | `h/<role>` | [`crate::views::RoleRow`]: who holds a role, and where |
//! | `c/<request>` | [`crate::views::RequestRow`]: what a request is about, and whose it is |
//! | `y/<person>` | who approves in their place, and when |
//! | `m`, `m/<person>` | [`crate::views::RunningSilences`]: those that do not name a person, and those that do |
//! | `b/d/<department>`, `b/p/<person>` | [`crate::views::EndpointsRow`]: the endpoints of a department or person |
//! | `i/<position>-<number>` | [`crate::views::IntentRow`]: what somebody is to be told and no delivery was asked for yet |
//! | `v/<person> <what>` | `Window`: until when they are not told more of the same one by one |
//! | `g/<receiver>/<channel>/<what>` | [`crate::views::GatherRow`]: what is held back to become one message |
//! | `f/<receiver>/<channel>/<what> <number>` | `PieceRow`: one of those |
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
//! | `ja` | `Everybody`: all departments, and who belongs to none |
//! | `js/<department>` | `PromisesRow`: what it promises with what it offers |
//! | `ji/<person> <position>` | the delivery in an inbox that changed there last |
//! | `jo/<offering>` | the department that offers it |
//! | `e/escalation-<id>` | [`crate::views::EscalationRow`] |
//! | `k/<request>` | [`crate::views::ClocksRow`]: the clocks of a request |
//! | `kl/<policy> <version>` | the ladders of a version of a policy |
//! | `kb/<calendar> <revision>` | [`crate::views::CalendarRow`]: a revision of a calendar |
//! | `ks/<escalation>` | [`crate::views::StepRow`]: a step that was reached and nobody was told of yet |
//! | `kn/<position>` | the escalation that was raised there |
//! | `kr/<request> <position>` | the same, of a request |
//! | `qq/<question>` | `Open`: a question after a request that can be answered, with what its link needs |
//! | `qs/<survey> <version>` | `SurveyRow`: what a survey is called |
//! | `qr/<round>` | `RoundRow`: which survey it asks, and who asks |
//! | `qi/<round> <step>` | who were invited to it in that step |
//! | `qh/<round> <person>` | that they answered, or took what an anonymous answer needs |
//! | `qv/<interview>` | who takes part in it |
//! | `qa/<action>` | `Action`: what is to be done, and who answers for it |

mod deliveries;
mod feedback;
mod ladder;
mod people;

pub(crate) use deliveries::*;
pub(crate) use feedback::*;
pub(crate) use ladder::*;
pub(crate) use people::*;

use khidma_events::notifications::EndpointOwner;
use khidma_kernel::{DepartmentId, PersonId, RoleId, ServiceRequestId};

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

/// See the table.
pub(crate) fn request(id: ServiceRequestId) -> Vec<u8> {
    [b"c/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn delegates(id: &PersonId) -> Vec<u8> {
    [b"y/", id.as_str().as_bytes()].concat()
}

/// All silences that hold or will.
pub(crate) const SILENCES: &[u8] = b"m";

/// See the table.
pub(crate) fn silences(person: Option<&PersonId>) -> Vec<u8> {
    match person {
        None => SILENCES.to_vec(),
        Some(person) => [SILENCES, b"/", person.as_str().as_bytes()].concat(),
    }
}

/// See the table.
pub(crate) fn endpoints_of(owner: &EndpointOwner) -> Vec<u8> {
    match owner {
        EndpointOwner::Department(id) => [b"b/d/".as_slice(), id.as_str().as_bytes()].concat(),
        EndpointOwner::Person(id) => [b"b/p/".as_slice(), id.as_str().as_bytes()].concat(),
    }
}

/// See the table. The name is that of the agenda item, too.
pub(crate) fn intent(name: &str) -> Vec<u8> {
    [b"i/", name.as_bytes()].concat()
}

/// See the table.
pub(crate) fn window(person: &PersonId, what: &str) -> Vec<u8> {
    [b"v/", person.as_str().as_bytes(), &[0], what.as_bytes()].concat()
}

/// See the table. The name is that of the agenda item, too.
pub(crate) fn gather(name: &str) -> Vec<u8> {
    [b"g/", name.as_bytes()].concat()
}

/// All pieces of what is held back under that name, the oldest first.
pub(crate) fn pieces(name: &str) -> Vec<u8> {
    [b"f/", name.as_bytes(), &[0]].concat()
}

/// See the table.
pub(crate) fn piece(name: &str, number: u64) -> Vec<u8> {
    [pieces(name).as_slice(), &number.to_be_bytes()].concat()
}
