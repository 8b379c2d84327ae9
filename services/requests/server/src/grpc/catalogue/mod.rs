//! The catalogue: what departments offer, published by them and read by everybody.

mod convert;
mod queries;

use std::sync::Arc;

use khidma_edge::command::{Call, Message, failed, id};
use khidma_edge::query::Scans;
use khidma_edge::server::deadline;
use khidma_engine::Engine;
use khidma_eventlog::EventLog;
use khidma_events::requests::offering_entity;
use khidma_kernel::OfferingId;
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::requests as pb;
use khidma_proto::requests::catalogue_service_server::CatalogueService;
use khidma_requests_domain::OfferingDecider;
use khidma_requests_domain::offering::{OfferingCommand, Publish};
use tonic::{Request, Response, Status};

use crate::facts::Facts;
use crate::facts::catalogue::{Catalogue, publish_facts};
use crate::status::offering_code;
use khidma_edge::query::see_all;

/// What the calls stand on.
pub(crate) struct CatalogueGrpc {
    pub(crate) engine: Engine<OfferingDecider>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) projection: Projection,
    pub(crate) facts: Arc<Facts>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) scan_limit: usize,
    pub(crate) scans: Scans,
}

impl CatalogueGrpc {
    /// Carries out what `rpc` wants of an offering, under the idempotency key `request_id`; the position of its commit.
    async fn change<M, F>(
        &self,
        request: &Request<M>,
        rpc: &'static str,
        (request_id, offering): (&str, &OfferingId),
        body: F,
    ) -> Result<u64, Status>
    where
        M: Message,
        F: Fn(&Reader) -> Result<OfferingCommand, RowError> + Send + Sync,
    {
        let call = Call::of(request, rpc, request_id)?;
        see_all(&*self.log, &self.projection, deadline(request)).await?;
        let ask = call.about(offering_entity(offering));
        let done = self.engine.execute(ask, body).await;
        let done = done.map_err(|error| failed(error, offering_code))?;
        Ok(done.position.0)
    }

    async fn publish(&self, request: Request<pb::PublishOfferingRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let offering: OfferingId = id("id", &message.id)?;
        let terms = message.terms.clone().unwrap_or_default();
        let content = convert::terms_in(offering.clone(), terms)?;
        let (request_id, expected_version) =
            (message.request_id.as_str(), message.expected_version);
        let body = |reader: &Reader| {
            let facts = publish_facts(&self.facts, reader, &content)?;
            Ok(OfferingCommand::Publish(Box::new(Publish {
                content: content.clone(),
                expected_version,
                facts,
            })))
        };
        self.change(&request, "PublishOffering", (request_id, &offering), body)
            .await
    }

    async fn retire(&self, request: Request<pb::RetireOfferingRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let offering: OfferingId = id("id", &message.id)?;
        let command = OfferingCommand::Retire {
            reason: message.reason.clone(),
        };
        let about = (message.request_id.as_str(), &offering);
        self.change(&request, "RetireOffering", about, |_| Ok(command.clone()))
            .await
    }

    async fn reinstate(
        &self,
        request: Request<pb::ReinstateOfferingRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let offering: OfferingId = id("id", &message.id)?;
        let about = (message.request_id.as_str(), &offering);
        self.change(&request, "ReinstateOffering", about, |_| {
            Ok(OfferingCommand::Reinstate)
        })
        .await
    }
}

#[tonic::async_trait]
impl CatalogueService for CatalogueGrpc {
    async fn publish_offering(
        &self,
        request: Request<pb::PublishOfferingRequest>,
    ) -> Result<Response<pb::PublishOfferingResponse>, Status> {
        let position = self.publish(request).await?;
        Ok(Response::new(pb::PublishOfferingResponse { position }))
    }

    async fn retire_offering(
        &self,
        request: Request<pb::RetireOfferingRequest>,
    ) -> Result<Response<pb::RetireOfferingResponse>, Status> {
        let position = self.retire(request).await?;
        Ok(Response::new(pb::RetireOfferingResponse { position }))
    }

    async fn reinstate_offering(
        &self,
        request: Request<pb::ReinstateOfferingRequest>,
    ) -> Result<Response<pb::ReinstateOfferingResponse>, Status> {
        let position = self.reinstate(request).await?;
        Ok(Response::new(pb::ReinstateOfferingResponse { position }))
    }

    async fn get_offering(
        &self,
        request: Request<pb::GetOfferingRequest>,
    ) -> Result<Response<pb::GetOfferingResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn list_offerings(
        &self,
        request: Request<pb::ListOfferingsRequest>,
    ) -> Result<Response<pb::ListOfferingsResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn check_answers(
        &self,
        request: Request<pb::CheckAnswersRequest>,
    ) -> Result<Response<pb::CheckAnswersResponse>, Status> {
        self.check(request).await.map(Response::new)
    }
}
