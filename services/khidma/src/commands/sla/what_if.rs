//! `khidma sla what-if`: what would have been under other policies or calendars.

use std::io::Write;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use khidma_edge::instant::time_out;
use khidma_proto::sla::simulate_response::Message;
use khidma_proto::sla::{ClockCompared, SimulateRequest, SimulateTotals};
use tonic::Status;

use crate::cli::WhatIfArgs;
use crate::client::Api;
use crate::commands::directory::{calendars_located, read_calendar};
use crate::failure::Failure;
use crate::open;
use crate::output::{
    NewFile, Output, changed_csv, changed_csv_header, changed_table, explained_clock,
    what_if_totals,
};

pub(super) async fn run(api: &Api, args: WhatIfArgs, output: &mut Output) -> Result<(), Failure> {
    let request = request(&args).await?;
    let mut sink = match &args.csv {
        Some(path) => Some(csv(path, args.force)?),
        None => None,
    };
    let mut shown = Vec::new();
    let explains = args.explain.is_some();
    let json = output.is_json();
    let totals = simulate(api, request, |clock| match &mut sink {
        Some(sink) => sink
            .write_all(changed_csv(&clock)?.as_bytes())
            .map_err(Failure::Output),
        None if json => output.item(&clock, |_| Ok(())),
        None => {
            // As many as the limit says, or the clocks of one request.
            shown.push(clock);
            Ok(())
        }
    })
    .await;
    let totals = match totals {
        Ok(totals) => totals,
        Err(failure) => return Err(calendars_located(failure, &args.calendar).await),
    };
    if let Some(sink) = sink {
        let file = sink
            .into_inner()
            .map_err(|error| Failure::Output(error.into_error()))?;
        file.keep()?;
    }
    output.item(&totals, |output| {
        if explains {
            return shown
                .iter()
                .try_for_each(|clock| explained_clock(output, clock));
        }
        if !shown.is_empty() {
            output.table(changed_table(output, &shown))?;
            output.line("")?;
        }
        what_if_totals(output, &totals)?;
        if let Some(path) = &args.csv {
            let (lines, path) = (totals.changed, path.display());
            output.line(format_args!("{lines} lines in {path}"))?;
        }
        if let Some(first) = shown.first() {
            let (some, all) = (shown.len() as u64, totals.changed);
            if some < all {
                let hint =
                    format!("{some} of {all} are shown: more with --limit, all with --csv FILE");
                output.line(hint)?;
            }
            let id = &first.service_request_id;
            let hint = format!("to see what adds up to a verdict: the same with --explain {id}");
            output.line(hint)?;
        }
        Ok(())
    })
}

async fn request(args: &WhatIfArgs) -> Result<SimulateRequest, Failure> {
    let policy_toml = match &args.policy {
        Some(path) => {
            let text = tokio::fs::read_to_string(path).await;
            text.map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?
        }
        None => String::new(),
    };
    let mut calendars = Vec::new();
    for path in &args.calendar {
        calendars.push(read_calendar(path).await?);
    }
    Ok(SimulateRequest {
        policy_toml,
        calendars,
        from: args.from.map(time_out),
        to: args.to.map(time_out),
        department_id: args.department.clone(),
        service_request_id: args.explain.clone().unwrap_or_default(),
        limit: (args.csv.is_none() && args.explain.is_none()).then_some(args.limit),
        ..SimulateRequest::default()
    })
}

/// Simulates to the end; what is told of clocks goes to `take`.
async fn simulate(
    api: &Api,
    request: SimulateRequest,
    mut take: impl FnMut(ClockCompared) -> Result<(), Failure>,
) -> Result<SimulateTotals, Failure> {
    let mut answers = open!(api, what_if.simulate, request)?;
    let bar = progress_bar();
    while let Some(answer) = answers.message().await? {
        match answer.message {
            Some(Message::Progress(progress)) => {
                bar.set_length(progress.about);
                bar.set_position(progress.done);
            }
            Some(Message::Clock(clock)) => take(clock)?,
            Some(Message::Totals(totals)) => {
                bar.finish_and_clear();
                return Ok(totals);
            }
            None => {}
        }
    }
    Err(Status::unavailable("the simulation ended without its totals").into())
}

/// Drawn on standard error, and only where that is a terminal.
fn progress_bar() -> ProgressBar {
    // The template is fixed: where it were wrong, the usual bar is shown.
    let style = ProgressStyle::with_template(
        "replaying {bar:40} {pos} of {len} requests, {per_sec}, {eta} left",
    );
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn csv(path: &Path, replace: bool) -> Result<std::io::BufWriter<NewFile>, Failure> {
    let mut sink = std::io::BufWriter::new(NewFile::beside(path, replace)?);
    sink.write_all(changed_csv_header()?.as_bytes())?;
    Ok(sink)
}
