//! May it happen? One match, one function per command.

use khidma_events::feedback::{SurveyDefined, SurveyEvent, SurveyRetired};
use khidma_kernel::{Caller, Command, DepartmentId, Role};

use super::state::fingerprint;
use super::{Survey, SurveyCommand, SurveyRefusal as Refusal};

type Decision = Result<Vec<SurveyEvent>, Refusal>;

pub(super) fn decide(state: Option<&Survey>, command: &Command<SurveyCommand>) -> Decision {
    match &command.body {
        SurveyCommand::Define {
            survey,
            owner,
            open,
            definition,
        } => {
            allowed(&command.by, owner)?;
            // Nobody takes the survey of another department over by defining a version of it.
            if let Some(known) = state {
                allowed(&command.by, &known.owner)?;
            }
            if state.is_some_and(|known| known.retired) {
                return Err(Refusal::Retired);
            }
            if !open {
                return Err(Refusal::UnknownDepartment);
            }
            let same = |known: &Survey| {
                known.owner == *owner && known.fingerprint == fingerprint(definition)
            };
            if state.is_some_and(same) {
                return Ok(vec![]);
            }
            let defined = SurveyDefined {
                survey: survey.clone(),
                version: state.map_or(0, |known| known.version).saturating_add(1),
                owner: owner.clone(),
                definition: definition.as_ref().clone(),
            };
            Ok(vec![defined.into()])
        }
        SurveyCommand::Retire => {
            let known = state.ok_or(Refusal::UnknownSurvey)?;
            allowed(&command.by, &known.owner)?;
            match known.retired {
                true => Ok(vec![]),
                false => Ok(vec![SurveyRetired {}.into()]),
            }
        }
    }
}

/// Those who lead the department that asks, and admins.
fn allowed(by: &Caller, owner: &DepartmentId) -> Result<(), Refusal> {
    match by.leads(owner) || by.is(Role::Admin) {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}
