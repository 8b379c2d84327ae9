//! Plans, told from outside.

use std::collections::BTreeSet;

use crate::support::*;
use khidma_events::requests::*;
use khidma_kernel::{Caller, ServiceRequestId, TaskKey, derived_id};
use khidma_requests_domain::{
    Body, ForPlan, NoteTasks, PlanTasks, RequestDecider, Submit, TaskNews, TaskNote, limits,
};
use khidma_testkit::Story;

type Requests = Story<RequestDecider>;

pub(crate) fn parent() -> ServiceRequestId {
    "01890000-0000-7000-8000-000000000001".parse().unwrap()
}

pub(crate) fn key(key: &str) -> TaskKey {
    key.parse().unwrap()
}

fn keys(keys: &str) -> BTreeSet<TaskKey> {
    keys.split_whitespace().map(key).collect()
}

/// A task of HR's that needs others.
pub(crate) fn task(name: &str, needs: &str) -> PlannedTask {
    PlannedTask {
        key: key(name),
        title: format!("Do {name}"),
        description: String::new(),
        provider: "hr".parse().unwrap(),
        offering: None,
        answers: Default::default(),
        priority: Priority::Normal,
        needs: keys(needs),
    }
}

pub(crate) fn plan(tasks: Vec<PlannedTask>) -> Body {
    Body::PlanTasks(PlanTasks {
        id: parent(),
        tasks,
        waits: vec![],
        closed: BTreeSet::new(),
    })
}

/// What the request of a task is called when it is asked for the `attempt`th time, from 0 on.
pub(crate) fn child(task: &str, attempt: u32) -> ServiceRequestId {
    let parent = parent();
    let parts: [&[u8]; 4] = [
        b"task",
        parent.0.as_bytes(),
        task.as_bytes(),
        &attempt.to_be_bytes(),
    ];
    ServiceRequestId(derived_id(&parts))
}

fn begun(tasks: &str) -> RequestEvent {
    let begun = |task: &str| TaskBegun {
        task: key(task),
        request: child(task, 0),
    };
    let tasks = tasks.split_whitespace().map(begun).collect();
    TasksBegun { tasks }.into()
}

fn progressed(task: &str, state: TaskState, reason: Option<&str>) -> RequestEvent {
    TaskProgressed {
        task: key(task),
        state,
        reason: reason.map(str::to_owned),
    }
    .into()
}

fn noted(task: &str, attempt: u32, state: TaskState) -> Body {
    let reason = (state == TaskState::Declined).then(|| "No".to_owned());
    Body::NoteTasks(NoteTasks {
        id: parent(),
        notes: vec![TaskNote {
            task: key(task),
            child: child(task, attempt),
            news: TaskNews::Progressed { state, reason },
        }],
    })
}

fn drop_task(task: &str) -> Body {
    Body::DropTask {
        id: parent(),
        task: key(task),
        reason: "Not needed".into(),
    }
}

fn dropped(task: &str) -> RequestEvent {
    TaskDropped {
        task: key(task),
        reason: "Not needed".into(),
    }
    .into()
}

fn retry(task: &str) -> Body {
    Body::RetryTask {
        id: parent(),
        task: key(task),
    }
}

fn service() -> Caller {
    Caller::service("requests")
}

/// IT has planned: record → payroll, record → laptop.
fn planned() -> Requests {
    let tasks = vec![
        task("record", ""),
        task("payroll", "record"),
        task("laptop", "record"),
    ];
    story().by(daniel()).when(plan(tasks)).then_events(|_| ())
}

#[test]
fn what_needs_nothing_begins_at_once_and_the_rest_when_its_needs_are_done() {
    let tasks = vec![task("payroll", "record"), task("record", "")];
    let planned = TasksPlanned {
        tasks: tasks.clone(),
        waits: vec![],
    };
    story()
        .by(daniel())
        .when(plan(tasks))
        .then([planned.into(), begun("record")])
        .by(service())
        .when(noted("record", 0, TaskState::Done))
        .then([
            progressed("record", TaskState::Done, None),
            begun("payroll"),
        ])
        .when(noted("record", 0, TaskState::Done))
        .then_nothing();
}

