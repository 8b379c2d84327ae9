//! Decisions about a request's plan, and about a request that is a task of one.

use std::collections::{BTreeMap, HashMap, HashSet};

use khidma_events::requests::*;
use khidma_kernel::{Caller, Command, Recorded, ServiceRequestId, TaskKey, derived_id};

use super::Decision;
use super::check::{allowed, impossible, open, optional, required, said};
use crate::access::Action;
use crate::command::{Body, NoteTasks, PlanTasks, TaskNews};
use crate::graph::{find_cycle, shown};
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::{Request, State, Task};

/// How many tasks a refusal names.
const NAMED: usize = 5;

/// The tasks that can begin now: planned ones, nothing of whose needs is outstanding. In the order of the plan.
pub(super) fn ready(request: &Request, id: ServiceRequestId) -> Vec<TaskBegun> {
    let settled: Vec<bool> = request.tasks.iter().map(is_settled).collect();
    let settled = |need: &u32| settled.get(*need as usize).is_some_and(|settled| *settled);
    request
        .tasks
        .iter()
        .filter(|task| task.state == TaskState::Planned && task.needs.iter().all(settled))
        .map(|task| begun(task, id))
        .collect()
}

/// Whether nobody waits for the task any longer.
fn is_settled(task: &Task) -> bool {
    matches!(task.state, TaskState::Done | TaskState::Dropped)
}

/// The task is asked for, by a request whose id follows from the plan's, its key, and how often it was asked for before.
fn begun(task: &Task, id: ServiceRequestId) -> TaskBegun {
    let request = derived_id(&[
        b"task",
        id.0.as_bytes(),
        task.key.as_str().as_bytes(),
        &task.attempts.to_be_bytes(),
    ]);
    TaskBegun {
        task: task.key.clone(),
        request: ServiceRequestId(request),
    }
}

/// `events`, and the beginning of what can begin after them. Of a request that is not open nothing begins.
fn and_begin(
    request: &Request,
    command: &Command<Body>,
    id: ServiceRequestId,
    mut events: Vec<RequestEvent>,
) -> Vec<RequestEvent> {
    let mut after = Some(request.clone());
    for event in &events {
        let recorded = Recorded {
            id: derived_id(&[]),
            at: command.at,
            by: command.by.actor.clone(),
            event: event.clone(),
        };
        crate::evolve::evolve(&mut after, &recorded);
    }
    let open = after.filter(|after| after.state.is_open());
    let tasks = open.map_or_else(Vec::new, |after| ready(&after, id));
    if !tasks.is_empty() {
        events.push(TasksBegun { tasks }.into());
    }
    events
}

pub(super) fn plan_tasks(request: &Request, command: &Command<Body>, body: &PlanTasks) -> Decision {
    allowed(request, &command.by, Action::PlanTasks)?;
    open(request, Action::PlanTasks)?;
    if body.tasks.is_empty() && body.waits.is_empty() {
        return Err(Refusal::Missing { field: "tasks" });
    }
    let depth = request.task_of.as_ref().map_or(0, |task_of| task_of.depth);
    if depth >= limits::DEPTH {
        return Err(Refusal::TooDeep {
            limit: limits::DEPTH,
        });
    }
    if request.tasks.len() + body.tasks.len() > limits::TASKS {
        return Err(Refusal::TooManyTasks {
            limit: limits::TASKS,
        });
    }
    fit(request, body)?;
    acyclic(request, body)?;
    let planned = TasksPlanned {
        tasks: body.tasks.clone(),
        waits: body.waits.clone(),
    };
    Ok(and_begin(request, command, body.id, vec![planned.into()]))
}

/// Whether each task makes sense by itself, and all that is named is there.
fn fit(request: &Request, body: &PlanTasks) -> Result<(), Refusal> {
    let before: HashMap<&TaskKey, &Task> =
        request.tasks.iter().map(|task| (&task.key, task)).collect();
    let mut new = HashSet::new();
    for task in &body.tasks {
        required("title", &task.title, limits::TITLE)?;
        optional("description", &task.description, limits::TEXT)?;
        few(&task.key, task.needs.len())?;
        if body.closed.contains(&task.provider) {
            return Err(Refusal::UnknownDepartment {
                field: "provider_id",
            });
        }
        if before.contains_key(&task.key) || !new.insert(&task.key) {
            let task = task.key.clone();
            return Err(Refusal::DuplicateTask { task });
        }
    }
    let known = |key: &TaskKey| before.contains_key(key) || new.contains(key);
    let needs = body.tasks.iter().flat_map(|task| &task.needs);
    let more = body.waits.iter().flat_map(|waits| &waits.needs);
    if let Some(task) = needs.chain(more).find(|need| !known(need)).cloned() {
        return Err(Refusal::UnknownTask {
            task,
            field: "needs",
        });
    }
    for waits in &body.waits {
        let task = waits.task.clone();
        match before.get(&waits.task) {
            Some(found) if found.state == TaskState::Planned => {
                few(&waits.task, found.needs.len() + waits.needs.len())?;
            }
            Some(found) => return Err(not_in_state(Action::PlanTasks, found)),
            None => {
                return Err(Refusal::UnknownTask {
                    task,
                    field: "waits",
                });
            }
        }
    }
    Ok(())
}

