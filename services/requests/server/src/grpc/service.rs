//! The generated trait: each rpc handed to where it is done.

use std::pin::Pin;

use futures::Stream;
use khidma_proto::requests as pb;
use khidma_proto::requests::requests_service_server::RequestsService;
use khidma_requests_domain::Body;
use tonic::{Request, Response, Status};

use super::RequestsGrpc;
use super::plans::fate_in;

#[tonic::async_trait]
impl RequestsService for RequestsGrpc {
    type WatchRequestStream =
        Pin<Box<dyn Stream<Item = Result<pb::WatchRequestResponse, Status>> + Send>>;

    async fn submit(
        &self,
        request: Request<pb::SubmitRequest>,
    ) -> Result<Response<pb::SubmitResponse>, Status> {
        self.submit(request).await
    }

    async fn acknowledge(
        &self,
        request: Request<pb::AcknowledgeRequest>,
    ) -> Result<Response<pb::AcknowledgeResponse>, Status> {
        let body = Body::Acknowledge {
            note: request.get_ref().note.clone(),
        };
        let position = self
            .change(request, "Acknowledge", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::AcknowledgeResponse { position }))
    }

    async fn assign(
        &self,
        request: Request<pb::AssignRequest>,
    ) -> Result<Response<pb::AssignResponse>, Status> {
        let position = self.assign(request).await?;
        Ok(Response::new(pb::AssignResponse { position }))
    }

    async fn claim(
        &self,
        request: Request<pb::ClaimRequest>,
    ) -> Result<Response<pb::ClaimResponse>, Status> {
        let position = self.change(request, "Claim", |_| Ok(Body::Claim)).await?;
        Ok(Response::new(pb::ClaimResponse { position }))
    }

    async fn start(
        &self,
        request: Request<pb::StartRequest>,
    ) -> Result<Response<pb::StartResponse>, Status> {
        let position = self.change(request, "Start", |_| Ok(Body::Start)).await?;
        Ok(Response::new(pb::StartResponse { position }))
    }

    async fn wait_on_requester(
        &self,
        request: Request<pb::WaitOnRequesterRequest>,
    ) -> Result<Response<pb::WaitOnRequesterResponse>, Status> {
        let body = Body::WaitOnRequester {
            question: request.get_ref().question.clone(),
        };
        let position = self
            .change(request, "WaitOnRequester", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::WaitOnRequesterResponse { position }))
    }

    async fn resume(
        &self,
        request: Request<pb::ResumeRequest>,
    ) -> Result<Response<pb::ResumeResponse>, Status> {
        let body = Body::Resume {
            note: request.get_ref().note.clone(),
        };
        let position = self.change(request, "Resume", |_| Ok(body.clone())).await?;
        Ok(Response::new(pb::ResumeResponse { position }))
    }

    async fn reply(
        &self,
        request: Request<pb::ReplyRequest>,
    ) -> Result<Response<pb::ReplyResponse>, Status> {
        let body = Body::Reply {
            text: request.get_ref().text.clone(),
        };
        let position = self.change(request, "Reply", |_| Ok(body.clone())).await?;
        Ok(Response::new(pb::ReplyResponse { position }))
    }

    async fn add_note(
        &self,
        request: Request<pb::AddNoteRequest>,
    ) -> Result<Response<pb::AddNoteResponse>, Status> {
        let body = Body::AddNote {
            text: request.get_ref().text.clone(),
        };
        let position = self
            .change(request, "AddNote", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::AddNoteResponse { position }))
    }

    async fn set_priority(
        &self,
        request: Request<pb::SetPriorityRequest>,
    ) -> Result<Response<pb::SetPriorityResponse>, Status> {
        let position = self.set_priority(request).await?;
        Ok(Response::new(pb::SetPriorityResponse { position }))
    }

    async fn set_tags(
        &self,
        request: Request<pb::SetTagsRequest>,
    ) -> Result<Response<pb::SetTagsResponse>, Status> {
        let body = Body::SetTags {
            tags: request.get_ref().tags.clone(),
        };
        let position = self
            .change(request, "SetTags", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::SetTagsResponse { position }))
    }

    async fn transfer(
        &self,
        request: Request<pb::TransferRequest>,
    ) -> Result<Response<pb::TransferResponse>, Status> {
        let position = self.transfer(request).await?;
        Ok(Response::new(pb::TransferResponse { position }))
    }

    async fn resolve(
        &self,
        request: Request<pb::ResolveRequest>,
    ) -> Result<Response<pb::ResolveResponse>, Status> {
        let position = self.resolve(request).await?;
        Ok(Response::new(pb::ResolveResponse { position }))
    }

    async fn confirm(
        &self,
        request: Request<pb::ConfirmRequest>,
    ) -> Result<Response<pb::ConfirmResponse>, Status> {
        let body = Body::Confirm {
            comment: request.get_ref().comment.clone(),
        };
        let position = self
            .change(request, "Confirm", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::ConfirmResponse { position }))
    }

    async fn reopen(
        &self,
        request: Request<pb::ReopenRequest>,
    ) -> Result<Response<pb::ReopenResponse>, Status> {
        let body = Body::Reopen {
            reason: request.get_ref().reason.clone(),
        };
        let position = self.change(request, "Reopen", |_| Ok(body.clone())).await?;
        Ok(Response::new(pb::ReopenResponse { position }))
    }

    async fn decline(
        &self,
        request: Request<pb::DeclineRequest>,
    ) -> Result<Response<pb::DeclineResponse>, Status> {
        let body = Body::Decline {
            reason: request.get_ref().reason.clone(),
            tasks: fate_in(request.get_ref().tasks)?,
        };
        let position = self
            .change(request, "Decline", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::DeclineResponse { position }))
    }

    async fn cancel(
        &self,
        request: Request<pb::CancelRequest>,
    ) -> Result<Response<pb::CancelResponse>, Status> {
        let body = Body::Cancel {
            reason: request.get_ref().reason.clone(),
            tasks: fate_in(request.get_ref().tasks)?,
        };
        let position = self.change(request, "Cancel", |_| Ok(body.clone())).await?;
        Ok(Response::new(pb::CancelResponse { position }))
    }

    async fn add_watcher(
        &self,
        request: Request<pb::AddWatcherRequest>,
    ) -> Result<Response<pb::AddWatcherResponse>, Status> {
        let position = self.add_watcher(request).await?;
        Ok(Response::new(pb::AddWatcherResponse { position }))
    }

    async fn remove_watcher(
        &self,
        request: Request<pb::RemoveWatcherRequest>,
    ) -> Result<Response<pb::RemoveWatcherResponse>, Status> {
        let position = self.remove_watcher(request).await?;
        Ok(Response::new(pb::RemoveWatcherResponse { position }))
    }

    async fn get(
        &self,
        request: Request<pb::GetRequest>,
    ) -> Result<Response<pb::GetResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn list(
        &self,
        request: Request<pb::ListRequest>,
    ) -> Result<Response<pb::ListResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn timeline(
        &self,
        request: Request<pb::TimelineRequest>,
    ) -> Result<Response<pb::TimelineResponse>, Status> {
        self.timeline(request).await.map(Response::new)
    }

    async fn get_queue(
        &self,
        request: Request<pb::GetQueueRequest>,
    ) -> Result<Response<pb::GetQueueResponse>, Status> {
        self.get_queue(request).await.map(Response::new)
    }

    async fn get_workload(
        &self,
        request: Request<pb::GetWorkloadRequest>,
    ) -> Result<Response<pb::GetWorkloadResponse>, Status> {
        self.get_workload(request).await.map(Response::new)
    }

    async fn watch_request(
        &self,
        request: Request<pb::WatchRequestRequest>,
    ) -> Result<Response<Self::WatchRequestStream>, Status> {
        let stream = self.watch(request).await?;
        Ok(Response::new(Box::pin(stream)))
    }
}
