//! What a plan does by itself: it asks for tasks that have begun, takes over what their requests say, and ends the
//! requests of tasks that are no longer wanted.
//!
//! All is read from the plan's rows and done under keys that follow from them: however often and in however many
//! processes it fires, each is done once.

use std::sync::Arc;

use futures::{StreamExt, stream};
use khidma_engine::{Ask, CommandError, Engine, EntityRow, entity_key};
use khidma_events::requests::{Channel, TaskOf, TasksFate};
use khidma_kernel::{DepartmentId, Refusal, ServiceRequestId, derived_id};
use khidma_projection::{AgendaError, AgendaItem, Projection, Reader, RowError};
use khidma_requests_domain::{
    Body, ForPlan, NoteTasks, Request, RequestDecider, RequestRefusal, Submit, TaskNews, TaskNote,
};

use crate::facts::SubmitFacts;
use crate::keys;
use crate::views::{BEGIN_TASKS, Child, Chore, END_TASKS, PlanRow, TELL_PARENT, TaskRow};

/// Requests submitted or ended at the same time, at most.
const AT_ONCE: usize = 64;
/// News in one commit, at most.
const NEWS: usize = 256;
/// Characters of a reason that a plan takes over.
const REASON: usize = 500;
/// What a task's request is told when its plan has ended.
const ENDED: &str = "The request it was a task of has ended.";

type Failure = CommandError<RequestRefusal>;

/// What the plans' chores are done with.
pub(crate) struct Plans {
    pub(crate) engine: Arc<Engine<RequestDecider>>,
    pub(crate) projection: Projection,
    pub(crate) submissions: SubmitFacts,
}

/// A plan, and its tasks that need something.
struct Due {
    id: ServiceRequestId,
    plan: PlanRow,
    tasks: Vec<TaskRow>,
}

impl Plans {
    /// Does what `item` says for all the tasks that need it.
    pub(crate) async fn fire(&self, item: &AgendaItem) -> Result<(), AgendaError> {
        let reader = self.projection.reader();
        let chore = match item.kind.as_str() {
            BEGIN_TASKS => Chore::Begin,
            TELL_PARENT => Chore::Tell,
            END_TASKS => Chore::End,
            _ => return Err(AgendaError::new("a plan knows no such chore")),
        };
        let Some(due) = Due::read(&reader, &item.entity, chore).map_err(failed)? else {
            return Ok(());
        };
        match chore {
            Chore::Begin => self.begin(&reader, due).await,
            Chore::Tell => {
                let notes = due.tasks.iter().filter_map(news).collect();
                self.note(&due, notes).await
            }
            Chore::End => self.end(due).await,
        }
    }

    async fn begin(&self, reader: &Reader, due: Due) -> Result<(), AgendaError> {
        let key = entity_key(&due.id.to_string());
        let row: Option<EntityRow<Option<Request>>> = reader.get_head(&key).map_err(failed)?;
        let Some(parent) = row.and_then(|row| row.state) else {
            return Ok(());
        };
        let depth = parent.task_of.map_or(0, |task_of| task_of.depth) + 1;
        let (due, coordinator) = (&due, &parent.provider);
        let asked: Vec<_> = due
            .tasks
            .iter()
            .map(|row| async move {
                let outcome = self.submit(due, row, coordinator, depth).await;
                (row, outcome)
            })
            .collect();
        let asked = stream::iter(asked).buffer_unordered(AT_ONCE);
        let asked: Vec<_> = asked.collect().await;
        let mut refused = Vec::new();
        let mut failure = None;
        for (row, outcome) in asked {
            match outcome {
                // It may be that another process has asked for it meanwhile.
                Ok(()) | Err(CommandError::Refused(RequestRefusal::AlreadySubmitted)) => {}
                Err(CommandError::Refused(refusal)) => {
                    refused.extend(refusal_of(row, refusal.code(), refusal.to_string()));
                }
                Err(error @ CommandError::TooLarge { .. }) => {
                    refused.extend(refusal_of(row, "TOO_LARGE", error.to_string()));
                }
                Err(error) => failure = Some(failed(error)),
            }
        }
        self.note(due, refused).await?;
        failure.map_or(Ok(()), Err)
    }

    /// Asks for one task, by the same decision as when a person asks.
    async fn submit(
        &self,
        due: &Due,
        row: &TaskRow,
        coordinator: &DepartmentId,
        depth: u8,
    ) -> Result<(), Failure> {
        let Some(child) = &row.child else {
            return Ok(());
        };
        let task = row
            .task()
            .map_err(|error| CommandError::Internal(error.to_string()))?;
        let of = TaskOf {
            request: due.id,
            task: task.key.clone(),
            depth,
        };
        let submit = Submit {
            id: child.id,
            provider: Some(task.provider),
            provider_known: false,
            on_behalf_of: None,
            requester_has_manager: false,
            task: Some(ForPlan {
                of,
                coordinator: coordinator.clone(),
            }),
            title: task.title,
            description: task.description,
            offering: None,
            answers: task.answers,
            form_problems: Vec::new(),
            priority: task.priority,
            tags: Vec::new(),
            channel: Channel::Api,
        };
        let ask = Ask {
            begins: true,
            causation: Some(child.cause),
            ..due.ask(child, "submit-task")
        };
        let body = |reader: &Reader| {
            let submit = submit.clone();
            let completed = self
                .submissions
                .complete(reader, submit, task.offering.as_ref(), None);
            completed.map(Body::Submit)
        };
        self.engine.execute(ask, body).await.map(|_| ())
    }

