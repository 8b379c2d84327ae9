//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_proto::directory::directory_service_server::DirectoryServiceServer;
use khidma_proto::directory::reviews_service_server::ReviewsServiceServer;
use khidma_proto::directory::skills_service_server::SkillsServiceServer;
use khidma_proto::directory::trainings_service_server::TrainingsServiceServer;

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
    let grpc = Arc::new(DirectoryGrpc {
        departments: deps.engine(&projection),
        people: deps.engine(&projection),
        roles,
        calendars: deps.engine(&projection),
        skills: deps.engine(&projection),
        trainings: deps.engine(&projection),
        reviews: deps.engine(&projection),
        clock: deps.clock.clone(),
        log: deps.log.clone(),
        projection: projection.clone(),
        scans: deps.scans.clone(),
        config,
    });
    let service = deps
        .service(&projection)
        .with(limited!(
            limits,
            DirectoryServiceServer::from_arc(grpc.clone())
        ))
        .with(limited!(
            limits,
            SkillsServiceServer::from_arc(grpc.clone())
        ))
        .with(limited!(
            limits,
            TrainingsServiceServer::from_arc(grpc.clone())
        ))
        .with(limited!(limits, ReviewsServiceServer::from_arc(grpc)));
    Ok(Started {
        service,
        projection,
    })
}
