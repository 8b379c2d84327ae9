//! What would have been: drafts tried out on history. Reads only; what is found is handed on at once and not kept.

mod convert;
mod draft;
mod look;
mod sums;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::Stream;
use khidma_edge::command::id;
use khidma_edge::instant::time_out;
use khidma_edge::query::{self, reader_at};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_kernel::{Caller, DepartmentId, Role, ServiceRequestId, Timestamp};
use khidma_projection::{Projection, Reader, fold_rows};
use khidma_proto::sla as pb;
use khidma_proto::sla::simulate_response::Message;
use khidma_proto::sla::what_if_service_server::WhatIfService;
use khidma_runtime::{Clock, Tasks};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Response, Status};

use crate::keys;
use crate::shelf::Shelf;
use crate::views::{ClocksRow, Department};
use draft::Drafts;
use look::{Ended, Looking};
use sums::Sums;

/// How many simulations run at once: each takes every core.
const AT_ONCE: usize = 2;
/// How often it is told how far it has come.
const PROGRESS: Duration = Duration::from_millis(250);
/// Messages that wait for a slow caller; then the replay waits, too.
const WAITING: usize = 256;
/// After how long to try again when too many simulations run.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What the calls stand on.
pub(crate) struct WhatIfGrpc {
    projection: Projection,
    shelf: Shelf,
    clock: Clock,
    tasks: Tasks,
    room: Arc<Semaphore>,
}

type Answers = mpsc::Sender<Result<pb::SimulateResponse, Status>>;

/// A simulation that is ready to run.
struct Simulation {
    looking: Arc<Looking>,
    reader: Reader,
    tasks: Tasks,
    warnings: Vec<pb::PolicyWarning>,
    only: Option<ServiceRequestId>,
    _room: OwnedSemaphorePermit,
}

impl WhatIfGrpc {
    pub(crate) fn new(projection: Projection, shelf: Shelf, clock: Clock, tasks: Tasks) -> Self {
        Self {
            projection,
            shelf,
            clock,
            tasks,
            room: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    async fn prepare(
        &self,
        request: Request<pb::SimulateRequest>,
    ) -> Result<(Simulation, Answers, AnswerStream), Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let department = allowed(&caller, &message.department_id)?;
        let only = match message.service_request_id.as_str() {
            "" => None,
            text => Some(id::<ServiceRequestId>("service_request_id", text)?),
        };
        let left = AtomicU64::new(message.limit.unwrap_or(u64::MAX));
        let mut period = convert::period_in(message.from, message.to)?;
        if !message.service_request_id.is_empty() {
            // Who asks for one request knows which, and need not know when it was.
            period = Timestamp::from_micros(i64::MIN)..Timestamp::from_micros(i64::MAX);
        }
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        if let Some(id) = &department {
            let row: Option<Department> = reader
                .get(&keys::department(id))
                .map_err(query::unreadable)?;
            row.ok_or_else(|| status::not_found("department", id))?;
        }
        let terms = self.shelf.terms(&reader).map_err(query::unreadable)?;
        let now = self.clock.now();
        let Drafts { trial, warnings } = Drafts::read(message, &reader, &terms, now)?;
        let room = self.room.clone().try_acquire_owned();
        let room = room.map_err(|_| {
            let message = "too many simulations are under way; try again";
            status::exhausted("TOO_MANY_SIMULATIONS", RETRY_AFTER, message)
        })?;
        let (answers, receiver) = mpsc::channel(WAITING);
        let looking = Looking {
            trial,
            terms,
            period,
            department,
            whole: only.is_some(),
            done: AtomicU64::new(0),
            left,
            answers: answers.clone(),
            runtime: Handle::current(),
        };
        let simulation = Simulation {
            looking: Arc::new(looking),
            reader,
            tasks: self.tasks.clone(),
            warnings,
            only,
            _room: room,
        };
        Ok((simulation, answers, ReceiverStream::new(receiver)))
    }
}

type AnswerStream = ReceiverStream<Result<pb::SimulateResponse, Status>>;

impl Simulation {
    /// Runs to the end, or until nobody listens any more.
    async fn run(self, answers: Answers) {
        let position = self.reader.position().0;
        let found = tokio::select! {
            found = self.find() => found,
            // The scan stops as it is dropped.
            () = answers.closed() => return,
            () = self.tell_progress(&answers) => return,
        };
        let last = match found {
            Ok(sums) => {
                let totals = pb::SimulateTotals {
                    position,
                    until: Some(time_out(self.looking.trial.until())),
                    warnings: self.warnings,
                    ..sums.totals()
                };
                Ok(answer(Message::Totals(totals)))
            }
            Err(Ended::Wrong(status)) => Err(*status),
            // Who has gone does not hear it.
            Err(Ended::Gone) => Err(status::refusal(
                Code::Aborted,
                "READ_TOO_SLOWLY",
                None,
                "what was found was not read for too long; simulate again, and read on",
            )),
        };
        let _ = answers.send_timeout(last, look::PATIENCE).await;
    }

