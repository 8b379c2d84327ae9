//! What is to be known of what actions and thanks name.

use std::collections::BTreeSet;

use khidma_engine::entity_key;
use khidma_events::feedback::{Origin, Thanked, action_entity, interview_entity};
use khidma_feedback_domain::action::{Action, Source};
use khidma_feedback_domain::interview::{Interview, Progress};
use khidma_feedback_domain::thanks::{GivingFacts, WithdrawalFacts};
use khidma_kernel::{ActionId, DepartmentId, InterviewId, PersonId, ServiceRequestId, ThanksId};
use khidma_projection::{Reader, RowError};

use super::{is_here, is_open, person};
use crate::keys;
use crate::views::{ActionRow, InterviewRow, SourceRow, ThanksRow};

/// What is known of what an action comes from.
pub(crate) fn source(reader: &Reader, origin: &Origin) -> Result<Source, RowError> {
    Ok(match origin {
        Origin::Other(_) => Source::Nothing,
        Origin::Interview(id) => match interview(reader, *id)? {
            Some(interview) => Source::Interview {
                held: interview.progress == Progress::Held,
                department: interview.department,
            },
            None => Source::Nothing,
        },
        Origin::Round(id) => match reader.get::<bool>(&keys::source_round(*id))? {
            Some(closed) => Source::Round { closed },
            None => Source::Nothing,
        },
        Origin::Answer(id) | Origin::Concern(id) | Origin::Breach(id) => request(reader, *id)?,
    })
}

fn request(reader: &Reader, id: ServiceRequestId) -> Result<Source, RowError> {
    let row: Option<SourceRow> = reader.get(&keys::source_request(id))?;
    let row = row.unwrap_or_default();
    Ok(match row.provider {
        Some(provider) => Source::Request {
            provider,
            concern: row.concern,
            anonymous: row.anonymous,
            answered: row.answered,
            breached: row.breaches > 0,
        },
        None => Source::Nothing,
    })
}

/// An action, if there is such a one.
pub(crate) fn action(reader: &Reader, id: ActionId) -> Result<Option<Action>, RowError> {
    let row: Option<ActionRow> = reader.get(&entity_key(&action_entity(id)))?;
    Ok(row.and_then(|row| row.entity.state))
}

/// Those of some departments that are open.
pub(crate) fn open_ones<'a>(
    reader: &Reader,
    departments: impl IntoIterator<Item = &'a DepartmentId>,
) -> Result<BTreeSet<DepartmentId>, RowError> {
    let mut open = BTreeSet::new();
    for department in departments {
        if is_open(reader, department)? {
            open.insert(department.clone());
        }
    }
    Ok(open)
}

/// An interview, if there is such a one.
pub(crate) fn interview(reader: &Reader, id: InterviewId) -> Result<Option<Interview>, RowError> {
    let row: Option<InterviewRow> = reader.get(&entity_key(&interview_entity(id)))?;
    Ok(row.and_then(|row| row.state))
}

/// Those of some people who are there and have not left.
pub(crate) fn those_here<'a>(
    reader: &Reader,
    people: impl IntoIterator<Item = &'a PersonId>,
) -> Result<BTreeSet<PersonId>, RowError> {
    let mut here = BTreeSet::new();
    for person in people {
        if is_here(reader, person)? {
            here.insert(person.clone());
        }
    }
    Ok(here)
}

/// What is to be known of what thanks name.
pub(crate) fn giving(
    reader: &Reader,
    to: &Thanked,
    request: Option<ServiceRequestId>,
) -> Result<GivingFacts, RowError> {
    let (there, department) = match to {
        Thanked::Person(id) => match person(reader, id)?.filter(|row| row.active) {
            Some(row) => (true, row.main().cloned()),
            None => (false, None),
        },
        Thanked::Team(department) => (is_open(reader, department)?, None),
    };
    let source: Option<SourceRow> = match request {
        Some(request) => reader.get(&keys::source_request(request))?,
        None => None,
    };
    Ok(GivingFacts {
        there,
        department,
        request_known: source.is_some_and(|row| row.provider.is_some() && !row.anonymous),
    })
}

/// Some thanks, if there are such; also some that were taken back.
pub(crate) fn thanks(reader: &Reader, id: ThanksId) -> Result<Option<ThanksRow>, RowError> {
    reader.get(&keys::thanks(id))
}

/// What is to be known of thanks to be taken back.
pub(crate) fn withdrawal(reader: &Reader, id: ThanksId) -> Result<WithdrawalFacts, RowError> {
    let row = thanks(reader, id)?;
    Ok(WithdrawalFacts {
        withdrawn: row.as_ref().is_some_and(|row| row.withdrawn),
        giver: row.map(|row| row.from),
    })
}
