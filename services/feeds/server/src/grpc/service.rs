//! The generated trait, one line a call.

use std::pin::Pin;

use futures::Stream;
use khidma_proto::feeds as pb;
use khidma_proto::feeds::feeds_service_server::FeedsService;
use tonic::{Request, Response, Status};

use super::FeedsGrpc;

#[tonic::async_trait]
impl FeedsService for FeedsGrpc {
    type SubscribeStream =
        Pin<Box<dyn Stream<Item = Result<pb::SubscribeResponse, Status>> + Send>>;

    async fn subscribe(
        &self,
        request: Request<pb::SubscribeRequest>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let subscription = self.open(request).await?;
        Ok(Response::new(Box::pin(subscription.responses())))
    }
}
