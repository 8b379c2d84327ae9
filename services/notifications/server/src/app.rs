//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_notifications_channels::{Keyring, Mailer, Poster};
use khidma_proto::notifications::deliveries_service_server::DeliveriesServiceServer;
use khidma_proto::notifications::escalations_service_server::EscalationsServiceServer;
use khidma_proto::notifications::inbox_service_server::InboxServiceServer;
use khidma_proto::notifications::preferences_service_server::PreferencesServiceServer;

use crate::config::NotificationsConfig;
use crate::grpc::{DeliveriesGrpc, EscalationsGrpc, InboxGrpc, PreferencesGrpc};
use crate::react::{self, Channels, Engines};
use crate::unsubscribe::{self, Unsubscribing};
use crate::views::NotificationsViews;

/// Starts the service: its read model, its reactions and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: NotificationsConfig = deps.config.service("notifications")?;
    let projection = deps.project(Arc::new(NotificationsViews)).await?;
    let channels = channels(deps, &config)?;
    config.feedback_url().map_err(unusable)?;
    let engines = Engines {
        deliveries: Arc::new(deps.engine(&projection)),
        endpoints: Arc::new(deps.engine(&projection)),
    };
    let unsubscribing = Unsubscribing::new(deps, &projection, channels.keyring.clone());
    let keyring = channels.keyring.clone();
    let deliveries = DeliveriesGrpc::new(deps, &projection, engines.clone(), keyring, &config);
    react::start(deps, &projection, channels, engines, &config).await;
    let limits = &deps.config.limits;
    let escalations = EscalationsGrpc::new(deps, &projection, &config);
    let inbox = InboxGrpc::new(deps, &projection, &config);
    let preferences = PreferencesGrpc::new(deps, &projection);
    let service = deps
        .service(&projection)
        .with_page(unsubscribe::PATH, move |visit| {
            unsubscribing.clone().answer(visit)
        })
        .with(limited!(limits, InboxServiceServer::new(inbox)))
        .with(limited!(limits, PreferencesServiceServer::new(preferences)))
        .with(limited!(limits, DeliveriesServiceServer::new(deliveries)))
        .with(limited!(limits, EscalationsServiceServer::new(escalations)));
    Ok(Started {
        service,
        projection,
    })
}

/// By what messages leave the house.
fn channels(deps: &Deps, config: &NotificationsConfig) -> Result<Channels, StartError> {
    let key_file = config.key_file(&deps.config.data);
    Ok(Channels {
        mailer: Mailer::new(&config.mail).map_err(unusable)?,
        poster: Poster::new(&config.posts, deps.clock.clone()).map_err(unusable)?,
        keyring: Keyring::open_or_create(&key_file).map_err(unusable)?,
    })
}

fn unusable(why: impl std::fmt::Display) -> StartError {
    StartError::Unusable {
        section: "services.notifications",
        reason: why.to_string(),
    }
}
