//! kill -9 while a plan runs: every task is asked for once, and after the ends of all that it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use khidma_edge::client::Connection;
use khidma_proto::requests::plans_service_client::PlansServiceClient;
use khidma_proto::requests::{
    ConfirmRequest, GetPlanRequest, PlanTasksRequest, PlannedTask, ResolveRequest, State, Task,
    TaskState,
};
use khidma_requests::RequestViews;
use uuid::Uuid;

use crate::clients::{key, wish};
use crate::kills::equal_to_a_rebuild;
use crate::ledger::Ledger;
use crate::load::random;
use crate::site::{AMINA, DANIEL, SANA, Site};

type Plans = PlansServiceClient<Connection>;

const TASKS: u64 = 200;
const KILLS: usize = 25;
/// The longest life of a process, counted from its first answer, in milliseconds.
const LIFE: u64 = 700;
/// How long the last process may take for what is left.
const LAST: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_goes_on_across_kills_and_asks_for_each_task_once() {
    let (site, began) = (Site::new(), Instant::now());
    site.seed_embedded().await;
    let needs = some_needs();
    let mut process = site.up("embedded");
    let address = process.address().await;
    let id = begin(&site, &address, &needs).await;
    let mut done = Vec::new();
    for _ in 0..KILLS {
        let address = process.address().await;
        let life = Duration::from_millis(random(LIFE));
        tokio::select! {
            () = process.lives_for(life) => {}
            () = drive(&site, &address, &id) => {}
        }
        process.kill().await;
        process = site.up("embedded");
        done.push(finished(&site, &process.address().await, &id).await);
    }
    let address = process.address().await;
    let rest = tokio::time::timeout(LAST, drive(&site, &address, &id)).await;
    assert!(rest.is_ok(), "the plan is stuck");
    let ledger = Ledger::read(&site, &address).await;
    each_was_asked_for_once_and_in_order(&ledger, &needs);
    process.stop().await;
    let rows = equal_to_a_rebuild(&site, Arc::new(RequestViews)).await;
    let took = began.elapsed();
    println!("{KILLS} kills in {took:.0?}, tasks done at each: {done:?}; {rows} rows");
    assert!(done[0] < TASKS as usize, "no kill came while the plan ran");
}

/// Every task needs up to three of those before it.
fn some_needs() -> BTreeMap<String, BTreeSet<String>> {
    let needs = |n: u64| {
        let some = (0..random(4).min(n)).map(|_| format!("t{}", random(n)));
        some.collect()
    };
    (0..TASKS).map(|n| (format!("t{n}"), needs(n))).collect()
}

/// Amina asks IT, who plan tasks for HR.
async fn begin(site: &Site, address: &str, needs: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut amina = site.requests(address, AMINA).await;
    let asked = amina.submit(wish("A new branch")).await.unwrap();
    let id = asked.into_inner().id;
    let tasks = needs.iter().map(|(key, needs)| PlannedTask {
        key: key.clone(),
        title: format!("Do {key}"),
        provider_id: "hr".into(),
        needs: needs.iter().cloned().collect(),
        ..PlannedTask::default()
    });
    let planned = PlanTasksRequest {
        request_id: key(),
        id: id.clone(),
        tasks: tasks.collect(),
        waits: Vec::new(),
    };
    let mut plans = Plans::new(site.connect(address, DANIEL).await);
    plans.plan_tasks(planned).await.unwrap();
    id
}

async fn tasks(plans: &mut Plans, id: &str) -> Option<Vec<Task>> {
    let question = GetPlanRequest {
        id: id.to_owned(),
        ..GetPlanRequest::default()
    };
    // A process that has just started may not be ready yet.
    let answer = plans.get_plan(question).await.ok()?;
    Some(answer.into_inner().tasks)
}

async fn finished(site: &Site, address: &str, id: &str) -> usize {
    let mut plans = Plans::new(site.connect(address, DANIEL).await);
    loop {
        if let Some(tasks) = tasks(&mut plans, id).await {
            let done = |task: &&Task| task.state() == TaskState::Done;
            return tasks.iter().filter(done).count();
        }
    }
}

/// HR does what it is asked for, IT confirms it, in any order, until all is done. What was done before a kill is asked for
/// under the same key again.
async fn drive(site: &Site, address: &str, id: &str) {
    let mut plans = Plans::new(site.connect(address, DANIEL).await);
    let (hr, it) = (
        site.requests(address, AMINA).await,
        site.requests(address, SANA).await,
    );
    loop {
        let Some(tasks) = tasks(&mut plans, id).await else {
            continue;
        };
        if tasks.iter().all(|task| task.state() == TaskState::Done) {
            return;
        }
        let mut asked: Vec<_> = tasks
            .into_iter()
            .filter(|task| task.state() == TaskState::Begun)
            .filter(|task| matches!(task.child_state(), State::Submitted | State::Resolved))
            .collect();
        asked.sort_by_cached_key(|_| random(u64::MAX));
        stream::iter(asked)
            .for_each_concurrent(4, |task| {
                let (mut hr, mut it, id) = (hr.clone(), it.clone(), task.child_id);
                async move {
                    let outcome = "Done".to_owned();
                    let request_id = one_key(&id, 1);
                    // What fails is seen in the plan, and tried again.
                    let _ = hr
                        .resolve(ResolveRequest {
                            request_id,
                            id: id.clone(),
                            outcome,
                        })
                        .await;
                    let (request_id, comment) = (one_key(&id, 2), String::new());
                    let _ = it
                        .confirm(ConfirmRequest {
                            request_id,
                            id,
                            comment,
                        })
                        .await;
                }
            })
            .await;
    }
}

/// The key of one command about a request: the same whenever it is sent.
fn one_key(id: &str, command: u8) -> String {
    let id: Uuid = id.parse().unwrap();
    khidma_kernel::derived_id(&[id.as_bytes(), &[command]]).to_string()
}

fn each_was_asked_for_once_and_in_order(
    ledger: &Ledger,
    needs: &BTreeMap<String, BTreeSet<String>>,
) {
    let (mut submitted, mut ended) = (BTreeMap::new(), BTreeSet::new());
    for entry in ledger.entries.values() {
        for (name, data) in &entry.events {
            match (name.as_str(), data["task_of"]["task"].as_str()) {
                ("khidma.requests.submitted.v1", Some(task)) => {
                    let open: Vec<_> = needs[task].difference(&ended).collect();
                    assert!(open.is_empty(), "{task} came before {open:?}");
                    let before = submitted.insert(entry.entity.clone(), task.to_owned());
                    assert_eq!(before, None, "{task} was submitted twice");
                }
                ("khidma.requests.confirmed.v1", _) => {
                    ended.extend(submitted.get(&entry.entity).cloned());
                }
                _ => {}
            }
        }
    }
    let tasks: BTreeSet<_> = submitted.values().collect();
    assert_eq!(submitted.len(), needs.len(), "one request for each task");
    assert_eq!(tasks.len(), needs.len());
}
