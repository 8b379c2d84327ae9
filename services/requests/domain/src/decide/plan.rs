//! Which tasks of a plan may begin.

use khidma_events::requests::{TaskBegun, TaskState};
use khidma_kernel::{ServiceRequestId, derived_id};

use crate::state::{Request, Task};

/// The tasks that wait for nothing any more, and the request that each becomes.
pub(super) fn ready(request: &Request, id: ServiceRequestId) -> Vec<TaskBegun> {
    let settled = |place: &u32| {
        let need = request.tasks.get(*place as usize);
        need.is_some_and(|need| matches!(need.state, TaskState::Done | TaskState::Dropped))
    };
    let waits_for_nothing =
        |task: &&Task| task.state == TaskState::Planned && task.needs.iter().all(settled);
    request
        .tasks
        .iter()
        .filter(waits_for_nothing)
        .map(|task| TaskBegun {
            task: task.key.clone(),
            request: child(id, task),
        })
        .collect()
}

/// The request that a task becomes: it follows from the plan, the task and how often it was asked for before.
fn child(id: ServiceRequestId, task: &Task) -> ServiceRequestId {
    ServiceRequestId(derived_id(&[
        b"task",
        id.0.as_bytes(),
        task.key.as_str().as_bytes(),
        &task.attempts.to_be_bytes(),
    ]))
}
