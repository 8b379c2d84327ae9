//! The generated trait: each rpc handed to where it is done.

use std::pin::Pin;

use futures::Stream;
use khidma_proto::sla as pb;
use khidma_proto::sla::clocks_service_server::ClocksService;
use tonic::{Request, Response, Status};

use super::ClocksGrpc;

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl ClocksService for ClocksGrpc {
    type WatchBoardStream = Answers<pb::WatchBoardResponse>;
    type ExportClocksStream = Answers<pb::ExportClocksResponse>;
    type RecomputePeriodStream = Answers<pb::RecomputePeriodResponse>;

    async fn list_clocks(
        &self,
        request: Request<pb::ListClocksRequest>,
    ) -> Result<Response<pb::ListClocksResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn get_clock(
        &self,
        request: Request<pb::GetClockRequest>,
    ) -> Result<Response<pb::GetClockResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn board(
        &self,
        request: Request<pb::BoardRequest>,
    ) -> Result<Response<pb::BoardResponse>, Status> {
        self.board(request).await.map(Response::new)
    }

    async fn watch_board(
        &self,
        request: Request<pb::WatchBoardRequest>,
    ) -> Result<Response<Self::WatchBoardStream>, Status> {
        let stream = self.watch(request).await?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn list_breaches(
        &self,
        request: Request<pb::ListBreachesRequest>,
    ) -> Result<Response<pb::ListBreachesResponse>, Status> {
        self.breaches(request).await.map(Response::new)
    }

    async fn report(
        &self,
        request: Request<pb::ReportRequest>,
    ) -> Result<Response<pb::ReportResponse>, Status> {
        self.report(request).await.map(Response::new)
    }

    async fn export_clocks(
        &self,
        request: Request<pb::ExportClocksRequest>,
    ) -> Result<Response<Self::ExportClocksStream>, Status> {
        let stream = self.export(request).await?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn explain(
        &self,
        request: Request<pb::ExplainRequest>,
    ) -> Result<Response<pb::ExplainResponse>, Status> {
        self.explain(request).await.map(Response::new)
    }

    async fn recompute(
        &self,
        request: Request<pb::RecomputeRequest>,
    ) -> Result<Response<pb::RecomputeResponse>, Status> {
        self.recompute(request).await.map(Response::new)
    }

    async fn recompute_period(
        &self,
        request: Request<pb::RecomputePeriodRequest>,
    ) -> Result<Response<Self::RecomputePeriodStream>, Status> {
        let stream = self.recompute_period(request).await?;
        Ok(Response::new(Box::pin(stream)))
    }
}