    async fn find(&self) -> Result<Sums, Ended> {
        if let Some(only) = self.only {
            return self.find_one(&only.to_string()).await;
        }
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let looking = self.looking.clone();
        let fold = move |sums: &mut Sums, key: &[u8], row: &khidma_projection::Row| match request_of(
            key,
        ) {
            Some(request) => looking.row(sums, request, row),
            None => Ok(()),
        };
        let parts = fold_rows(self.reader.clone(), &self.tasks, keys::ALL, threads, fold).await?;
        Ok(parts.into_iter().fold(Sums::default(), Sums::with))
    }

    async fn find_one(&self, request: &str) -> Result<Sums, Ended> {
        let row: Option<ClocksRow> = self.reader.get(&entity_key(request))?;
        let unknown = || Box::new(status::not_found("request", request));
        let row = row.ok_or_else(|| Ended::Wrong(unknown()))?;
        let mut sums = Sums::default();
        let shown = self.looking.request(&mut sums, request, &row)?;
        for clock in shown {
            let told = Ok(answer(Message::Clock(clock)));
            let told = self
                .looking
                .answers
                .send_timeout(told, look::PATIENCE)
                .await;
            told.map_err(|_| Ended::Gone)?;
        }
        // To a manager of another department, a request that is not theirs does not exist.
        match sums.requests {
            0 => Err(Ended::Wrong(unknown())),
            _ => Ok(sums),
        }
    }

    /// Says now and then how far it has come; never ends.
    async fn tell_progress(&self, answers: &Answers) {
        let began = Instant::now();
        let about: Option<u64> = self.reader.get(keys::REQUESTS).ok().flatten();
        let mut ticks = tokio::time::interval(PROGRESS);
        loop {
            ticks.tick().await;
            let done = self.looking.done.load(Ordering::Relaxed);
            let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let progress = pb::SimulateProgress {
                done,
                about: about.unwrap_or_default().max(done),
                per_second: done.saturating_mul(1000) / millis.max(1),
            };
            // Where the caller is slow, the next one will do.
            let _ = answers.try_send(Ok(answer(Message::Progress(progress))));
        }
    }
}

/// Which department's clocks `caller` may see in it, of those that are asked for.
fn allowed(caller: &Caller, department: &str) -> Result<Option<DepartmentId>, Status> {
    let asked = match department {
        "" => None,
        text => Some(id::<DepartmentId>("department_id", text)?),
    };
    let leads = asked.as_ref().is_some_and(|asked| caller.leads(asked));
    if caller.is(Role::Admin) || leads {
        return Ok(asked);
    }
    Err(status::refusal(
        Code::PermissionDenied,
        "NOT_ALLOWED",
        Some("department_id"),
        "admins may try out policies on all departments, managers on the one they lead: name it as the department",
    ))
}

/// Which request's row stands under `key`, if it is one's.
fn request_of(key: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(key.strip_prefix(keys::ALL)?).ok()?;
    uuid::Uuid::try_parse(name).is_ok().then_some(name)
}

fn answer(message: Message) -> pb::SimulateResponse {
    pb::SimulateResponse {
        message: Some(message),
    }
}

#[tonic::async_trait]
impl WhatIfService for WhatIfGrpc {
    type SimulateStream = Pin<Box<dyn Stream<Item = Result<pb::SimulateResponse, Status>> + Send>>;

    async fn simulate(
        &self,
        request: Request<pb::SimulateRequest>,
    ) -> Result<Response<Self::SimulateStream>, Status> {
        let (simulation, answers, stream) = self.prepare(request).await?;
        self.tasks.spawn(simulation.run(answers));
        Ok(Response::new(Box::pin(stream)))
    }
}
