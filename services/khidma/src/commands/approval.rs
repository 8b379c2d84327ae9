//! `khidma approval`.

use jiff::Timestamp;
use khidma_proto::requests::{
    ApproveRequest, DelegateApprovalsRequest, EndDelegationRequest, ListApprovalsRequest,
    ListDelegationsRequest, RejectRequest,
};

use crate::ask;
use crate::cli::{ApprovalCommand, DelegateArgs, Page};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, approvals_table, delegations_table};

pub(super) async fn run(
    api: &Api,
    command: ApprovalCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        ApprovalCommand::List { page } => list(api, page, output).await,
        ApprovalCommand::Delegations { of } => delegations(api, of, output).await,
        ApprovalCommand::Approve { id, comment } => {
            change!(api, approvals.approve(ApproveRequest { id, comment }) => "approved")?
                .print(output)
        }
        ApprovalCommand::Reject { id, reason } => {
            change!(api, approvals.reject(RejectRequest { id, reason }) => "rejected")?
                .print(output)
        }
        ApprovalCommand::Delegate(args) => delegate(api, args).await?.print(output),
        ApprovalCommand::End { person, of } => end(api, person, of).await?.print(output),
    }
}

async fn list(api: &Api, page: Page, output: &mut Output) -> Result<(), Failure> {
    let Page {
        page_size,
        page_token,
        all,
    } = page;
    let question = ListApprovalsRequest {
        page_size,
        page_token,
        min_position: 0,
    };
    let answer = paged!(api, approvals.list_approvals, question, all, approvals).await?;
    output.answer(&answer, |output| {
        output.table(approvals_table(output, &answer.approvals))?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn delegate(api: &Api, args: DelegateArgs) -> Result<Done, Failure> {
    let wish = DelegateApprovalsRequest {
        request_id: api.request_id(),
        person_id: args.of,
        to_id: args.person.clone(),
        from_time: args.from.map(time),
        until_time: Some(time(args.until)),
    };
    let position = ask!(api, approvals.delegate_approvals, wish)?.position;
    Ok(Done {
        what: "delegated to",
        id: args.person,
        position,
    })
}

fn time(instant: Timestamp) -> prost_types::Timestamp {
    // jiff keeps second and fraction of one sign, the protocol counts the fraction up.
    let nanos = instant.as_nanosecond();
    let seconds = nanos.div_euclid(1_000_000_000);
    prost_types::Timestamp {
        seconds: i64::try_from(seconds).unwrap_or_default(),
        nanos: i32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default(),
    }
}

async fn end(api: &Api, person: String, of: String) -> Result<Done, Failure> {
    let wish = EndDelegationRequest {
        request_id: api.request_id(),
        person_id: of,
        to_id: person.clone(),
    };
    let position = ask!(api, approvals.end_delegation, wish)?.position;
    Ok(Done {
        what: "no longer delegated to",
        id: person,
        position,
    })
}

async fn delegations(api: &Api, of: String, output: &mut Output) -> Result<(), Failure> {
    let question = ListDelegationsRequest {
        person_id: of,
        min_position: 0,
    };
    let answer = ask!(api, approvals.list_delegations, question)?;
    output.answer(&answer, |output| {
        let both = answer.given.iter().chain(&answer.received);
        output.table(delegations_table(output, both))
    })
}
