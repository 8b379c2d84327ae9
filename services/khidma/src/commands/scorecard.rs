//! `khidma scorecard`.

use std::io::Write;
use std::path::Path;

use khidma_feedback_page::page;
use khidma_proto::feedback::GetScorecardRequest;

use crate::ask;
use crate::cli::ScorecardArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{NewFile, Output, scorecard};

pub(super) async fn run(
    api: &Api,
    args: ScorecardArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = GetScorecardRequest {
        department_id: args.department,
        with_below: args.with_below,
        from: args.from,
        to: args.to,
        periods_before: args.periods_before,
        min_position: 0,
        language: args.locale.clone(),
    };
    let answer = ask!(api, scorecard.get_scorecard, question)?;
    let Some(file) = &args.html else {
        return output.answer(&answer, |output| scorecard(output, &answer));
    };
    let html = page(&answer, &args.locale).map_err(|error| Failure::Local(error.to_string()))?;
    if file == Path::new("-") {
        return output.text(&html);
    }
    let mut written = NewFile::beside(file, args.replace)?;
    written.write_all(html.as_bytes())?;
    written.keep()?;
    output.line(format_args!("written to {}", file.display()))
}
