//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started};

use crate::config::FeedsConfig;
use crate::views::FeedsViews;

/// Starts the service: its read model and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let _config: FeedsConfig = deps.config.service("feeds")?;
    let projection = deps.project(Arc::new(FeedsViews)).await?;
    let service = deps.service(&projection);
    Ok(Started {
        service,
        projection,
    })
}
