//! A plan while a commit changes it: its rows, and what of it stands on the agenda.

use khidma_engine::at_once;
use khidma_events::requests::{TaskState, TasksBegun, TasksPlanned};
use khidma_kernel::{Position, ServiceRequestId, TaskKey};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use khidma_requests_domain::Request;
use uuid::Uuid;

use super::{CHORES, Child, PlanRow, TaskRow};
use crate::keys;
use crate::views::undecodable;

/// A plan while a commit changes it.
pub(super) struct Book<'a, 'b> {
    request: &'a str,
    position: Position,
    pub(super) plan: PlanRow,
    before: Option<PlanRow>,
    /// Which chores some task needs that did not need it before.
    more: [bool; 3],
    rows: &'a mut Rows<'b>,
}

impl<'a, 'b> Book<'a, 'b> {
    /// Opens the plan of `request`; `None` if it has none.
    pub(super) fn open(
        request: &'a str,
        position: Position,
        rows: &'a mut Rows<'b>,
    ) -> Result<Option<Self>, RowError> {
        let before: Option<PlanRow> = rows.get(&keys::plan(request))?;
        Ok(before.map(|plan| Self {
            request,
            position,
            before: Some(plan.clone()),
            plan,
            more: [false; 3],
            rows,
        }))
    }

    /// Opens the plan of `request`, which begins one if it has none.
    pub(super) fn begin(
        request: &'a str,
        task_of: Option<ServiceRequestId>,
        position: Position,
        rows: &'a mut Rows<'b>,
    ) -> Result<Self, RowError> {
        let before: Option<PlanRow> = rows.get(&keys::plan(request))?;
        let plan = match &before {
            Some(plan) => plan.clone(),
            // What a task's own tasks lead to belongs to the same wish.
            None => {
                let above = task_of.map(|above| keys::plan(&above.to_string()));
                let above: Option<PlanRow> = match above {
                    Some(key) => rows.get(&key)?,
                    None => None,
                };
                let own = || request.parse().unwrap_or_default();
                PlanRow::new(above.map_or_else(own, |above| above.correlation))
            }
        };
        Ok(Self {
            request,
            position,
            plan,
            before,
            more: [false; 3],
            rows,
        })
    }

    pub(super) fn plan(&mut self, event: &TasksPlanned, total: usize) -> Result<(), ApplyError> {
        let first = total.saturating_sub(event.tasks.len());
        for (place, task) in (first..).zip(&event.tasks) {
            let key = keys::task(self.request, &task.key);
            self.rows.put(&key, &TaskRow::new(task, place)?)?;
        }
        for waits in &event.waits {
            let key = keys::task(self.request, &waits.task);
            let Some(row) = self.rows.get::<TaskRow>(&key)? else {
                continue;
            };
            let mut task = row.task().map_err(|error| undecodable(&error))?;
            task.needs.extend(waits.needs.iter().cloned());
            let task = serde_json::to_string(&task).map_err(|error| undecodable(&error))?;
            self.rows.put(&key, &TaskRow { task, ..row })?;
        }
        Ok(())
    }

    pub(super) fn tasks_begun(&mut self, event: &TasksBegun, cause: Uuid) -> Result<(), RowError> {
        let changed = self.position;
        for begun in &event.tasks {
            self.change(&begun.task, |row| {
                row.state = TaskState::Begun;
                row.reason = None;
                row.attempts += 1;
                row.child = Some(Child {
                    id: begun.request,
                    cause,
                    state: None,
                    changed,
                    said: None,
                    released: false,
                });
            })?;
        }
        Ok(())
    }

    pub(super) fn move_to(
        &mut self,
        task: &TaskKey,
        state: TaskState,
        reason: Option<String>,
    ) -> Result<(), RowError> {
        self.change(task, |row| {
            row.state = state;
            row.reason = reason;
        })
    }

    pub(super) fn change(
        &mut self,
        task: &TaskKey,
        change: impl FnOnce(&mut TaskRow),
    ) -> Result<(), RowError> {
        let key = keys::task(self.request, task);
        let Some(mut row) = self.rows.get::<TaskRow>(&key)? else {
            return Ok(());
        };
        let before = (self.plan.chores(&row), row.clone());
        change(&mut row);
        if row != before.1 {
            self.count(before.0, self.plan.chores(&row));
            self.rows.put(&key, &row)?;
        }
        Ok(())
    }

    fn count(&mut self, before: [bool; 3], after: [bool; 3]) {
        for chore in 0..before.len() {
            let count = &mut self.plan.counts[chore];
            match (before[chore], after[chore]) {
                (false, true) => {
                    *count += 1;
                    self.more[chore] = true;
                }
                (true, false) => *count = count.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// The request ended early, or goes on after all as its merge was taken back: its tasks need other things than before.
    pub(super) fn end(&mut self, request: &Request) -> Result<(), RowError> {
        let before = self.plan.clone();
        self.plan.ended = request.state.ended_early();
        self.plan.fate = request.fate;
        for task in &request.tasks {
            let row: Option<TaskRow> = self.rows.get(&keys::task(self.request, &task.key))?;
            if let Some(row) = row {
                self.count(before.chores(&row), self.plan.chores(&row));
            }
        }
        Ok(())
    }

    /// Puts on the agenda what has to be done, and takes off what has been. What is more than before is put there anew:
    /// whoever is at it may not have seen that.
    pub(super) fn close(mut self) -> Result<(), RowError> {
        for (chore, kind) in CHORES.into_iter().enumerate() {
            let item = AgendaItem {
                kind: kind.to_owned(),
                entity: self.request.to_owned(),
            };
            let (needed, due) = (self.plan.counts[chore] > 0, &mut self.plan.due[chore]);
            if needed && !self.more[chore] {
                continue;
            }
            if let Some(due) = due.take() {
                self.rows.unschedule(at_once(due), &item);
            }
            if needed {
                self.rows.schedule(at_once(self.position), &item)?;
                *due = Some(self.position);
            }
        }
        if self.before.as_ref() != Some(&self.plan) {
            self.rows.put(&keys::plan(self.request), &self.plan)?;
        }
        Ok(())
    }
}
