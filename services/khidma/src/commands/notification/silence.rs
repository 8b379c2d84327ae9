//! `khidma notification silence`.

use khidma_edge::instant::time_out;
use khidma_proto::notifications::{
    BeginSilenceRequest, EndSilenceRequest, ListSilencesRequest, SilenceScope,
};

use crate::ask;
use crate::cli::{Page, SilenceArgs, SilenceCommand};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, silences_table};
use crate::words::numbers;

pub(super) async fn run(
    api: &Api,
    command: SilenceCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        SilenceCommand::Begin(args) => begin(api, args).await?.print(output),
        SilenceCommand::End { id } => {
            change!(api, preferences.end_silence(EndSilenceRequest { id }) => "ended")?
                .print(output)
        }
        SilenceCommand::List { page } => list(api, page, output).await,
    }
}

async fn begin(api: &Api, args: SilenceArgs) -> Result<Done, Failure> {
    let scope = SilenceScope {
        kinds: numbers(&args.kinds),
        person_id: args.person,
        department_id: args.department,
        service_request_id: args.request,
    };
    let wish = BeginSilenceRequest {
        request_id: api.request_id(),
        scope: Some(scope),
        from: args.from.map(time_out),
        until: Some(time_out(args.until)),
        reason: args.reason,
    };
    let answer = ask!(api, preferences.begin_silence, wish)?;
    Ok(Done {
        what: "begun",
        id: answer.id,
        position: answer.position,
    })
}

async fn list(api: &Api, page: Page, output: &mut Output) -> Result<(), Failure> {
    let question = ListSilencesRequest {
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, preferences.list_silences, question, page.all, silences).await?;
    output.answer(&answer, |output| {
        output.table(silences_table(output, &answer.silences))?;
        pages::more(&answer.next_page_token, output)
    })
}