/// A task waits for only so many others.
fn few(task: &TaskKey, needs: usize) -> Result<(), Refusal> {
    if needs > limits::NEEDS {
        let (task, limit) = (task.clone(), limits::NEEDS);
        return Err(Refusal::TooManyNeeds { task, limit });
    }
    Ok(())
}

/// Whether the plan, with what is added, can ever come to its end.
fn acyclic(request: &Request, body: &PlanTasks) -> Result<(), Refusal> {
    let mut edges: BTreeMap<&TaskKey, Vec<&TaskKey>> = BTreeMap::new();
    for task in &request.tasks {
        let needs = task.needs.iter();
        let needs = needs.filter_map(|need| request.tasks.get(*need as usize));
        edges.insert(&task.key, needs.map(|task| &task.key).collect());
    }
    for task in &body.tasks {
        edges.insert(&task.key, task.needs.iter().collect());
    }
    for waits in &body.waits {
        edges.entry(&waits.task).or_default().extend(&waits.needs);
    }
    let Some(cycle) = find_cycle(&edges) else {
        return Ok(());
    };
    Err(Refusal::PlanCycle { path: shown(cycle) })
}

/// What became of tasks under way. News that is old, or of another request than a task's present one, changes nothing:
/// it may come twice and in any order.
pub(super) fn note_tasks(request: &Request, command: &Command<Body>, body: &NoteTasks) -> Decision {
    allowed(request, &command.by, Action::NoteTasks)?;
    if request.state.ended_early() {
        return Ok(vec![]);
    }
    let mut states: HashMap<&TaskKey, (TaskState, Option<ServiceRequestId>)> = request
        .tasks
        .iter()
        .map(|task| (&task.key, (task.state, task.request)))
        .collect();
    let mut events: Vec<RequestEvent> = Vec::new();
    for note in &body.notes {
        let Some((state, child)) = states.get_mut(&note.task) else {
            continue;
        };
        if *child != Some(note.child) || !is_followed(*state) {
            continue;
        }
        let task = note.task.clone();
        match note.news.clone() {
            TaskNews::Progressed { state: now, reason } if now != *state && is_followed(now) => {
                *state = now;
                events.push(
                    TaskProgressed {
                        task,
                        state: now,
                        reason,
                    }
                    .into(),
                );
            }
            TaskNews::Refused { code, reason } if *state == TaskState::Begun => {
                *state = TaskState::Refused;
                events.push(TaskRefused { task, code, reason }.into());
            }
            TaskNews::Progressed { .. } | TaskNews::Refused { .. } => {}
        }
    }
    // Only what is done lets others begin; a plan of many tasks is not looked through for less.
    let lets_begin = |event: &RequestEvent| matches!(event, RequestEvent::TaskProgressed(now) if now.state == TaskState::Done);
    if events.iter().any(lets_begin) {
        events = and_begin(request, command, body.id, events);
    }
    Ok(events)
}

/// Whether a task in that state goes where its request goes.
fn is_followed(state: TaskState) -> bool {
    matches!(
        state,
        TaskState::Begun | TaskState::Done | TaskState::Declined
    )
}

pub(super) fn drop_task(
    request: &Request,
    command: &Command<Body>,
    id: ServiceRequestId,
    key: &TaskKey,
    reason: &str,
) -> Decision {
    allowed(request, &command.by, Action::DropTask)?;
    open_plan(request, Action::DropTask)?;
    required("reason", reason, limits::TEXT)?;
    let task = known(request, key)?;
    match task.state {
        TaskState::Dropped => return Ok(vec![]),
        TaskState::Done => return Err(not_in_state(Action::DropTask, task)),
        TaskState::Planned | TaskState::Begun | TaskState::Declined | TaskState::Refused => {}
    }
    let dropped = TaskDropped {
        task: key.clone(),
        reason: reason.to_owned(),
    };
    Ok(and_begin(request, command, id, vec![dropped.into()]))
}

