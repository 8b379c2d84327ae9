//! `khidma review`.

use comfy_table::Cell;
use khidma_proto::directory::{
    GetReviewReportRequest, GetReviewsRequest, RecordReviewRequest, ShareThemesRequest,
};

use crate::ask;
use crate::cli::{ReportArgs, ReviewCommand, ThemesArgs};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::failure::Failure;
use crate::output::{Output, Table, Tone};

pub(super) async fn run(
    api: &Api,
    command: ReviewCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    let done = match command {
        ReviewCommand::Show { id } => return show(api, id, output).await,
        ReviewCommand::Report(args) => return report(api, args, output).await,
        ReviewCommand::Record { id, on } => {
            let on = on.to_string();
            change!(api, reviews.record_review(RecordReviewRequest { id, on }) => "recorded for")
        }
        ReviewCommand::Share(args) => share(api, args).await,
        ReviewCommand::TakeBack { id, on } => {
            let (on, themes) = (on.to_string(), Vec::new());
            change!(api, reviews.share_themes(ShareThemesRequest { id, on, themes }) => "taken back by")
        }
    };
    done?.print(output)
}

async fn share(api: &Api, args: ThemesArgs) -> Result<Done, Failure> {
    let (id, on, themes) = (args.id, args.on.to_string(), args.themes);
    change!(api, reviews.share_themes(ShareThemesRequest { id, on, themes }) => "shared by")
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let min_position = 0;
    let answer = ask!(
        api,
        reviews.get_reviews,
        GetReviewsRequest { id, min_position }
    )?;
    output.answer(&answer, |output| {
        let mut table = Table::new(["review of", "shared themes, shown to oneself only"]);
        for one in &answer.reviews {
            table.add(vec![
                Tone::Strong.cell(&one.on),
                Cell::new(one.themes.join(", ")),
            ]);
        }
        output.table(table)
    })
}

async fn report(api: &Api, args: ReportArgs, output: &mut Output) -> Result<(), Failure> {
    let question = GetReviewReportRequest {
        department_id: args.department,
        year: args.year,
        quarter: args.quarter,
        min_position: 0,
    };
    let answer = ask!(api, reviews.get_review_report, question)?;
    output.answer(&answer, |output| {
        let (reviewed, people) = (answer.reviewed, answer.people);
        output.line(format_args!("{reviewed} of {people} people had a review\n"))?;
        let mut table = Table::new(["theme", "shared by at least"]);
        for one in &answer.themes {
            table.add(vec![Tone::Strong.cell(&one.theme), Cell::new(one.at_least)]);
        }
        output.table(table)
    })
}
