//! `khidma import`.

use indicatif::{ProgressBar, ProgressStyle};
use khidma_runtime::Tasks;
use tonic::Status;

use crate::cli::{ImportArgs, ImportCommand};
use crate::client::Api;
use crate::failure::Failure;
use crate::import::{Format, Mapping, Report, Source, Survey, make_known, send, survey};
use crate::output::{Output, import_report, import_survey};

pub(super) async fn run(
    api: &Api,
    command: ImportCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    let (
        ImportArgs {
            file,
            mapping,
            dry_run,
        },
        format,
    ) = match command {
        ImportCommand::Xes(args) => (args, Format::Xes),
        ImportCommand::Csv(args) => (args, Format::Csv),
    };
    let mapping = Mapping::load(&mapping)?;
    let source = Source { file, format };
    let survey = look(&source, &mapping).await?;
    if dry_run {
        return import_survey(output, &survey);
    }
    make_known(api, &mapping, &survey).await?;
    let bar = progress_bar(&survey);
    let sent = send(api, &source, &mapping, |report| {
        bar.set_position(report.cases)
    })
    .await;
    bar.finish_and_clear();
    let report = sent?;
    import_report(output, &report)?;
    outcome(&report)
}

/// All of the file is read and checked before anything is sent.
async fn look(source: &Source, mapping: &Mapping) -> Result<Survey, Failure> {
    let (source, mapping) = (source.clone(), mapping.clone());
    let looking = Tasks::new().spawn_blocking(move || survey(&source, &mapping));
    looking
        .await
        .map_err(|error| Failure::Local(error.to_string()))?
}

/// Drawn on standard error, and only where that is a terminal.
fn progress_bar(survey: &Survey) -> ProgressBar {
    // The template is fixed: where it were wrong, the usual bar is shown.
    let style = ProgressStyle::with_template(
        "importing {bar:40} {pos} of {len} cases, {per_sec}, {eta} left",
    );
    ProgressBar::new(survey.cases)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn outcome(report: &Report) -> Result<(), Failure> {
    if report.refused == 0 {
        return Ok(());
    }
    let message = format!("{} of {} cases were refused", report.refused, report.cases);
    Err(Status::failed_precondition(message).into())
}
