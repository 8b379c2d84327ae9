//! What the events of requests mean for an export. No free text but, where it is asked for, titles and tags.

use std::collections::{HashMap, HashSet};

use khidma_events::requests::{
    ApprovalStep, ApprovalTimedOut, Approver, Assigned, LinkKind, MergeReceived, OnTimeout,
    PriorityChanged, RequestEvent, Submitted, TasksBegun, TasksFate, Transferred,
};
use khidma_kernel::{PersonId, ServiceRequestId, TaskKey};
use serde::Serialize;

use super::life::Life;
use super::objects::{ObjectId, Ref};
use super::told::Told;

/// What has to be remembered of requests besides what is written of them.
#[derive(Debug, Default)]
pub(super) struct Requests {
    lives: HashMap<Ref, Life>,
    /// Those that nobody in particular asked for.
    anonymous: HashSet<Ref>,
    /// Which department is asked.
    providers: HashMap<Ref, Ref>,
    /// The requests that the tasks of plans have become.
    tasks: HashMap<(Ref, TaskKey), ServiceRequestId>,
    /// The offerings that cannot be asked for at present.
    pub(super) retired: HashSet<Ref>,
}

impl Requests {
    /// What an event of `request` means. Titles and tags are told if `texts`.
    #[expect(
        clippy::too_many_lines,
        reason = "one match over every event, so that a new one does not compile without a meaning"
    )]
    pub(super) fn tell(
        &mut self,
        told: &mut Told<'_>,
        request: Ref,
        event: &RequestEvent,
        texts: bool,
    ) {
        self.provider(told, request, event);
        match event {
            RequestEvent::ReceiptIssued(_)
            | RequestEvent::Acknowledged(_)
            | RequestEvent::Started(_)
            | RequestEvent::WaitBegan(_)
            | RequestEvent::Resumed(_)
            | RequestEvent::NoteAdded(_)
            | RequestEvent::Confirmed(_)
            | RequestEvent::AutoClosed(_)
            | RequestEvent::Approved(_) => {}
            RequestEvent::Submitted(event) => {
                let anonymous = is_anonymous(event);
                if anonymous {
                    self.anonymous.insert(request);
                }
                submitted(told, request, event, texts && !anonymous);
            }
            RequestEvent::Assigned(event) => assigned(told, request, event),
            RequestEvent::Replied(event) => told.with("side", word(&event.side)),
            RequestEvent::PriorityChanged(event) => priority_changed(told, request, event),
            RequestEvent::TagsChanged(event) => {
                tagged(
                    told,
                    request,
                    &event.tags,
                    texts && !self.anonymous.contains(&request),
                );
            }
            // Only a merge that is taken back ends in this; others have no such tie.
            RequestEvent::Reopened(_) => told.tie_only(request, "merged into", None),
            RequestEvent::Transferred(event) => transferred(told, request, event),
            RequestEvent::Resolved(event) => {
                if let Some(at) = event.auto_close_at {
                    told.with("auto_close_at", at);
                }
            }
            RequestEvent::Declined(event) => fate(told, event.tasks),
            RequestEvent::Cancelled(event) => fate(told, event.tasks),
            RequestEvent::WatcherAdded(event) => person(told, &event.person, "watcher"),
            RequestEvent::WatcherRemoved(event) => person(told, &event.person, "watcher"),
            RequestEvent::ApprovalsRequired(event) => approvals_required(told, &event.steps),
            RequestEvent::ApprovalGiven(event) => {
                decided(told, event.step, event.on_behalf_of.as_ref());
            }
            RequestEvent::ApprovalRejected(event) => {
                decided(told, event.step, event.on_behalf_of.as_ref());
            }
            RequestEvent::ApprovalStepPassed(event) => told.with("step", event.step),
            RequestEvent::ApprovalTimedOut(event) => timed_out(told, event),
            RequestEvent::TasksPlanned(event) => told.with("tasks", event.tasks.len()),
            RequestEvent::TasksBegun(event) => self.tasks_begun(told, request, event),
            RequestEvent::TaskProgressed(event) => {
                told.with("task_state", word(&event.state));
                self.task(told, request, &event.task);
            }
            RequestEvent::TaskRefused(event) => {
                told.with("code", event.code.as_str());
                self.task(told, request, &event.task);
            }
            RequestEvent::TaskDropped(event) => self.task(told, request, &event.task),
            RequestEvent::ReleasedFromPlan(_) => told.tie_only(request, "task of", None),
            RequestEvent::Linked(event) => {
                let other = linked(told, event.kind, event.request);
                told.tie(request, qualifier(event.kind), other);
            }
            RequestEvent::Unlinked(event) => {
                let other = linked(told, event.kind, event.request);
                told.untie(request, qualifier(event.kind), other);
            }
            RequestEvent::Merged(event) => {
                let into = told.relates(ObjectId::Request(event.into), "merged into");
                told.tie(request, "merged into", into);
            }
            RequestEvent::MergeReceived(event) => merge_received(told, event),
            RequestEvent::Attached(event) => {
                told.with("internal", event.internal);
                told.with("size", event.attachment.size);
            }
            RequestEvent::Detached(event) => told.with("internal", event.internal),
            RequestEvent::OutcomePublished(event) => told.with("acted", event.acted),
            RequestEvent::OutcomeShared(event) => {
                told.with("acted", event.acted);
                told.relates(ObjectId::Request(event.concern), "similar concern");
            }
            RequestEvent::HistoryImported(event) => {
                told.with("source", event.source.as_str());
                told.with("steps", event.steps);
                told.with("adapted", event.adapted);
            }
        }
        let life = self.lives.entry(request).or_default();
        told.set(request, "state", life.state_after(event));
    }

    /// Every event of a request relates to the department that is asked, after a transfer to the new one.
    fn provider(&mut self, told: &mut Told<'_>, request: Ref, event: &RequestEvent) {
        let asked = match event {
            RequestEvent::Submitted(event) => Some(&event.provider),
            RequestEvent::Transferred(event) => Some(&event.to),
            _ => None,
        };
        if let Some(department) = asked {
            let provider = told.object(ObjectId::Department(department.clone()));
            told.set(request, "provider", department.as_str());
            told.tie_only(request, "provider", Some(provider));
            self.providers.insert(request, provider);
        }
        if let Some(provider) = self.providers.get(&request) {
            told.relates_to(*provider, "provider");
        }
    }

    fn tasks_begun(&mut self, told: &mut Told<'_>, request: Ref, event: &TasksBegun) {
        for begun in &event.tasks {
            told.relates(ObjectId::Request(begun.request), "task");
            let task = (request, begun.task.clone());
            self.tasks.insert(task, begun.request);
        }
    }

    /// The event is about a task, which is a request of its own once it has begun.
    fn task(&self, told: &mut Told<'_>, request: Ref, task: &TaskKey) {
        if let Some(begun) = self.tasks.get(&(request, task.clone())) {
            told.relates(ObjectId::Request(*begun), "task");
        }
    }
}

