//! The traces of a request's clocks, told again.

use khidma_edge::server::deadline;
use khidma_edge::telemetry::{SpanRecord, Traces};
use khidma_edge::{command, identity, query, status};
use khidma_engine::entity_key;
use khidma_kernel::{Caller, Role, ServiceRequestId};
use khidma_projection::Projection;
use khidma_proto::sla as pb;
use khidma_proto::sla::traces_service_server::TracesService;
use khidma_sla_domain::Life;
use tonic::{Code, Request, Response, Status};

use crate::signals::traces_of;
use crate::views::ClocksRow;

/// Spans handed over between two exports: half of what the queue holds.
const AT_ONCE: usize = 1000;

/// What the calls stand on.
pub(crate) struct TracesGrpc {
    pub(crate) projection: Projection,
    pub(crate) traces: Traces,
}

#[tonic::async_trait]
impl TracesService for TracesGrpc {
    async fn emit_traces(
        &self,
        request: Request<pb::EmitTracesRequest>,
    ) -> Result<Response<pb::EmitTracesResponse>, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let question = request.into_inner();
        let reader = query::reader_at(&self.projection, question.min_position, patience).await?;
        let id: ServiceRequestId = command::id("service_request_id", &question.service_request_id)?;
        let id = id.to_string();
        let row: Option<ClocksRow> = reader.get(&entity_key(&id)).map_err(query::unreadable)?;
        // To whom it is not shown, it does not exist.
        let row = row.filter(|row| may_see(&caller, row));
        let row = row.ok_or_else(unknown)?;
        if !self.traces.are_seen() {
            return Err(no_collector());
        }
        let traceparent = row.file.traceparent.as_deref();
        let spans = traces_of(&id, traceparent, &row.entity.state);
        let answer = pb::EmitTracesResponse {
            trace_ids: ids(&spans),
            spans: u32::try_from(spans.len()).unwrap_or(u32::MAX),
        };
        self.export(spans).await?;
        Ok(Response::new(answer))
    }
}

impl TracesGrpc {
    async fn export(&self, spans: Vec<SpanRecord>) -> Result<(), Status> {
        let mut spans = spans.into_iter().peekable();
        while spans.peek().is_some() {
            for span in spans.by_ref().take(AT_ONCE) {
                self.traces.record(span);
            }
            self.traces.flush().await.map_err(|error| {
                tracing::warn!(%error, "traces were not exported");
                let after = std::time::Duration::from_secs(1);
                let message = "the collector did not take the traces; try again";
                status::unavailable("COLLECTOR_AWAY", after, message)
            })?;
        }
        Ok(())
    }
}

/// Admins, and members of the department that owns the request now.
fn may_see(caller: &Caller, row: &ClocksRow) -> bool {
    let profile = Life::of(&row.file.facts).profile;
    caller.is(Role::Admin) || profile.is_some_and(|profile| caller.belongs_to(&profile.provider))
}

/// Each trace once, in their order.
fn ids(spans: &[SpanRecord]) -> Vec<String> {
    let mut traces: Vec<_> = spans.iter().map(|span| span.trace_id).collect();
    traces.dedup();
    let hex = |id: [u8; 16]| format!("{:032x}", u128::from_be_bytes(id));
    traces.into_iter().map(hex).collect()
}

fn unknown() -> Status {
    let message = "there is no such request, or no promise was made for it";
    status::refusal(Code::NotFound, "UNKNOWN_REQUEST", None, message)
}

fn no_collector() -> Status {
    let message = "this server exports no traces: telemetry.otlp_endpoint is not set";
    status::refusal(Code::FailedPrecondition, "NO_COLLECTOR", None, message)
}
