//! A request's timeline: each event as people read it.

use khidma_events::Event;
use khidma_events::requests::{LinkKind, OnTimeout, RequestEvent};
use khidma_kernel::{Actor, PersonId, Position, Recorded, ServiceRequestId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many tasks an entry names; a plan may begin hundreds at once.
const NAMED: usize = 20;

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
            internal: internal(&recorded.event),
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

/// Whether only the provider sees the event.
fn internal(event: &RequestEvent) -> bool {
    match event {
        RequestEvent::NoteAdded(_) => true,
        RequestEvent::Attached(event) => event.internal,
        RequestEvent::Detached(event) => event.internal,
        _ => false,
    }
}

type Words = (String, Vec<(String, String)>);

/// The words and particulars of an event.
#[expect(
    clippy::too_many_lines,
    reason = "one match over every event, so that a new one does not compile without words"
)]
fn words(event: &RequestEvent) -> Words {
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
        RequestEvent::Resolved(event) => {
            let due = event.auto_close_at.iter();
            (
                event.outcome.clone(),
                due.map(|due| pair("auto_close_at", due)).collect(),
            )
        }
        RequestEvent::Confirmed(event) => (said(&event.comment), vec![]),
        RequestEvent::Reopened(event) => (event.reason.clone(), vec![]),
        RequestEvent::Declined(event) => (event.reason.clone(), vec![]),
        RequestEvent::Cancelled(event) => (said(&event.reason), vec![]),
        RequestEvent::WatcherAdded(event) => (String::new(), vec![pair("person", &event.person)]),
        RequestEvent::WatcherRemoved(event) => (String::new(), vec![pair("person", &event.person)]),
        RequestEvent::ApprovalsRequired(_)
        | RequestEvent::ApprovalGiven(_)
        | RequestEvent::ApprovalStepPassed(_)
        | RequestEvent::Approved(_)
        | RequestEvent::ApprovalRejected(_)
        | RequestEvent::ApprovalTimedOut(_) => approval_words(event),
        RequestEvent::TasksPlanned(_)
        | RequestEvent::TasksBegun(_)
        | RequestEvent::TaskProgressed(_)
        | RequestEvent::TaskRefused(_)
        | RequestEvent::TaskDropped(_)
        | RequestEvent::ReleasedFromPlan(_) => plan_words(event),
        RequestEvent::Linked(_)
        | RequestEvent::Unlinked(_)
        | RequestEvent::Merged(_)
        | RequestEvent::MergeReceived(_)
        | RequestEvent::Attached(_)
        | RequestEvent::Detached(_)
        | RequestEvent::OutcomePublished(_)
        | RequestEvent::OutcomeShared(_)
        | RequestEvent::HistoryImported(_) => other_words(event),
    }
}

fn pair(name: &str, value: &dyn ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn behalf(person: &Option<PersonId>) -> Option<(String, String)> {
    person.as_ref().map(|person| pair("on_behalf_of", person))
}

/// Steps are counted from 1 for people.
fn step(step: u32) -> (String, String) {
    pair("step", &(step + 1))
}

fn approval_words(event: &RequestEvent) -> Words {
    match event {
        RequestEvent::ApprovalsRequired(event) => {
            let names: Vec<&str> = event.steps.iter().map(|step| step.name.as_str()).collect();
            (names.join(", "), vec![pair("steps", &event.steps.len())])
        }
        RequestEvent::ApprovalGiven(event) => (
            event.comment.clone().unwrap_or_default(),
            std::iter::once(step(event.step))
                .chain(behalf(&event.on_behalf_of))
                .collect(),
        ),
        RequestEvent::ApprovalStepPassed(event) => (String::new(), vec![step(event.step)]),
        RequestEvent::ApprovalRejected(event) => (
            event.reason.clone(),
            std::iter::once(step(event.step))
                .chain(behalf(&event.on_behalf_of))
                .collect(),
        ),
        RequestEvent::ApprovalTimedOut(event) => {
            let then = match event.then {
                OnTimeout::Approve => "approve",
                OnTimeout::Reject => "reject",
                OnTimeout::Escalate(_) => "escalate",
            };
            (String::new(), vec![step(event.step), pair("then", &then)])
        }
        _ => Words::default(),
    }
}

fn plan_words(event: &RequestEvent) -> Words {
    match event {
        RequestEvent::TasksPlanned(event) => {
            (String::new(), vec![pair("tasks", &event.tasks.len())])
        }
        RequestEvent::TasksBegun(event) => {
            let keys = event.tasks.iter().map(|begun| begun.task.as_str());
            let keys: Vec<&str> = keys.take(NAMED).collect();
            let count = pair("count", &event.tasks.len());
            (String::new(), vec![pair("tasks", &keys.join(",")), count])
        }
        RequestEvent::TaskProgressed(event) => (
            event.reason.clone().unwrap_or_default(),
            vec![
                pair("task", &event.task),
                pair("state", &snake(event.state)),
            ],
        ),
        RequestEvent::TaskRefused(event) => (
            event.reason.clone(),
            vec![pair("task", &event.task), pair("code", &event.code)],
        ),
        RequestEvent::TaskDropped(event) => (event.reason.clone(), vec![pair("task", &event.task)]),
        _ => Words::default(),
    }
}

fn other_words(event: &RequestEvent) -> Words {
    let acted = |acted: bool| pair("acted", &acted);
    match event {
        RequestEvent::Linked(event) => (String::new(), link(event.kind, &event.request)),
        RequestEvent::Unlinked(event) => (String::new(), link(event.kind, &event.request)),
        RequestEvent::Merged(event) => (
            event.reason.clone().unwrap_or_default(),
            vec![pair("into", &event.into)],
        ),
        RequestEvent::MergeReceived(event) => (String::new(), vec![pair("from", &event.from)]),
        RequestEvent::Attached(event) => (
            event.attachment.name.clone(),
            vec![
                pair("uri", &event.attachment.uri),
                pair("sha256", &event.attachment.sha256),
            ],
        ),
        RequestEvent::Detached(event) => (String::new(), vec![pair("sha256", &event.sha256)]),
        RequestEvent::OutcomePublished(event) => (event.outcome.clone(), vec![acted(event.acted)]),
        RequestEvent::OutcomeShared(event) => (
            event.outcome.clone(),
            vec![pair("concern", &event.concern), acted(event.acted)],
        ),
        RequestEvent::HistoryImported(event) => (
            String::new(),
            vec![
                pair("source", &event.source),
                pair("external_id", &event.external_id),
            ],
        ),
        _ => Words::default(),
    }
}

fn link(kind: LinkKind, request: &ServiceRequestId) -> Vec<(String, String)> {
    let kind = match kind {
        LinkKind::DuplicateOf => "duplicate_of",
        LinkKind::CausedBy => "caused_by",
        LinkKind::SimilarTo => "similar_to",
    };
    vec![pair("kind", &kind), pair("request", request)]
}

/// A plain enum as the events write it.
fn snake<T: std::fmt::Debug>(value: T) -> String {
    format!("{value:?}").to_lowercase()
}
