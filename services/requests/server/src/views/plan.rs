//! The plans of requests: a row a task, and one that counts what follows from them.
//!
//! What a plan has to do by itself follows from its rows alone: ask for tasks that have begun, take over what their
//! requests say, end the requests of tasks that are no longer wanted. Each of the three stands on the agenda exactly while
//! some task needs it, so it is done however often processes die, and by whichever of them comes first.

mod book;

use khidma_events::requests::{PlannedTask, RequestEvent, TaskState, TasksFate};
use khidma_kernel::{Commit, Position, ServiceRequestId};
use khidma_projection::{ApplyError, RowError, Rows};
use khidma_requests_domain::{Request, State};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::undecodable;
use book::Book;

/// The agenda's kinds of what a plan has to do, in the order of [`Chore`].
pub(crate) const CHORES: [&str; 3] = [BEGIN_TASKS, TELL_PARENT, END_TASKS];
/// The agenda's kind for asking for the tasks that have begun.
pub(crate) const BEGIN_TASKS: &str = "begin-tasks";
/// The agenda's kind for telling a plan what became of its tasks' requests.
pub(crate) const TELL_PARENT: &str = "tell-parent";
/// The agenda's kind for ending the requests of tasks that are no longer wanted.
pub(crate) const END_TASKS: &str = "end-tasks";

/// Something that a plan does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chore {
    /// Ask for the task.
    Begin = 0,
    /// Take over what its request says.
    Tell = 1,
    /// End its request, or release it.
    End = 2,
}

/// A request's plan as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanRow {
    /// What all that the plan leads to belongs to.
    pub correlation: Uuid,
    /// Whether its request ended without being done.
    pub ended: bool,
    /// What becomes of the tasks under way then.
    pub fate: Option<TasksFate>,
    /// How many tasks need each [`Chore`].
    counts: [u32; 3],
    /// Where each stands on the agenda.
    due: [Option<Position>; 3],
}

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskRow {
    /// The [`PlannedTask`], as JSON.
    task: String,
    /// Its place in the plan.
    pub place: u32,
    pub state: TaskState,
    /// Why it was declined, refused or dropped.
    pub reason: Option<String>,
    /// The request it has become.
    pub child: Option<Child>,
    /// How often it was asked for.
    pub attempts: u32,
}

/// The request that a task has become.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Child {
    pub id: ServiceRequestId,
    /// The event by which it began.
    pub cause: Uuid,
    /// Where it is in its life; `None` before it is submitted.
    pub state: Option<State>,
    /// Where the commit stands that led there.
    pub changed: Position,
    /// Why it ended, where somebody said so.
    pub said: Option<String>,
    /// Whether it no longer belongs to the plan.
    released: bool,
}

impl PlanRow {
    fn new(correlation: Uuid) -> Self {
        Self {
            correlation,
            ended: false,
            fate: None,
            counts: [0; 3],
            due: [None; 3],
        }
    }

    /// Whether `row` needs that chore now.
    pub(crate) fn needs(&self, chore: Chore, row: &TaskRow) -> bool {
        let Some(child) = &row.child else {
            return false;
        };
        match chore {
            Chore::Begin => !self.ended && row.state == TaskState::Begun && child.state.is_none(),
            Chore::Tell => !self.ended && row.news().is_some(),
            Chore::End => {
                let lives = child.state.is_some_and(|state| !state.is_over());
                lives && !child.released && self.ending(row).is_some()
            }
        }
    }

    /// What is to become of the task's request, if it is no longer wanted as a task.
    pub(crate) fn ending(&self, row: &TaskRow) -> Option<TasksFate> {
        match row.state {
            // A refused one may have been asked for after all, by another process at the same time.
            TaskState::Dropped | TaskState::Refused => Some(TasksFate::Cancel),
            TaskState::Begun => self.fate,
            TaskState::Planned | TaskState::Done | TaskState::Declined => None,
        }
    }

    fn chores(&self, row: &TaskRow) -> [bool; 3] {
        [Chore::Begin, Chore::Tell, Chore::End].map(|chore| self.needs(chore, row))
    }
}

impl TaskRow {
    fn new(task: &PlannedTask, place: usize) -> Result<Self, ApplyError> {
        Ok(Self {
            task: serde_json::to_string(task).map_err(|error| undecodable(&error))?,
            place: u32::try_from(place).unwrap_or(u32::MAX),
            state: TaskState::Planned,
            reason: None,
            child: None,
            attempts: 0,
        })
    }

