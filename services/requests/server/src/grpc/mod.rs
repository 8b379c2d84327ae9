//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod commands;
mod concerns;
mod convert;
mod links;
mod list;
mod queries;
mod queue;
mod service;
mod timeline;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::query::{self, Scans};
use khidma_edge::status;
use khidma_engine::{Engine, entity_key};
use khidma_kernel::{Caller, ServiceRequestId};
use khidma_projection::{Projection, Reader};
use khidma_requests_domain::{Action, RequestDecider, Standing, may};
use khidma_runtime::Tasks;
use tonic::Status;

use crate::config::RequestsConfig;
use crate::facts::Facts;
use crate::views::RequestHead;

pub(crate) use concerns::UNTRACED;

/// About how many bytes are put into one answer; what does not fit comes with the next page.
const ANSWER_BYTES: usize = 1 << 20;

/// What the calls stand on.
pub(crate) struct RequestsGrpc {
    pub(crate) engine: Arc<Engine<RequestDecider>>,
    pub(crate) projection: Projection,
    pub(crate) facts: Arc<Facts>,
    pub(crate) config: RequestsConfig,
    pub(crate) scans: Scans,
    pub(crate) tasks: Tasks,
}

impl RequestsGrpc {
    async fn reader(&self, min_position: u64, patience: Duration) -> Result<Reader, Status> {
        query::reader_at(&self.projection, min_position, patience).await
    }
}

/// A request as a caller who may read it finds it.
struct Readable {
    id: String,
    head: RequestHead,
    standing: Standing,
}

/// The request, if there is one that `caller` may read: to others it does not exist.
fn readable(reader: &Reader, id: &str, caller: &Caller) -> Result<Readable, Status> {
    let id = khidma_edge::command::id::<ServiceRequestId>("id", id)?.to_string();
    let head: Option<RequestHead> = reader
        .get_head(&entity_key(&id))
        .map_err(query::unreadable)?;
    let unknown = || {
        status::refusal(
            tonic::Code::NotFound,
            "UNKNOWN_REQUEST",
            None,
            "there is no such request",
        )
    };
    let head = head.ok_or_else(unknown)?;
    let request = head.entity.state.as_ref().ok_or_else(unknown)?;
    let standing = Standing::of(caller, request);
    if !may(Action::Read, standing) {
        return Err(unknown());
    }
    Ok(Readable { id, head, standing })
}

/// The id in `field`; `None` where it is empty.
fn optional_id<T>(field: &'static str, text: &str) -> Result<Option<T>, Status>
where
    T: std::str::FromStr<Err = khidma_kernel::InvalidId>,
{
    if text.is_empty() {
        Ok(None)
    } else {
        khidma_edge::command::id(field, text).map(Some)
    }
}
