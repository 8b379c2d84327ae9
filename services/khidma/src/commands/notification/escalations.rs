//! `khidma notification escalations`, `acknowledge` and `preview-escalation`.

use khidma_proto::notifications::{
    AcknowledgeEscalationRequest, ListEscalationsRequest, PreviewEscalationRequest,
};

use crate::ask;
use crate::cli::EscalationsArgs;
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, escalations_table, previewed_table};

pub(super) async fn list(
    api: &Api,
    args: EscalationsArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListEscalationsRequest {
        service_request_id: args.request,
        open_only: args.open,
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let all = args.page.all;
    let answer = paged!(
        api,
        escalations.list_escalations,
        question,
        all,
        escalations
    )
    .await?;
    output.answer(&answer, |output| {
        output.table(escalations_table(output, &answer.escalations))?;
        pages::more(&answer.next_page_token, output)
    })
}

pub(super) async fn acknowledge(api: &Api, id: String, comment: String) -> Result<Done, Failure> {
    change!(api, escalations.acknowledge_escalation(
        AcknowledgeEscalationRequest { id, comment }) => "acknowledged")
}

pub(super) async fn preview(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let question = PreviewEscalationRequest {
        service_request_id: id,
        min_position: 0,
    };
    let answer = ask!(api, escalations.preview_escalation, question)?;
    output.answer(&answer, |output| {
        output.table(previewed_table(&answer.steps))
    })
}
