//! What the story's people were told, each in their own language.

use std::time::{Duration, Instant};

use khidma_proto::notifications::{InboxMessage, ListInboxRequest, MessageKind};
use tonic::Status;

use super::Narrator;
use super::outcome::Heard;
use super::stage::Cast;
use crate::ask;
use crate::client::Api;
use crate::failure::Failure;

/// How long a message may take to get into an inbox, and how often to look.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);
/// How many of each inbox are told.
const SHOWN: usize = 2;

/// The requests of which it is asked who heard what: the whole, the laptop, the payroll account.
pub(super) type Requests<'a> = [&'a str; 3];

/// How many messages about those requests each has to have. Those on the progress of one are not counted: all but the first
/// wait for others that may follow soon, to become one. That they are asked how it went comes in the last chapter.
const EXPECTED: [(&str, usize); 5] = [
    ("daniel", 5),
    ("amina", 1),
    ("mei", 1),
    ("linh", 5),
    ("farid", 2),
];

/// Tells some messages of each inbox about those requests, and answers with all of them, sorted.
pub(super) async fn told(
    cast: &Cast,
    requests: Requests<'_>,
    narrator: &mut dyn Narrator,
) -> Result<Vec<Heard>, Failure> {
    narrator.chapter("What people were told")?;
    narrator.said(
        "Each hears in their own language what concerns them, and nothing of what they did themselves:",
    )?;
    let counts = |one: &InboxMessage| {
        let of_these = requests.contains(&one.service_request_id.as_str());
        of_these && !matches!(one.kind(), MessageKind::Progress | MessageKind::Survey)
    };
    let (mut shown, mut heard) = (Vec::new(), Vec::new());
    for (person, expected) in EXPECTED {
        let mut inbox = look_until(cast.by_name(person)?, |inbox| {
            inbox.iter().filter(|one| counts(one)).count() >= expected
        })
        .await?;
        inbox.retain(counts);
        // As they came would differ from play to play.
        inbox.sort_by_cached_key(|one| Heard::of(person, one));
        heard.extend(inbox.iter().map(|one| Heard::of(person, one)));
        inbox.dedup_by_key(|one| Heard::of(person, one));
        inbox.truncate(SHOWN);
        shown.extend(inbox.into_iter().map(|one| (person.to_owned(), one)));
    }
    narrator.told(&shown)?;
    heard.sort();
    Ok(heard)
}

/// What follows by itself follows soon, but not at once: looks into the inbox until it is so.
pub(super) async fn look_until(
    api: &Api,
    met: impl Fn(&[InboxMessage]) -> bool,
) -> Result<Vec<InboxMessage>, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        let question = ListInboxRequest {
            page_size: 500,
            ..ListInboxRequest::default()
        };
        let messages = ask!(*api, inbox.list_inbox, question)?.messages;
        if met(&messages) {
            return Ok(messages);
        }
        if Instant::now() > until {
            let message = "somebody was not told what they should have been";
            return Err(Status::deadline_exceeded(message).into());
        }
        tokio::time::sleep(PAUSE).await;
    }
}
