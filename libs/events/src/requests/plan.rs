//! Plans: work that crosses departments, as a graph of tasks. A task that has begun is a request of its own.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, OfferingId, ServiceRequestId, TaskKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Priority;

/// A task of a plan, before it has begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedTask {
    /// Its key within the plan.
    pub key: TaskKey,
    /// What is wanted, in one line.
    pub title: String,
    /// What is wanted, in full; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The department that is asked.
    pub provider: DepartmentId,
    /// The offering it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offering: Option<OfferingId>,
    /// Answers to that offering's form.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, Value>")]
    pub answers: Map<String, Value>,
    /// How urgent it is.
    #[serde(default)]
    pub priority: Priority,
    /// The tasks that have to be done before it begins.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needs: BTreeSet<TaskKey>,
}

/// Where a task of a plan is in its life.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Waits for others, or for the plan to begin.
    #[default]
    Planned,
    /// Is a request under way.
    Begun,
    /// Confirmed, or closed by itself.
    Done,
    /// Its provider would not do it, or its approvers would not have it; the coordinator decides what follows.
    Declined,
    /// It could not be asked for; the coordinator decides what follows.
    Refused,
    /// It is no longer wanted: nobody waits for it.
    Dropped,
}

/// What becomes of the tasks under way when the request they belong to ends early.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TasksFate {
    /// They are cancelled too.
    Cancel,
    /// They go on as requests of the coordinating department.
    Release,
}

/// Of which request a request is a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskOf {
    /// The request with the plan.
    pub request: ServiceRequestId,
    /// Its task there.
    pub task: TaskKey,
    /// How many requests stand above it; at least 1.
    pub depth: u8,
}

/// Tasks were added to a request's plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TasksPlanned {
    /// The new tasks, in the order given.
    pub tasks: Vec<PlannedTask>,
    /// Tasks that were there before and from now on wait for new ones as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<TaskWaits>,
}

/// A task waits for more than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskWaits {
    /// The task that waits.
    pub task: TaskKey,
    /// What it waits for besides.
    pub needs: BTreeSet<TaskKey>,
}

/// What these tasks needed is done: they are asked for now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TasksBegun {
    /// The tasks.
    pub tasks: Vec<TaskBegun>,
}

/// A task that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskBegun {
    /// The task.
    pub task: TaskKey,
    /// The request it becomes.
    pub request: ServiceRequestId,
}

/// A task under way was done, or is not done after all, or its provider would not do it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskProgressed {
    /// The task.
    pub task: TaskKey,
    /// Where it is now.
    pub state: TaskState,
    /// Why, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A task could not be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskRefused {
    /// The task.
    pub task: TaskKey,
    /// The refusal's stable code.
    pub code: String,
    /// The refusal in words.
    pub reason: String,
}

/// A task is no longer wanted; what waited for it waits no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskDropped {
    /// The task.
    pub task: TaskKey,
    /// Why.
    pub reason: String,
}

/// The request it was a task of has ended; it goes on by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReleasedFromPlan {}