#[test]
fn a_task_reopened_is_under_way_again_and_what_has_begun_goes_on() {
    planned()
        .by(service())
        .when(noted("record", 0, TaskState::Done))
        .then([
            progressed("record", TaskState::Done, None),
            begun("payroll laptop"),
        ])
        .when(noted("record", 0, TaskState::Begun))
        .then([progressed("record", TaskState::Begun, None)])
        .when(noted("record", 0, TaskState::Done))
        .then([progressed("record", TaskState::Done, None)]);
}

#[test]
fn a_declined_task_is_asked_for_again_or_dropped() {
    let again = TasksBegun {
        tasks: vec![TaskBegun {
            task: key("record"),
            request: child("record", 1),
        }],
    };
    planned()
        .when(retry("record"))
        .then_refused("TASK_STATE")
        .by(service())
        .when(noted("record", 0, TaskState::Declined))
        .then([progressed("record", TaskState::Declined, Some("No"))])
        .by(daniel())
        .when(retry("record"))
        .then([again.into()])
        // What the first attempt still says counts no longer.
        .by(service())
        .when(noted("record", 0, TaskState::Done))
        .then_nothing()
        .when(noted("record", 1, TaskState::Declined))
        .then([progressed("record", TaskState::Declined, Some("No"))])
        .by(daniel())
        .when(drop_task("record"))
        .then([dropped("record"), begun("payroll laptop")])
        .when(drop_task("record"))
        .then_nothing()
        .when(retry("record"))
        .then_refused("TASK_STATE");
}

#[test]
fn a_task_that_cannot_be_asked_for_is_refused_and_can_be_tried_again() {
    let note = |attempt| {
        Body::NoteTasks(NoteTasks {
            id: parent(),
            notes: vec![TaskNote {
                task: key("record"),
                child: child("record", attempt),
                news: TaskNews::Refused {
                    code: "UNKNOWN_DEPARTMENT".into(),
                    reason: "Closed".into(),
                },
            }],
        })
    };
    let refused = TaskRefused {
        task: key("record"),
        code: "UNKNOWN_DEPARTMENT".into(),
        reason: "Closed".into(),
    };
    planned()
        .by(service())
        .when(note(0))
        .then([refused.into()])
        .when(note(0))
        .then_nothing()
        .by(daniel())
        .when(retry("record"))
        .then_events(|events| assert_eq!(events.len(), 1))
        .by(service())
        .when(note(0))
        .then_nothing();
}

#[test]
fn a_plan_is_added_to_and_what_has_not_begun_may_wait_for_more() {
    let add = |task_key: &str, waits: &str| {
        Body::PlanTasks(PlanTasks {
            id: parent(),
            tasks: vec![task(task_key, "")],
            waits: vec![TaskWaits {
                task: key(waits),
                needs: keys(task_key),
            }],
            closed: BTreeSet::new(),
        })
    };
    planned()
        .when(add("badge", "record"))
        .then_refused("TASK_STATE")
        .when(add("badge", "nothing"))
        .then_refused_at("UNKNOWN_TASK", "waits")
        .when(add("badge", "payroll"))
        .then_events(|events| assert_eq!(events[1], begun("badge")))
        .by(service())
        .when(noted("record", 0, TaskState::Done))
        .then([progressed("record", TaskState::Done, None), begun("laptop")])
        .when(noted("badge", 0, TaskState::Done))
        .then([progressed("badge", TaskState::Done, None), begun("payroll")]);
}

