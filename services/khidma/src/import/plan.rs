//! From a case to the message that takes it over.

use khidma_edge::instant::time_out;
use khidma_proto::requests::{HistoryAction, HistoryRecord, ImportHistoryRequest};

use super::mapping::Activity;
use super::{Case, Event, Mapping, Source};
use crate::failure::Failure;

/// The message that takes over `case`: its first event submits it, and then also does what it says.
///
/// # Errors
/// An attribute that a template names is not there, or an event is earlier than the one before it; with the place.
pub fn plan(
    source: &Source,
    mapping: &Mapping,
    case: &Case,
) -> Result<ImportHistoryRequest, Failure> {
    let Some(first) = case.events.first() else {
        return Err(source.wrong(&case.place, "it has no events"));
    };
    let at_first = |error: String| wrong(source, case, first, &error);
    let request = &mapping.request;
    let mut records = Vec::with_capacity(case.events.len());
    let mut before = first.at;
    for event in &case.events {
        if event.at < before {
            let what = format!(
                "it happened at {}, which is before {before}, when the event before it did",
                event.at
            );
            return Err(wrong(source, case, event, &what));
        }
        before = event.at;
        let record = record(mapping, case, event);
        records.push(record.map_err(|error| wrong(source, case, event, &error))?);
    }
    Ok(ImportHistoryRequest {
        source: mapping.source.clone(),
        external_id: request.external_id.fill(case, first).map_err(at_first)?,
        provider_id: request.provider.to_string(),
        requester_id: request.requester.id(case, first).map_err(at_first)?,
        requester_department_id: request.requester_department.to_string(),
        title: request.title.fill(case, first).map_err(at_first)?,
        description: request.description.fill(case, first).map_err(at_first)?,
        priority: request.priority.into(),
        tags: request.tags.clone(),
        channel: request.channel.into(),
        submit_time: Some(time_out(first.at)),
        records,
    })
}

fn wrong(source: &Source, case: &Case, event: &Event, what: &str) -> Failure {
    source.wrong(format!("{}, {}", case.place, event.place), what)
}

fn record(mapping: &Mapping, case: &Case, event: &Event) -> Result<HistoryRecord, String> {
    let activity = mapping.activity(&event.activity);
    Ok(HistoryRecord {
        time: Some(time_out(event.at)),
        actor_id: mapping.people.id.id(case, event)?,
        actions: actions(activity),
        note: activity.text.fill(case, event)?,
    })
}

fn actions(activity: &Activity) -> Vec<HistoryAction> {
    let action = |action: &super::mapping::Action| HistoryAction {
        verb: action.verb.into(),
        when: action.when.iter().map(|one| i32::from(*one)).collect(),
        side: action.by.into(),
        priority: action.priority.into(),
        tags: action.tags.clone(),
        provider_id: action
            .to
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    activity.actions.iter().map(action).collect()
}
