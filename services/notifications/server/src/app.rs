//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_proto::notifications::escalations_service_server::EscalationsServiceServer;

use crate::config::NotificationsConfig;
use crate::grpc::EscalationsGrpc;
use crate::react;
use crate::views::NotificationsViews;

/// Starts the service: its read model, its reactions and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: NotificationsConfig = deps.config.service("notifications")?;
    let projection = deps.project(Arc::new(NotificationsViews)).await?;
    react::start(deps, &projection, &config).await;
    let limits = &deps.config.limits;
    let escalations = EscalationsGrpc::new(deps, &projection, &config);
    let service = deps
        .service(&projection)
        .with(limited!(limits, EscalationsServiceServer::new(escalations)));
    Ok(Started {
        service,
        projection,
    })
}