pub(super) fn retry_task(
    request: &Request,
    by: &Caller,
    id: ServiceRequestId,
    key: &TaskKey,
) -> Decision {
    allowed(request, by, Action::RetryTask)?;
    open(request, Action::RetryTask)?;
    let task = known(request, key)?;
    match task.state {
        TaskState::Declined | TaskState::Refused => {
            // One of them may have been reopened since the task first began.
            let needs = task.needs.iter();
            let needs = needs.filter_map(|need| request.tasks.get(*need as usize));
            none(needs, Action::RetryTask, |need| !is_settled(need))?;
            let tasks = vec![begun(task, id)];
            Ok(vec![TasksBegun { tasks }.into()])
        }
        TaskState::Planned | TaskState::Begun | TaskState::Done | TaskState::Dropped => {
            Err(not_in_state(Action::RetryTask, task))
        }
    }
}

/// Ends a task that its plan no longer wants, wherever it is.
pub(super) fn cancel_task(request: &Request, by: &Caller, reason: &str) -> Decision {
    allowed(request, by, Action::CancelTask)?;
    if request.task_of.is_none() || request.state.is_over() {
        return Ok(vec![]);
    }
    // What depends on it goes the same way.
    let tasks = any_begun(request).then_some(TasksFate::Cancel);
    Ok(vec![
        Cancelled {
            reason: said(reason),
            tasks,
        }
        .into(),
    ])
}

/// Lets a task go on, although its plan has ended.
pub(super) fn release(request: &Request, by: &Caller) -> Decision {
    allowed(request, by, Action::ReleaseFromPlan)?;
    if request.task_of.is_none() {
        return Ok(vec![]);
    }
    Ok(vec![ReleasedFromPlan {}.into()])
}

/// What becomes of the tasks under way when their request ends early; that has to be said if there are any.
pub(super) fn fate(
    request: &Request,
    chosen: Option<TasksFate>,
) -> Result<Option<TasksFate>, Refusal> {
    match (any_begun(request), chosen) {
        (false, _) => Ok(None),
        (true, Some(fate)) => Ok(Some(fate)),
        (true, None) => Err(Refusal::Missing { field: "tasks" }),
    }
}

/// Every task is done or dropped.
pub(super) fn finished(request: &Request, action: Action) -> Result<(), Refusal> {
    none(request.tasks.iter(), action, |task| !is_settled(task))
}

/// No task is under way.
pub(super) fn none_under_way(request: &Request, action: Action) -> Result<(), Refusal> {
    none(request.tasks.iter(), action, |task| {
        task.state == TaskState::Begun
    })
}

fn none<'a>(
    tasks: impl Iterator<Item = &'a Task>,
    action: Action,
    in_the_way: impl Fn(&Task) -> bool,
) -> Result<(), Refusal> {
    let found: Vec<&str> = tasks
        .filter(|task| in_the_way(task))
        .map(|task| task.key.as_str())
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    let more = (found.len() > NAMED).then_some("…");
    let first: Vec<&str> = found.iter().copied().take(NAMED).chain(more).collect();
    Err(Refusal::TasksOpen {
        action: action.as_str(),
        count: found.len(),
        first: first.join(", "),
    })
}

fn any_begun(request: &Request) -> bool {
    request
        .tasks
        .iter()
        .any(|task| task.state == TaskState::Begun)
}

/// A plan can be put in order while its request is open, and also while it waits for its approvers.
fn open_plan(request: &Request, action: Action) -> Result<(), Refusal> {
    if request.state.is_open() || request.state == State::AwaitingApproval {
        Ok(())
    } else {
        Err(impossible(request, action))
    }
}

fn known<'a>(request: &'a Request, key: &TaskKey) -> Result<&'a Task, Refusal> {
    let unknown = || Refusal::UnknownTask {
        task: key.clone(),
        field: "task",
    };
    request.task(key).map(|(_, task)| task).ok_or_else(unknown)
}

fn not_in_state(action: Action, task: &Task) -> Refusal {
    let state = match task.state {
        TaskState::Planned => "planned",
        TaskState::Begun => "begun",
        TaskState::Done => "done",
        TaskState::Declined => "declined",
        TaskState::Refused => "refused",
        TaskState::Dropped => "dropped",
    };
    Refusal::TaskNotInState {
        action: action.as_str(),
        task: task.key.clone(),
        state,
    }
}
