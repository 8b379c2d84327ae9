//! What the two sides do to a request. Each command is one rpc.

use khidma_proto::requests::{
    AcknowledgeRequest, AddNoteRequest, AddWatcherRequest, AssignRequest, CancelRequest,
    ClaimRequest, ConfirmRequest, DeclineRequest, RemoveWatcherRequest, ReopenRequest,
    ReplyRequest, ResolveRequest, ResumeRequest, SetPriorityRequest, SetTagsRequest, StartRequest,
    TransferRequest, WaitOnRequesterRequest,
};

use crate::cli::{BothSides, Provider, Requester};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::failure::Failure;

pub(super) async fn requester(api: &Api, command: Requester) -> Result<Done, Failure> {
    match command {
        Requester::Confirm { id, comment } => {
            change!(api, requests.confirm(ConfirmRequest { id, comment }) => "confirmed")
        }
        Requester::Cancel { id, reason, tasks } => {
            let tasks = tasks.unwrap_or_default().into();
            change!(api, requests.cancel(CancelRequest { id, reason, tasks }) => "cancelled")
        }
    }
}

pub(super) async fn provider(api: &Api, command: Provider) -> Result<Done, Failure> {
    match command {
        Provider::Ack { id, note } => {
            change!(api, requests.acknowledge(AcknowledgeRequest { id, note }) => "acknowledged")
        }
        Provider::Assign { id, to } => {
            change!(api, requests.assign(AssignRequest { id, assignee_id: to }) => "assigned")
        }
        Provider::Claim { id } => change!(api, requests.claim(ClaimRequest { id }) => "claimed"),
        Provider::Start { id } => change!(api, requests.start(StartRequest { id }) => "started"),
        Provider::Ask { id, question } => {
            change!(api, requests.wait_on_requester(WaitOnRequesterRequest { id, question }) => "waiting")
        }
        Provider::Resume { id, note } => {
            change!(api, requests.resume(ResumeRequest { id, note }) => "resumed")
        }
        Provider::Note { id, text } => {
            change!(api, requests.add_note(AddNoteRequest { id, text }) => "noted")
        }
        Provider::Priority(args) => {
            let (id, priority, reason) = (args.id, args.priority.into(), args.reason);
            change!(api, requests.set_priority(SetPriorityRequest { id, priority, reason }) => "prioritised")
        }
        Provider::Tag { id, tags } => {
            change!(api, requests.set_tags(SetTagsRequest { id, tags }) => "tagged")
        }
        Provider::Transfer { id, to, reason } => {
            change!(api, requests.transfer(TransferRequest { id, provider_id: to, reason }) => "transferred")
        }
        Provider::Resolve { id, outcome } => {
            change!(api, requests.resolve(ResolveRequest { id, outcome }) => "resolved")
        }
        Provider::Decline { id, reason, tasks } => {
            let tasks = tasks.unwrap_or_default().into();
            change!(api, requests.decline(DeclineRequest { id, reason, tasks }) => "declined")
        }
    }
}

pub(super) async fn both_sides(api: &Api, command: BothSides) -> Result<Done, Failure> {
    match command {
        BothSides::Reply { id, text } => {
            change!(api, requests.reply(ReplyRequest { id, text }) => "replied")
        }
        BothSides::Reopen { id, reason } => {
            change!(api, requests.reopen(ReopenRequest { id, reason }) => "reopened")
        }
        BothSides::Follow {
            id,
            person: person_id,
        } => {
            change!(api, requests.add_watcher(AddWatcherRequest { id, person_id }) => "following")
        }
        BothSides::Unfollow {
            id,
            person: person_id,
        } => {
            change!(api, requests.remove_watcher(RemoveWatcherRequest { id, person_id }) => "no longer following")
        }
    }
}
