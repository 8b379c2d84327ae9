//! `khidma feed`: what affects a department, as it happens.

use khidma_proto::feeds::{FeedEvent, SubscribeRequest};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::{FeedCommand, SubscribeArgs};
use crate::client::{Api, Resume};
use crate::failure::Failure;
use crate::open;
use crate::output::{Output, Tone, rfc3339};

pub(super) async fn run(
    api: &Api,
    command: FeedCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        FeedCommand::Subscribe(args) => subscribe(api, args, output).await,
    }
}

/// Goes on where it was after a lost connection; ends when the server stays away, or, where that is asked for, when all
/// is told that there is.
async fn subscribe(api: &Api, args: SubscribeArgs, output: &mut Output) -> Result<(), Failure> {
    let mut from = SubscribeRequest {
        department_id: args.department,
        after_position: args.after,
        from_now: args.from_now,
        contexts: args.context,
        types: args.types.iter().map(|name| full(name)).collect(),
        subjects: args.subject,
    };
    let mut resume = Resume::default();
    while let Err(failure) = follow(api, &mut from, args.no_follow, &mut resume, output).await {
        resume.after(failure).await?;
    }
    Ok(())
}

async fn follow(
    api: &Api,
    from: &mut SubscribeRequest,
    no_follow: bool,
    resume: &mut Resume,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut responses = open!(api, feeds.subscribe, from.clone())?;
    resume.opened();
    while let Some(response) = responses.message().await? {
        for event in &response.events {
            print(event, output)?;
        }
        // Whoever began now goes on from where they are by now.
        from.from_now = false;
        from.after_position = response.position;
        if no_follow && response.live {
            break;
        }
    }
    Ok(())
}

/// The full name of a type that may be given without what all have in common.
fn full(name: &str) -> String {
    if name.starts_with("khidma.") {
        name.to_owned()
    } else {
        format!("khidma.{name}.v1")
    }
}

/// An event as CloudEvents 1.0 JSON has it.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    r#type: &'a str,
    subject: &'a str,
    time: String,
    datacontenttype: &'static str,
    position: u64,
    actor: &'a str,
    correlationid: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    causationid: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    traceparent: &'a str,
    data: &'a RawValue,
}

fn print(event: &FeedEvent, output: &mut Output) -> Result<(), Failure> {
    let no_json = |error: serde_json::Error| {
        let position = event.position;
        Failure::Local(format!(
            "the event at position {position} is no JSON: {error}"
        ))
    };
    let data: &RawValue = serde_json::from_slice(&event.data).map_err(no_json)?;
    let time = event.time.map(rfc3339).unwrap_or_default();
    if output.is_json() {
        let told = CloudEvent {
            specversion: "1.0",
            id: &event.id,
            source: &event.source,
            r#type: &event.r#type,
            subject: &event.subject,
            time,
            datacontenttype: "application/json",
            position: event.position,
            actor: &event.actor,
            correlationid: &event.correlation_id,
            causationid: &event.causation_id,
            traceparent: &event.traceparent,
            data,
        };
        return output.line(serde_json::to_string(&told).map_err(no_json)?);
    }
    let position = output.paint(Tone::Faint, format!("{:>8}", event.position));
    let kind = event
        .r#type
        .strip_prefix("khidma.")
        .unwrap_or(&event.r#type);
    let kind = output.paint(Tone::Strong, format!("{kind:<34}"));
    let (time, data) = (output.to_the_second(&time), output.paint(Tone::Faint, data));
    let (actor, subject) = (&event.actor, &event.subject);
    output.line(format_args!(
        "{position}  {time}  {kind}  {actor:<20}  {subject}  {data}"
    ))
}
