//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod approvals;
mod catalogue;
mod commands;
mod concerns;
mod convert;
mod history;
mod json;
mod links;
mod list;
mod plans;
mod queries;
mod queue;
mod search;
mod service;
mod timeline;
mod watch;

pub(crate) use approvals::ApprovalsGrpc;
pub(crate) use catalogue::CatalogueGrpc;
pub(crate) use history::HistoryGrpc;
pub(crate) use plans::PlansGrpc;
pub(crate) use search::SearchGrpc;

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::query::{self, Scans};
use khidma_edge::status;
use khidma_engine::{Engine, entity_key};
use khidma_eventlog::EventLog;
use khidma_kernel::{Caller, ServiceRequestId, Timestamp};
use khidma_projection::{Projection, Reader};
use khidma_requests_domain::{Action, RequestDecider, Standing, may};
use khidma_runtime::{Clock, Tasks};
use tonic::Status;

use crate::config::RequestsConfig;
use crate::facts::{self, SubmitFacts};
use crate::views::RequestHead;

pub(crate) use concerns::UNTRACED;

/// About how many bytes are put into one answer; what does not fit comes with the next page.
const ANSWER_BYTES: usize = 1 << 20;

/// What the calls stand on.
pub(crate) struct RequestsGrpc {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) engine: Arc<Engine<RequestDecider>>,
    pub(crate) projection: Projection,
    pub(crate) submissions: SubmitFacts,
    pub(crate) config: RequestsConfig,
    pub(crate) scans: Scans,
    pub(crate) tasks: Tasks,
    pub(crate) clock: Clock,
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

/// The request, if there is one that `caller` may read `now`: to others it does not exist.
fn readable(
    reader: &Reader,
    id: &str,
    caller: &Caller,
    now: Timestamp,
) -> Result<Readable, Status> {
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
    let mut standing = Standing::of(caller, request);
    if !may(Action::Read, standing) {
        standing.approver =
            facts::approves(reader, request, caller, now).map_err(query::unreadable)?;
    }
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
