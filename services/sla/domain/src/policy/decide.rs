//! May it happen? One match, one function per command.

use std::collections::BTreeSet;

use khidma_events::sla::{
    Attach, PolicyActivated, PolicyApplied, PolicyDrafted, PolicyEvent, PolicyRetired, PolicySpec,
    PolicyValidated,
};
use khidma_kernel::{Caller, Command, DepartmentId, Role, Timestamp};

use super::state::fingerprint;
use super::{Policy, PolicyCommand, PolicyFacts, PolicyRefusal as Refusal, check};

type Decision = Result<Vec<PolicyEvent>, Refusal>;

pub(super) fn decide(policy: &Policy, command: &Command<PolicyCommand>) -> Decision {
    let (by, at) = (&command.by, command.at);
    match &command.body {
        PolicyCommand::Draft { spec, facts } => draft(policy, by, spec, facts, at),
        PolicyCommand::Validate {
            version,
            spec,
            facts,
        } => validate(policy, by, (*version, spec.as_ref()), facts, at),
        PolicyCommand::Activate {
            version,
            spec,
            attach,
            facts,
        } => activate(policy, by, (*version, spec.as_ref()), *attach, facts),
        PolicyCommand::Retire => retire(policy, by),
        PolicyCommand::NoteApplied {
            version,
            activation,
            requests,
        } => note_applied(policy, by, (*version, *activation, *requests)),
    }
}

fn draft(
    policy: &Policy,
    by: &Caller,
    spec: &PolicySpec,
    facts: &PolicyFacts,
    now: Timestamp,
) -> Decision {
    allowed(by, &spec.providers)?;
    // Nobody takes the policy of another department over by drafting a version of it.
    if policy.versions > 0 {
        allowed(by, &policy.drafted)?;
    }
    allowed_of_held(by, policy)?;
    let checked = check(spec, facts, now);
    if !checked.problems.is_empty() {
        return Err(Refusal::Invalid {
            problems: checked.problems,
        });
    }
    let drafted = fingerprint(spec);
    if drafted.is_some() && policy.fingerprint == drafted {
        return Ok(vec![]);
    }
    let version = policy.versions.saturating_add(1);
    let spec = spec.clone();
    Ok(vec![PolicyDrafted { version, spec }.into()])
}

fn validate(
    policy: &Policy,
    by: &Caller,
    asked: (u32, Option<&PolicySpec>),
    facts: &PolicyFacts,
    now: Timestamp,
) -> Decision {
    let (version, spec) = found(policy, asked)?;
    allowed(by, &spec.providers)?;
    let checked = check(spec, facts, now);
    if !checked.problems.is_empty() {
        return Err(Refusal::Invalid {
            problems: checked.problems,
        });
    }
    if policy.validated.contains(&version) {
        return Ok(vec![]);
    }
    let warnings = checked.warnings;
    Ok(vec![PolicyValidated { version, warnings }.into()])
}

fn activate(
    policy: &Policy,
    by: &Caller,
    asked: (u32, Option<&PolicySpec>),
    attach: Attach,
    facts: &PolicyFacts,
) -> Decision {
    let (version, spec) = found(policy, asked)?;
    allowed(by, &spec.providers)?;
    allowed_of_held(by, policy)?;
    if !policy.validated.contains(&version) {
        return Err(Refusal::NotValidated { version });
    }
    if policy.active() == Some(version) {
        return Ok(vec![]);
    }
    let overlaps = super::check::overlaps(spec, facts);
    if !overlaps.is_empty() {
        return Err(Refusal::Overlaps { problems: overlaps });
    }
    let spec = spec.clone();
    Ok(vec![
        PolicyActivated {
            version,
            spec,
            attach,
        }
        .into(),
    ])
}

fn retire(policy: &Policy, by: &Caller) -> Decision {
    if policy.versions == 0 {
        return Err(Refusal::UnknownPolicy);
    }
    allowed(by, &policy.drafted)?;
    allowed_of_held(by, policy)?;
    if policy.held.is_none() {
        return Ok(vec![]);
    }
    Ok(vec![PolicyRetired {}.into()])
}

fn note_applied(
    policy: &Policy,
    by: &Caller,
    (version, activation, requests): (u32, u64, u64),
) -> Decision {
    if !by.is_service() {
        return Err(Refusal::NotAllowed);
    }
    if policy.versions == 0 {
        return Err(Refusal::UnknownPolicy);
    }
    if activation <= policy.applied {
        return Ok(vec![]);
    }
    Ok(vec![
        PolicyApplied {
            version,
            activation,
            requests,
        }
        .into(),
    ])
}

/// The version that is meant, and what it says.
fn found<'a>(
    policy: &Policy,
    (version, spec): (u32, Option<&'a PolicySpec>),
) -> Result<(u32, &'a PolicySpec), Refusal> {
    if policy.versions == 0 {
        return Err(Refusal::UnknownPolicy);
    }
    let meant = policy.meant(version);
    meant.zip(spec).ok_or(Refusal::UnknownVersion { version })
}

/// What one department promises, those who lead it say; what several promise, or all, only admins.
fn allowed(by: &Caller, providers: &BTreeSet<DepartmentId>) -> Result<(), Refusal> {
    let mut named = providers.iter();
    let own = match (named.next(), named.next()) {
        (Some(only), None) => by.leads(only),
        _ => false,
    };
    if own || by.is(Role::Admin) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

fn allowed_of_held(by: &Caller, policy: &Policy) -> Result<(), Refusal> {
    match &policy.held {
        Some((_, providers)) => allowed(by, providers),
        None => Ok(()),
    }
}
