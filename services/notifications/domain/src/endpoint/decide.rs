//! May it happen? One match, one function per command.

use khidma_events::notifications::{
    EndpointChanged, EndpointDisabled, EndpointEnabled, EndpointEvent, EndpointKind, EndpointOwner,
    EndpointRegistered, EndpointRemoved, EndpointSpec, Failure, SecretRotated,
};
use khidma_kernel::{Caller, Command, Role, Timestamp};

use super::{Endpoint, EndpointCommand, EndpointRefusal as Refusal, OwnerFact, UrlFact};

/// How many endpoints a department or person may have.
pub const ENDPOINTS: usize = 50;

/// How long messages are signed with an old secret, too: time for the receiver to learn the new one, in seconds.
pub const OLD_SECRET_SECONDS: i64 = 24 * 3600;

type Decision = Result<Vec<EndpointEvent>, Refusal>;

/// Whether `caller` speaks for `owner`, or is an admin.
pub fn keeps(caller: &Caller, owner: &EndpointOwner) -> bool {
    caller.is(Role::Admin) || speaks_for(caller, owner)
}

/// Whether `caller` is `owner`, or leads it.
pub fn speaks_for(caller: &Caller, owner: &EndpointOwner) -> bool {
    match owner {
        EndpointOwner::Department(department) => caller.leads(department),
        EndpointOwner::Person(person) => caller.actor.person() == Some(person),
    }
}

pub(super) fn decide(state: Option<&Endpoint>, command: &Command<EndpointCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        EndpointCommand::Register {
            id,
            owner,
            spec,
            of,
            url,
        } => {
            may_register(by, owner, *of)?;
            if state.is_some() {
                return Err(Refusal::Exists);
            }
            sound(spec, url)?;
            Ok(vec![
                EndpointRegistered {
                    endpoint: id.clone(),
                    owner: owner.clone(),
                    spec: spec.clone(),
                }
                .into(),
            ])
        }
        EndpointCommand::Change { spec, url } => change(kept(state, by)?, spec, url),
        EndpointCommand::Rotate => rotate(kept(state, by)?, command.at),
        EndpointCommand::Disable { failure } => disable(state, by, failure.as_ref()),
        EndpointCommand::Enable if kept(state, by)?.enabled => Ok(vec![]),
        EndpointCommand::Enable => Ok(vec![EndpointEnabled {}.into()]),
        EndpointCommand::Remove => {
            kept(state, by)?;
            Ok(vec![EndpointRemoved {}.into()])
        }
    }
}

fn may_register(by: &Caller, owner: &EndpointOwner, of: OwnerFact) -> Result<(), Refusal> {
    if !keeps(by, owner) {
        return Err(Refusal::NotAllowed);
    }
    if !of.present {
        let field = match owner {
            EndpointOwner::Department(_) => "department_id",
            EndpointOwner::Person(_) => "person_id",
        };
        return Err(Refusal::UnknownOwner { field });
    }
    if of.endpoints >= ENDPOINTS {
        return Err(Refusal::TooMany { limit: ENDPOINTS });
    }
    Ok(())
}

fn sound(spec: &EndpointSpec, url: &UrlFact) -> Result<(), Refusal> {
    if let UrlFact::Refused(reason) = url {
        let reason = reason.clone();
        return Err(Refusal::InvalidUrl { reason });
    }
    oxilangtag::LanguageTag::parse(spec.language.as_str())
        .map(|_| ())
        .map_err(|_| Refusal::InvalidLanguage)
}

fn change(endpoint: &Endpoint, spec: &EndpointSpec, url: &UrlFact) -> Decision {
    sound(spec, url)?;
    let spec = EndpointSpec {
        kind: endpoint.kind,
        ..spec.clone()
    };
    if spec == endpoint.spec() {
        return Ok(vec![]);
    }
    Ok(vec![EndpointChanged { spec }.into()])
}

fn rotate(endpoint: &Endpoint, at: Timestamp) -> Decision {
    match endpoint.kind {
        EndpointKind::Chat => Err(Refusal::NoSecret),
        EndpointKind::Webhook => Ok(vec![
            SecretRotated {
                generation: endpoint.generation.saturating_add(1),
                old_until: at.plus_seconds(OLD_SECRET_SECONDS),
            }
            .into(),
        ]),
    }
}

/// By hand, or by the service itself because of what it answered.
fn disable(state: Option<&Endpoint>, by: &Caller, failure: Option<&Failure>) -> Decision {
    let endpoint = if by.is_service() {
        existing(state)?
    } else {
        kept(state, by)?
    };
    if !endpoint.enabled {
        return Ok(vec![]);
    }
    let failure = failure.cloned();
    Ok(vec![EndpointDisabled { failure }.into()])
}

fn existing(state: Option<&Endpoint>) -> Result<&Endpoint, Refusal> {
    state
        .filter(|endpoint| !endpoint.removed)
        .ok_or(Refusal::Unknown)
}

/// An endpoint of the caller's. Others do not learn that it is there.
fn kept<'a>(state: Option<&'a Endpoint>, by: &Caller) -> Result<&'a Endpoint, Refusal> {
    let endpoint = existing(state)?;
    if keeps(by, &endpoint.owner) {
        Ok(endpoint)
    } else {
        Err(Refusal::Unknown)
    }
}
