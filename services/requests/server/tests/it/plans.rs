//! Work that crosses departments, as people see it: Amina of HR asks IT, IT coordinates, HR and facilities do tasks.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{StreamExt, stream};
use khidma_edge::client::Connection;
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::requests::RequestEvent;
use khidma_kernel::Position;
use khidma_projection::rows_equal;
use khidma_proto::requests as pb;
use khidma_proto::requests::plans_service_client::PlansServiceClient;
use khidma_runtime::Tasks;
use khidma_testkit::{append_after, eventually};
use tonic::Code;

use crate::stage::{Client, Stage, directory, key, refused};

type Plans = PlansServiceClient<Connection>;

const PATIENCE: Duration = Duration::from_secs(30);

/// Daniel of IT, who coordinates.
async fn coordinator(stage: &Stage) -> Plans {
    Plans::new(stage.host.connect("daniel", "it", &[]).await)
}

fn task(name: &str, provider: &str, needs: &[&str]) -> pb::PlannedTask {
    pb::PlannedTask {
        key: name.into(),
        title: format!("Do {name}"),
        provider_id: provider.into(),
        needs: needs.iter().map(|need| (*need).to_owned()).collect(),
        ..Default::default()
    }
}

fn planned(id: &str, tasks: Vec<pb::PlannedTask>) -> pb::PlanTasksRequest {
    pb::PlanTasksRequest {
        request_id: key(),
        id: id.into(),
        tasks,
        waits: vec![],
    }
}

async fn plan_of(plans: &mut Plans, id: &str) -> pb::GetPlanResponse {
    let question = pb::GetPlanRequest {
        id: id.into(),
        ..Default::default()
    };
    plans.get_plan(question).await.unwrap().into_inner()
}

/// Waits until the plan is as `wanted`, and says how it is then.
async fn plan_becomes(
    plans: &Plans,
    id: &str,
    wanted: impl Fn(&HashMap<String, pb::Task>) -> bool,
) -> HashMap<String, pb::Task> {
    let last = Mutex::new(HashMap::new());
    let met = eventually(PATIENCE, || {
        let mut plans = plans.clone();
        let (last, wanted) = (&last, &wanted);
        async move {
            let question = pb::GetPlanRequest {
                id: id.into(),
                ..Default::default()
            };
            // The read model may not have seen the request yet.
            let Ok(plan) = plans.get_plan(question).await else {
                return false;
            };
            let tasks = plan.into_inner().tasks.into_iter();
            let tasks: HashMap<_, _> = tasks
                .map(|task| (task.task.clone().unwrap().key, task))
                .collect();
            // Nor that it was planned.
            let met = !tasks.is_empty() && wanted(&tasks);
            *last.lock().unwrap() = tasks;
            met
        }
    });
    let met = met.await;
    let last = last.into_inner().unwrap();
    assert!(met, "the plan never became that: {last:#?}");
    last
}

fn is_asked(task: &pb::Task) -> bool {
    task.state() == pb::TaskState::Begun && task.child_state() == pb::State::Submitted
}

async fn resolve(client: &mut Client, id: &str) {
    let resolve = pb::ResolveRequest {
        request_id: key(),
        id: id.into(),
        outcome: "Done".into(),
    };
    client.resolve(resolve).await.unwrap();
}

async fn confirm(client: &mut Client, id: &str) {
    let confirm = pb::ConfirmRequest {
        request_id: key(),
        id: id.into(),
        comment: String::new(),
    };
    client.confirm(confirm).await.unwrap();
}

