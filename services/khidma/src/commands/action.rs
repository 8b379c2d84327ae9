//! `khidma action`.

use khidma_edge::instant::time_out;
use khidma_proto::feedback::action_origin::Origin;
use khidma_proto::feedback::{
    ActionOrigin, AssignActionRequest, CompleteActionRequest, DropActionRequest, GetActionRequest,
    ListActionsRequest, ListPublishedRequest, MoveActionDueRequest, OpenActionRequest,
    PublishActionRequest, StartActionRequest, YouSaidWeDid,
};

use super::done::{Done, change};
use super::pages::{self, paged};
use crate::ask;
use crate::cli::{ActionCommand, ListActionsArgs, OpenActionArgs, Page, PublishActionArgs};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Tone, action_facts, actions_table, published_table};
use crate::words::numbers;

pub(super) async fn run(
    api: &Api,
    command: ActionCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    let done = match command {
        ActionCommand::Show { id } => return show(api, id, output).await,
        ActionCommand::List(args) => return list(api, args, output).await,
        ActionCommand::Published { department, page } => {
            return published(api, department, page, output).await;
        }
        ActionCommand::Open(args) => open(api, args).await,
        ActionCommand::Publish(args) => publish(api, args).await,
        ActionCommand::Assign { id, to } => change!(
            api,
            actions.assign_action(AssignActionRequest { id, owner_id: to }) => "assigned"
        ),
        ActionCommand::Start { id } => {
            change!(api, actions.start_action(StartActionRequest { id }) => "begun")
        }
        ActionCommand::Move { id, due, reason } => change!(
            api,
            actions.move_action_due(MoveActionDueRequest { id, due: Some(time_out(due)), reason }) => "moved"
        ),
        ActionCommand::Complete {
            id,
            outcome,
            evidence,
        } => change!(
            api,
            actions.complete_action(CompleteActionRequest { id, outcome, evidence }) => "done"
        ),
        ActionCommand::Drop { id, reason } => {
            change!(api, actions.drop_action(DropActionRequest { id, reason }) => "dropped")
        }
    };
    done?.print(output)
}

async fn open(api: &Api, args: OpenActionArgs) -> Result<Done, Failure> {
    // The parser takes exactly one of them.
    let origin = args.from_round.map(Origin::RoundId);
    let origin = origin.or(args.from_answer.map(Origin::AnsweredRequestId));
    let origin = origin.or(args.from_concern.map(Origin::ConcernId));
    let origin = origin.or(args.from_breach.map(Origin::BreachedRequestId));
    let origin = origin.or(args.from_interview.map(Origin::InterviewId));
    let origin = origin.or(args.because.map(Origin::Other));
    let wish = OpenActionRequest {
        request_id: api.request_id(),
        department_id: args.department,
        title: args.title,
        origin: Some(ActionOrigin { origin }),
        owner_id: args.owner,
        due: Some(time_out(args.due)),
    };
    let answer = ask!(api, actions.open_action, wish)?;
    Ok(Done {
        what: "opened",
        id: answer.id,
        position: answer.position,
    })
}

async fn publish(api: &Api, args: PublishActionArgs) -> Result<Done, Failure> {
    let mut texts = vec![YouSaidWeDid {
        language: args.language,
        you_said: args.you_said,
        we_did: args.we_did,
    }];
    // The parser takes them by threes.
    texts.extend(args.also.chunks_exact(3).map(|one| YouSaidWeDid {
        language: one[0].clone(),
        you_said: one[1].clone(),
        we_did: one[2].clone(),
    }));
    let (id, department_ids) = (args.id, args.to);
    change!(
        api,
        actions.publish_action(PublishActionRequest { id, texts, department_ids }) => "told"
    )
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let question = GetActionRequest {
        id,
        min_position: 0,
    };
    let answer = ask!(api, actions.get_action, question)?;
    output.answer(&answer, |output| {
        let action = answer.action.clone().unwrap_or_default();
        output.line(output.paint(Tone::Strong, &action.title))?;
        output.facts(&action_facts(output, &action))?;
        for text in action.published.iter().flat_map(|told| &told.texts) {
            let language = output.paint(Tone::Faint, &text.language);
            output.line(format_args!(
                "{language}  {} → {}",
                text.you_said, text.we_did
            ))?;
        }
        Ok(())
    })
}

async fn list(api: &Api, args: ListActionsArgs, output: &mut Output) -> Result<(), Failure> {
    let question = ListActionsRequest {
        department_id: args.department,
        owner_id: args.owner,
        states: numbers(&args.states),
        overdue_only: args.overdue,
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, actions.list_actions, question, args.page.all, actions).await?;
    output.answer(&answer, |output| {
        output.table(actions_table(output, &answer.actions))?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn published(
    api: &Api,
    department_id: String,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListPublishedRequest {
        department_id,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, actions.list_published, question, page.all, published).await?;
    output.answer(&answer, |output| {
        output.table(published_table(output, &answer.published))?;
        pages::more(&answer.next_page_token, output)
    })
}
