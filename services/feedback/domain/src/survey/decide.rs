//! May it happen? One match, one function per command.

use khidma_events::feedback::{Definition, SurveyDefined, SurveyEvent, SurveyRetired};
use khidma_kernel::{Caller, Command, DepartmentId, Role, SurveyId};

use super::state::fingerprint;
use super::{Survey, SurveyCommand, SurveyRefusal as Refusal, definition};

type Decision = Result<Vec<SurveyEvent>, Refusal>;

pub(super) fn decide(state: Option<&Survey>, command: &Command<SurveyCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        SurveyCommand::Define {
            survey,
            owner,
            open,
            definition,
        } => {
            allowed(by, owner)?;
            // Nobody takes the survey of another department over by defining a version of it.
            if let Some(known) = state {
                allowed(by, &known.owner)?;
            }
            match open {
                true => define(state, survey, owner, definition),
                false => Err(Refusal::UnknownDepartment),
            }
        }
        SurveyCommand::Retire => {
            let known = state.ok_or(Refusal::UnknownSurvey)?;
            allowed(by, &known.owner)?;
            match known.retired {
                true => Ok(vec![]),
                false => Ok(vec![SurveyRetired {}.into()]),
            }
        }
    }
}

fn define(
    state: Option<&Survey>,
    survey: &SurveyId,
    owner: &DepartmentId,
    definition: &Definition,
) -> Decision {
    if state.is_some_and(|known| known.retired) {
        return Err(Refusal::Retired);
    }
    let problems = definition::check(definition);
    if !problems.is_empty() {
        return Err(Refusal::Invalid { problems });
    }
    let fingerprint = fingerprint(definition);
    let same = |known: &Survey| known.owner == *owner && known.fingerprint == fingerprint;
    if state.is_some_and(same) {
        return Ok(vec![]);
    }
    let defined = SurveyDefined {
        survey: survey.clone(),
        version: state.map_or(0, |known| known.version).saturating_add(1),
        owner: owner.clone(),
        definition: definition.clone(),
    };
    Ok(vec![defined.into()])
}

/// Those who lead the department that asks, and admins.
fn allowed(by: &Caller, owner: &DepartmentId) -> Result<(), Refusal> {
    match by.leads(owner) || by.is(Role::Admin) {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}
