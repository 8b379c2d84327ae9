//! Who is told what of what happens to a request.

use std::collections::BTreeSet;

use khidma_events::notifications::{Arg, MessageKind};
use khidma_events::requests::{
    Approver, OnTimeout, OutcomeShared, Replied, RequestEvent, Resolved, Side, TaskProgressed,
    TaskState, Transferred,
};
use khidma_kernel::{PersonId, Recorded, ServiceRequestId};

use super::matter::{Matter, evolve};
use super::{Facts, Pen, choice, said, with, words};
use crate::tell::{Tell, Whom};

/// What follows from one commit of a request. `matter` is what was known of it before, and becomes what is known after.
///
/// # Errors
/// What `facts` cannot say.
pub fn tells<F: Facts>(
    facts: &F,
    request: ServiceRequestId,
    matter: &mut Option<Matter>,
    events: &[Recorded<RequestEvent>],
) -> Result<Vec<Tell>, F::Error> {
    let has = |is: fn(&RequestEvent) -> bool| events.iter().any(|recorded| is(&recorded.event));
    let historic = has(|event| matches!(event, RequestEvent::HistoryImported(_)));
    // It is with the provider only when its approvers have agreed.
    let waits = has(|event| matches!(event, RequestEvent::ApprovalsRequired(_)));
    let mut tells = Vec::new();
    for recorded in events {
        evolve(matter, recorded);
        let Some(matter) = matter.as_ref().filter(|_| !historic) else {
            continue;
        };
        let rules = Rules {
            pen: Pen {
                facts,
                matter,
                request,
                by: &recorded.by,
            },
            recorded,
        };
        tells.extend(rules.of(waits)?);
    }
    Ok(one_step(tells))
}

/// Of the steps of the work that one deed took only the last is told, and none beside what it came to.
fn one_step(mut tells: Vec<Tell>) -> Vec<Tell> {
    let matters_more = [
        MessageKind::Question,
        MessageKind::Resolved,
        MessageKind::Ended,
    ];
    let more = tells
        .iter()
        .any(|tell| matters_more.contains(&tell.message.kind));
    let is_step = |tell: &Tell| tell.message.kind == MessageKind::Progress;
    let last = tells.iter().rposition(is_step).filter(|_| !more);
    let mut place = 0;
    tells.retain(|tell| {
        let keep = !is_step(tell) || last == Some(place);
        place += 1;
        keep
    });
    tells
}

/// The rules for one event.
struct Rules<'a, F: Facts> {
    pen: Pen<'a, F>,
    recorded: &'a Recorded<RequestEvent>,
}

type Told<E> = Result<Vec<Tell>, E>;

