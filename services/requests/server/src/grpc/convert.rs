//! Between the domain's words and the protocol's.

use khidma_edge::instant::time_out;
use khidma_edge::status;
use khidma_events::requests::{Channel, LinkKind, Priority, RequestKind};
use khidma_kernel::{Actor, ServiceRequestId};
use khidma_proto::{common, requests as pb};
use khidma_requests_domain::State;
use tonic::Status;

use super::json::object_out;
use super::plans;
use crate::views::{Entry, RequestHead};

pub(super) fn priority_in(priority: i32) -> Result<Priority, Status> {
    Ok(match known(pb::Priority::try_from(priority), "priority")? {
        pb::Priority::Unspecified | pb::Priority::Normal => Priority::Normal,
        pb::Priority::Low => Priority::Low,
        pb::Priority::High => Priority::High,
        pb::Priority::Urgent => Priority::Urgent,
    })
}

pub(super) fn channel_in(channel: i32) -> Result<Channel, Status> {
    Ok(match known(pb::Channel::try_from(channel), "channel")? {
        pb::Channel::Unspecified | pb::Channel::Api => Channel::Api,
        pb::Channel::Web => Channel::Web,
        pb::Channel::Email => Channel::Email,
        pb::Channel::Phone => Channel::Phone,
        pb::Channel::Chat => Channel::Chat,
        pb::Channel::InPerson => Channel::InPerson,
    })
}

pub(super) fn states_in(states: &[i32]) -> Result<Vec<State>, Status> {
    states.iter().map(|state| state_in(*state)).collect()
}

fn state_in(state: i32) -> Result<State, Status> {
    Ok(match known(pb::State::try_from(state), "states")? {
        pb::State::Unspecified => return Err(unknown("states")),
        pb::State::Submitted => State::Submitted,
        pb::State::Acknowledged => State::Acknowledged,
        pb::State::InProgress => State::InProgress,
        pb::State::Waiting => State::Waiting,
        pb::State::Resolved => State::Resolved,
        pb::State::Confirmed => State::Confirmed,
        pb::State::Closed => State::Closed,
        pb::State::Declined => State::Declined,
        pb::State::Cancelled => State::Cancelled,
        pb::State::AwaitingApproval => State::AwaitingApproval,
        pb::State::Rejected => State::Rejected,
        pb::State::Merged => State::Merged,
    })
}

pub(super) fn state_out(state: State) -> pb::State {
    match state {
        State::Submitted => pb::State::Submitted,
        State::Acknowledged => pb::State::Acknowledged,
        State::InProgress => pb::State::InProgress,
        State::Waiting => pb::State::Waiting,
        State::Resolved => pb::State::Resolved,
        State::Confirmed => pb::State::Confirmed,
        State::Closed => pb::State::Closed,
        State::Declined => pb::State::Declined,
        State::Cancelled => pb::State::Cancelled,
        State::AwaitingApproval => pb::State::AwaitingApproval,
        State::Rejected => pb::State::Rejected,
        State::Merged => pb::State::Merged,
    }
}

pub(super) fn priority_out(priority: Priority) -> pb::Priority {
    match priority {
        Priority::Low => pb::Priority::Low,
        Priority::Normal => pb::Priority::Normal,
        Priority::High => pb::Priority::High,
        Priority::Urgent => pb::Priority::Urgent,
    }
}

fn channel_out(channel: Channel) -> pb::Channel {
    match channel {
        Channel::Api => pb::Channel::Api,
        Channel::Web => pb::Channel::Web,
        Channel::Email => pb::Channel::Email,
        Channel::Phone => pb::Channel::Phone,
        Channel::Chat => pb::Channel::Chat,
        Channel::InPerson => pb::Channel::InPerson,
    }
}

pub(super) fn known<T, E>(value: Result<T, E>, field: &str) -> Result<T, Status> {
    value.map_err(|_| unknown(field))
}

fn unknown(field: &str) -> Status {
    status::invalid_field(
        field,
        "UNKNOWN_VALUE",
        format!("{field} has a value this version does not know"),
    )
}

