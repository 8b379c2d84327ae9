//! What everybody asks about requests.

use khidma_proto::requests::{
    Channel, GetQueueRequest, GetRequest, GetWorkloadRequest, ListRequest, Priority,
    ServiceRequest, State, TimelineRequest,
};

use super::search;
use crate::ask;
use crate::cli::{ListArgs, Page, Query};
use crate::client::Api;
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{
    Output, Tone, approval_facts, hanging_facts, progress_line, requests_table, timeline_table,
    to_value, workload_table,
};
use crate::words::Word;

pub(super) async fn run(api: &Api, command: Query, output: &mut Output) -> Result<(), Failure> {
    match command {
        Query::List(args) => list(api, args, output).await,
        Query::Search(args) => search::run(api, args, output).await,
        Query::Show { id } => show(api, id, output).await,
        Query::Timeline { id } => timeline(api, id, output).await,
        Query::Queue { department, page } => queue(api, department, page, output).await,
        Query::Workload { department } => workload(api, department, output).await,
    }
}

async fn list(api: &Api, args: ListArgs, output: &mut Output) -> Result<(), Failure> {
    let mut question = ListRequest {
        states: args.states.iter().map(|state| (*state).into()).collect(),
        offering: args.offering,
        text: args.text,
        kind: args.kind.unwrap_or_default().into(),
        tag: args.tag,
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
        provider_id: args.provider.unwrap_or_default(),
        requester_id: args.requester.unwrap_or_default(),
        assignee_id: args.assignee.unwrap_or_default(),
    };
    if args.assigned_to_me {
        "me".clone_into(&mut question.assignee_id);
    }
    let whose = [
        &question.provider_id,
        &question.requester_id,
        &question.assignee_id,
    ];
    if args.mine || (!args.everybody && whose.iter().all(|filter| filter.is_empty())) {
        "me".clone_into(&mut question.requester_id);
    }
    let answer = paged!(api, requests.list, question, args.page.all, requests).await?;
    output.answer(&answer, |output| {
        output.table(requests_table(output, &answer.requests))?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        requests.get,
        GetRequest {
            id,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| match &answer.request {
        Some(request) => facts(request, output),
        None => Ok(()),
    })
}

fn facts(request: &ServiceRequest, output: &mut Output) -> Result<(), Failure> {
    let title = output.paint(Tone::Strong, &request.title);
    output.line(title)?;
    let both = |output: &Output, time: Option<prost_types::Timestamp>| {
        time.map(|_| format!("{} ({})", output.when(time), output.ago(time)))
            .unwrap_or_default()
    };
    let reopened = if request.reopen_count > 0 {
        format!("{} times", request.reopen_count)
    } else {
        String::new()
    };
    let task_of = request.task_of.as_ref();
    let progress = request.progress.as_ref();
    let offering = match request.offering_version {
        0 => request.offering.clone(),
        version => format!("{} (version {version})", request.offering),
    };
    let facts = [
        ("request", request.id.clone()),
        ("state", State::word(request.state)),
        (
            "task of",
            task_of
                .map(|of| format!("{} ({})", of.request_id, of.task))
                .unwrap_or_default(),
        ),
        (
            "its tasks",
            progress
                .map(|progress| progress_line(output, progress))
                .unwrap_or_default(),
        ),
        ("priority", Priority::word(request.priority)),
        ("asked of", request.provider_id.clone()),
        (
            "asked by",
            match request.requester_id.as_str() {
                "" => request.requester_department_id.clone(),
                person => format!("{person} of {}", request.requester_department_id),
            },
        ),
        ("done by", request.assignee_id.clone()),
        ("offering", offering),
        ("tags", request.tags.join(", ")),
        ("came by", Channel::word(request.channel)),
        ("followed by", request.watcher_ids.join(", ")),
        ("asked", both(output, request.submit_time)),
        ("acknowledged", both(output, request.acknowledge_time)),
        ("resolved", both(output, request.resolve_time)),
        ("closes by itself", both(output, request.auto_close_time)),
        ("reopened", reopened),
        ("changed", both(output, request.update_time)),
        ("position", request.position.to_string()),
    ];
    let approval = approval_facts(output, request.approval.as_ref());
    let facts: Vec<_> = facts.into_iter().chain(approval).collect();
    output.facts(&facts)?;
    if request.answers.is_some() {
        output.line("\nanswers")?;
        output.value(&to_value(request)?["answers"])?;
    }
    output.facts(&hanging_facts(request))?;
    if request.description.is_empty() {
        Ok(())
    } else {
        output.line(format_args!("\n{}", request.description))
    }
}

async fn timeline(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let question = TimelineRequest {
        id,
        page_size: 0,
        page_token: String::new(),
        min_position: 0,
    };
    let answer = paged!(api, requests.timeline, question, true, entries).await?;
    output.answer(&answer, |output| {
        output.table(timeline_table(output, &answer.entries))
    })
}

async fn queue(
    api: &Api,
    department_id: String,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let Page {
        page_size,
        page_token,
        all,
    } = page;
    let question = GetQueueRequest {
        department_id,
        page_size,
        page_token,
        min_position: 0,
    };
    let answer = paged!(api, requests.get_queue, question, all, requests).await?;
    output.answer(&answer, |output| {
        output.table(requests_table(output, &answer.requests))?;
        let counts: Vec<_> = answer
            .counts
            .iter()
            .map(|one| format!("{} {}", one.count, State::word(one.state)))
            .collect();
        let counts = output.paint(Tone::Faint, counts.join(", "));
        output.line(format_args!("\n{counts}"))?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn workload(api: &Api, department_id: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        requests.get_workload,
        GetWorkloadRequest {
            department_id,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| {
        output.table(workload_table(&answer.workloads))
    })
}
