//! From the protocol's words for a history to the domain's, and back.

use std::collections::BTreeSet;

use khidma_edge::command::id;
use khidma_edge::instant;
use khidma_edge::status;
use khidma_events::requests::Side;
use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId, Timestamp};
use khidma_proto::requests as pb;
use khidma_requests_domain::{Condition, HistoryAction, Import, Record, State, Submit, Verb};
use tonic::Status;
use uuid::Uuid;

use super::super::convert::{channel_in, priority_in};

/// A message as the domain takes it, without the facts.
pub(super) fn import_in(message: pb::ImportHistoryRequest) -> Result<Import, Status> {
    let at = time_in("submit_time", message.submit_time)?;
    let records = message.records.into_iter().map(record_in);
    Ok(Import {
        source: message.source,
        external_id: message.external_id,
        requester: id("requester_id", &message.requester_id)?,
        requester_department: id("requester_department_id", &message.requester_department_id)?,
        requester_department_known: false,
        submit: Submit {
            id: ServiceRequestId(Uuid::nil()),
            provider: Some(id("provider_id", &message.provider_id)?),
            provider_known: false,
            on_behalf_of: None,
            task: None,
            requester_has_manager: false,
            title: message.title,
            description: message.description,
            offering: None,
            answers: serde_json::Map::new(),
            form_problems: Vec::new(),
            priority: priority_in(message.priority)?,
            tags: message.tags,
            channel: channel_in(message.channel)?,
        },
        at,
        records: records.collect::<Result<_, _>>()?,
        unknown: BTreeSet::new(),
    })
}

/// Everybody who is named in it.
pub(super) fn people(import: &Import) -> BTreeSet<&PersonId> {
    let actors = import.records.iter().map(|record| &record.actor);
    actors.chain([&import.requester]).collect()
}

/// The departments that work was handed to, each with whether it is known.
pub(super) fn transfers(import: &mut Import) -> impl Iterator<Item = (&DepartmentId, &mut bool)> {
    let actions = import
        .records
        .iter_mut()
        .flat_map(|record| &mut record.actions);
    actions.filter_map(|action| match &mut action.verb {
        Verb::Transfer { to, known } => Some((&*to, known)),
        _ => None,
    })
}

fn record_in(record: pb::HistoryRecord) -> Result<Record, Status> {
    let actions = record.actions.into_iter().map(action_in);
    Ok(Record {
        at: time_in("records.time", record.time)?,
        actor: id("records.actor_id", &record.actor_id)?,
        actions: actions.collect::<Result<_, _>>()?,
        note: record.note,
    })
}

fn action_in(action: pb::HistoryAction) -> Result<HistoryAction, Status> {
    use pb::HistoryVerb;
    let verb = match action.verb() {
        HistoryVerb::Unspecified => return Err(unknown("records.actions.verb")),
        HistoryVerb::Acknowledge => Verb::Acknowledge,
        HistoryVerb::Assign => Verb::Assign,
        HistoryVerb::Start => Verb::Start,
        HistoryVerb::Wait => Verb::Wait,
        HistoryVerb::Resume => Verb::Resume,
        HistoryVerb::Reply => Verb::Reply,
        HistoryVerb::Note => Verb::Note,
        HistoryVerb::Priority => Verb::SetPriority(priority_in(action.priority)?),
        HistoryVerb::Tags => Verb::SetTags(action.tags),
        HistoryVerb::Resolve => Verb::Resolve,
        HistoryVerb::Confirm => Verb::Confirm,
        HistoryVerb::Reopen => Verb::Reopen,
        HistoryVerb::Decline => Verb::Decline,
        HistoryVerb::Cancel => Verb::Cancel,
        HistoryVerb::Transfer => Verb::Transfer {
            to: id("records.actions.provider_id", &action.provider_id)?,
            known: false,
        },
    };
    let side = match pb::HistorySide::try_from(action.side) {
        Ok(pb::HistorySide::Unspecified) => None,
        Ok(pb::HistorySide::Requester) => Some(Side::Requester),
        Ok(pb::HistorySide::Provider) => Some(Side::Provider),
        Err(_) => return Err(unknown("records.actions.side")),
    };
    let when = action.when.into_iter().map(condition_in);
    Ok(HistoryAction {
        verb,
        when: when.collect::<Result<_, _>>()?,
        side,
    })
}

fn condition_in(condition: i32) -> Result<Condition, Status> {
    use pb::HistoryCondition as Asked;
    Ok(match Asked::try_from(condition) {
        Ok(Asked::Submitted) => Condition::Is(State::Submitted),
        Ok(Asked::Acknowledged) => Condition::Is(State::Acknowledged),
        Ok(Asked::InProgress) => Condition::Is(State::InProgress),
        Ok(Asked::Waiting) => Condition::Is(State::Waiting),
        Ok(Asked::Resolved) => Condition::Is(State::Resolved),
        Ok(Asked::Confirmed) => Condition::Is(State::Confirmed),
        Ok(Asked::Closed) => Condition::Is(State::Closed),
        Ok(Asked::Declined) => Condition::Is(State::Declined),
        Ok(Asked::Cancelled) => Condition::Is(State::Cancelled),
        Ok(Asked::AwaitingApproval) => Condition::Is(State::AwaitingApproval),
        Ok(Asked::Rejected) => Condition::Is(State::Rejected),
        Ok(Asked::Merged) => Condition::Is(State::Merged),
        Ok(Asked::Open) => Condition::Open,
        Ok(Asked::Unacknowledged) => Condition::Unacknowledged,
        Ok(Asked::Unassigned) => Condition::Unassigned,
        Ok(Asked::Unspecified) | Err(_) => return Err(unknown("records.actions.when")),
    })
}

fn time_in(field: &str, time: Option<prost_types::Timestamp>) -> Result<Timestamp, Status> {
    instant::time_in(field, time)?.ok_or_else(|| {
        let message = format!("{field} must be said");
        status::invalid_field(field, "MISSING_FIELD", message)
    })
}

fn unknown(field: &str) -> Status {
    let message = format!("{field} has a value this version does not know");
    status::invalid_field(field, "UNKNOWN_VALUE", message)
}