fn declined(id: &str) -> pb::DeclineRequest {
    pb::DeclineRequest {
        request_id: key(),
        id: id.into(),
        reason: "Not ours".into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn tasks_begin_by_themselves_when_what_they_need_is_done() {
    let mut stage = Stage::set().await;
    let mut plans = coordinator(&stage).await;
    let id = stage.asked("A new colleague").await;
    let tasks = vec![
        task("record", "hr", &[]),
        task("desk", "facilities", &["record"]),
        task("check", "hr", &["record", "desk"]),
    ];
    let answer = plans.plan_tasks(planned(&id, tasks)).await.unwrap();
    assert!(answer.into_inner().position <= stage.head().await);
    let now = plan_becomes(&plans, &id, |tasks| is_asked(&tasks["record"])).await;
    assert_eq!(now["desk"].state(), pb::TaskState::Planned);
    let record = now["record"].child_id.clone();

    // HR does the task; IT is told as its requester, and any member speaks for it.
    let child = stage.get(&record).await;
    assert_eq!(
        (child.requester_id, child.requester_department_id),
        (String::new(), "it".into())
    );
    let of = child.task_of.unwrap();
    assert_eq!(
        (of.request_id, of.task, of.depth),
        (id.clone(), "record".to_owned(), 1)
    );
    let too_early = pb::ResolveRequest {
        request_id: key(),
        id: id.clone(),
        outcome: "Done".into(),
    };
    let refusal = refused(stage.daniel.resolve(too_early).await);
    assert_eq!(
        (refusal.0, refusal.1.as_str()),
        (Code::FailedPrecondition, "TASKS_OPEN")
    );
    resolve(&mut stage.amina, &record).await;
    confirm(&mut stage.mei, &record).await;
    let now = plan_becomes(&plans, &id, |tasks| is_asked(&tasks["desk"])).await;
    assert_eq!(now["record"].state(), pb::TaskState::Done);

    let mut sol = Client::new(stage.host.connect("sol", "facilities", &[]).await);
    resolve(&mut sol, &now["desk"].child_id).await;
    confirm(&mut stage.daniel, &now["desk"].child_id).await;
    let now = plan_becomes(&plans, &id, |tasks| is_asked(&tasks["check"])).await;
    resolve(&mut stage.amina, &now["check"].child_id).await;
    confirm(&mut stage.daniel, &now["check"].child_id).await;
    plan_becomes(&plans, &id, |tasks| {
        tasks
            .values()
            .all(|task| task.state() == pb::TaskState::Done)
    })
    .await;
    let progress = stage.get(&id).await.progress.unwrap();
    assert_eq!((progress.done, progress.begun + progress.planned), (3, 0));
    resolve(&mut stage.daniel, &id).await;
}

#[tokio::test]
async fn a_declined_task_is_put_before_the_coordinator_who_asks_again_or_drops_it() {
    let mut stage = Stage::set().await;
    let mut plans = coordinator(&stage).await;
    let id = stage.asked("A new colleague").await;
    let tasks = vec![
        task("record", "hr", &[]),
        task("desk", "facilities", &["record"]),
    ];
    plans.plan_tasks(planned(&id, tasks)).await.unwrap();
    stage.host.caught_up().await;
    let first = plan_becomes(&plans, &id, |tasks| is_asked(&tasks["record"])).await;
    let first = first["record"].child_id.clone();
    stage.amina.decline(declined(&first)).await.unwrap();
    let now = plan_becomes(&plans, &id, |tasks| {
        tasks["record"].state() == pb::TaskState::Declined
    })
    .await;
    assert_eq!(now["record"].reason, "Not ours");
    assert_eq!(stage.get(&id).await.progress.unwrap().declined, 1);

    let retry = pb::RetryTaskRequest {
        request_id: key(),
        id: id.clone(),
        task: "record".into(),
    };
    plans.retry_task(retry).await.unwrap();
    let now = plan_becomes(&plans, &id, |tasks| is_asked(&tasks["record"])).await;
    let second = now["record"].child_id.clone();
    assert!(second != first && now["record"].attempts == 2);
    let drop = pb::DropTaskRequest {
        request_id: key(),
        id: id.clone(),
        task: "record".into(),
        reason: "She is not coming".into(),
    };
    plans.drop_task(drop).await.unwrap();
    let now = plan_becomes(&plans, &id, |tasks| {
        tasks["record"].child_state() == pb::State::Cancelled && is_asked(&tasks["desk"])
    })
    .await;
    assert_eq!(now["record"].state(), pb::TaskState::Dropped);
    assert_eq!(stage.get(&second).await.state(), pb::State::Cancelled);
}

#[tokio::test]
async fn the_tasks_of_a_request_that_ends_early_are_cancelled_or_go_on() {
    for (fate, state) in [
        (pb::TasksFate::Cancel, pb::State::Cancelled),
        (pb::TasksFate::Release, pb::State::Submitted),
    ] {
        let mut stage = Stage::set().await;
        let mut plans = coordinator(&stage).await;
        let id = stage.asked("A new colleague").await;
        let tasks = vec![
            task("record", "hr", &[]),
            task("desk", "facilities", &["record"]),
        ];
        plans.plan_tasks(planned(&id, tasks)).await.unwrap();
        stage.host.caught_up().await;
        let now = plan_becomes(&plans, &id, |tasks| is_asked(&tasks["record"])).await;
        let child = now["record"].child_id.clone();
        let cancel = |tasks: pb::TasksFate| pb::CancelRequest {
            request_id: key(),
            id: id.clone(),
            reason: String::new(),
            tasks: tasks.into(),
        };
        let unsaid = refused(stage.amina.cancel(cancel(pb::TasksFate::Unspecified)).await);
        assert_eq!(
            (unsaid.1.as_str(), unsaid.2.as_str()),
            ("MISSING_FIELD", "tasks")
        );
        stage.amina.cancel(cancel(fate)).await.unwrap();
        let amina = stage.amina.clone();
        let ended = eventually(PATIENCE, || {
            let (mut amina, id) = (amina.clone(), child.clone());
            async move {
                let question = pb::GetRequest {
                    id,
                    min_position: 0,
                };
                let child = amina.get(question).await.unwrap().into_inner();
                let child = child.request.unwrap();
                child.state() == state && (fate == pb::TasksFate::Cancel || child.task_of.is_none())
            }
        });
        assert!(ended.await, "{fate:?}");
        let now = plan_of(&mut plans, &id).await;
        assert_eq!(now.progress.unwrap().planned, 1, "the desk never began");
    }
}

#[tokio::test]
async fn a_task_that_cannot_be_asked_for_is_refused_at_once_and_says_why() {
    use khidma_events::directory::{DepartmentClosed, DepartmentEvent, department_entity};
    let mut stage = Stage::set().await;
    let mut plans = coordinator(&stage).await;
    let id = stage.asked("A new colleague").await;
    let nowhere = planned(&id, vec![task("desk", "nowhere", &[])]);
    assert_eq!(
        refused(plans.plan_tasks(nowhere).await).1,
        "UNKNOWN_DEPARTMENT"
    );
    let tasks = vec![
        task("record", "hr", &[]),
        task("desk", "facilities", &["record"]),
    ];
    plans.plan_tasks(planned(&id, tasks)).await.unwrap();
    stage.host.caught_up().await;
    let now = plan_becomes(&plans, &id, |tasks| is_asked(&tasks["record"])).await;
    let closed = DepartmentClosed {};
    let entity = department_entity(&"facilities".parse().unwrap());
    let log = &*stage.host.log;
    // The last of the four that the stage begins with.
    let last = Position(4);
    append_after::<DepartmentEvent>(log, entity, last, vec![closed.into()]).await;
    stage.host.caught_up().await;
    resolve(&mut stage.amina, &now["record"].child_id).await;
    confirm(&mut stage.daniel, &now["record"].child_id).await;
    let now = plan_becomes(&plans, &id, |tasks| {
        tasks["desk"].state() == pb::TaskState::Refused
    })
    .await;
    assert!(now["desk"].reason.contains("no open department"), "{now:?}");
}

#[tokio::test]
async fn a_plan_is_read_in_pages_by_those_who_may_read_its_request() {
    let mut stage = Stage::set().await;
    let mut plans = coordinator(&stage).await;
    let id = stage.asked("A new colleague").await;
    let tasks: Vec<_> = (0..25).map(|n| task(&format!("t{n}"), "hr", &[])).collect();
    plans.plan_tasks(planned(&id, tasks)).await.unwrap();
    stage.host.caught_up().await;
    let mut seen = vec![];
    let mut question = pb::GetPlanRequest {
        id: id.clone(),
        page_size: 10,
        min_position: stage.head().await,
        ..Default::default()
    };
    loop {
        let page = plans.get_plan(question.clone()).await.unwrap().into_inner();
        assert!(page.tasks.len() <= 10);
        seen.extend(page.tasks.into_iter().map(|task| task.task.unwrap().key));
        if page.next_page_token.is_empty() {
            break;
        }
        question.page_token = page.next_page_token;
    }
    let expected: Vec<_> = (0..25).map(|n| format!("t{n}")).collect();
    assert_eq!(seen, expected, "in the order in which they were planned");
    let mut farid = Plans::new(stage.host.connect("farid", "finance", &[]).await);
    question.page_token = String::new();
    assert_eq!(refused(farid.get_plan(question).await).1, "UNKNOWN_REQUEST");
    let stranger = planned(&id, vec![task("x", "hr", &[])]);
    assert_eq!(
        refused(farid.plan_tasks(stranger).await).1,
        "UNKNOWN_REQUEST"
    );
    let mut amina = Plans::new(stage.host.connect("amina", "hr", &[]).await);
    let asker = planned(&id, vec![task("x", "hr", &[])]);
    assert_eq!(refused(amina.plan_tasks(asker).await).1, "NOT_ALLOWED");
    let circle = vec![task("a", "hr", &["b"]), task("b", "hr", &["a"])];
    let refusal = refused(plans.plan_tasks(planned(&id, circle)).await);
    assert_eq!(
        (refusal.1.as_str(), refusal.2.as_str()),
        ("PLAN_CYCLE", "tasks")
    );
}

/// Every commit of every request: which, and the names of its events with what a submission or a beginning says.
async fn history(log: &dyn EventLog) -> Vec<(String, RequestEvent)> {
    let head = log.head().await.unwrap();
    let mut commits = log.follow(Position::START);
    let mut events = vec![];
    while let Some(commit) = commits.next().await {
        let commit = commit.unwrap();
        if &*commit.context == "requests" {
            let decoded = khidma_events::decode::<RequestEvent>(&commit.payload).unwrap();
            let told = decoded.events.into_iter();
            events.extend(told.map(|recorded| (commit.entity.to_string(), recorded.event)));
        }
        if commit.position >= head {
            break;
        }
    }
    events
}

/// In the order of the log, every task is asked for once for each time it began, and after the ends of all its needs.
async fn each_began_once_and_in_order(log: &dyn EventLog, needs: &HashMap<String, Vec<String>>) {
    let (mut submitted, mut ended) = (HashMap::new(), BTreeSet::new());
    for (entity, event) in history(log).await {
        match event {
            RequestEvent::Submitted(event) => {
                let Some(of) = event.task_of else { continue };
                let task = of.task.to_string();
                let open: Vec<_> = needs[&task]
                    .iter()
                    .filter(|need| !ended.contains(*need))
                    .collect();
                assert!(open.is_empty(), "{task} came before {open:?}");
                let before = submitted.insert(entity, task.clone());
                assert_eq!(before, None, "{task} was asked for twice");
            }
            RequestEvent::Confirmed(_) => {
                ended.extend(submitted.get(&entity).cloned());
            }
            _ => {}
        }
    }
    let tasks: BTreeSet<_> = submitted.values().collect();
    assert_eq!((submitted.len(), tasks.len()), (needs.len(), needs.len()));
}

const MANY: usize = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_tasks_each_is_asked_for_once_and_after_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(folder.path(), &Tasks::new()).unwrap());
    directory(&*log).await;
    let mut stage = Stage::on(log.clone()).await;
    // A second process fires the same agenda.
    let other = Stage::on(log.clone()).await;
    let mut plans = coordinator(&stage).await;
    let id = stage.asked("A new branch").await;
    let needs: HashMap<String, Vec<String>> = (0..MANY)
        .map(|n| {
            let some = (0..random(4).min(n)).map(|_| format!("t{}", random(n)));
            let some: BTreeSet<_> = some.collect();
            (format!("t{n}"), some.into_iter().collect())
        })
        .collect();
    let tasks = (0..MANY)
        .map(|n| {
            let key = format!("t{n}");
            let needs: Vec<_> = needs[&key].iter().map(String::as_str).collect();
            task(&key, "hr", &needs)
        })
        .collect();
    plans.plan_tasks(planned(&id, tasks)).await.unwrap();
    stage.host.caught_up().await;
    let (mut done, mut rounds, mut worked_on) = (0, 0, BTreeSet::new());
    while done < MANY {
        rounds += 1;
        assert!(rounds < 50_000, "stuck at {done}");
        let plan = plan_of(&mut plans, &id).await;
        done = plan.progress.unwrap().done as usize;
        // What is shown may be a little old.
        let mut asked: Vec<_> = plan
            .tasks
            .iter()
            .filter(|task| is_asked(task) && worked_on.insert(task.child_id.clone()))
            .collect();
        asked.sort_by_cached_key(|_| random(usize::MAX));
        stream::iter(asked)
            .for_each_concurrent(16, |task| {
                let (mut hr, mut it) = (stage.amina.clone(), other.daniel.clone());
                async move {
                    resolve(&mut hr, &task.child_id).await;
                    confirm(&mut it, &task.child_id).await;
                }
            })
            .await;
    }
    stage.host.caught_up().await;
    each_began_once_and_in_order(&*log, &needs).await;
    let projection = &stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    assert!(rows_equal(&before, &projection.reader()).unwrap());
}

fn random(limit: usize) -> usize {
    let random = uuid::Uuid::new_v4().as_u128() % limit.max(1) as u128;
    usize::try_from(random).unwrap()
}
