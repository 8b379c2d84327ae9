//! `khidma cover`.

use khidma_proto::directory::GetCoverRequest;

use super::skill::written;
use crate::ask;
use crate::cli::CoverArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Tone, cover_table};

pub(super) async fn run(api: &Api, args: CoverArgs, output: &mut Output) -> Result<(), Failure> {
    let question = GetCoverRequest {
        department_id: args.department,
        on: written(args.on),
        min_position: 0,
    };
    let answer = ask!(api, skills.get_cover, question)?;
    output.answer(&answer, |output| {
        let (gaps, all) = (answer.gaps.len(), answer.offerings);
        if gaps > 0 {
            output.table(cover_table(&answer))?;
        }
        let tone = if gaps > 0 { Tone::Care } else { Tone::Good };
        let said = format!(
            "{gaps} of {all} offerings can be served by fewer than two people on {}",
            answer.on
        );
        let said = output.paint(tone, said);
        output.line(said)
    })
}
