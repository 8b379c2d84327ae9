//! What somebody may want of a request's plan.

use std::collections::BTreeSet;

use khidma_events::requests::{PlannedTask, TaskOf, TaskState, TaskWaits};
use khidma_kernel::{DepartmentId, ServiceRequestId, TaskKey};

/// Tasks to be added to a request's plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanTasks {
    /// The request: the ids of its tasks' requests follow from it.
    pub id: ServiceRequestId,
    /// The new tasks.
    pub tasks: Vec<PlannedTask>,
    /// What tasks that have not begun shall wait for besides.
    pub waits: Vec<TaskWaits>,
    /// Fact: which of the departments that the tasks name do not exist or are closed.
    pub closed: BTreeSet<DepartmentId>,
}

/// News of the requests that tasks of a plan have become.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteTasks {
    /// The request with the plan.
    pub id: ServiceRequestId,
    /// The news. What is not about a task's present request, or nothing new, is passed over.
    pub notes: Vec<TaskNote>,
}

/// What became of the request that a task had become.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskNote {
    /// The task.
    pub task: TaskKey,
    /// Its request.
    pub child: ServiceRequestId,
    /// What is new.
    pub news: TaskNews,
}

/// What is new of a task.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskNews {
    /// Its request says that it is begun (again), done or declined.
    Progressed {
        /// Where it is now.
        state: TaskState,
        /// Why, where somebody said so.
        reason: Option<String>,
    },
    /// It could not be asked for.
    Refused {
        /// The refusal's stable code.
        code: String,
        /// The refusal in words.
        reason: String,
    },
}

/// On whose behalf a task of a plan is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ForPlan {
    /// Of which request it is which task.
    pub of: TaskOf,
    /// The department that coordinates the plan: any of its members speaks for the requester.
    pub coordinator: DepartmentId,
}