#[test]
fn what_is_no_plan_is_refused_with_what_is_wrong() {
    let cycle = vec![task("a", "c"), task("b", "a"), task("c", "b")];
    let outcome = story().by(daniel()).when(plan(cycle.clone()));
    assert!(
        format!("{outcome:?}").contains("a → c → b → a"),
        "{outcome:?}"
    );
    let long = PlannedTask {
        title: "x".repeat(limits::TITLE + 1),
        ..task("a", "")
    };
    let many = (0..=limits::TASKS)
        .map(|n| task(&format!("t{n}"), ""))
        .collect();
    for (tasks, code) in [
        (cycle, "PLAN_CYCLE"),
        (vec![task("a", "a")], "PLAN_CYCLE"),
        (vec![task("a", ""), task("a", "")], "DUPLICATE_TASK"),
        (vec![task("record", "")], "DUPLICATE_TASK"),
        (vec![task("a", "nothing")], "UNKNOWN_TASK"),
        (vec![long], "TOO_LONG"),
        (many, "TOO_MANY_TASKS"),
        (vec![], "MISSING_FIELD"),
    ] {
        planned().when(plan(tasks)).then_refused(code);
    }
    let closed = Body::PlanTasks(PlanTasks {
        id: parent(),
        tasks: vec![task("a", "")],
        waits: vec![],
        closed: ["hr".parse().unwrap()].into(),
    });
    planned()
        .when(closed)
        .then_refused_at("UNKNOWN_DEPARTMENT", "provider_id");
}

#[test]
fn a_cycle_through_tasks_that_are_there_is_found_too() {
    let body = Body::PlanTasks(PlanTasks {
        id: parent(),
        tasks: vec![task("badge", "laptop")],
        waits: vec![TaskWaits {
            task: key("laptop"),
            needs: keys("badge"),
        }],
        closed: BTreeSet::new(),
    });
    planned().when(body).then_refused_at("PLAN_CYCLE", "tasks");
}

#[test]
fn a_request_is_not_resolved_nor_transferred_before_its_tasks() {
    let transfer = Body::Transfer {
        to: "facilities".parse().unwrap(),
        to_known: true,
        reason: "Theirs".into(),
    };
    let outcome = planned().when(resolve());
    assert!(format!("{outcome:?}").contains("record, payroll, laptop"));
    planned()
        .when(resolve())
        .then_refused("TASKS_OPEN")
        .when(transfer.clone())
        .then_refused("TASKS_OPEN")
        .by(service())
        .when(noted("record", 0, TaskState::Declined))
        .then_events(|_| ())
        .by(daniel())
        .when(resolve())
        .then_refused("TASKS_OPEN")
        .when(drop_task("payroll"))
        .then([dropped("payroll")])
        .when(drop_task("laptop"))
        .then([dropped("laptop")])
        .when(drop_task("record"))
        .then([dropped("record")])
        .when(resolve())
        .then([resolved()])
        .when(drop_task("record"))
        .then_refused("INVALID_TRANSITION");
}

#[test]
fn who_ends_a_request_early_says_what_becomes_of_its_tasks() {
    let cancel = |tasks| Body::Cancel {
        reason: String::new(),
        tasks,
    };
    let cancelled = |tasks| -> RequestEvent {
        Cancelled {
            reason: None,
            tasks,
        }
        .into()
    };
    planned()
        .by(amina())
        .when(cancel(None))
        .then_refused_at("MISSING_FIELD", "tasks")
        .when(cancel(Some(TasksFate::Release)))
        .then([cancelled(Some(TasksFate::Release))])
        // Nothing of its plan begins any more.
        .by(service())
        .when(noted("record", 0, TaskState::Done))
        .then_nothing();
    let decline = |tasks| Body::Decline {
        reason: "No".into(),
        tasks,
    };
    planned()
        .when(decline(None))
        .then_refused_at("MISSING_FIELD", "tasks")
        .when(decline(Some(TasksFate::Cancel)))
        .then([Declined {
            reason: "No".into(),
            tasks: Some(TasksFate::Cancel),
        }
        .into()]);
    // Where nothing is under way there is nothing to say.
    story()
        .by(amina())
        .when(cancel(Some(TasksFate::Cancel)))
        .then([cancelled(None)]);
}

