//! Between the domain's words for plans and the protocol's.

use std::collections::BTreeSet;

use khidma_edge::command::id;
use khidma_edge::status;
use khidma_events::requests::{PlannedTask, TaskOf, TaskState, TaskWaits, TasksFate};
use khidma_kernel::TaskKey;
use khidma_proto::requests as pb;
use khidma_requests_domain::Request;
use prost_types::value::Kind;
use serde_json::{Map, Number, Value};
use tonic::Status;
use uuid::Uuid;

use crate::grpc::convert::{known, priority_in, priority_out, state_out};
use crate::grpc::optional_id;
use crate::views::TaskRow;

/// How deep answers may be nested.
const DEEPEST: usize = 32;
/// The largest whole number that a `Struct` holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(in crate::grpc) fn fate_in(fate: i32) -> Result<Option<TasksFate>, Status> {
    Ok(match known(pb::TasksFate::try_from(fate), "tasks")? {
        pb::TasksFate::Unspecified => None,
        pb::TasksFate::Cancel => Some(TasksFate::Cancel),
        pb::TasksFate::Release => Some(TasksFate::Release),
    })
}

pub(super) fn planned_in(task: &pb::PlannedTask) -> Result<PlannedTask, Status> {
    let answers = task.answers.clone().unwrap_or_default();
    Ok(PlannedTask {
        key: id("tasks.key", &task.key)?,
        title: task.title.clone(),
        description: task.description.clone(),
        provider: id("tasks.provider_id", &task.provider_id)?,
        offering: optional_id("tasks.offering", &task.offering)?,
        answers: map_in(answers, DEEPEST)?,
        priority: priority_in(task.priority)?,
        needs: needs_in(&task.needs)?,
    })
}

pub(super) fn waits_in(waits: &pb::TaskWaits) -> Result<TaskWaits, Status> {
    Ok(TaskWaits {
        task: id("waits.task", &waits.task)?,
        needs: needs_in(&waits.needs)?,
    })
}

fn needs_in(needs: &[String]) -> Result<BTreeSet<TaskKey>, Status> {
    needs.iter().map(|need| id("needs", need)).collect()
}

pub(super) fn task_out(row: TaskRow) -> Result<pb::Task, Status> {
    let task = row
        .task()
        .map_err(|error| status::internal(Uuid::new_v4(), error))?;
    let child_state = row.child.as_ref().and_then(|child| child.state);
    Ok(pb::Task {
        task: Some(planned_out(task)),
        state: task_state_out(row.state).into(),
        child_id: row
            .child
            .map(|child| child.id.to_string())
            .unwrap_or_default(),
        child_state: child_state.map_or(pb::State::Unspecified, state_out).into(),
        reason: row.reason.unwrap_or_default(),
        attempts: row.attempts,
    })
}

fn planned_out(task: PlannedTask) -> pb::PlannedTask {
    let answers = (!task.answers.is_empty()).then(|| map_out(task.answers));
    pb::PlannedTask {
        key: task.key.into(),
        title: task.title,
        description: task.description,
        provider_id: task.provider.into(),
        offering: task.offering.map(String::from).unwrap_or_default(),
        answers,
        priority: priority_out(task.priority).into(),
        needs: task.needs.into_iter().map(String::from).collect(),
    }
}

fn task_state_out(state: TaskState) -> pb::TaskState {
    match state {
        TaskState::Planned => pb::TaskState::Planned,
        TaskState::Begun => pb::TaskState::Begun,
        TaskState::Done => pb::TaskState::Done,
        TaskState::Declined => pb::TaskState::Declined,
        TaskState::Refused => pb::TaskState::Refused,
        TaskState::Dropped => pb::TaskState::Dropped,
    }
}

pub(in crate::grpc) fn task_of_out(task_of: TaskOf) -> pb::TaskOf {
    pb::TaskOf {
        request_id: task_of.request.to_string(),
        task: task_of.task.into(),
        depth: task_of.depth.into(),
    }
}

/// How far the request's plan is; `None` if it has none.
pub(in crate::grpc) fn progress_out(request: &Request) -> Option<pb::PlanProgress> {
    if request.tasks.is_empty() {
        return None;
    }
    let mut progress = pb::PlanProgress::default();
    for task in &request.tasks {
        let count = match task.state {
            TaskState::Planned => &mut progress.planned,
            TaskState::Begun => &mut progress.begun,
            TaskState::Done => &mut progress.done,
            TaskState::Declined => &mut progress.declined,
            TaskState::Refused => &mut progress.refused,
            TaskState::Dropped => &mut progress.dropped,
        };
        *count += 1;
    }
    Some(progress)
}

fn map_in(fields: prost_types::Struct, deepest: usize) -> Result<Map<String, Value>, Status> {
    let fields = fields.fields.into_iter();
    let fields = fields.map(|(name, value)| Ok((name, value_in(value, deepest)?)));
    fields.collect()
}

fn value_in(value: prost_types::Value, deepest: usize) -> Result<Value, Status> {
    let invalid = |message: &str| status::invalid_field("answers", "INVALID_VALUE", message);
    let deeper = deepest
        .checked_sub(1)
        .ok_or_else(|| invalid("answers are nested too deeply"))?;
    Ok(match value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(value)) => Value::Bool(value),
        Some(Kind::StringValue(value)) => Value::String(value),
        // The protocol knows no whole numbers; forms do.
        Some(Kind::NumberValue(value)) if value.fract() == 0.0 && value.abs() <= EXACT => {
            Value::Number((value as i64).into())
        }
        Some(Kind::NumberValue(value)) => Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| invalid("a number is not finite"))?,
        Some(Kind::ListValue(list)) => {
            let values = list.values.into_iter().map(|value| value_in(value, deeper));
            Value::Array(values.collect::<Result<_, _>>()?)
        }
        Some(Kind::StructValue(fields)) => Value::Object(map_in(fields, deeper)?),
    })
}

fn map_out(fields: Map<String, Value>) -> prost_types::Struct {
    let fields = fields.into_iter();
    prost_types::Struct {
        fields: fields
            .map(|(name, value)| (name, value_out(value)))
            .collect(),
    }
}

fn value_out(value: Value) -> prost_types::Value {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(value),
        Value::Number(value) => Kind::NumberValue(value.as_f64().unwrap_or_default()),
        Value::String(value) => Kind::StringValue(value),
        Value::Array(values) => Kind::ListValue(prost_types::ListValue {
            values: values.into_iter().map(value_out).collect(),
        }),
        Value::Object(fields) => Kind::StructValue(map_out(fields)),
    };
    prost_types::Value { kind: Some(kind) }
}
