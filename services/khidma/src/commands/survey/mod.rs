//! `khidma survey`.

mod answers;
mod ballots;
mod define;
mod launch;
mod ready;
mod show;

use khidma_proto::feedback as pb;
use khidma_proto::feedback::{CancelRoundRequest, CloseRoundRequest};

use crate::ask;
use crate::cli::{Options, Page, RoundsArgs, SurveyCommand};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, my_rounds_table, rounds_table, surveys_table};

pub(super) async fn run(
    options: &Options,
    command: SurveyCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    // Connects where it is asked for: what comes with this program needs no server.
    let api = Api::of(options);
    match command {
        SurveyCommand::Ready => ready::list(output),
        SurveyCommand::Ballots(command) => ballots::run(options, command, output).await,
        SurveyCommand::Define(args) => define::run(&api.await?, args).await?.print(output),
        SurveyCommand::List {
            owner,
            retired,
            page,
        } => list(&api.await?, owner, retired, page, output).await,
        SurveyCommand::Retire { survey } => retire(&api.await?, survey).await?.print(output),
        SurveyCommand::Launch(args) => launch::run(&api.await?, *args).await?.print(output),
        SurveyCommand::Rounds(args) => rounds(&api.await?, args, output).await,
        SurveyCommand::Show { id, version } => show::run(&api.await?, id, version, output).await,
        SurveyCommand::Close { id } => {
            let api = &api.await?;
            let done: Result<Done, Failure> =
                change!(api, surveys.close_round(CloseRoundRequest { id }) => "closed");
            done?.print(output)
        }
        SurveyCommand::Cancel { id, reason } => {
            let api = &api.await?;
            let done: Result<Done, Failure> = change!(
                api, surveys.cancel_round(CancelRoundRequest { id, reason }) => "cancelled"
            );
            done?.print(output)
        }
        SurveyCommand::Mine { open, page } => mine(&api.await?, open, page, output).await,
        SurveyCommand::Form { id, languages } => {
            show::form(&api.await?, id, languages, output).await
        }
        SurveyCommand::Answers(command) => {
            answers::run(options, &api.await?, command, output).await
        }
    }
}

async fn retire(api: &Api, survey: String) -> Result<Done, Failure> {
    let change = pb::RetireSurveyRequest {
        request_id: api.request_id(),
        survey_id: survey.clone(),
    };
    let position = ask!(api, surveys.retire_survey, change)?.position;
    Ok(Done {
        what: "retired",
        id: survey,
        position,
    })
}

async fn rounds(api: &Api, args: RoundsArgs, output: &mut Output) -> Result<(), Failure> {
    let question = pb::ListRoundsRequest {
        survey_id: args.survey,
        owner_id: args.owner,
        state: args.state.unwrap_or_default().into(),
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, surveys.list_rounds, question, args.page.all, rounds).await?;
    output.answer(&answer, |output| {
        let table = rounds_table(&answer.rounds, output);
        output.table(table)?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn list(
    api: &Api,
    owner_id: String,
    include_retired: bool,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = pb::ListSurveysRequest {
        owner_id,
        include_retired,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, surveys.list_surveys, question, page.all, surveys).await?;
    output.answer(&answer, |output| {
        output.table(surveys_table(&answer.surveys))?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn mine(api: &Api, open_only: bool, page: Page, output: &mut Output) -> Result<(), Failure> {
    let question = pb::ListMyRoundsRequest {
        open_only,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, surveys.list_my_rounds, question, page.all, rounds).await?;
    output.answer(&answer, |output| {
        let table = my_rounds_table(&answer.rounds, output);
        output.table(table)?;
        pages::more(&answer.next_page_token, output)
    })
}
