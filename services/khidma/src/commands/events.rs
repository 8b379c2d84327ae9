//! `khidma events tail`: the event log as it grows.

use khidma_proto::operations::{ListProjectionsRequest, TailEventsRequest, TailEventsResponse};
use serde_json::Value;

use crate::cli::TailArgs;
use crate::client::{Api, Resume};
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::{ask, open};

/// How far the tail has come: events of one commit come one by one, and a connection may end between two of them.
struct Seen {
    /// Where it began: only what comes after this position is wanted.
    after: u64,
    /// The last commit of which an event was handed over; 0 before the first.
    position: u64,
    /// How many of its events were handed over.
    events: usize,
}

impl Seen {
    fn nothing_after(after: u64) -> Self {
        Self {
            after,
            position: 0,
            events: 0,
        }
    }

    /// After which position to go on: once more with the commit it was in, of which the rest may be missing.
    fn resume_after(&self) -> u64 {
        self.position.checked_sub(1).unwrap_or(self.after)
    }
}

/// Goes on where it was after a lost connection; ends when the server stays away.
pub(super) async fn tail(api: &Api, args: &TailArgs, output: &mut Output) -> Result<(), Failure> {
    let after = if args.from_now {
        // Asked once: what comes while the connection is away has come since then, too.
        ask!(api, operations.list_projections, ListProjectionsRequest {})?.log_head
    } else {
        args.after
    };
    each(api, after, args.no_follow, |event| print(event, output)).await
}

/// Hands over every event after a position, each once, whatever connections are lost: on and on, or to the present end
/// of the log.
pub(super) async fn each(
    api: &Api,
    after: u64,
    stop_at_head: bool,
    mut take: impl FnMut(&TailEventsResponse) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut seen, mut resume) = (Seen::nothing_after(after), Resume::default());
    while let Err(failure) = follow(api, stop_at_head, &mut seen, &mut resume, &mut take).await {
        resume.after(failure).await?;
    }
    Ok(())
}

async fn follow(
    api: &Api,
    stop_at_head: bool,
    seen: &mut Seen,
    resume: &mut Resume,
    take: &mut impl FnMut(&TailEventsResponse) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let from = TailEventsRequest {
        after_position: seen.resume_after(),
        from_now: false,
        stop_at_head,
    };
    let mut events = open!(api, operations.tail_events, from)?;
    resume.opened();
    let mut known = seen.events;
    while let Some(event) = events.message().await? {
        if event.position == seen.position && known > 0 {
            known -= 1;
            continue;
        }
        take(&event)?;
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
