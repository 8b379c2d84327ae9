//! What happens to a plan means for its request.

use std::collections::{BTreeSet, HashMap};

use khidma_events::requests::{
    TaskDropped, TaskProgressed, TaskRefused, TaskState, TasksBegun, TasksPlanned,
};
use khidma_kernel::TaskKey;

use crate::state::{Request, Task};

pub(super) fn planned(request: &mut Request, event: &TasksPlanned) {
    let places: HashMap<TaskKey, u32> = request
        .tasks
        .iter()
        .map(|task| &task.key)
        .chain(event.tasks.iter().map(|task| &task.key))
        .cloned()
        .zip(0..)
        .collect();
    let places_of = |needs: &BTreeSet<TaskKey>| -> BTreeSet<u32> {
        needs
            .iter()
            .filter_map(|key| places.get(key))
            .copied()
            .collect()
    };
    let tasks = event.tasks.iter().map(|task| Task {
        key: task.key.clone(),
        needs: places_of(&task.needs),
        state: TaskState::Planned,
        request: None,
        attempts: 0,
    });
    request.tasks.extend(tasks);
    for waits in &event.waits {
        let more = places_of(&waits.needs);
        let place = places.get(&waits.task).map(|place| *place as usize);
        if let Some(task) = place.and_then(|place| request.tasks.get_mut(place)) {
            task.needs.extend(more);
        }
    }
}

pub(super) fn begun(request: &mut Request, event: &TasksBegun) {
    // A plan of many tasks may begin many at once: one pass over it, not one for each.
    let begun: HashMap<_, _> = event
        .tasks
        .iter()
        .map(|begun| (&begun.task, begun.request))
        .collect();
    for task in &mut request.tasks {
        if let Some(child) = begun.get(&task.key) {
            task.state = TaskState::Begun;
            task.request = Some(*child);
            task.attempts += 1;
        }
    }
}

pub(super) fn progressed(request: &mut Request, event: &TaskProgressed) {
    set(request, &event.task, event.state);
}

pub(super) fn refused(request: &mut Request, event: &TaskRefused) {
    set(request, &event.task, TaskState::Refused);
}

pub(super) fn dropped(request: &mut Request, event: &TaskDropped) {
    set(request, &event.task, TaskState::Dropped);
}

fn set(request: &mut Request, key: &TaskKey, state: TaskState) {
    if let Some(task) = request.tasks.iter_mut().find(|task| task.key == *key) {
        task.state = state;
    }
}
