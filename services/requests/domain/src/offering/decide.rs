//! May it happen? One match, one function per command.

use khidma_events::requests::{
    OfferingEvent, OfferingPublished, OfferingReinstated, OfferingRetired,
};
use khidma_kernel::{Caller, Command, DepartmentId, Role};

use super::state::fingerprint;
use super::{Offering, OfferingCommand, OfferingRefusal as Refusal, Publish, check};
use crate::limits;

type Decision = Result<Vec<OfferingEvent>, Refusal>;

pub(super) fn decide(state: Option<&Offering>, command: &Command<OfferingCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        OfferingCommand::Publish(body) => publish(state, by, body),
        OfferingCommand::Retire { reason } => retire(state, by, reason),
        OfferingCommand::Reinstate => reinstate(state, by),
    }
}

fn publish(state: Option<&Offering>, by: &Caller, body: &Publish) -> Decision {
    let content = &body.content;
    let provider = state.map_or(&content.provider, |offering| &offering.provider);
    allowed(by, provider)?;
    if *provider != content.provider {
        return Err(Refusal::ProviderFixed);
    }
    let current = state.map_or(0, |offering| offering.version);
    if let Some(expected) = body
        .expected_version
        .filter(|expected| *expected != current)
    {
        return Err(Refusal::VersionNotCurrent { expected, current });
    }
    check::content(content, &body.facts)?;
    let published = fingerprint(content);
    if published.is_some() && state.and_then(|offering| offering.fingerprint) == published {
        return Ok(vec![]);
    }
    let version = current.saturating_add(1);
    Ok(vec![
        OfferingPublished {
            version,
            ..content.clone()
        }
        .into(),
    ])
}

fn retire(state: Option<&Offering>, by: &Caller, reason: &str) -> Decision {
    let offering = state.ok_or(Refusal::UnknownOffering)?;
    allowed(by, &offering.provider)?;
    check::required("reason", reason, limits::TEXT)?;
    if offering.retired {
        return Ok(vec![]);
    }
    let reason = reason.to_owned();
    Ok(vec![OfferingRetired { reason }.into()])
}

fn reinstate(state: Option<&Offering>, by: &Caller) -> Decision {
    let offering = state.ok_or(Refusal::UnknownOffering)?;
    allowed(by, &offering.provider)?;
    if offering.retired {
        Ok(vec![OfferingReinstated {}.into()])
    } else {
        Ok(vec![])
    }
}

/// What a department offers, those who lead it say, and whoever keeps the directory.
fn allowed(by: &Caller, provider: &DepartmentId) -> Result<(), Refusal> {
    if by.leads(provider) || by.is(Role::Admin) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}
