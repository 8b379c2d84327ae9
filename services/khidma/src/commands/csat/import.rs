//! `khidma csat import`.

use std::collections::BTreeMap;

use futures::stream;
use serde_json::json;
use tonic::Status;

use super::table;
use crate::cli::CsatImportArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Tone};

/// What an import came to.
#[derive(Debug, Default)]
struct Report {
    /// Answers that were taken over, now or before.
    taken: usize,
    /// Those of them that nobody ever gave.
    synthetic: usize,
    /// Refusals by code: how many, and one of them in words.
    refused: BTreeMap<String, (usize, String)>,
}

pub(super) async fn run(
    api: &Api,
    args: &CsatImportArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let answers = table::read(&args.file, &args.source)?;
    let (sent, synthetic) = (
        answers.len(),
        answers.iter().filter(|one| one.synthetic).count(),
    );
    let mut client = api.questions().await?;
    let told = client.import_answers(stream::iter(answers)).await;
    let mut told = told.map_err(Failure::from)?.into_inner();
    let mut report = Report {
        synthetic,
        ..Report::default()
    };
    while let Some(one) = told.message().await? {
        if one.code.is_empty() {
            report.taken += 1;
            continue;
        }
        let named = match one.external_id.as_str() {
            "" => one.service_request_id,
            external => external.to_owned(),
        };
        let example = || (0, format!("{named}: {}", one.message));
        report.refused.entry(one.code).or_insert_with(example).0 += 1;
    }
    let refused: usize = report.refused.values().map(|(count, _)| count).sum();
    print(&report, output)?;
    if refused > 0 {
        let message = format!("{refused} of {sent} answers were refused");
        return Err(Status::failed_precondition(message).into());
    }
    match sent - report.taken {
        0 => Ok(()),
        missing => Err(Failure::NotReady(format!(
            "{missing} answers were not told of; run it again to go on"
        ))),
    }
}

fn print(report: &Report, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        let refused = report.refused.iter();
        let refused: serde_json::Map<_, _> = refused
            .map(|(code, (count, example))| {
                (code.clone(), json!({ "count": count, "example": example }))
            })
            .collect();
        return output.value(&json!({ "answers": report.taken, "refused": refused }));
    }
    let done = output.paint(Tone::Good, "taken over");
    output.line(format_args!("{done} {} answers", report.taken))?;
    if report.synthetic > 0 {
        let care = format!(
            "{} of the table are synthetic: nobody gave them",
            report.synthetic
        );
        output.line(output.paint(Tone::Care, care))?;
    }
    for (code, (count, example)) in &report.refused {
        output.line(format_args!("{count} refused [{code}], such as {example}"))?;
    }
    Ok(())
}
