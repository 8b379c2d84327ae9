//! How long a plan of many tasks takes to begin, and then to be told of all their ends, on the embedded log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_proto::requests::{
    ConfirmRequest, GetPlanRequest, PlanTasksRequest, PlannedTask, ResolveRequest, SubmitRequest,
};
use khidma_runtime::Tasks;

use crate::Outcome;
use crate::stage::{Stage, key, laptop, make_known};
use crate::table::Table;

/// How often it is looked whether all is there.
const LOOK: Duration = Duration::from_millis(1);
/// Tasks that are ended at the same time.
const IN_FLIGHT: usize = 64;

/// Measures a plan of `tasks` tasks that need nothing, as a table.
pub(crate) async fn measure(tasks: usize) -> Outcome<String> {
    let folder = tempfile::tempdir()?;
    let log_tasks = Tasks::new();
    let log: Arc<dyn EventLog> =
        Arc::new(EmbeddedLog::open(&folder.path().join("log"), &log_tasks)?);
    let stage = Stage::start(log.clone(), folder.path()).await?;
    let (mut requests, mut plans) = (stage.client().await?, stage.plans().await?);
    // Amina's own department coordinates, so that she speaks for the requester of every task.
    make_known(&*log, "hr").await?;
    let asked = SubmitRequest {
        provider_id: "hr".into(),
        ..laptop(0)
    };
    let id = requests.submit(asked).await?.into_inner().id;
    let planned = PlanTasksRequest {
        request_id: key(),
        id: id.clone(),
        tasks: (0..tasks).map(task).collect(),
        waits: Vec::new(),
    };
    let began = Instant::now();
    let position = plans.plan_tasks(planned).await?.into_inner().position;
    let answered = began.elapsed();
    let last = position + tasks as u64;
    while log.head().await?.0 < last {
        tokio::time::sleep(LOOK).await;
    }
    let on_the_log = began.elapsed();
    let question = GetPlanRequest {
        id: id.clone(),
        min_position: last,
        ..GetPlanRequest::default()
    };
    let plan = plans.get_plan(question.clone()).await?.into_inner();
    let shown = began.elapsed();
    let began = Instant::now();
    let children = plan.tasks.into_iter().map(|task| task.child_id);
    stream::iter(children)
        .map(Ok)
        .try_for_each_concurrent(IN_FLIGHT, |id| {
            let requests = requests.clone();
            async move { end(requests, id).await }
        })
        .await?;
    let ended = began.elapsed();
    while plans
        .get_plan(question.clone())
        .await?
        .into_inner()
        .progress
        .is_none_or(|progress| (progress.done as usize) < tasks)
    {
        tokio::time::sleep(10 * LOOK).await;
    }
    let told = began.elapsed();
    stage.end().await;
    log_tasks.drain(Duration::from_secs(20)).await;
    let mut table = Table::new(["", "milliseconds"]);
    let mut row =
        |name: &str, took: Duration| table.row([name.into(), took.as_millis().to_string()]);
    row("the plan is answered", answered);
    row("all its tasks are requests on the log", on_the_log);
    row("and shown as such", shown);
    row("all are resolved and confirmed, 64 at a time", ended);
    row("and the plan knows", told);
    Ok(format!(
        "A plan of {tasks} tasks that need nothing\n\n{table}"
    ))
}

fn task(number: usize) -> PlannedTask {
    PlannedTask {
        key: format!("task-{number}"),
        title: format!("A laptop for the new colleague {number}"),
        provider_id: "it".into(),
        ..PlannedTask::default()
    }
}

async fn end(mut requests: crate::stage::Requests, id: String) -> Outcome {
    let resolve = ResolveRequest {
        request_id: key(),
        id: id.clone(),
        outcome: "It is on the desk".into(),
    };
    requests.resolve(resolve).await?;
    let confirm = ConfirmRequest {
        request_id: key(),
        id,
        comment: String::new(),
    };
    requests.confirm(confirm).await?;
    Ok(())
}
