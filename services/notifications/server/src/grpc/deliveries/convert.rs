//! Between protobuf and our own types.

use std::collections::BTreeSet;

use khidma_edge::instant::time_out;
use khidma_events::notifications::{EndpointKind, EndpointOwner, MessageKind, Receiver};
use khidma_kernel::{DeliveryId, EndpointId};
use khidma_notifications_domain::delivery::{Delivery, Stage};
use khidma_notifications_domain::endpoint::Endpoint;
use khidma_proto::notifications as pb;
use tonic::Status;
use url::Url;

use crate::grpc::words::{channel_out, failure_out, kind_in, kind_out, missing, unknown_value};
use crate::views::{DeliveryCard, EndpointRow};

pub(super) fn state_out(stage: Stage) -> pb::DeliveryState {
    match stage {
        Stage::Waiting { .. } => pb::DeliveryState::Pending,
        Stage::Retrying { .. } => pb::DeliveryState::Retrying,
        Stage::Delivered { .. } => pb::DeliveryState::Delivered,
        Stage::Dead { .. } => pb::DeliveryState::Dead,
    }
}

pub(super) fn states_in(states: &[i32]) -> Result<Vec<pb::DeliveryState>, Status> {
    let state_in = |state: &i32| match pb::DeliveryState::try_from(*state) {
        Err(_) => Err(unknown_value("states")),
        Ok(pb::DeliveryState::Unspecified) => Err(missing("states")),
        Ok(state) => Ok(state),
    };
    states.iter().map(state_in).collect()
}

pub(super) fn delivery_out(
    id: DeliveryId,
    delivery: &Delivery,
    card: DeliveryCard,
) -> pb::Delivery {
    let (next_attempt, delivered) = match delivery.stage {
        Stage::Waiting { not_before } => (not_before, None),
        Stage::Retrying { at } => (Some(at), None),
        Stage::Delivered { at } => (None, Some(at)),
        Stage::Dead { .. } => (None, None),
    };
    let receiver = match &delivery.to {
        Receiver::Person(person) => pb::delivery::Receiver::PersonId(person.to_string()),
        Receiver::Endpoint(endpoint) => pb::delivery::Receiver::EndpointId(endpoint.to_string()),
    };
    let request = card.request.map(|request| request.to_string());
    pb::Delivery {
        id: id.to_string(),
        receiver: Some(receiver),
        channel: channel_out(delivery.channel).into(),
        kind: kind_out(card.kind).into(),
        service_request_id: request.unwrap_or_default(),
        state: state_out(delivery.stage).into(),
        requested: Some(time_out(card.requested)),
        not_before: card.not_before.map(time_out),
        attempts: delivery.attempts,
        last_failure: card.failure.map(failure_out),
        next_attempt: next_attempt.map(time_out),
        delivered: delivered.map(time_out),
        urgent: card.urgent,
        language: card.language,
        texts_version: card.texts,
        position: card.position.0,
    }
}

pub(super) fn endpoint_kind_in(kind: i32) -> Result<EndpointKind, Status> {
    match pb::EndpointKind::try_from(kind).map_err(|_| unknown_value("kind"))? {
        pb::EndpointKind::Unspecified => Err(missing("kind")),
        pb::EndpointKind::Webhook => Ok(EndpointKind::Webhook),
        pb::EndpointKind::Chat => Ok(EndpointKind::Chat),
    }
}

pub(super) fn kinds_in(kinds: &[i32]) -> Result<BTreeSet<MessageKind>, Status> {
    kinds.iter().map(|kind| kind_in("kinds", *kind)).collect()
}

pub(super) fn endpoint_out(
    id: &EndpointId,
    endpoint: &Endpoint,
    row: &EndpointRow,
    waiting: u64,
) -> pb::Endpoint {
    let owner = match &endpoint.owner {
        EndpointOwner::Department(department) => {
            pb::endpoint::Owner::DepartmentId(department.to_string())
        }
        EndpointOwner::Person(person) => pb::endpoint::Owner::PersonId(person.to_string()),
    };
    let (kind, url) = match endpoint.kind {
        EndpointKind::Webhook => (pb::EndpointKind::Webhook, endpoint.url.clone()),
        EndpointKind::Chat => (pb::EndpointKind::Chat, host_only(&endpoint.url)),
    };
    let kinds = endpoint.kinds.iter().map(|kind| kind_out(*kind).into());
    pb::Endpoint {
        id: id.to_string(),
        owner: Some(owner),
        kind: kind.into(),
        url,
        kinds: kinds.collect(),
        language: endpoint.language.clone(),
        enabled: endpoint.enabled,
        disabled_because: row.failure.clone().map(failure_out),
        secret_generation: match endpoint.kind {
            EndpointKind::Webhook => endpoint.generation,
            EndpointKind::Chat => 0,
        },
        waiting,
    }
}

/// Of an address that is a secret as a whole.
fn host_only(url: &str) -> String {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.map(|host| format!("https://{host}/…"))
        .unwrap_or_default()
}