/// Of what nobody in particular asked for, no text is ever told.
fn is_anonymous(event: &Submitted) -> bool {
    event.requester.is_none() && event.requester_department.is_none()
}

fn submitted(told: &mut Told<'_>, request: Ref, event: &Submitted, texts: bool) {
    let (kind, priority, channel) = (
        word(&event.kind),
        word(&event.priority),
        word(&event.channel),
    );
    told.set(request, "kind", &kind);
    told.set(request, "priority", &priority);
    told.set(request, "channel", &channel);
    told.with("kind", kind);
    told.with("priority", priority);
    told.with("channel", channel);
    if let Some(requester) = &event.requester {
        let requester = told.relates(ObjectId::Person(requester.clone()), "requester");
        told.tie(request, "requester", requester);
    }
    if let Some(department) = &event.requester_department {
        let department = ObjectId::Department(department.clone());
        let department = told.relates(department, "requester department");
        told.tie(request, "requester department", department);
    }
    if let Some(offering) = &event.offering {
        let offering = told.relates(ObjectId::Offering(offering.clone()), "asked for");
        told.tie(request, "asked for", offering);
        if event.offering_version > 0 {
            told.set_number(request, "offering_version", event.offering_version);
        }
    }
    if let Some(task_of) = &event.task_of {
        let parent = told.relates(ObjectId::Request(task_of.request), "task of");
        told.tie(request, "task of", parent);
    }
    if texts {
        told.set(request, "title", &event.title);
        tagged(told, request, &event.tags, texts);
    }
}