/// A request that is a task: HR is asked by IT.
fn a_task(depth: u8) -> (Submit, RequestEvent) {
    let of = TaskOf {
        request: parent(),
        task: key("record"),
        depth,
    };
    let submit = Submit {
        provider: Some("hr".parse().unwrap()),
        task: Some(ForPlan {
            of: of.clone(),
            coordinator: "it".parse().unwrap(),
        }),
        ..asked()
    };
    let plain = Submitted::plain(
        "hr".parse().unwrap(),
        "amina".parse().unwrap(),
        "it".parse().unwrap(),
        "A laptop for Noor",
    );
    let submitted = Submitted {
        requester: None,
        task_of: Some(of),
        channel: Channel::Web,
        ..plain
    };
    (submit, submitted.into())
}

#[test]
fn a_task_is_asked_by_a_department_and_any_member_speaks_for_it() {
    let (submit, submitted) = a_task(1);
    Requests::new()
        .by(daniel())
        .when(Body::Submit(submit.clone()))
        .then_refused("NOT_ALLOWED")
        .by(service())
        .when(Body::Submit(submit))
        .then([submitted, ReceiptIssued {}.into()])
        .by(amina())
        .when(resolve())
        .then([resolved()])
        .when(Body::Confirm {
            comment: String::new(),
        })
        .then_refused("NOT_ALLOWED")
        .by(sana())
        .when(Body::Confirm {
            comment: String::new(),
        })
        .then([Confirmed { comment: None }.into()]);
}

#[test]
fn a_task_is_ended_or_released_by_its_plan_only() {
    let cancel = || Body::CancelTask {
        reason: "Dropped".into(),
    };
    let story = || Requests::given([a_task(1).1]).by(service());
    let cancelled = Cancelled {
        reason: Some("Dropped".into()),
        tasks: None,
    };
    story()
        .and([resolved()])
        .by(sana())
        .when(cancel())
        .then_refused("NOT_ALLOWED")
        .by(service())
        .when(cancel())
        .then([cancelled.into()])
        .when(cancel())
        .then_nothing();
    story()
        .when(Body::ReleaseFromPlan)
        .then([ReleasedFromPlan {}.into()])
        .when(Body::ReleaseFromPlan)
        .then_nothing()
        .when(cancel())
        .then_nothing();
}

#[test]
fn tasks_of_tasks_go_only_so_deep() {
    let deep = |depth| Requests::given([a_task(depth).1]).by(amina());
    deep(limits::DEPTH)
        .when(plan(vec![task("a", "")]))
        .then_refused("TOO_DEEP");
    deep(limits::DEPTH - 1)
        .when(plan(vec![task("a", "")]))
        .then_events(|events| assert_eq!(events.len(), 2));
}

#[test]
fn a_task_waits_for_only_so_many_others() {
    let names: Vec<String> = (0..=limits::NEEDS).map(|n| format!("t{n}")).collect();
    let mut tasks: Vec<_> = names.iter().map(|name| task(name, "")).collect();
    tasks.push(task("last", &names.join(" ")));
    let refused = plan(tasks.clone());
    tasks.pop();
    tasks.push(task("last", &names[1..].join(" ")));
    let added = Body::PlanTasks(PlanTasks {
        id: parent(),
        tasks: vec![],
        waits: vec![TaskWaits {
            task: key("last"),
            needs: keys("t0"),
        }],
        closed: BTreeSet::new(),
    });
    story()
        .by(daniel())
        .when(refused)
        .then_refused_at("TOO_MANY_NEEDS", "needs")
        .when(plan(tasks))
        .then_events(|_| ())
        .when(added)
        .then_refused_at("TOO_MANY_NEEDS", "needs");
}