/// The request as callers see it; `None` if it was never submitted.
pub(super) fn request_out(id: &str, head: RequestHead) -> Option<pb::ServiceRequest> {
    let RequestHead { entity, card } = head;
    let request = entity.state?;
    let approval = super::approvals::progress_out(&request);
    let progress = plans::progress_out(&request);
    let answers = serde_json::from_str(&card.answers).ok();
    Some(pb::ServiceRequest {
        id: id.to_owned(),
        title: card.title,
        description: card.description,
        offering: optional(card.offering),
        provider_id: request.provider.into(),
        requester_id: optional(request.requester),
        requester_department_id: optional(request.requester_department),
        assignee_id: optional(request.assignee),
        state: state_out(request.state).into(),
        priority: priority_out(request.priority).into(),
        tags: request.tags,
        channel: channel_out(card.channel).into(),
        watcher_ids: request.watchers.into_iter().map(String::from).collect(),
        submit_time: Some(time_out(card.submitted)),
        update_time: Some(time_out(card.updated)),
        acknowledge_time: card.acknowledged.map(time_out),
        resolve_time: card.resolved.map(time_out),
        auto_close_time: request.auto_close_at.map(time_out),
        reopen_count: card.reopened,
        position: card.seen.0,
        imported: request.imported.map(|imported| pb::ImportedFrom {
            source: imported.source,
            external_id: imported.external_id,
        }),
        approval,
        task_of: request.task_of.map(plans::task_of_out),
        progress,
        offering_version: card.offering_version,
        answers: answers.map(object_out),
        kind: kind_out(request.kind).into(),
        links: links_out(&request.links, false),
        attachments: Vec::new(),
        merged_into_id: optional(request.merged_into.map(|into| into.to_string())),
    })
}

fn kind_out(kind: RequestKind) -> pb::RequestKind {
    match kind {
        RequestKind::Service => pb::RequestKind::Service,
        RequestKind::Concern => pb::RequestKind::Concern,
    }
}

/// A kind to look for; `None` for all.
pub(super) fn kind_in(kind: i32) -> Result<Option<RequestKind>, Status> {
    Ok(match known(pb::RequestKind::try_from(kind), "kind")? {
        pb::RequestKind::Unspecified => None,
        pb::RequestKind::Service => Some(RequestKind::Service),
        pb::RequestKind::Concern => Some(RequestKind::Concern),
    })
}

pub(super) fn link_kind_in(kind: i32) -> Result<LinkKind, Status> {
    Ok(match known(pb::LinkKind::try_from(kind), "kind")? {
        pb::LinkKind::Unspecified => return Err(unknown("kind")),
        pb::LinkKind::DuplicateOf => LinkKind::DuplicateOf,
        pb::LinkKind::CausedBy => LinkKind::CausedBy,
        pb::LinkKind::SimilarTo => LinkKind::SimilarTo,
    })
}

/// Links as a request shows them: its own, or those `from_other` requests.
pub(super) fn links_out<'a>(
    links: impl IntoIterator<Item = &'a (LinkKind, ServiceRequestId)>,
    from_other: bool,
) -> Vec<pb::RequestLink> {
    let links = links.into_iter().map(|(kind, request)| {
        let kind = match kind {
            LinkKind::DuplicateOf => pb::LinkKind::DuplicateOf,
            LinkKind::CausedBy => pb::LinkKind::CausedBy,
            LinkKind::SimilarTo => pb::LinkKind::SimilarTo,
        };
        pb::RequestLink {
            kind: kind.into(),
            request_id: request.to_string(),
            from_other,
        }
    });
    links.collect()
}

/// An id, or nothing.
pub(super) fn optional<T: Into<String>>(id: Option<T>) -> String {
    id.map(T::into).unwrap_or_default()
}

pub(super) fn entry_out(entry: Entry) -> pb::TimelineEntry {
    pb::TimelineEntry {
        id: entry.id.to_string(),
        position: entry.position.0,
        time: Some(time_out(entry.at)),
        actor: Some(actor_out(entry.by)),
        kind: entry.kind,
        text: entry.text,
        particulars: entry.particulars.into_iter().collect(),
        internal: entry.internal,
    }
}

fn actor_out(actor: Actor) -> common::Actor {
    let kind = match actor {
        Actor::Person(person) => common::actor::Kind::PersonId(person.into()),
        Actor::Service(name) => common::actor::Kind::Service(name.into_owned()),
        Actor::Anonymous => common::actor::Kind::Anonymous(common::Anonymous {}),
    };
    common::Actor { kind: Some(kind) }
}