fn assigned(told: &mut Told<'_>, request: Ref, event: &Assigned) {
    if let Some(from) = &event.from {
        person(told, from, "former assignee");
    }
    let assignee = told.relates(ObjectId::Person(event.assignee.clone()), "assignee");
    told.set(request, "assignee", event.assignee.as_str());
    told.tie_only(request, "assignee", Some(assignee));
}

fn priority_changed(told: &mut Told<'_>, request: Ref, event: &PriorityChanged) {
    told.with("from", word(&event.from));
    told.with("to", word(&event.to));
    told.set(request, "priority", &word(&event.to));
}

fn tagged(told: &mut Told<'_>, request: Ref, tags: &[String], texts: bool) {
    if texts {
        told.set(request, "tags", &tags.join(", "));
    }
}

fn transferred(told: &mut Told<'_>, request: Ref, event: &Transferred) {
    let from = ObjectId::Department(event.from.clone());
    told.relates(from, "former provider");
    told.set(request, "assignee", "");
    told.tie_only(request, "assignee", None);
}

fn fate(told: &mut Told<'_>, tasks: Option<TasksFate>) {
    if let Some(tasks) = tasks {
        told.with("tasks", word(&tasks));
    }
}

fn approvals_required(told: &mut Told<'_>, steps: &[ApprovalStep]) {
    told.with("steps", steps.len());
    for approver in steps.iter().flat_map(|step| &step.approvers) {
        asked(told, approver);
    }
}

/// A person who is asked to approve; roles are no objects.
fn asked(told: &mut Told<'_>, approver: &Approver) {
    if let Approver::Person(asked) = approver {
        person(told, asked, "asked to approve");
    }
}

fn decided(told: &mut Told<'_>, step: u32, on_behalf_of: Option<&PersonId>) {
    told.with("step", step);
    told.relates_actor("approver");
    if let Some(absent) = on_behalf_of {
        person(told, absent, "on behalf of");
    }
}

fn timed_out(told: &mut Told<'_>, event: &ApprovalTimedOut) {
    told.with("step", event.step);
    match &event.then {
        OnTimeout::Approve => told.with("then", "approve"),
        OnTimeout::Reject => told.with("then", "reject"),
        OnTimeout::Escalate(approver) => {
            told.with("then", "escalate");
            asked(told, approver);
        }
    }
}

fn linked(told: &mut Told<'_>, kind: LinkKind, other: ServiceRequestId) -> Ref {
    told.with("link", qualifier(kind));
    told.relates(ObjectId::Request(other), "linked")
}

fn merge_received(told: &mut Told<'_>, event: &MergeReceived) {
    told.relates(ObjectId::Request(event.from), "merged from");
    for watcher in &event.watchers {
        person(told, watcher, "watcher");
    }
}

fn person(told: &mut Told<'_>, person: &PersonId, qualifier: &'static str) {
    told.relates(ObjectId::Person(person.clone()), qualifier);
}

fn qualifier(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::DuplicateOf => "duplicate of",
        LinkKind::CausedBy => "caused by",
        LinkKind::SimilarTo => "similar to",
    }
}

/// A constant as events write it.
pub(super) fn word(constant: &impl Serialize) -> String {
    match serde_json::to_value(constant) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
