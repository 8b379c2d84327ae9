//! `khidma thanks`.

use khidma_edge::instant::time_out;
use khidma_proto::feedback::give_thanks_request::To;
use khidma_proto::feedback::{
    GetRankingRequest, GetWallRequest, GiveThanksRequest, ListThanksRequest, ThanksList,
    WithdrawThanksRequest,
};

use super::done::{Done, change};
use super::pages::{self, paged};
use crate::ask;
use crate::cli::{GiveThanksArgs, ThanksCommand};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, ranking_table, thanks_table};

pub(super) async fn run(
    api: &Api,
    command: ThanksCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        ThanksCommand::Give(args) => give(api, args).await?.print(output),
        ThanksCommand::Withdraw { id } => {
            change!(api, recognition.withdraw_thanks(WithdrawThanksRequest { id }) => "withdrawn")?
                .print(output)
        }
        ThanksCommand::List { given, page } => {
            let list = if given {
                ThanksList::Given
            } else {
                ThanksList::Received
            };
            let question = ListThanksRequest {
                list: list.into(),
                page_size: page.page_size,
                page_token: page.page_token,
                min_position: 0,
            };
            let answer = paged!(api, recognition.list_thanks, question, page.all, thanks).await?;
            output.answer(&answer, |output| {
                output.table(thanks_table(output, &answer.thanks))?;
                pages::more(&answer.next_page_token, output)
            })
        }
        ThanksCommand::Wall { department, page } => {
            let question = GetWallRequest {
                department_id: department,
                page_size: page.page_size,
                page_token: page.page_token,
                min_position: 0,
            };
            let answer = paged!(api, recognition.get_wall, question, page.all, thanks).await?;
            output.answer(&answer, |output| {
                output.table(thanks_table(output, &answer.thanks))?;
                pages::more(&answer.next_page_token, output)
            })
        }
        ThanksCommand::Ranking { department, from } => {
            let question = GetRankingRequest {
                department_id: department,
                from: from.map(time_out),
                min_position: 0,
            };
            let answer = ask!(api, recognition.get_ranking, question)?;
            output.answer(&answer, |output| {
                output.table(ranking_table(&answer.ranked))
            })
        }
    }
}

async fn give(api: &Api, args: GiveThanksArgs) -> Result<Done, Failure> {
    let person = args.to.map(To::ToPersonId);
    let wish = GiveThanksRequest {
        request_id: api.request_id(),
        to: person.or(args.team.map(To::ToDepartmentId)),
        service_request_id: args.request,
        text: args.text,
        private: args.private,
    };
    let answer = ask!(api, recognition.give_thanks, wish)?;
    Ok(Done {
        what: "thanked",
        id: answer.id,
        position: answer.position,
    })
}
