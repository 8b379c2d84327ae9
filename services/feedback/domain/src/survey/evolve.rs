//! What does it mean?

use khidma_events::feedback::SurveyEvent;

use super::Survey;
use super::state::fingerprint;

pub(super) fn evolve(state: &mut Option<Survey>, event: &SurveyEvent) {
    match event {
        SurveyEvent::SurveyDefined(event) => {
            *state = Some(Survey {
                owner: event.owner.clone(),
                version: event.version,
                retired: false,
                fingerprint: fingerprint(&event.definition),
            });
        }
        SurveyEvent::SurveyRetired(_) => {
            if let Some(survey) = state {
                survey.retired = true;
            }
        }
    }
}
