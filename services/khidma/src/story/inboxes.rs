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
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);
/// How many of each inbox are told.
const SHOWN: usize = 2;

/// The requests of which it is asked who heard what: the whole, the laptop, the payroll account.
pub(super) type Requests<'a> = [&'a str; 3];

/// Who has to have heard what, and of which of those requests.
const EXPECTED: [(&str, MessageKind, usize); 5] = [
    ("amina", MessageKind::Ended, 0),
    ("linh", MessageKind::Resolved, 2),
    ("daniel", MessageKind::Resolved, 0),
    ("mei", MessageKind::Approval, 0),
    ("farid", MessageKind::Ended, 2),
];

/// Tells the newest messages of each inbox about those requests, and answers with all of them.
pub(super) async fn told(
    cast: &Cast,
    requests: Requests<'_>,
    narrator: &mut dyn Narrator,
) -> Result<Vec<Heard>, Failure> {
    narrator.chapter("What people were told")?;
    narrator.said("Each hears in their own language what concerns them, and nothing of what they did themselves:")?;
    let (mut shown, mut heard) = (Vec::new(), Vec::new());
    for (person, kind, request) in EXPECTED {
        let id = requests[request];
        let is_it = |one: &InboxMessage| one.kind() == kind && one.service_request_id == id;
        let inbox = look_until(cast.by_name(person)?, is_it).await?;
        let about = |one: &&InboxMessage| requests.contains(&one.service_request_id.as_str());
        let mut messages: Vec<_> = inbox.iter().filter(about).collect();
        heard.extend(messages.iter().map(|one| Heard::of(person, one)));
        messages.truncate(SHOWN);
        shown.extend(
            messages
                .into_iter()
                .map(|one| (person.to_owned(), one.clone())),
        );
    }
    narrator.told(&shown)?;
    heard.sort();
    Ok(heard)
}

/// What follows by itself follows soon, but not at once: looks into the inbox until there is such a message.
pub(super) async fn look_until(
    api: &Api,
    is_it: impl Fn(&InboxMessage) -> bool,
) -> Result<Vec<InboxMessage>, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        let question = ListInboxRequest {
            page_size: 500,
            ..ListInboxRequest::default()
        };
        let messages = ask!(*api, inbox.list_inbox, question)?.messages;
        if messages.iter().any(&is_it) {
            return Ok(messages);
        }
        if Instant::now() > until {
            let message = "somebody was not told what they should have been";
            return Err(Status::deadline_exceeded(message).into());
        }
        tokio::time::sleep(PAUSE).await;
    }
}
