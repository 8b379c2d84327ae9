//! `khidma plan`.

use std::path::Path;

use khidma_proto::requests::{
    DropTaskRequest, GetPlanRequest, PlanTasksRequest, PlannedTask, RetryTaskRequest,
};
use serde::Deserialize;

use crate::cli::{AddTasksArgs, PlanCommand};
use crate::client::Api;
use crate::commands::done::change;
use crate::commands::pages::paged;
use crate::failure::Failure;
use crate::output::{Output, progress_line, tasks_table};

pub(super) async fn run(
    api: &Api,
    command: PlanCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        PlanCommand::Show { id } => show(api, id, output).await,
        PlanCommand::Add(args) => add(api, args, output).await,
        PlanCommand::Drop { id, task, reason } => {
            change!(api, plans.drop_task(DropTaskRequest { id, task, reason }) => "dropped from")?
                .print(output)
        }
        PlanCommand::Retry { id, task } => {
            change!(api, plans.retry_task(RetryTaskRequest { id, task }) => "asked again for")?
                .print(output)
        }
    }
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let question = GetPlanRequest {
        id,
        page_size: 0,
        page_token: String::new(),
        min_position: 0,
    };
    let answer = paged!(api, plans.get_plan, question, true, tasks).await?;
    output.answer(&answer, |output| {
        output.table(tasks_table(&answer.tasks))?;
        match &answer.progress {
            Some(progress) => output.line(format_args!("\n{}", progress_line(output, progress))),
            None => output.line("The request has no plan."),
        }
    })
}

async fn add(api: &Api, args: AddTasksArgs, output: &mut Output) -> Result<(), Failure> {
    let mut tasks: Vec<PlannedTask> = args
        .tasks
        .into_iter()
        .map(|task| PlannedTask {
            key: task.key,
            title: task.title,
            provider_id: task.department,
            needs: args.needs.clone(),
            ..PlannedTask::default()
        })
        .collect();
    if let Some(file) = &args.file {
        tasks.extend(tasks_of(file).await?);
    }
    let (id, waits) = (args.id, Vec::new());
    change!(api, plans.plan_tasks(PlanTasksRequest { id, tasks, waits }) => "planned for")?
        .print(output)
}

/// A file of tasks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TasksFile {
    task: Vec<TaskInFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskInFile {
    key: String,
    department: String,
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    offering: String,
    #[serde(default)]
    needs: Vec<String>,
}

async fn tasks_of(file: &Path) -> Result<Vec<PlannedTask>, Failure> {
    let unreadable = |why: String| Failure::Usage(format!("{}: {why}", file.display()));
    let text = tokio::fs::read_to_string(file).await;
    let text = text.map_err(|error| unreadable(error.to_string()))?;
    let tasks: TasksFile = toml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let tasks = tasks.task.into_iter().map(|task| PlannedTask {
        key: task.key,
        title: task.title,
        description: task.description,
        provider_id: task.department,
        offering: task.offering,
        needs: task.needs,
        ..PlannedTask::default()
    });
    Ok(tasks.collect())
}
