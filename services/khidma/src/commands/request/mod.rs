//! `khidma request`.

mod act;
mod answers;
mod query;
mod search;
mod watch;

use khidma_proto::requests::SubmitRequest;

use crate::ask;
use crate::cli::{RequestCommand, SubmitArgs};
use crate::client::Api;
use crate::commands::links;
use crate::failure::Failure;
use crate::output::{Output, Tone};

pub(super) async fn run(
    api: &Api,
    command: RequestCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        RequestCommand::Submit(args) => submit(api, args, output).await,
        RequestCommand::Watch { id, after } => watch::run(api, id, after, output).await,
        RequestCommand::Requester(command) => act::requester(api, command).await?.print(output),
        RequestCommand::Provider(command) => act::provider(api, command).await?.print(output),
        RequestCommand::BothSides(command) => act::both_sides(api, command).await?.print(output),
        RequestCommand::Query(command) => query::run(api, command, output).await,
        RequestCommand::Links(command) => links::run(api, command).await?.print(output),
    }
}

async fn submit(api: &Api, args: SubmitArgs, output: &mut Output) -> Result<(), Failure> {
    let answers = answers::answers(args.answers.as_deref(), &args.answer).await?;
    let offering = args.offering.unwrap_or_default();
    let (whom, what) = (
        args.to
            .clone()
            .unwrap_or_else(|| "whoever offers it".to_owned()),
        args.title.clone().unwrap_or_else(|| offering.clone()),
    );
    let wish = SubmitRequest {
        request_id: api.request_id(),
        provider_id: args.to.unwrap_or_default(),
        title: args.title.unwrap_or_default(),
        description: args.description,
        offering,
        answers,
        priority: args.priority.into(),
        tags: args.tags,
        channel: args.channel.into(),
        requester_id: args.requester,
    };
    let answer = ask!(api, requests.submit, wish)?;
    output.answer(&answer, |output| {
        let what = output.paint(Tone::Strong, &what);
        output.line(format_args!("asked {whom}: {what}"))?;
        output.facts(&[
            ("request", answer.id.clone()),
            ("position", answer.position.to_string()),
            ("follow it", format!("khidma request watch {}", answer.id)),
        ])
    })
}
