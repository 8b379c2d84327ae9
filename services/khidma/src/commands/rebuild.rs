//! `khidma rebuild`: builds a read model anew, and shows how far it is.

use comfy_table::Cell;
use indicatif::{ProgressBar, ProgressStyle};
use khidma_proto::operations::{
    ListProjectionsRequest, Projection, ProjectionState, RebuildProjectionRequest,
    RebuildProjectionResponse,
};

use crate::cli::RebuildArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Table, Tone};
use crate::{ask, open};

pub(super) async fn run(api: &Api, args: RebuildArgs, output: &mut Output) -> Result<(), Failure> {
    match args.name {
        Some(name) => rebuild(api, name, output).await,
        None => list(api, output).await,
    }
}

async fn list(api: &Api, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(api, operations.list_projections, ListProjectionsRequest {})?;
    output.answer(&answer, |output| {
        let mut table = Table::new(["read model", "version", "state", "position", "of"]);
        for one in &answer.projections {
            table.add(vec![
                Tone::Strong.cell(&one.name),
                Cell::new(one.version),
                state(one),
                Cell::new(one.position),
                Cell::new(answer.log_head),
            ]);
        }
        output.table(table)
    })
}

fn state(one: &Projection) -> Cell {
    match one.state() {
        ProjectionState::CatchingUp => Tone::Care.cell("catching up"),
        ProjectionState::Live => Tone::Good.cell("live"),
        ProjectionState::Failed => Tone::Bad.cell(format!("failed: {}", one.failure)),
        ProjectionState::Unspecified => Cell::new("?"),
    }
}

async fn rebuild(api: &Api, name: String, output: &mut Output) -> Result<(), Failure> {
    let mut steps = open!(
        api,
        operations.rebuild_projection,
        RebuildProjectionRequest { name: name.clone() }
    )?;
    let bar = output.is_terminal().then(|| progress_bar(&name));
    let mut done = false;
    while let Some(step) = steps.message().await? {
        done = step.done;
        match &bar {
            Some(bar) if !output.is_json() => {
                bar.set_length(step.target);
                bar.set_position(step.position);
            }
            _ => output.item(&step, |output| output.line(told(&name, &step)))?,
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    if !done {
        return Err(Failure::NotReady(format!(
            "the rebuild of {name} ended before it was done"
        )));
    }
    if output.is_json() {
        return Ok(());
    }
    let done = output.paint(Tone::Good, "rebuilt");
    output.line(format_args!("{done} {name}: the new read model serves"))
}

fn told(name: &str, step: &RebuildProjectionResponse) -> String {
    format!("{name}: position {} of {}", step.position, step.target)
}

fn progress_bar(name: &str) -> ProgressBar {
    // The template is fixed: where it were wrong, the usual bar is shown.
    let style = ProgressStyle::with_template("{prefix} {bar:40} {pos} of {len}, {eta} left");
    ProgressBar::new(0)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_prefix(name.to_owned())
}
