//! What decisions need to know of surveys and rounds.

use khidma_engine::entity_key;
use khidma_events::feedback::{Definition, Invited, round_entity, survey_entity};
use khidma_feedback_domain::round::Round;
use khidma_feedback_domain::survey::Survey;
use khidma_kernel::{PersonId, RoundId, SurveyId};
use khidma_projection::{Reader, RowError};

use crate::keys;
use crate::views::{InvitedRow, RoundRow, SurveyRow, TurnoutRow};

/// A survey, if there is such a one; also one that was retired.
pub(crate) fn survey(reader: &Reader, id: &SurveyId) -> Result<Option<Survey>, RowError> {
    let row: Option<SurveyRow> = reader.get(&entity_key(&survey_entity(id)))?;
    Ok(row.and_then(|row| row.state))
}

/// What a version of a survey asks, if there is such a one. It never changes.
pub(crate) fn definition(
    reader: &Reader,
    survey: &SurveyId,
    version: u32,
) -> Result<Option<Definition>, RowError> {
    reader.get(&keys::definition(survey, version))
}

/// A round, if there is such a one: how it was launched, and how it stands.
pub(crate) fn round(reader: &Reader, id: RoundId) -> Result<Option<Round>, RowError> {
    let row: Option<RoundRow> = reader.get(&entity_key(&round_entity(id)))?;
    Ok(row.and_then(|row| row.entity.state))
}

/// How many were asked in a round, and how many answered.
pub(crate) fn turnout(reader: &Reader, id: RoundId) -> Result<TurnoutRow, RowError> {
    Ok(reader.get(&keys::turnout(id))?.unwrap_or_default())
}

/// Somebody who is asked in a round, as they were when they were invited; `None` if they are not asked.
pub(crate) fn invited(
    reader: &Reader,
    round: RoundId,
    person: &PersonId,
) -> Result<Option<Invited>, RowError> {
    Ok(invitation(reader, round, person)?.map(|row| row.invited))
}

/// The same, and whether they answered.
pub(crate) fn invitation(
    reader: &Reader,
    round: RoundId,
    person: &PersonId,
) -> Result<Option<InvitedRow>, RowError> {
    reader.get(&keys::invited_person(round, person))
}
