//! Plans: which tasks may begin.

use khidma_events::requests::{TaskBegun, TaskState};
use khidma_kernel::{ServiceRequestId, derived_id};

use crate::state::Request;

/// The tasks that wait for nothing any more, in the order of the plan, each with the request it becomes.
pub(super) fn ready(request: &Request, id: ServiceRequestId) -> Vec<TaskBegun> {
    let settled = |place: &u32| {
        let needed = request.tasks.get(*place as usize);
        needed.is_some_and(|task| matches!(task.state, TaskState::Done | TaskState::Dropped))
    };
    let ready = request
        .tasks
        .iter()
        .filter(|task| task.state == TaskState::Planned && task.needs.iter().all(settled));
    ready
        .map(|task| TaskBegun {
            task: task.key.clone(),
            request: ServiceRequestId(derived_id(&[
                b"task",
                id.0.as_bytes(),
                task.key.as_str().as_bytes(),
                &task.attempts.to_be_bytes(),
            ])),
        })
        .collect()
}
