//! The generated trait: each rpc handed to where it is done.

use khidma_proto::requests as pb;
use khidma_proto::requests::approvals_service_server::ApprovalsService;
use tonic::{Request, Response, Status};

use super::ApprovalsGrpc;

#[tonic::async_trait]
impl ApprovalsService for ApprovalsGrpc {
    async fn approve(
        &self,
        request: Request<pb::ApproveRequest>,
    ) -> Result<Response<pb::ApproveResponse>, Status> {
        let position = self.approve(request).await?;
        Ok(Response::new(pb::ApproveResponse { position }))
    }

    async fn reject(
        &self,
        request: Request<pb::RejectRequest>,
    ) -> Result<Response<pb::RejectResponse>, Status> {
        let position = self.reject(request).await?;
        Ok(Response::new(pb::RejectResponse { position }))
    }

    async fn delegate_approvals(
        &self,
        request: Request<pb::DelegateApprovalsRequest>,
    ) -> Result<Response<pb::DelegateApprovalsResponse>, Status> {
        let position = self.delegate(request).await?;
        Ok(Response::new(pb::DelegateApprovalsResponse { position }))
    }

    async fn end_delegation(
        &self,
        request: Request<pb::EndDelegationRequest>,
    ) -> Result<Response<pb::EndDelegationResponse>, Status> {
        let position = self.end(request).await?;
        Ok(Response::new(pb::EndDelegationResponse { position }))
    }

    async fn list_approvals(
        &self,
        request: Request<pb::ListApprovalsRequest>,
    ) -> Result<Response<pb::ListApprovalsResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn list_delegations(
        &self,
        request: Request<pb::ListDelegationsRequest>,
    ) -> Result<Response<pb::ListDelegationsResponse>, Status> {
        self.list_delegations(request).await.map(Response::new)
    }
}
