//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started, limited};
use khidma_proto::feeds::feeds_service_server::FeedsServiceServer;

use crate::config::FeedsConfig;
use crate::grpc::FeedsGrpc;
use crate::publish;
use crate::views::FeedsViews;

/// Starts the service: its read model, its publisher and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: FeedsConfig = deps.config.service("feeds")?;
    config.check()?;
    let feed = config.feed()?;
    let projection = deps.project(Arc::new(FeedsViews)).await?;
    publish::start(deps, &projection, feed);
    let feeds = FeedsGrpc::start(deps, &projection, &config);
    let limits = &deps.config.limits;
    let service = deps.service(&projection);
    Ok(Started {
        service: service.with(limited!(limits, FeedsServiceServer::new(feeds))),
        projection,
    })
}
