//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started};

use crate::config::FeedbackConfig;
use crate::react;
use crate::views::FeedbackViews;

/// Starts the service: its read model, its reactions and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: FeedbackConfig = deps.config.service("feedback")?;
    let projection = deps.project(Arc::new(FeedbackViews)).await?;
    react::start(deps, &projection, &config);
    let service = deps.service(&projection);
    Ok(Started {
        service,
        projection,
    })
}
