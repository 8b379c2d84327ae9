//! `khidma events tail`: the event log as it grows.

use khidma_proto::operations::{TailEventsRequest, TailEventsResponse};
use serde_json::Value;

use crate::cli::TailArgs;
use crate::client::{Api, is_transient};
use crate::failure::Failure;
use crate::open;
use crate::output::{Output, Tone};

/// How far the tail has come: events of one commit come one by one, and a connection may end between two of them.
#[derive(Default)]
struct Seen {
    /// The last commit of which an event was printed; 0 before the first.
    position: u64,
    /// How many of its events were printed.
    events: usize,
}

/// Goes on where it was after a lost connection; ends when the server stays away.
pub(super) async fn tail(api: &Api, args: &TailArgs, output: &mut Output) -> Result<(), Failure> {
    let mut seen = Seen::default();
    loop {
        match follow(api, args, &mut seen, output).await {
            Err(failure) if is_transient(&failure) && seen.position > 0 => {}
            ended => return ended,
        }
    }
}

async fn follow(
    api: &Api,
    args: &TailArgs,
    seen: &mut Seen,
    output: &mut Output,
) -> Result<(), Failure> {
    let from = TailEventsRequest {
        // Once more the commit we were in, of which the rest may be missing.
        after_position: if seen.position > 0 {
            seen.position - 1
        } else {
            args.after
        },
        from_now: args.from_now && seen.position == 0,
        stop_at_head: args.no_follow,
    };
    let mut events = open!(api, operations.tail_events, from)?;
    let mut known = seen.events;
    while let Some(event) = events.message().await? {
        if event.position == seen.position && known > 0 {
            known -= 1;
            continue;
        }
        print(&event, output)?;
        seen.events = if event.position == seen.position {
            seen.events + 1
        } else {
            1
        };
        seen.position = event.position;
    }
    Ok(())
}

fn print(event: &TailEventsResponse, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        return output.line(&event.cloud_event_json);
    }
    let parsed: Value = serde_json::from_str(&event.cloud_event_json).map_err(|error| {
        Failure::Local(format!(
            "the event at position {} is no JSON: {error}",
            event.position
        ))
    })?;
    let text = |name: &str| parsed[name].as_str().unwrap_or_default().to_owned();
    let position = output.paint(Tone::Faint, format!("{:>8}", event.position));
    let kind = text("type");
    let kind = kind.strip_prefix("khidma.").unwrap_or(&kind);
    let kind = output.paint(Tone::Strong, format!("{kind:<34}"));
    let (time, actor, subject) = (
        output.to_the_second(&text("time")),
        text("actor"),
        text("subject"),
    );
    let data = output.paint(Tone::Faint, &parsed["data"]);
    output.line(format_args!(
        "{position}  {time}  {kind}  {actor:<20}  {subject}  {data}"
    ))
}
