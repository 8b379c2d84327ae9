//! Surveys and their versions.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::SurveyEvent;
use khidma_feedback_domain::survey::{Survey, SurveyDecider};
use khidma_projection::{ApplyError, Rows};

use crate::keys;

/// A survey, under the key of its entity.
pub(crate) type SurveyRow = EntityRow<Option<Survey>>;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<SurveyEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: SurveyRow = rows.get(&key)?.unwrap_or_default();
    advance::<SurveyDecider>(&mut row, &decoded, commit.position);
    rows.put(&key, &row)?;
    for recorded in &decoded.events {
        match &recorded.event {
            SurveyEvent::SurveyDefined(event) => {
                let definition = keys::definition(&event.survey, event.version);
                rows.put(&definition, &event.definition)?;
                rows.put(&keys::survey(&event.survey), &event.survey)?;
            }
            SurveyEvent::SurveyRetired(_) => {}
        }
    }
    Ok(())
}
