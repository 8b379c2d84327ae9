//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started};
use khidma_engine::Engine;
use khidma_events::Event;
use khidma_kernel::Decider;
use khidma_projection::Projection;
use khidma_proto::directory::directory_service_server::DirectoryServiceServer;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::DirectoryConfig;
use crate::grpc::DirectoryGrpc;
use crate::react;
use crate::views::DirectoryViews;

/// Starts the service: its read model, the release of roles and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: DirectoryConfig = deps.config.service("directory")?;
    let limits = &deps.config.limits;
    let projection = deps.project(Arc::new(DirectoryViews)).await?;
    let roles = Arc::new(engine(deps, &projection));
    react::start(projection.clone(), deps, roles.clone());
    let grpc = DirectoryGrpc {
        departments: engine(deps, &projection),
        people: engine(deps, &projection),
        roles,
        calendars: engine(deps, &projection),
        log: deps.log.clone(),
        projection: projection.clone(),
        scans: deps.scans.clone(),
        config,
    };
    let server = DirectoryServiceServer::new(grpc)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    Ok(Started {
        service: deps.service(&projection).with(server),
        projection,
    })
}

fn engine<D>(deps: &Deps, projection: &Projection) -> Engine<D>
where
    D: Decider,
    D::Event: Event,
    D::State: Serialize + DeserializeOwned,
{
    Engine::new(
        deps.log.clone(),
        projection.clone(),
        deps.clock.clone(),
        deps.tasks.clone(),
    )
}
