//! `khidma skill`.

use khidma_kernel::Date;
use khidma_proto::directory::skill_subject::Kind;
use khidma_proto::directory::{
    GetSkillsRequest, ListSkilledRequest, SetSkillRequest, SkillSubject, WithdrawSkillRequest,
};

use crate::ask;
use crate::cli::{Page, SetSkillArgs, SkillCommand, Subject, WhoCanArgs};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, skilled_table, skills_table};

pub(super) async fn run(
    api: &Api,
    command: SkillCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        SkillCommand::Set(args) => set(api, args).await?.print(output),
        SkillCommand::Withdraw {
            id,
            subject,
            source,
        } => {
            let (subject, source) = (about(subject), source.unwrap_or_default().into());
            let done = change!(api, skills.withdraw_skill(WithdrawSkillRequest { id, subject, source }) => "withdrawn of");
            done?.print(output)
        }
        SkillCommand::Show { id, on } => show(api, id, on, output).await,
        SkillCommand::Who(args) => who(api, args, output).await,
    }
}

async fn set(api: &Api, args: SetSkillArgs) -> Result<Done, Failure> {
    let (id, subject, level) = (args.id, about(args.subject), args.level.into());
    let source = args.source.unwrap_or_default().into();
    let (since, until) = (written(args.since), written(args.until));
    change!(api, skills.set_skill(SetSkillRequest { id, subject, level, source, since, until }) => "said of")
}

/// The day as the protocol writes it; empty if there is none.
pub(super) fn written(day: Option<Date>) -> String {
    day.map(Into::into).unwrap_or_default()
}

fn about(subject: Subject) -> Option<SkillSubject> {
    subject_of(subject.offering, subject.topic)
}

/// What something is about; `None` if neither is said.
pub(super) fn subject_of(offering: Option<String>, topic: Option<String>) -> Option<SkillSubject> {
    let kind = offering.map(Kind::OfferingId).or(topic.map(Kind::Topic))?;
    Some(SkillSubject { kind: Some(kind) })
}

async fn show(api: &Api, id: String, on: Option<Date>, output: &mut Output) -> Result<(), Failure> {
    let question = GetSkillsRequest {
        id,
        on: written(on),
        min_position: 0,
    };
    let answer = ask!(api, skills.get_skills, question)?;
    output.answer(&answer, |output| output.table(skills_table(&answer.skills)))
}

async fn who(api: &Api, args: WhoCanArgs, output: &mut Output) -> Result<(), Failure> {
    let Page {
        page_size,
        page_token,
        all,
    } = args.page;
    let question = ListSkilledRequest {
        subject: about(args.subject),
        min_level: args.level.unwrap_or_default().into(),
        department_id: args.department,
        on: written(args.on),
        page_size,
        page_token,
        min_position: 0,
    };
    let answer = paged!(api, skills.list_skilled, question, all, people).await?;
    output.answer(&answer, |output| {
        output.table(skilled_table(&answer.people))?;
        pages::more(&answer.next_page_token, output)
    })
}
