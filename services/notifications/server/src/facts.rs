//! What decisions need to know from elsewhere: of people and departments, and what they wish.

use std::collections::BTreeSet;

use khidma_engine::entity_key;
use khidma_events::directory::QuietHours;
use khidma_events::notifications::{
    Announced, Preferences, SilenceScope, StandIn, preferences_entity,
};
use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId, Timestamp};
use khidma_notifications_domain::announcement::AnnouncementFacts;
use khidma_notifications_domain::preferences::StandInFacts;
use khidma_notifications_domain::silence::ScopeFacts;
use khidma_projection::{Reader, RowError};

use crate::keys;
use crate::views::{DepartmentRow, PersonRow, PreferencesRow, RequestRow};

/// Departments above one another at the most, whatever the directory says.
const DEPTH: usize = 64;

/// Whether there is such a person and they have not left.
pub(crate) fn is_here(reader: &Reader, person: &PersonId) -> Result<bool, RowError> {
    let row: Option<PersonRow> = reader.get(&keys::person(person))?;
    Ok(row.is_some_and(|row| row.active))
}

/// What a person has set; nothing if they never did.
pub(crate) fn preferences(reader: &Reader, person: &PersonId) -> Result<Preferences, RowError> {
    let key = entity_key(&preferences_entity(person));
    let row: Option<PreferencesRow> = reader.get(&key)?;
    Ok(row.map(|row| row.state).unwrap_or_default())
}

/// The quiet hours of a person, where they hold for what is to be told to them.
pub(crate) fn quiet_hours(
    reader: &Reader,
    person: &PersonId,
    urgent: bool,
) -> Result<Option<QuietHours>, RowError> {
    let row: Option<PersonRow> = reader.get(&keys::person(person))?;
    let hours = row.and_then(|row| row.profile.quiet_hours);
    if hours.is_none() || (urgent && !preferences(reader, person)?.quiet_even_if_urgent) {
        return Ok(None);
    }
    Ok(hours)
}

/// What is to be known of who is to stand in for somebody.
pub(crate) fn stand_in(
    reader: &Reader,
    wish: Option<&StandIn>,
    now: Timestamp,
) -> Result<StandInFacts, RowError> {
    let Some(wish) = wish else {
        return Ok(StandInFacts::default());
    };
    let (mut behind, mut last) = (Vec::new(), wish.person.clone());
    while let Some(next) = preferences(reader, &last)?
        .stand_in
        .filter(|next| next.until > now && !behind.contains(&next.person))
    {
        behind.push(next.person.clone());
        last = next.person;
    }
    Ok(StandInFacts {
        known: is_here(reader, &wish.person)?,
        behind,
    })
}

/// The department that is asked for a request, if there is such a request.
pub(crate) fn provider(
    reader: &Reader,
    request: Option<ServiceRequestId>,
) -> Result<Option<DepartmentId>, RowError> {
    let Some(request) = request else {
        return Ok(None);
    };
    let row: Option<RequestRow> = reader.get(&keys::request(request))?;
    Ok(row.and_then(|row| row.matter).map(|matter| matter.provider))
}

/// What is to be known of what a scope names.
pub(crate) fn scope(reader: &Reader, scope: &SilenceScope) -> Result<ScopeFacts, RowError> {
    let person = scope.person.as_ref();
    let department = scope.department.as_ref();
    Ok(ScopeFacts {
        person: person.map_or(Ok(false), |person| is_here(reader, person))?,
        department: match department {
            Some(department) => row(reader, department)?.is_some(),
            None => false,
        },
        provider: provider(reader, scope.request)?,
    })
}

/// Whether a department is there and open.
pub(crate) fn is_open(reader: &Reader, department: &DepartmentId) -> Result<bool, RowError> {
    Ok(row(reader, department)?.is_some_and(|row| row.open))
}

/// What is to be known of the departments that an announcement names.
pub(crate) fn announcement(
    reader: &Reader,
    content: &Announced,
) -> Result<AnnouncementFacts, RowError> {
    let from = &content.department;
    let mut facts = AnnouncementFacts::default();
    for department in content.to.iter().chain([from]) {
        if is_open(reader, department)? {
            facts.open.insert(department.clone());
        }
        if is_below(reader, department, from)? {
            facts.below.insert(department.clone());
        }
    }
    Ok(facts)
}

/// Whether a department is that one, or somewhere below it.
fn is_below(
    reader: &Reader,
    department: &DepartmentId,
    top: &DepartmentId,
) -> Result<bool, RowError> {
    let (mut here, mut seen) = (department.clone(), BTreeSet::new());
    while here != *top {
        let parent = row(reader, &here)?.and_then(|row| row.parent);
        seen.insert(here);
        match parent {
            Some(parent) if !seen.contains(&parent) && seen.len() < DEPTH => here = parent,
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn row(reader: &Reader, department: &DepartmentId) -> Result<Option<DepartmentRow>, RowError> {
    reader.get(&keys::department(department))
}
