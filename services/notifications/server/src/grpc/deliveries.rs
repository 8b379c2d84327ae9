//! What became of messages, and where they are posted.

mod convert;
mod endpoints;
mod list;
mod single;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_edge::query::Scans;
use khidma_engine::entity_key;
use khidma_eventlog::EventLog;
use khidma_events::notifications::{Receiver, endpoint_entity};
use khidma_kernel::{Caller, EndpointId, Role};
use khidma_notifications_channels::{Keyring, PostConfig};
use khidma_notifications_domain::delivery::{Delivery, Keeper};
use khidma_notifications_domain::endpoint::{Endpoint, speaks_for};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::notifications as pb;
use khidma_proto::notifications::deliveries_service_server::DeliveriesService;
use tonic::{Request, Response, Status};

use crate::config::NotificationsConfig;
use crate::react::Engines;
use crate::views::EndpointRow;

/// The most of a page.
const MOST: usize = 500;

/// What the calls stand on.
pub(crate) struct DeliveriesGrpc {
    engines: Engines,
    log: Arc<dyn EventLog>,
    projection: Projection,
    scans: Scans,
    scan_limit: usize,
    keyring: Keyring,
    posts: PostConfig,
}

impl DeliveriesGrpc {
    pub(crate) fn new(
        deps: &Deps,
        projection: &Projection,
        engines: Engines,
        keyring: Keyring,
        config: &NotificationsConfig,
    ) -> Self {
        Self {
            engines,
            log: deps.log.clone(),
            projection: projection.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
            keyring,
            posts: config.posts.clone(),
        }
    }
}

fn endpoint(reader: &Reader, id: &EndpointId) -> Result<Option<Endpoint>, RowError> {
    let row: Option<EndpointRow> = reader.get(&entity_key(&endpoint_entity(id)))?;
    Ok(row.and_then(|row| row.entity.state))
}

/// Who keeps the endpoint that it goes to.
fn keeper(reader: &Reader, to: &Receiver) -> Result<Keeper, RowError> {
    let Receiver::Endpoint(id) = to else {
        return Ok(Keeper::Nobody);
    };
    let endpoint = endpoint(reader, id)?.filter(|endpoint| !endpoint.removed);
    Ok(endpoint.map_or(Keeper::Gone, |endpoint| Keeper::Endpoint {
        owner: endpoint.owner,
        enabled: endpoint.enabled,
    }))
}

/// Whether it is the caller who receives it, or speaks for the endpoint that does. An admin sees it, but does not read it.
fn receives(reader: &Reader, caller: &Caller, to: &Receiver) -> Result<bool, RowError> {
    match to {
        Receiver::Person(person) => Ok(caller.actor.person() == Some(person)),
        Receiver::Endpoint(id) => {
            let endpoint = endpoint(reader, id)?;
            Ok(endpoint.is_some_and(|endpoint| speaks_for(caller, &endpoint.owner)))
        }
    }
}

/// Whether the caller may know of it.
fn sees(reader: &Reader, caller: &Caller, delivery: &Delivery) -> Result<bool, RowError> {
    Ok(caller.is(Role::Admin) || receives(reader, caller, &delivery.to)?)
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DeliveriesService for DeliveriesGrpc {
    async fn list_deliveries(
        &self,
        request: Request<pb::ListDeliveriesRequest>,
    ) -> Answer<pb::ListDeliveriesResponse> {
        self.list(request).await.map(Response::new)
    }

    async fn get_delivery(
        &self,
        request: Request<pb::GetDeliveryRequest>,
    ) -> Answer<pb::GetDeliveryResponse> {
        self.get(request).await.map(Response::new)
    }

    async fn replay_delivery(
        &self,
        request: Request<pb::ReplayDeliveryRequest>,
    ) -> Answer<pb::ReplayDeliveryResponse> {
        let position = self.replay(request).await?;
        Ok(Response::new(pb::ReplayDeliveryResponse { position }))
    }

    async fn preview_message(
        &self,
        request: Request<pb::PreviewMessageRequest>,
    ) -> Answer<pb::PreviewMessageResponse> {
        single::preview(&request).map(Response::new)
    }

    async fn register_endpoint(
        &self,
        request: Request<pb::RegisterEndpointRequest>,
    ) -> Answer<pb::RegisterEndpointResponse> {
        self.register(request).await.map(Response::new)
    }

    async fn change_endpoint(
        &self,
        request: Request<pb::ChangeEndpointRequest>,
    ) -> Answer<pb::ChangeEndpointResponse> {
        let position = self.change(request).await?;
        Ok(Response::new(pb::ChangeEndpointResponse { position }))
    }

    async fn rotate_secret(
        &self,
        request: Request<pb::RotateSecretRequest>,
    ) -> Answer<pb::RotateSecretResponse> {
        self.rotate(request).await.map(Response::new)
    }

    async fn set_endpoint_enabled(
        &self,
        request: Request<pb::SetEndpointEnabledRequest>,
    ) -> Answer<pb::SetEndpointEnabledResponse> {
        let position = self.set_enabled(request).await?;
        Ok(Response::new(pb::SetEndpointEnabledResponse { position }))
    }

    async fn remove_endpoint(
        &self,
        request: Request<pb::RemoveEndpointRequest>,
    ) -> Answer<pb::RemoveEndpointResponse> {
        let position = self.remove(request).await?;
        Ok(Response::new(pb::RemoveEndpointResponse { position }))
    }

    async fn list_endpoints(
        &self,
        request: Request<pb::ListEndpointsRequest>,
    ) -> Answer<pb::ListEndpointsResponse> {
        self.endpoints(request).await.map(Response::new)
    }
}