    /// Tells the plan, in as few commits as are fit.
    async fn note(&self, due: &Due, notes: Vec<TaskNote>) -> Result<(), AgendaError> {
        for notes in notes.chunks(NEWS) {
            let told: Vec<u8> = notes
                .iter()
                .flat_map(|note| {
                    let row = due.tasks.iter().filter_map(|row| row.child.as_ref());
                    let changed = row
                        .filter(|child| child.id == note.child)
                        .map(|child| child.changed.0.to_be_bytes());
                    note.child
                        .0
                        .into_bytes()
                        .into_iter()
                        .chain(changed.flatten())
                })
                .collect();
            let key = derived_id(&[b"note-tasks", due.id.0.as_bytes(), &told]);
            let ask = Ask {
                correlation: Some(due.plan.correlation),
                ..Ask::by_itself("requests", due.id.to_string(), key)
            };
            let (id, notes) = (due.id, notes.to_vec());
            let body = Body::NoteTasks(NoteTasks { id, notes });
            let noted = self.engine.execute(ask, |_| Ok(body.clone())).await;
            noted.map_err(failed)?;
        }
        Ok(())
    }

    async fn end(&self, due: Due) -> Result<(), AgendaError> {
        let due = &due;
        let ended: Vec<_> = due.tasks.iter().map(|row| self.end_one(due, row)).collect();
        let ended = stream::iter(ended).buffer_unordered(AT_ONCE);
        let ended: Vec<_> = ended.collect().await;
        ended.into_iter().collect::<Result<(), _>>().map_err(failed)
    }

    async fn end_one(&self, due: &Due, row: &TaskRow) -> Result<(), Failure> {
        let (Some(child), Some(fate)) = (&row.child, due.plan.ending(row)) else {
            return Ok(());
        };
        let (name, body) = match fate {
            TasksFate::Release => ("release-task", Body::ReleaseFromPlan),
            TasksFate::Cancel => {
                let reason = row.reason.clone().unwrap_or_else(|| ENDED.to_owned());
                ("cancel-task", Body::CancelTask { reason })
            }
        };
        let ask = due.ask(child, name);
        self.engine
            .execute(ask, |_| Ok(body.clone()))
            .await
            .map(|_| ())
    }
}

impl Due {
    /// The plan of `request` with those of its tasks that need `chore`; `None` if none does any more.
    fn read(reader: &Reader, request: &str, chore: Chore) -> Result<Option<Self>, RowError> {
        let plan: Option<PlanRow> = reader.get(&keys::plan(request))?;
        let (Some(plan), Ok(id)) = (plan, request.parse()) else {
            return Ok(None);
        };
        let mut tasks = Vec::new();
        for found in reader.prefix(&keys::tasks(request)) {
            let row: TaskRow = found?.1.decode()?;
            if plan.needs(chore, &row) {
                tasks.push(row);
            }
        }
        Ok((!tasks.is_empty()).then_some(Self { id, plan, tasks }))
    }

    /// What the plan asks of a task's request, once.
    fn ask(&self, child: &Child, what: &str) -> Ask {
        let key = derived_id(&[what.as_bytes(), child.id.0.as_bytes()]);
        Ask {
            correlation: Some(self.plan.correlation),
            ..Ask::by_itself("requests", child.id.to_string(), key)
        }
    }
}

/// What a task's request says that the plan does not know yet.
fn news(row: &TaskRow) -> Option<TaskNote> {
    let (child, state) = (row.child.as_ref()?, row.news()?);
    let reason = child.said.as_deref().map(short);
    Some(TaskNote {
        task: row.task().ok()?.key,
        child: child.id,
        news: TaskNews::Progressed { state, reason },
    })
}

fn refusal_of(row: &TaskRow, code: &str, reason: String) -> Option<TaskNote> {
    Some(TaskNote {
        task: row.task().ok()?.key,
        child: row.child.as_ref()?.id,
        news: TaskNews::Refused {
            code: code.to_owned(),
            reason,
        },
    })
}

/// The beginning of a long reason: the whole of it stands in the request.
fn short(reason: &str) -> String {
    match reason.char_indices().nth(REASON) {
        Some((end, _)) => format!("{}…", &reason[..end]),
        None => reason.to_owned(),
    }
}

fn failed(error: impl ToString) -> AgendaError {
    AgendaError::new(error.to_string())
}
