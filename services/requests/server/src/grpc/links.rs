//! Links, merging and attachments.

use khidma_edge::command::id;
use khidma_edge::{identity, query, status};
use khidma_events::requests::Attachment;
use khidma_kernel::{Caller, ServiceRequestId};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_proto::requests::links_service_server::LinksService;
use khidma_requests_domain::{Action, Body, Other, may};
use tonic::{Request, Response, Status};

use super::convert::{link_kind_in, links_out, request_out};
use super::{Readable, RequestsGrpc};
use crate::facts::links as facts;
use crate::keys;
use crate::views::{AttachmentRow, Related};

/// What others say of a request: so many links are shown at most.
const BACK_LINKS: usize = 100;

/// A request with all that hangs on it, as `found` by who may read it.
pub(super) fn whole(
    reader: &Reader,
    found: Readable,
) -> Result<Option<pb::ServiceRequest>, Status> {
    let Readable { id, head, standing } = found;
    let Some(mut request) = request_out(&id, head) else {
        return Ok(None);
    };
    request.links.extend(back_links(reader, &id)?);
    let internal = may(Action::ReadNotes, standing);
    request.attachments = attachments(reader, &id, internal).map_err(query::unreadable)?;
    Ok(Some(request))
}

fn back_links(reader: &Reader, request: &str) -> Result<Vec<pb::RequestLink>, Status> {
    let key = keys::related(&id("id", request)?);
    let related: Option<Related> = reader.get(&key).map_err(query::unreadable)?;
    let related = related.unwrap_or_default();
    // The last ones: ids sort by time, mostly.
    let last = related.back.iter().rev().take(BACK_LINKS);
    Ok(links_out(last, true))
}

fn attachments(
    reader: &Reader,
    request: &str,
    internal: bool,
) -> Result<Vec<pb::Attachment>, RowError> {
    let mut found = Vec::new();
    for row in reader.prefix(&keys::attachments(request)) {
        let (_, row) = row?;
        let row: AttachmentRow = row.decode()?;
        if internal || !row.internal {
            found.push(attachment_out(row));
        }
    }
    Ok(found)
}

fn attachment_out(row: AttachmentRow) -> pb::Attachment {
    let Attachment {
        uri,
        name,
        size,
        media_type,
        sha256,
    } = row.attachment;
    pb::Attachment {
        uri,
        name,
        size,
        media_type,
        sha256,
        internal: row.internal,
        attached_by_id: row
            .by
            .person()
            .cloned()
            .map(String::from)
            .unwrap_or_default(),
    }
}

/// The request `this` of a call and the other one it speaks of, as its caller may know it.
struct Two {
    caller: Caller,
    this: ServiceRequestId,
    other: ServiceRequestId,
}

impl Two {
    fn of<M>(
        request: &Request<M>,
        this: &str,
        field: &'static str,
        other: &str,
    ) -> Result<Self, Status> {
        Ok(Self {
            caller: identity::caller(request)?,
            this: id("id", this)?,
            other: id(field, other)?,
        })
    }

    fn other(&self, reader: &Reader) -> Result<Other, RowError> {
        facts::other(reader, &self.caller, Some(self.this), self.other)
    }
}

#[tonic::async_trait]
impl LinksService for RequestsGrpc {
    async fn link(
        &self,
        request: Request<pb::LinkRequest>,
    ) -> Result<Response<pb::LinkResponse>, Status> {
        let message = request.get_ref();
        let kind = link_kind_in(message.kind)?;
        let two = Two::of(&request, &message.id, "other_id", &message.other_id)?;
        let body = |reader: &Reader| {
            let other = two.other(reader)?;
            Ok(Body::Link { kind, other })
        };
        let position = self.change(request, "Link", body).await?;
        Ok(Response::new(pb::LinkResponse { position }))
    }

    async fn unlink(
        &self,
        request: Request<pb::UnlinkRequest>,
    ) -> Result<Response<pb::UnlinkResponse>, Status> {
        let body = Body::Unlink {
            kind: link_kind_in(request.get_ref().kind)?,
            request: id("other_id", &request.get_ref().other_id)?,
        };
        let position = self.change(request, "Unlink", |_| Ok(body.clone())).await?;
        Ok(Response::new(pb::UnlinkResponse { position }))
    }

    async fn merge(
        &self,
        request: Request<pb::MergeRequest>,
    ) -> Result<Response<pb::MergeResponse>, Status> {
        let message = request.get_ref();
        let reason = message.reason.clone();
        let two = Two::of(&request, &message.id, "into_id", &message.into_id)?;
        let body = |reader: &Reader| {
            Ok(Body::Merge {
                into: two.other(reader)?,
                reason: reason.clone(),
            })
        };
        let position = self.change(request, "Merge", body).await?;
        Ok(Response::new(pb::MergeResponse { position }))
    }

    async fn attach(
        &self,
        request: Request<pb::AttachRequest>,
    ) -> Result<Response<pb::AttachResponse>, Status> {
        let attachment = request.get_ref().attachment.clone().ok_or_else(|| {
            let message = "attachment must not be empty";
            status::invalid_field("attachment", "MISSING_FIELD", message)
        })?;
        let body = Body::Attach {
            internal: attachment.internal,
            attachment: Attachment {
                uri: attachment.uri,
                name: attachment.name,
                size: attachment.size,
                media_type: attachment.media_type,
                sha256: attachment.sha256,
            },
        };
        let position = self.change(request, "Attach", |_| Ok(body.clone())).await?;
        Ok(Response::new(pb::AttachResponse { position }))
    }

    async fn detach(
        &self,
        request: Request<pb::DetachRequest>,
    ) -> Result<Response<pb::DetachResponse>, Status> {
        let this: ServiceRequestId = id("id", &request.get_ref().id)?;
        let (this, sha256) = (this.to_string(), request.get_ref().sha256.clone());
        let body = |reader: &Reader| {
            Ok(Body::Detach {
                attached_by: facts::attached_by(reader, &this, &sha256)?,
                sha256: sha256.clone(),
            })
        };
        let position = self.change(request, "Detach", body).await?;
        Ok(Response::new(pb::DetachResponse { position }))
    }
}
