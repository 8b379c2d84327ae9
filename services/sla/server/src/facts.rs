//! What decisions about policies need to know from elsewhere, from the rows of this service.

use std::collections::BTreeSet;

use khidma_events::sla::{PolicySpec, Recipient};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, PolicyId, Position, RoleId};
use khidma_projection::{Reader, RowError};
use khidma_sla_domain::Terms;
use khidma_sla_domain::policy::{PolicyFacts, limits};

use crate::keys;
use crate::views::{Department, PolicyRow, PolicyVersionRow, calendars_of};

/// What there is of that which `spec` names, and which policies hold besides `id`.
///
/// # Errors
/// A row is damaged, or the rows are being built.
pub(crate) fn policy_facts(
    reader: &Reader,
    terms: &Terms,
    id: &PolicyId,
    spec: &PolicySpec,
) -> Result<PolicyFacts, RowError> {
    let mut facts = PolicyFacts::default();
    let named = Named::of(spec);
    for id in named.departments {
        if let Some(row) = reader.get::<Department>(&keys::department(id))? {
            facts.departments.insert(id.clone(), row.open);
        }
    }
    for id in named.offerings {
        if reader.get::<()>(&keys::offering(id))?.is_some() {
            facts.offerings.insert(id.clone());
        }
    }
    for id in named.roles {
        if reader.get::<()>(&keys::role(id))?.is_some() {
            facts.roles.insert(id.clone());
        }
    }
    for id in named.people {
        if reader.get::<bool>(&keys::person(id))? == Some(true) {
            facts.people.insert(id.clone());
        }
    }
    let targets = spec.rules.iter().flat_map(|rule| rule.targets.values());
    let unused = targets.filter_map(|target| target.calendar.clone());
    let calendars = calendars_of(spec).into_iter().chain(unused);
    for id in calendars.chain(spec.calendar.clone()) {
        if let Some(latest) = terms.almanac.latest(&id) {
            facts.calendars.insert(id, latest.calendar.clone());
        }
    }
    let holding = terms.book.holding(Position(u64::MAX));
    let others = holding.filter(|held| held.policy != *id);
    facts.others = others
        .map(|held| (held.policy.clone(), held.spec.providers.clone()))
        .collect();
    Ok(facts)
}

/// What a policy names, as far as it may name at all: what is beyond the limits is not looked up.
#[derive(Default)]
struct Named<'a> {
    departments: BTreeSet<&'a DepartmentId>,
    offerings: BTreeSet<&'a OfferingId>,
    roles: BTreeSet<&'a RoleId>,
    people: BTreeSet<&'a PersonId>,
}

impl<'a> Named<'a> {
    fn of(spec: &'a PolicySpec) -> Self {
        let mut named = Self::default();
        named
            .departments
            .extend(spec.providers.iter().take(limits::ITEMS));
        for rule in spec.rules.iter().take(limits::RULES) {
            let when = &rule.when;
            named
                .departments
                .extend(when.providers.iter().take(limits::ITEMS));
            named
                .departments
                .extend(when.requesters.iter().take(limits::ITEMS));
            named
                .offerings
                .extend(when.offerings.iter().take(limits::ITEMS));
            let steps = rule
                .targets
                .values()
                .flat_map(|target| target.ladder.iter().take(limits::STEPS));
            for recipient in steps.flat_map(|step| step.to.iter().take(limits::RECIPIENTS)) {
                named.recipient(recipient);
            }
        }
        named
    }

    fn recipient(&mut self, recipient: &'a Recipient) {
        match recipient {
            Recipient::Role { role, department } => {
                self.roles.insert(role);
                self.departments.extend(department);
            }
            Recipient::Person(person) => {
                self.people.insert(person);
            }
            Recipient::Assignee
            | Recipient::ManagerOfAssignee
            | Recipient::ManagersOfProvider
            | Recipient::Provider
            | Recipient::Requester => {}
        }
    }
}

/// A version of a policy as it was drafted, 0 being the latest; `None` if there is none.
///
/// # Errors
/// A row is damaged, or the rows are being built.
pub(crate) fn version(
    reader: &Reader,
    id: &PolicyId,
    version: u32,
) -> Result<Option<(PolicyRow, u32, PolicyVersionRow)>, RowError> {
    let Some(policy) = reader.get::<PolicyRow>(&keys::policy(id))? else {
        return Ok(None);
    };
    let meant = if version == 0 { policy.latest } else { version };
    let row: Option<PolicyVersionRow> = reader.get(&keys::policy_version(id, meant))?;
    Ok(row.map(|row| (policy, meant, row)))
}