    /// The task as it was planned.
    pub(crate) fn task(&self) -> Result<PlannedTask, serde_json::Error> {
        serde_json::from_str(&self.task)
    }

    /// About how many bytes it takes in an answer.
    pub(crate) fn size(&self) -> usize {
        128 + self.task.len() + self.reason.as_ref().map_or(0, String::len)
    }

    /// Where its request says that it is, if the plan does not know yet.
    pub(crate) fn news(&self) -> Option<TaskState> {
        let child = self.child.as_ref().filter(|child| !child.released)?;
        let followed = matches!(
            self.state,
            TaskState::Begun | TaskState::Done | TaskState::Declined
        );
        let now = match child.state? {
            State::Confirmed | State::Closed => TaskState::Done,
            State::Declined | State::Cancelled | State::Rejected | State::Merged => {
                TaskState::Declined
            }
            State::AwaitingApproval
            | State::Submitted
            | State::Acknowledged
            | State::InProgress
            | State::Waiting
            | State::Resolved => TaskState::Begun,
        };
        (followed && now != self.state).then_some(now)
    }
}

/// A commit of a request, and what the request was before and is after it.
pub(super) struct Step<'a> {
    pub id: &'a str,
    pub commit: &'a Commit<RequestEvent>,
    pub position: Position,
    pub before: Option<&'a Request>,
    pub after: Option<&'a Request>,
}

/// What the commit changes in the request's own plan, and in that which it is a task of.
pub(super) fn apply(step: &Step<'_>, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    coordinate(step, rows)?;
    report(step, rows).map_err(ApplyError::from)
}

fn coordinate(step: &Step<'_>, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let Some(request) = step.after.filter(|request| !request.tasks.is_empty()) else {
        return Ok(());
    };
    let task_of = request.task_of.as_ref().map(|task_of| task_of.request);
    let mut book = Book::begin(step.id, task_of, step.position, rows)?;
    for recorded in &step.commit.events {
        match &recorded.event {
            RequestEvent::TasksPlanned(event) => book.plan(event, request.tasks.len())?,
            RequestEvent::TasksBegun(event) => book.tasks_begun(event, recorded.id)?,
            RequestEvent::TaskProgressed(event) => {
                book.move_to(&event.task, event.state, event.reason.clone())?
            }
            RequestEvent::TaskRefused(event) => {
                let reason = Some(event.reason.clone());
                book.move_to(&event.task, TaskState::Refused, reason)?
            }
            RequestEvent::TaskDropped(event) => {
                let reason = Some(event.reason.clone());
                book.move_to(&event.task, TaskState::Dropped, reason)?
            }
            _ => {}
        }
    }
    if request.state.ended_early() != book.plan.ended {
        book.end(request)?;
    }
    book.close().map_err(ApplyError::from)
}

/// The request is a task of another's plan: that sees where it is.
fn report(step: &Step<'_>, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let task_of = [step.after, step.before]
        .into_iter()
        .flatten()
        .find_map(|request| request.task_of.as_ref());
    let (Some(task_of), Some(now)) = (task_of, step.after) else {
        return Ok(());
    };
    let same = |before: &Request| before.state == now.state && before.task_of == now.task_of;
    if step.before.is_some_and(same) {
        return Ok(());
    }
    let parent = task_of.request.to_string();
    let Some(mut book) = Book::open(&parent, step.position, rows)? else {
        return Ok(());
    };
    book.change(&task_of.task, |row| {
        let child = row
            .child
            .as_mut()
            .filter(|child| child.id.to_string() == step.id);
        if let Some(child) = child {
            child.state = Some(now.state);
            child.changed = step.position;
            child.said = step
                .commit
                .events
                .iter()
                .rev()
                .find_map(|it| said(&it.event));
            child.released = now.task_of.is_none();
        }
    })?;
    book.close()
}

/// Why a request ended, in the words of who ended it.
fn said(event: &RequestEvent) -> Option<String> {
    match event {
        RequestEvent::Declined(event) => Some(event.reason.clone()),
        RequestEvent::Cancelled(event) => event.reason.clone(),
        RequestEvent::ApprovalRejected(event) => Some(event.reason.clone()),
        RequestEvent::Merged(event) => event.reason.clone(),
        _ => None,
    }
}
