//! What happens to policies: the policy itself, how lists show it, a row for each version, and which of its activations have
//! still to be applied to the requests that came before.

use std::collections::BTreeSet;

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::sla::{
    Attach, PolicyActivated, PolicyApplied, PolicyDrafted, PolicyEvent, PolicySpec, PolicyWarning,
    TimeKind, policy_entity,
};
use khidma_kernel::{CalendarId, DepartmentId, PolicyId, Position, Timestamp};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use khidma_sla_domain::policy::{Policy, PolicyDecider};
use serde::{Deserialize, Serialize};

use super::{at_once, undecodable};
use crate::keys;

/// The agenda's kind for applying a policy to the requests that came before it.
pub(crate) const APPLY: &str = "apply-policy";

/// A policy at present.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PolicyRow {
    /// The latest version.
    pub latest: u32,
    /// The version that holds.
    pub active: Option<u32>,
    /// Its name, by the version that holds, or else the latest.
    pub name: String,
    /// The departments it names, by the same version.
    pub providers: BTreeSet<DepartmentId>,
    /// Activations that have to be applied to the requests before them, in order.
    pub pending: Vec<Pending>,
    /// For when that stands on the agenda, if it does.
    pub due: Option<Timestamp>,
}

/// An activation that has to be applied to the requests before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// Where it stands.
    pub position: Position,
    /// The version.
    pub version: u32,
    /// Whether also to requests that are over.
    pub all: bool,
}

/// A version of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PolicyVersionRow {
    /// When it was drafted.
    pub at: Timestamp,
    /// What it says, as JSON: rows keep no fields that may be left out.
    spec: String,
    /// Whether it was found to make sense.
    pub validated: bool,
    /// What was strange about it then.
    pub warnings: Vec<PolicyWarning>,
    /// When it was activated last, and to which requests before it.
    pub activated: Option<(Timestamp, Attach)>,
    /// To how many requests it was applied.
    pub applied: u64,
}

impl PolicyVersionRow {
    /// What it says.
    ///
    /// # Errors
    /// [`RowError::Undecodable`]: it was written by a version of this service that we do not understand.
    pub(crate) fn spec(&self) -> Result<PolicySpec, RowError> {
        serde_json::from_str(&self.spec).map_err(|error| RowError::Undecodable {
            reason: format!("a version of a policy: {:?}", error.classify()),
        })
    }
}

/// Applies the policy.
fn item(id: &PolicyId) -> AgendaItem {
    AgendaItem {
        kind: APPLY.to_owned(),
        entity: policy_entity(id),
    }
}

pub(super) fn apply(id: &PolicyId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<PolicyEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut entity: EntityRow<Policy> = rows.get(&key)?.unwrap_or_default();
    advance::<PolicyDecider>(&mut entity, &decoded, commit.position);
    rows.put(&key, &entity)?;
    let mut row: PolicyRow = rows.get(&keys::policy(id))?.unwrap_or_default();
    for recorded in &decoded.events {
        let at = recorded.at;
        match &recorded.event {
            PolicyEvent::PolicyDrafted(event) => drafted(id, &mut row, (event, at), rows)?,
            PolicyEvent::PolicyValidated(event) => change(id, event.version, rows, |version| {
                version.validated = true;
                version.warnings.clone_from(&event.warnings);
            })?,
            PolicyEvent::PolicyActivated(event) => {
                activated(id, &mut row, (event, at, commit.position), rows)?;
            }
            PolicyEvent::PolicyApplied(event) => applied(id, &mut row, event, rows)?,
            PolicyEvent::PolicyRetired(_) => {
                row.active = None;
                // What it promised to those before it, it promises no longer.
                row.pending.clear();
            }
        }
    }
    match (row.due, row.pending.is_empty()) {
        (None, false) => {
            let due = at_once(commit.position);
            rows.schedule(due, &item(id))?;
            row.due = Some(due);
        }
        (Some(due), true) => {
            rows.unschedule(due, &item(id));
            row.due = None;
        }
        (None, true) | (Some(_), false) => {}
    }
    rows.put(&keys::policy(id), &row)?;
    rows.touch(&commit.entity);
    Ok(())
}

fn drafted(
    id: &PolicyId,
    row: &mut PolicyRow,
    (event, at): (&PolicyDrafted, Timestamp),
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let spec = serde_json::to_string(&event.spec).map_err(|error| undecodable(&error))?;
    let version = PolicyVersionRow {
        at,
        spec,
        validated: false,
        warnings: Vec::new(),
        activated: None,
        applied: 0,
    };
    rows.put(&keys::policy_version(id, event.version), &version)?;
    row.latest = event.version;
    if row.active.is_none() {
        row.name.clone_from(&event.spec.name);
        row.providers.clone_from(&event.spec.providers);
    }
    Ok(())
}

fn activated(
    id: &PolicyId,
    row: &mut PolicyRow,
    (event, at, position): (&PolicyActivated, Timestamp, Position),
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    change(id, event.version, rows, |version| {
        version.activated = Some((at, event.attach));
    })?;
    row.latest = row.latest.max(event.version);
    row.active = Some(event.version);
    row.name.clone_from(&event.spec.name);
    row.providers.clone_from(&event.spec.providers);
    if event.attach != Attach::New {
        row.pending.push(Pending {
            position,
            version: event.version,
            all: event.attach == Attach::All,
        });
    }
    for calendar in calendars_of(&event.spec) {
        rows.put(&keys::used_calendar(&calendar), &())?;
    }
    Ok(())
}

fn applied(
    id: &PolicyId,
    row: &mut PolicyRow,
    event: &PolicyApplied,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    row.pending
        .retain(|pending| pending.position.0 > event.activation);
    change(id, event.version, rows, |version| {
        version.applied = event.requests;
    })?;
    Ok(())
}

fn change(
    id: &PolicyId,
    version: u32,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut PolicyVersionRow),
) -> Result<(), RowError> {
    let key = keys::policy_version(id, version);
    match rows.get::<PolicyVersionRow>(&key)? {
        Some(mut row) => {
            change(&mut row);
            rows.put(&key, &row)
        }
        None => Ok(()),
    }
}

/// The calendars by which a policy counts.
pub(crate) fn calendars_of(spec: &PolicySpec) -> BTreeSet<CalendarId> {
    let targets = spec.rules.iter().flat_map(|rule| rule.targets.values());
    let counted = targets.filter(|target| target.time == TimeKind::Business);
    counted
        .filter_map(|target| target.calendar.as_ref().or(spec.calendar.as_ref()))
        .cloned()
        .collect()
}
