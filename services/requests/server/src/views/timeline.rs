//! A request's timeline: each event as people read it.

use khidma_events::Event;
use khidma_events::requests::RequestEvent;
use khidma_kernel::{Actor, Position, Recorded, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that happened to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub id: Uuid,
    pub position: Position,
    pub at: Timestamp,
    pub by: Actor,
    pub kind: String,
    pub text: String,
    pub particulars: Vec<(String, String)>,
    /// Whether only the provider sees it.
    pub internal: bool,
}

impl Entry {
    /// What `recorded`, in the commit at `position`, looks like in a timeline.
    pub(crate) fn of(recorded: &Recorded<RequestEvent>, position: Position) -> Self {
        let (text, particulars) = words(&recorded.event);
        Self {
            id: recorded.id,
            position,
            at: recorded.at,
            by: recorded.by.clone(),
            kind: recorded.event.kind().name.to_owned(),
            text,
            particulars,
            internal: matches!(recorded.event, RequestEvent::NoteAdded(_)),
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        let particulars: usize = self
            .particulars
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        64 + self.kind.len() + self.text.len() + particulars
    }
}

type Words = (String, Vec<(String, String)>);

/// The words and particulars of an event.
fn words(event: &RequestEvent) -> Words {
    let pair = |name: &str, value: &dyn ToString| (name.to_owned(), value.to_string());
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    match event {
        RequestEvent::Submitted(event) => {
            (event.title.clone(), vec![pair("provider", &event.provider)])
        }
        RequestEvent::ReceiptIssued(_) | RequestEvent::Started(_) | RequestEvent::AutoClosed(_) => {
            Words::default()
        }
        RequestEvent::Acknowledged(event) => (said(&event.note), vec![]),
        RequestEvent::Assigned(event) => {
            let from = event.from.iter().map(|from| pair("from", from));
            (
                String::new(),
                std::iter::once(pair("assignee", &event.assignee))
                    .chain(from)
                    .collect(),
            )
        }
        RequestEvent::WaitBegan(event) => (event.question.clone(), vec![]),
        RequestEvent::Resumed(event) => (said(&event.note), vec![]),
        RequestEvent::Replied(event) => {
            (event.text.clone(), vec![pair("side", &snake(event.side))])
        }
        RequestEvent::NoteAdded(event) => (event.text.clone(), vec![]),
        RequestEvent::PriorityChanged(event) => (
            said(&event.reason),
            vec![
                pair("from", &snake(event.from)),
                pair("to", &snake(event.to)),
            ],
        ),
        RequestEvent::TagsChanged(event) => {
            (String::new(), vec![pair("tags", &event.tags.join(","))])
        }
        RequestEvent::Transferred(event) => (
            event.reason.clone(),
            vec![pair("from", &event.from), pair("to", &event.to)],
        ),
        RequestEvent::Resolved(event) => (
            event.outcome.clone(),
            vec![pair("auto_close_at", &event.auto_close_at)],
        ),
        RequestEvent::Confirmed(event) => (said(&event.comment), vec![]),
        RequestEvent::Reopened(event) => (event.reason.clone(), vec![]),
        RequestEvent::Declined(event) => (event.reason.clone(), vec![]),
        RequestEvent::Cancelled(event) => (said(&event.reason), vec![]),
        RequestEvent::WatcherAdded(event) => (String::new(), vec![pair("person", &event.person)]),
        RequestEvent::WatcherRemoved(event) => (String::new(), vec![pair("person", &event.person)]),
    }
}

/// A plain enum as the events write it.
fn snake<T: std::fmt::Debug>(value: T) -> String {
    format!("{value:?}").to_lowercase()
}
