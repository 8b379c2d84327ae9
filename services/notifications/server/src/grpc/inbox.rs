//! Inboxes: each their own.

mod list;
mod mark;
mod show;
mod watch;

use std::pin::Pin;
use std::sync::Arc;

use futures::Stream;
use khidma_edge::command::Call;
use khidma_edge::query::{Scans, reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{Deps, identity, status};
use khidma_engine::Engine;
use khidma_eventlog::EventLog;
use khidma_kernel::{Caller, PersonId};
use khidma_notifications_domain::delivery::{DeliveryCommand, DeliveryDecider};
use khidma_projection::Projection;
use khidma_proto::notifications as pb;
use khidma_proto::notifications::inbox_service_server::InboxService;
use khidma_runtime::Tasks;
use tonic::{Code, Request, Response, Status};

use crate::config::NotificationsConfig;
use crate::keys;
use crate::views::Unread;

/// What the calls stand on.
pub(crate) struct InboxGrpc {
    engine: Engine<DeliveryDecider>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    scans: Scans,
    scan_limit: usize,
    tasks: Tasks,
}

impl InboxGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &NotificationsConfig) -> Self {
        Self {
            engine: deps.engine(projection),
            log: deps.log.clone(),
            projection: projection.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
            tasks: deps.tasks.clone(),
        }
    }

    async fn count(
        &self,
        request: Request<pb::CountUnreadRequest>,
    ) -> Result<pb::CountUnreadResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let person = whose(&caller)?;
        let min_position = request.get_ref().min_position;
        let reader = reader_at(&self.projection, min_position, patience).await?;
        let position = reader.position().0;
        let unread: Option<Unread> = reader.get(&keys::unread(&person)).map_err(unreadable)?;
        let Unread { unread, unseen } = unread.unwrap_or_default();
        Ok(pb::CountUnreadResponse {
            unread,
            unseen,
            position,
        })
    }
}

/// Whose inbox a caller has: people have one.
fn whose(caller: &Caller) -> Result<PersonId, Status> {
    caller.actor.person().cloned().ok_or_else(|| {
        let message = "people have inboxes";
        status::refusal(Code::PermissionDenied, "NOT_ALLOWED", None, message)
    })
}

#[tonic::async_trait]
impl InboxService for InboxGrpc {
    async fn list_inbox(
        &self,
        request: Request<pb::ListInboxRequest>,
    ) -> Result<Response<pb::ListInboxResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    type WatchInboxStream =
        Pin<Box<dyn Stream<Item = Result<pb::WatchInboxResponse, Status>> + Send>>;

    async fn watch_inbox(
        &self,
        request: Request<pb::WatchInboxRequest>,
    ) -> Result<Response<Self::WatchInboxStream>, Status> {
        let stream = self.watch(request).await?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn count_unread(
        &self,
        request: Request<pb::CountUnreadRequest>,
    ) -> Result<Response<pb::CountUnreadResponse>, Status> {
        self.count(request).await.map(Response::new)
    }

    async fn mark_seen(
        &self,
        request: Request<pb::MarkSeenRequest>,
    ) -> Result<Response<pb::MarkSeenResponse>, Status> {
        let (message, patience) = (request.get_ref(), deadline(&request));
        let call = Call::of(&request, "MarkSeen", &message.request_id)?;
        let marked = self.mark(call, &message.ids, DeliveryCommand::See, patience);
        let position = marked.await?;
        Ok(Response::new(pb::MarkSeenResponse { position }))
    }

    async fn mark_read(
        &self,
        request: Request<pb::MarkReadRequest>,
    ) -> Result<Response<pb::MarkReadResponse>, Status> {
        let (message, patience) = (request.get_ref(), deadline(&request));
        let call = Call::of(&request, "MarkRead", &message.request_id)?;
        let marked = self.mark(call, &message.ids, DeliveryCommand::Read, patience);
        let position = marked.await?;
        Ok(Response::new(pb::MarkReadResponse { position }))
    }

    async fn archive(
        &self,
        request: Request<pb::ArchiveRequest>,
    ) -> Result<Response<pb::ArchiveResponse>, Status> {
        let (message, patience) = (request.get_ref(), deadline(&request));
        let call = Call::of(&request, "Archive", &message.request_id)?;
        let marked = self.mark(call, &message.ids, DeliveryCommand::Archive, patience);
        let position = marked.await?;
        Ok(Response::new(pb::ArchiveResponse { position }))
    }
}
