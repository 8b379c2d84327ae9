//! The ladders of policies, as they were when a version was activated; and the calendars they are climbed by.

use std::collections::BTreeMap;

use khidma_calendar::CalendarSpec;
use khidma_eventlog::Stored;
use khidma_events::directory::CalendarEvent;
use khidma_events::sla::{LadderStep, Metric, PolicyEvent};
use khidma_kernel::PolicyId;
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::find::Find;
use super::{known_events, undecodable};
use crate::keys;

/// The ladders of a version of a policy: of each of its rules, by metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaddersRow(pub(crate) Vec<BTreeMap<Metric, Vec<LadderStep>>>);

/// A revision of a calendar, as JSON: it has fields that are left out where they say nothing, which rows cannot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CalendarRow(String);

impl CalendarRow {
    /// The calendar.
    ///
    /// # Errors
    /// The row is damaged.
    pub(crate) fn spec(&self) -> Result<CalendarSpec, RowError> {
        serde_json::from_str(&self.0).map_err(|error| RowError::Damaged {
            reason: error.to_string(),
        })
    }
}

pub(super) fn apply(id: &PolicyId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    for event in known_events::<PolicyEvent>(commit)? {
        match event {
            PolicyEvent::PolicyActivated(event) => {
                let rules = event.spec.rules.into_iter().map(|rule| {
                    let targets = rule.targets.into_iter();
                    targets
                        .map(|(metric, target)| (metric, target.ladder))
                        .filter(|(_, ladder)| !ladder.is_empty())
                        .collect()
                });
                let row = LaddersRow(rules.collect());
                rows.put(&keys::ladders(id, event.version), &row)?;
            }
            PolicyEvent::PolicyDrafted(_)
            | PolicyEvent::PolicyValidated(_)
            | PolicyEvent::PolicyApplied(_)
            | PolicyEvent::PolicyRetired(_) => {}
        }
    }
    Ok(())
}

pub(super) fn calendar(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    for event in known_events::<CalendarEvent>(commit)? {
        let CalendarEvent::CalendarPut(event) = event;
        let spec = serde_json::to_string(&event.spec).map_err(|error| undecodable(&error))?;
        let key = keys::calendar(&event.calendar, event.revision);
        rows.put(&key, &CalendarRow(spec))?;
    }
    Ok(())
}

/// The ladder of a metric under a rule of a version of a policy; empty if it has none.
pub(crate) fn ladder(
    rows: &impl Find,
    (policy, version, rule): (&PolicyId, u32, u32),
    metric: Metric,
) -> Result<Vec<LadderStep>, RowError> {
    let row: Option<LaddersRow> = rows.find(&keys::ladders(policy, version))?;
    let rules = row.unwrap_or_default().0;
    let rule = usize::try_from(rule).ok().and_then(|rule| rules.get(rule));
    let ladder = rule.and_then(|targets| targets.get(&metric));
    Ok(ladder.cloned().unwrap_or_default())
}
