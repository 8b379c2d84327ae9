//! What follows? Deliveries from what happened, and their sending.

mod outset;

use khidma_edge::Deps;
use khidma_projection::Projection;

use crate::config::NotificationsConfig;

/// Starts the reactions of this service. From when it returns on, what happens becomes messages.
pub(crate) async fn start(deps: &Deps, projection: &Projection, _config: &NotificationsConfig) {
    outset::begin(deps, projection).await;
}
