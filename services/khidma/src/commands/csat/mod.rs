//! `khidma csat`.

mod import;
mod synthesize;
mod table;

use khidma_events::feedback::Asking;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::{
    AnswerQuestionRequest, GetAskingRuleRequest, GetQuestionRequest, ListQuestionsRequest,
    SetAskingRuleRequest,
};

use super::done::{Done, change};
use super::pages::{self, paged};
use crate::ask;
use crate::cli::{AnswerQuestionArgs, CsatCommand, Page, RuleArgs, RuleCommand};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, asking_facts, question_facts, questions_table};

pub(super) async fn run(
    api: &Api,
    command: CsatCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        CsatCommand::List { department, page } => list(api, department, page, output).await,
        CsatCommand::Show { request } => show(api, request, output).await,
        CsatCommand::Answer(args) => answer(api, args).await?.print(output),
        CsatCommand::Rule(RuleCommand::Show { department }) => rule(api, department, output).await,
        CsatCommand::Rule(RuleCommand::Set(args)) => set(api, args).await?.print(output),
        CsatCommand::Import(args) => import::run(api, &args, output).await,
        CsatCommand::Synthesize(args) => synthesize::run(api, args, output).await,
    }
}

async fn list(
    api: &Api,
    department_id: String,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let answered = !department_id.is_empty();
    let question = ListQuestionsRequest {
        department_id,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, questions.list_questions, question, page.all, questions).await?;
    output.answer(&answer, |output| {
        output.table(questions_table(output, &answer.questions, answered))?;
        pages::more(&answer.next_page_token, output)
    })
}

async fn show(api: &Api, request: String, output: &mut Output) -> Result<(), Failure> {
    let question = GetQuestionRequest {
        service_request_id: request,
        ..Default::default()
    };
    let answer = ask!(api, questions.get_question, question)?;
    output.answer(&answer, |output| match &answer.question {
        Some(question) => output.facts(&question_facts(output, question)),
        None => Ok(()),
    })
}

async fn answer(api: &Api, args: AnswerQuestionArgs) -> Result<Done, Failure> {
    let AnswerQuestionArgs {
        id,
        score,
        effort,
        comment,
    } = args;
    change!(api, questions.answer_question(
        AnswerQuestionRequest { id, score, effort, comment }
    ) => "answered")
}

async fn rule(api: &Api, department_id: String, output: &mut Output) -> Result<(), Failure> {
    let question = GetAskingRuleRequest {
        department_id,
        min_position: 0,
    };
    let answer = ask!(api, questions.get_asking_rule, question)?;
    output.answer(&answer, |output| {
        output.facts(&asking_facts(
            &answer.rule.unwrap_or_default(),
            answer.usual,
        ))
    })
}

async fn set(api: &Api, args: RuleArgs) -> Result<Done, Failure> {
    let (asking, sampled_percent) = match args.ask {
        Asking::Always => (pb::Asking::Always, 0),
        Asking::Never => (pb::Asking::Never, 0),
        Asking::Sampled(percent) => (pb::Asking::Sampled, percent.into()),
    };
    let rule = Some(pb::AskingRule {
        asking: asking.into(),
        sampled_percent,
        at_most_every_days: args.at_most_every,
        effort: args.effort,
        remind_after_days: args.remind_after,
        expires_after_days: args.expires_after,
    });
    let department_id = args.department;
    let message = SetAskingRuleRequest {
        request_id: api.request_id(),
        department_id: department_id.clone(),
        rule,
    };
    let position = ask!(api, questions.set_asking_rule, message)?.position;
    Ok(Done {
        what: "set the rule of",
        id: department_id,
        position,
    })
}
