//! Every key of the read model. Ids have no byte below `-`, so a 0 byte ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/<entity>` | an entity of this service (the prefix is the engine's) |
//! | `p/<person>` | [`crate::views::PersonRow`] |
//! | `d/<department>` | [`crate::views::DepartmentRow`] |
//! | `h/<role>` | who holds a role, and where |
//! | `c/<request>` | [`crate::views::RequestRow`]: whose a request is, and whether it has ended |
//! | `qi/<request>` | [`crate::views::WishRow`]: a question that is to be asked |
//! | `ql/<department> <person>` | after which of their requests that department asked them last |
//! | `qx/<question>` | [`crate::views::TakingBackRow`]: a question that is to be taken back |
//! | `qw/<person> <time><question>` | a question that waits for them, by when it was asked |
//! | `qa/<department> <time><question>` | a question that was answered, by when it was |
//! | `vc/<request>` | [`crate::views::SourceRow`]: what actions and thanks have to know of a request |
//! | `vq/<question>` | the request that it is about, while it can be answered |
//! | `vr/<round>` | whether it is closed |
//! | `va/<position>` | the action that was opened there |
//! | `vd/<department> <position>` | the same, of a department |
//! | `vo/<person> <position>` | the same, that a person answers for |
//! | `vp/<department> <position>` | the action of which it was told there, of a department or to it |
//! | `vt/<thanks>` | [`crate::views::ThanksRow`] |
//! | `vg/<person> <position>`, `vs/<person> <position>` | thanks that a person was given there, that they gave |
//! | `vw/<department> <position>` | thanks that stand on a wall |
//! | `vi/<position>` | the interview that was planned there |
//! | `vj/<department> <position>`, `vk/<person> <position>` | the same, of a department; that a person leads or takes part in |
//! | `vn/<interview><number>` | [`crate::views::NoteRow`] |
//! | `vh/<department> <theme> <digest>` | which interview has a note about a theme, and which of its notes that is |
//! | `e/survey-<id>` | [`crate::views::SurveyRow`] |
//! | `sd/<survey> <version>` | a version's definition |
//! | `sl/<survey>` | a survey that there is |
//! | `e/round-<id>` | [`crate::views::RoundRow`] |
//! | `ri/<round><person>` | [`crate::views::InvitedRow`]: somebody who is asked, and whether they answered |
//! | `rt/<round>` | [`crate::views::TurnoutRow`]: how many were asked, and answered |
//! | `rd/<round><department>` | [`crate::views::Turnout`]: the same, of a department; of no department without one |
//! | `rl/<position>`, `rs/<survey> <position>`, `ro/<department> <position>` | the round that was launched there: all, those of a survey, those of who asks |
//! | `rp/<person> <position>` | the round that they were invited to there |
//! | `e/answer-<id>` | [`crate::views::AnswerRow`]: what a person answered to a round that is not anonymous |
//! | `xa/<round><position>` | the entity of the answer to a named round that was given there |
//! | `xu/<round>` | `CountingRow`: how the answers to a round are counted |
//! | `xc/<round><cell>` | [`crate::views::CellRow`]: what those of a cell answered |
//! | `xw/<round><unit><hash>` | [`crate::views::CommentRow`]: what was written to an item, in the same words |
//! | `e/box-<round>` | [`crate::views::BoxRow`] |
//! | `bs/<round><token>` | what was answered with a token that was let go, as a digest |
//! | `sc/o/<offering>` | [`crate::views::StandardRow`] |
//! | `sc/a/<action>` | [`crate::views::ScoredActionRow`] |
//! | `sc/r/<request>` | what a scorecard knows of a request |
//! | `sc/q/<question>` | which request a question is about |
//! | `sc/t/<thanks>` | on whose wall thanks stand, and since when |
//! | `sc/d/<department>` 0 `<day>` | [`crate::views::DayRow`] |

mod answers;
mod ballots;
mod questions;
mod rounds;
pub(crate) mod score;
mod voice;

pub(crate) use answers::*;
pub(crate) use ballots::*;
pub(crate) use questions::*;
pub(crate) use rounds::*;
pub(crate) use voice::*;

use khidma_kernel::{DepartmentId, PersonId, RoleId};

/// All persons.
pub(crate) const PERSONS: &[u8] = b"p/";

/// See the table.
pub(crate) fn person(id: &PersonId) -> Vec<u8> {
    [PERSONS, id.as_str().as_bytes()].concat()
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

/// Whose key of [`person`] that is.
pub(crate) fn person_of(key: &[u8]) -> Option<PersonId> {
    let id = key.strip_prefix(PERSONS)?;
    std::str::from_utf8(id).ok()?.parse().ok()
}