impl<F: Facts> Rules<'_, F> {
    fn of(&self, waits: bool) -> Told<F::Error> {
        match &self.recorded.event {
            RequestEvent::Submitted(_) if waits => Ok(vec![]),
            RequestEvent::Submitted(_) => self.asked_for(),
            RequestEvent::ReceiptIssued(_) => self.receipt(),
            RequestEvent::Acknowledged(event) => {
                self.step("acknowledged", said(event.note.as_deref()))
            }
            RequestEvent::Assigned(event) => self.assigned(&event.assignee),
            RequestEvent::Started(_) => self.step("started", None),
            RequestEvent::WaitBegan(event) => self.question(&event.question),
            RequestEvent::Resumed(event) => self.step("resumed", said(event.note.as_deref())),
            RequestEvent::Replied(event) => self.replied(event),
            RequestEvent::PriorityChanged(event) => {
                self.step("prioritised", said(event.reason.as_deref()))
            }
            RequestEvent::Transferred(event) => self.transferred(event),
            RequestEvent::Resolved(event) => self.resolved(event),
            RequestEvent::Confirmed(event) => self.ended("confirmed", event.comment.as_deref()),
            RequestEvent::AutoClosed(_) => self.ended("auto_closed", None),
            RequestEvent::Declined(event) => self.ended("declined", Some(&event.reason)),
            RequestEvent::Cancelled(event) => self.ended("cancelled", event.reason.as_deref()),
            RequestEvent::Merged(event) => self.ended("merged", event.reason.as_deref()),
            RequestEvent::ApprovalRejected(event) => self.ended("rejected", Some(&event.reason)),
            RequestEvent::Reopened(event) => self.reopened(&event.reason),
            RequestEvent::ApprovalsRequired(_) => self.approval(0, None),
            RequestEvent::ApprovalStepPassed(event) => self.approval(event.step as usize + 1, None),
            RequestEvent::ApprovalTimedOut(event) => match &event.then {
                OnTimeout::Escalate(to) => self.approval(event.step as usize, Some(to)),
                // What follows stands in the events after this one.
                OnTimeout::Approve | OnTimeout::Reject => Ok(vec![]),
            },
            RequestEvent::Approved(_) => {
                let mut tells = self.step("approved", None)?;
                tells.extend(self.asked_for()?);
                Ok(tells)
            }
            RequestEvent::TaskProgressed(event) => self.task(event),
            RequestEvent::OutcomeShared(event) => self.outcome(event),
            // Private, or nothing that anybody has to do anything about.
            RequestEvent::NoteAdded(_)
            | RequestEvent::TagsChanged(_)
            | RequestEvent::WatcherAdded(_)
            | RequestEvent::WatcherRemoved(_)
            | RequestEvent::ApprovalGiven(_)
            | RequestEvent::TasksPlanned(_)
            | RequestEvent::TasksBegun(_)
            | RequestEvent::TaskRefused(_)
            | RequestEvent::TaskDropped(_)
            | RequestEvent::ReleasedFromPlan(_)
            | RequestEvent::Linked(_)
            | RequestEvent::Unlinked(_)
            | RequestEvent::MergeReceived(_)
            | RequestEvent::Attached(_)
            | RequestEvent::Detached(_)
            | RequestEvent::OutcomePublished(_)
            | RequestEvent::HistoryImported(_) => Ok(vec![]),
        }
    }

    /// To the endpoints of the department that is asked.
    fn asked_for(&self) -> Told<F::Error> {
        let pen = &self.pen;
        let args = pen.titled([
            ("provider", pen.provider()?),
            ("requester", pen.requester()?),
        ]);
        let to = [Whom::Department(pen.matter.provider.clone())];
        Ok(pen
            .tell(MessageKind::Request, args, to)
            .into_iter()
            .collect())
    }

    /// To who asked, also where they did it themselves.
    fn receipt(&self) -> Told<F::Error> {
        let pen = &self.pen;
        let Some(requester) = &pen.matter.requester else {
            return Ok(vec![]);
        };
        let standard = match &pen.matter.offering {
            Some(offering) => pen.facts.standard(offering, requester)?,
            None => None,
        };
        let args = pen.titled([("provider", pen.provider()?)]);
        let args = with(args, "standard", said(standard.as_deref()));
        let by_itself = Pen {
            by: &khidma_kernel::Actor::Anonymous,
            ..*pen
        };
        let to = [Whom::Person(requester.clone())];
        Ok(by_itself
            .tell(MessageKind::Receipt, args, to)
            .into_iter()
            .collect())
    }

    fn assigned(&self, assignee: &PersonId) -> Told<F::Error> {
        let pen = &self.pen;
        let args = pen.titled([("requester", pen.requester()?), ("by", pen.by()?)]);
        let to = [Whom::Person(assignee.clone())];
        Ok(pen
            .tell(MessageKind::Assignment, args, to)
            .into_iter()
            .collect())
    }

    /// To who asked: nobody else can answer.
    fn question(&self, question: &str) -> Told<F::Error> {
        let pen = &self.pen;
        let args = pen.titled([("provider", pen.provider()?), ("question", words(question))]);
        let to = pen.matter.requester.clone().map(Whom::Person);
        Ok(pen
            .tell(MessageKind::Question, args, to)
            .into_iter()
            .collect())
    }

    /// To the other side.
    fn replied(&self, event: &Replied) -> Told<F::Error> {
        let pen = &self.pen;
        let to = match event.side {
            Side::Provider => pen.audience()?,
            Side::Requester => BTreeSet::from([pen.doer()]),
        };
        let args = pen.titled([("by", pen.by()?), ("text", words(&event.text))]);
        Ok(pen.tell(MessageKind::Reply, args, to).into_iter().collect())
    }

    /// The work goes on: to who asked and who follows.
    fn step(&self, step: &str, detail: Option<Arg>) -> Told<F::Error> {
        let pen = &self.pen;
        let args = pen.titled([("step", choice(step)), ("by", pen.by()?)]);
        let args = with(args, "detail", detail);
        let tell = pen.tell(MessageKind::Progress, args, pen.audience()?);
        Ok(tell.into_iter().collect())
    }

    fn transferred(&self, event: &Transferred) -> Told<F::Error> {
        let mut tells = self.step("transferred", said(Some(&event.reason)))?;
        tells.extend(self.asked_for()?);
        Ok(tells)
    }

    fn task(&self, event: &TaskProgressed) -> Told<F::Error> {
        match event.state {
            TaskState::Done => {
                let title = self.pen.matter.tasks.get(&event.task).map(String::as_str);
                self.step("task_done", said(title))
            }
            TaskState::Planned
            | TaskState::Begun
            | TaskState::Declined
            | TaskState::Refused
            | TaskState::Dropped => Ok(vec![]),
        }
    }

    fn resolved(&self, event: &Resolved) -> Told<F::Error> {
        let pen = &self.pen;
        let args = pen.titled([
            ("provider", pen.provider()?),
            ("outcome", words(&event.outcome)),
        ]);
        let args = with(args, "closes", event.auto_close_at.map(Arg::At));
        let tell = pen.tell(MessageKind::Resolved, args, pen.askers()?);
        Ok(tell.into_iter().collect())
    }

    /// To all who are part of it.
    fn ended(&self, how: &str, reason: Option<&str>) -> Told<F::Error> {
        let pen = &self.pen;
        let mut to = pen.askers()?;
        to.extend(pen.matter.assignee.clone().map(Whom::Person));
        let args = with(pen.titled([("how", choice(how))]), "reason", said(reason));
        Ok(pen.tell(MessageKind::Ended, args, to).into_iter().collect())
    }

    fn reopened(&self, reason: &str) -> Told<F::Error> {
        let pen = &self.pen;
        let args = pen.titled([("by", pen.by()?), ("reason", words(reason))]);
        Ok(pen
            .tell(MessageKind::Reopened, args, [pen.doer()])
            .into_iter()
            .collect())
    }

    fn outcome(&self, event: &OutcomeShared) -> Told<F::Error> {
        let pen = &self.pen;
        let acted = choice(if event.acted { "yes" } else { "no" });
        let args = pen.titled([("outcome", words(&event.outcome)), ("acted", acted)]);
        let to = pen.matter.requester.clone().map(Whom::Person);
        Ok(pen
            .tell(MessageKind::Concern, args, to)
            .into_iter()
            .collect())
    }

    /// To who may give it in that step, or to whom alone it was escalated; not to whose request it is.
    fn approval(&self, step: usize, only: Option<&Approver>) -> Told<F::Error> {
        let pen = &self.pen;
        let Some(step) = pen.matter.approvals.get(step) else {
            return Ok(vec![]);
        };
        let asked = only.map_or(step.approvers.as_slice(), std::slice::from_ref);
        let mut may = BTreeSet::new();
        for approver in asked {
            may.extend(self.approvers(approver)?);
        }
        let is_own = |person: &PersonId| {
            [&pen.matter.requester, &pen.matter.submitted_by].contains(&&Some(person.clone()))
        };
        // Who asks cannot choose by delegation who agrees to it.
        may.retain(|person| !is_own(person));
        let mut all = may.clone();
        for person in &may {
            all.extend(pen.facts.delegates(person, self.recorded.at)?);
        }
        all.retain(|person| !is_own(person));
        let args = pen.titled([("requester", pen.requester()?), ("step", words(&step.name))]);
        let to = crate::tell::persons(all);
        Ok(pen
            .tell(MessageKind::Approval, args, to)
            .into_iter()
            .collect())
    }

    fn approvers(&self, approver: &Approver) -> Result<BTreeSet<PersonId>, F::Error> {
        let facts = self.pen.facts;
        match approver {
            Approver::Person(person) => Ok([person.clone()].into()),
            Approver::Role { role, department } => facts.holders_of(role, department.as_ref()),
            Approver::ManagerOfRequester => match &self.pen.matter.requester {
                Some(requester) => Ok(facts.reports_to(requester)?.into_iter().collect()),
                None => Ok(BTreeSet::new()),
            },
        }
    }
}
