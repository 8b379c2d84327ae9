//! `khidma export`: history taken out, whole or not at all.

use std::io::{self, BufWriter, Write};

use indicatif::{ProgressBar, ProgressStyle};
use khidma_proto::operations::ListProjectionsRequest;
use serde_json::json;

use super::events;
use crate::ask;
use crate::cli::OcelArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::ocel::{Export, ExportError, Scope, Summary};
use crate::output::{NewFile, Output, Tone};

/// How much is written at a time.
const BUFFER: usize = 1 << 16;

pub(super) async fn ocel(api: &Api, args: OcelArgs, output: &mut Output) -> Result<(), Failure> {
    let scope = Scope {
        from: args.from,
        to: args.to,
        department: args.department,
        names: args.names,
        texts: args.texts,
    };
    if let (Some(from), Some(to)) = (scope.from, scope.to)
        && from >= to
    {
        let wrong = format!("the period is empty: --from {from} is not before --to {to}");
        return Err(Failure::Usage(wrong));
    }
    if args.out.as_os_str() == "-" {
        let sink = BufWriter::with_capacity(BUFFER, io::stdout());
        let (mut sink, _) = export(api, scope, sink, Failure::Output).await?;
        return Ok(sink.flush()?);
    }
    let file = NewFile::beside(&args.out, args.force)?;
    let not_written = |error| NewFile::not_written(&args.out, &error);
    let sink = BufWriter::with_capacity(BUFFER, file);
    let (sink, summary) = tokio::select! {
        exported = export(api, scope, sink, not_written) => exported?,
        // What was written so far is gone with the sink.
        _ = tokio::signal::ctrl_c() => {
            return Err(Failure::Local("interrupted: no file was written".to_owned()));
        }
    };
    let file = sink
        .into_inner()
        .map_err(|error| not_written(error.into_error()))?;
    file.keep()?;
    tell(&summary, &args.out.display().to_string(), output)
}

/// Exports the log as it is now.
async fn export<W: Write>(
    api: &Api,
    scope: Scope,
    sink: W,
    not_written: impl Fn(io::Error) -> Failure,
) -> Result<(W, Summary), Failure> {
    let head = ask!(api, operations.list_projections, ListProjectionsRequest {})?.log_head;
    let bar = progress_bar(head);
    let failed = |error| match error {
        ExportError::Write(error) => not_written(error),
        error @ ExportError::Unreadable { .. } => Failure::Local(error.to_string()),
    };
    let mut export = Export::begin(scope, sink).map_err(&not_written)?;
    let mut take = |position, event: &str| {
        bar.set_position(position);
        // What has come since it began belongs to the next export.
        if position > head {
            return Ok(());
        }
        export.take(position, event).map_err(failed)
    };
    events::each(api, 0, true, |event| {
        take(event.position, &event.cloud_event_json)
    })
    .await?;
    bar.finish_and_clear();
    export.finish().map_err(not_written)
}

/// On standard error, and only where that is a terminal.
fn progress_bar(head: u64) -> ProgressBar {
    // The template is fixed: where it were wrong, the usual bar is shown.
    let style =
        ProgressStyle::with_template("exporting {bar:40} {pos} of {len}, {per_sec}, {eta} left");
    ProgressBar::new(head).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn tell(summary: &Summary, file: &str, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        return output.value(&json!({
            "file": file,
            "events": summary.events,
            "objects": summary.objects.values().sum::<u64>(),
            "objects_by_type": summary.objects,
            "unknown_event_types": summary.unknown,
        }));
    }
    let done = output.paint(Tone::Good, "exported");
    output.line(format_args!("{done} {} events to {file}", summary.events))?;
    for (kind, count) in &summary.objects {
        output.line(format_args!("  {count:>8}  {kind} objects"))?;
    }
    for unknown in &summary.unknown {
        let care = output.paint(Tone::Care, "unknown to this program, exported by its type:");
        output.line(format_args!("{care} {unknown}"))?;
    }
    Ok(())
}
