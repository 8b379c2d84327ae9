//! `khidma interview`.

use khidma_edge::instant::time_out;
use khidma_proto::feedback::{
    AddNoteRequest, CancelInterviewRequest, GetInterviewRequest, GiveConsentRequest,
    HoldInterviewRequest, InterviewKind, ListInterviewsRequest, ListThemesRequest,
    MoveInterviewRequest, PlanInterviewRequest, WithdrawConsentRequest,
};

use super::done::{Done, change};
use super::pages::{self, paged};
use crate::ask;
use crate::cli::{InterviewCommand, ListInterviewsArgs, Page, PlanInterviewArgs};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{
    Output, Tone, interview_facts, interviews_table, notes_table, participants_table,
};
use crate::words::numbers;

pub(super) async fn run(
    api: &Api,
    command: InterviewCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    let done = match command {
        InterviewCommand::Show { id } => return show(api, id, output).await,
        InterviewCommand::List(args) => return list(api, args, output).await,
        InterviewCommand::Themes {
            department,
            theme,
            page,
        } => return themes(api, (department, theme), page, output).await,
        InterviewCommand::Plan(args) => plan(api, args).await,
        InterviewCommand::Move { id, at } => change!(
            api,
            interviews.move_interview(MoveInterviewRequest { id, at: Some(time_out(at)) }) => "moved"
        ),
        InterviewCommand::Hold { id, attended, at } => change!(
            api,
            interviews.hold_interview(HoldInterviewRequest { id, at: at.map(time_out), attended_ids: attended }) => "held"
        ),
        InterviewCommand::Cancel { id, reason } => change!(
            api,
            interviews.cancel_interview(CancelInterviewRequest { id, reason }) => "cancelled"
        ),
        InterviewCommand::Consent { id, of } => change!(
            api,
            interviews.give_consent(GiveConsentRequest { id, person_id: of }) => "agreed"
        ),
        InterviewCommand::Withdraw { id, of } => change!(
            api,
            interviews.withdraw_consent(WithdrawConsentRequest { id, person_id: of }) => "withdrawn"
        ),
        InterviewCommand::Note { id, theme, text } => {
            change!(api, interviews.add_note(AddNoteRequest { id, theme, text }) => "noted")
        }
    };
    done?.print(output)
}

async fn plan(api: &Api, args: PlanInterviewArgs) -> Result<Done, Failure> {
    let kind = match args.participants.len() {
        1 => InterviewKind::Interview,
        _ => InterviewKind::FocusGroup,
    };
    let wish = PlanInterviewRequest {
        request_id: api.request_id(),
        kind: kind.into(),
        department_id: args.department,
        interviewer_id: args.interviewer,
        topic: args.topic,
        participant_ids: args.participants,
        at: Some(time_out(args.at)),
    };
    let answer = ask!(api, interviews.plan_interview, wish)?;
    Ok(Done {
        what: "planned",
        id: answer.id,
        position: answer.position,
    })
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let question = GetInterviewRequest {
        id,
        min_position: 0,
    };
    let answer = ask!(api, interviews.get_interview, question)?;
    output.answer(&answer, |output| {
        let interview = answer.interview.clone().unwrap_or_default();
        output.line(output.paint(Tone::Strong, &interview.topic))?;
        output.facts(&interview_facts(output, &interview))?;
        output.table(participants_table(&interview.participants))?;
        if answer.notes.is_empty() {
            return Ok(());
        }
        output.table(notes_table(&answer.notes))
    })
}

async fn list(api: &Api, args: ListInterviewsArgs, output: &mut Output) -> Result<(), Failure> {
    let question = ListInterviewsRequest {
        department_id: args.department,
        mine_only: args.mine,
        states: numbers(&args.states),
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let all = args.page.all;
    let answer = paged!(api, interviews.list_interviews, question, all, interviews).await?;
    output.answer(&answer, |output| {
        output.table(interviews_table(output, &answer.interviews))?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn themes(
    api: &Api,
    (department_id, theme): (String, String),
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListThemesRequest {
        department_id,
        theme,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, interviews.list_themes, question, page.all, notes).await?;
    output.answer(&answer, |output| {
        output.table(notes_table(&answer.notes))?;
        pages::more(&answer.next_page_token, output)
    })
}
