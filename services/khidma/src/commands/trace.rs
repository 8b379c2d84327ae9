//! `khidma trace`.

use khidma_proto::sla::EmitTracesRequest;
use serde_json::json;

use crate::ask;
use crate::cli::TraceCommand;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Tone};

pub(super) async fn run(
    api: &Api,
    command: TraceCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    let TraceCommand::Request { id } = command;
    let question = EmitTracesRequest {
        service_request_id: id,
        min_position: 0,
    };
    let answer = ask!(api, traces.emit_traces, question)?;
    if output.is_json() {
        return output.value(&json!({ "trace_ids": answer.trace_ids, "spans": answer.spans }));
    }
    let spans = output.paint(Tone::Strong, answer.spans);
    output.line(format_args!("sent {spans} spans"))?;
    for trace in answer.trace_ids {
        output.line(format_args!("trace {trace}"))?;
    }
    Ok(())
}
