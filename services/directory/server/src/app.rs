//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_proto::directory::directory_service_server::DirectoryServiceServer;

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
    let roles = Arc::new(deps.engine(&projection));
    react::start(projection.clone(), deps, roles.clone());
    let grpc = DirectoryGrpc {
        departments: deps.engine(&projection),
        people: deps.engine(&projection),
        roles,
        calendars: deps.engine(&projection),
        log: deps.log.clone(),
        projection: projection.clone(),
        scans: deps.scans.clone(),
        config,
    };
    let server = limited!(limits, DirectoryServiceServer::new(grpc));
    Ok(Started {
        service: deps.service(&projection).with(server),
        projection,
    })
}
