//! What an action may come from: what is there, over, and its department's to act on.

use khidma_events::feedback::Origin;
use khidma_kernel::{Caller, DepartmentId, Role};

use super::{ActionRefusal as Refusal, OTHER};
use crate::wording;

/// What is known of what an action comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nothing: there is no such thing, or nothing has to be known.
    Nothing,
    /// It is a round.
    Round {
        /// Whether it is closed, so that its results can be read.
        closed: bool,
    },
    /// It is a request.
    Request {
        /// Who is asked for it.
        provider: DepartmentId,
        /// Whether it is a concern.
        concern: bool,
        /// Whether nobody knows who asked.
        anonymous: bool,
        /// Whether it was answered how it went.
        answered: bool,
        /// Whether a promise about it was broken.
        breached: bool,
    },
    /// It is an interview.
    Interview {
        /// Who wanted to know.
        department: DepartmentId,
        /// Whether it was held.
        held: bool,
    },
}

/// Whether an action of `department` may come from `origin`, of which `source` is known.
pub(super) fn check(
    caller: &Caller,
    department: &DepartmentId,
    origin: &Origin,
    source: &Source,
) -> Result<(), Refusal> {
    if let Origin::Other(words) = origin {
        return Ok(wording::line("origin.other", words, OTHER)?);
    }
    if !is_known_to(caller, department, source) {
        return Err(unknown(origin));
    }
    let (fits, otherwise) = match (origin, source) {
        (Origin::Round(_), Source::Round { closed }) => (closed, Refusal::RoundNotClosed),
        (Origin::Interview(_), Source::Interview { held, .. }) => (held, Refusal::NotHeld),
        (Origin::Answer(_), Source::Request { answered, .. }) => (answered, Refusal::NotAnswered),
        (Origin::Concern(_), Source::Request { concern, .. }) => (concern, Refusal::NotAConcern),
        (Origin::Breach(_), Source::Request { breached, .. }) => (breached, Refusal::NotBreached),
        _ => return Err(unknown(origin)),
    };
    match fits {
        true => Ok(()),
        false => Err(otherwise),
    }
}

/// What others than the department know is unknown to it: who opens an action from something has to be able to read it. An
/// admin may give a department something to do about others' things, but never about an anonymous concern: its id stays
/// where it was raised.
fn is_known_to(caller: &Caller, department: &DepartmentId, source: &Source) -> bool {
    let admin = caller.is(Role::Admin);
    match source {
        Source::Nothing => false,
        Source::Round { .. } => true,
        Source::Request {
            provider,
            anonymous,
            ..
        } => provider == department || (admin && !anonymous),
        Source::Interview {
            department: asked, ..
        } => asked == department || admin,
    }
}

fn unknown(origin: &Origin) -> Refusal {
    let field = match origin {
        Origin::Round(_) => "origin.round_id",
        Origin::Answer(_) => "origin.answered_request_id",
        Origin::Concern(_) => "origin.concern_id",
        Origin::Breach(_) => "origin.breached_request_id",
        Origin::Interview(_) => "origin.interview_id",
        Origin::Other(_) => "origin.other",
    };
    Refusal::UnknownOrigin { field }
}
