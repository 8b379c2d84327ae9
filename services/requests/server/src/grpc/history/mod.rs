//! Taking over history: cases come in on one stream, are decided many at a time, and are answered as they are done.

mod convert;

use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use khidma_edge::command::failed;
use khidma_edge::status::{self, ErrorReport};
use khidma_edge::{identity, telemetry};
use khidma_engine::{Ask, CommandError, Decided, Engine};
use khidma_events::Event;
use khidma_events::requests::imported_request;
use khidma_kernel::{Caller, OnceKey, Position, Role, derived_id};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_proto::requests::history_service_server::HistoryService;
use khidma_requests_domain::{
    Import, Request as State, RequestDecider, RequestRefusal, Takeover, import,
};
use khidma_runtime::Tasks;
use tonic::{Code, Request, Response, Status, Streaming};
use uuid::Uuid;

use super::convert::state_out;
use crate::facts::EverKnown;
use crate::status::code;

/// Cases of one stream that are decided at a time.
const AT_ONCE: usize = 64;

/// What the calls stand on. Clones share it.
#[derive(Clone)]
pub(crate) struct HistoryGrpc {
    pub(crate) engine: Arc<Engine<RequestDecider>>,
    pub(crate) known: Arc<EverKnown>,
    pub(crate) tasks: Tasks,
}

#[tonic::async_trait]
impl HistoryService for HistoryGrpc {
    type ImportHistoryStream =
        Pin<Box<dyn Stream<Item = Result<pb::ImportHistoryResponse, Status>> + Send>>;

    async fn import_history(
        &self,
        request: Request<Streaming<pb::ImportHistoryRequest>>,
    ) -> Result<Response<Self::ImportHistoryStream>, Status> {
        let caller = identity::caller(&request)?;
        if !caller.is(Role::Import) {
            let message = "importing history is for callers with the role import";
            return Err(status::refusal(
                Code::PermissionDenied,
                "NOT_ALLOWED",
                None,
                message,
            ));
        }
        let (history, traceparent) = (self.clone(), telemetry::current_traceparent());
        let answers = request.into_inner().map(move |message| {
            let (history, caller) = (history.clone(), caller.clone());
            let traceparent = traceparent.clone();
            async move {
                // A task of its own for each: deciding and encoding are what costs, and there are several cores.
                let tasks = history.tasks.clone();
                let message = message?;
                let case = async move { history.case(message, caller, traceparent).await };
                let answered = tasks.spawn(case).await;
                answered.map_err(|error| status::internal(Uuid::new_v4(), error))
            }
        });
        Ok(Response::new(Box::pin(answers.buffer_unordered(AT_ONCE))))
    }
}

/// Why a case was refused, and at which record, counted from 1.
struct Refused(Status, u32);

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        Self(status, 0)
    }
}

impl From<CommandError<RequestRefusal>> for Refused {
    fn from(error: CommandError<RequestRefusal>) -> Self {
        let record = match &error {
            CommandError::Refused(RequestRefusal::InRecord { number, .. }) => *number,
            _ => 0,
        };
        Self(failed(error, code), record)
    }
}

impl HistoryGrpc {
    /// Takes over one case; its answer, also where it is refused.
    async fn case(
        self,
        message: pb::ImportHistoryRequest,
        caller: Caller,
        traceparent: Option<String>,
    ) -> pb::ImportHistoryResponse {
        let entity = imported_request(&message.source, &message.external_id).0;
        let mut answer = pb::ImportHistoryResponse {
            external_id: message.external_id.clone(),
            id: entity.to_string(),
            ..Default::default()
        };
        let done = match convert::import_in(message) {
            Ok(import) => {
                self.take_over(entity, import, caller, traceparent, &mut answer)
                    .await
            }
            Err(status) => Err(status.into()),
        };
        if let Err(Refused(status, record)) = done {
            answer.set_outcome(pb::HistoryOutcome::Refused);
            let report = ErrorReport::from_status(&status);
            let field = report.violations.into_iter().next();
            answer.refusal = Some(pb::HistoryRefusal {
                code: report.reason.unwrap_or_default(),
                record,
                message: report.message,
                field: field.map(|violation| violation.field).unwrap_or_default(),
            });
        }
        answer
    }

    /// One commit after another, until nothing of the case is left.
    async fn take_over(
        &self,
        entity: Uuid,
        history: Import,
        caller: Caller,
        traceparent: Option<String>,
        answer: &mut pb::ImportHistoryResponse,
    ) -> Result<(), Refused> {
        let digests = history.digests();
        let whole = digests.last().cloned().unwrap_or_default();
        let mut outcome = pb::HistoryOutcome::Unchanged;
        for round in 0_u32.. {
            // The same history under the same key: a repeated call finds what an earlier one has appended.
            let key = derived_id(&[entity.as_bytes(), whole.as_bytes(), &round.to_be_bytes()]);
            let ask = Ask {
                entity: entity.to_string(),
                // Most cases are new. Of those that are not the log says so.
                begins: round == 0,
                by: caller.clone(),
                at: None,
                once: OnceKey { key, digest: 0 },
                causation: None,
                correlation: Some(entity),
                traceparent: traceparent.clone(),
            };
            let decide = |reader: &Reader, state: &Option<State>| {
                self.decide(reader, state.as_ref(), &caller, &history, &digests)
            };
            let (done, told) = self.engine.record(ask, decide).await?;
            let Some(told) = told else { continue };
            if told.written {
                outcome = match (told.new, outcome) {
                    (true, _) | (_, pb::HistoryOutcome::New) => pb::HistoryOutcome::New,
                    _ => pb::HistoryOutcome::Extended,
                };
            }
            let more = told.more;
            told.tell(done.position, answer);
            if !more {
                break;
            }
        }
        answer.set_outcome(outcome);
        Ok(())
    }

    fn decide(
        &self,
        reader: &Reader,
        state: Option<&State>,
        caller: &Caller,
        history: &Import,
        digests: &[String],
    ) -> Decided<RequestDecider, Told> {
        let history = self.with_facts(reader, history)?;
        Ok(import(state, caller, &history, digests).map(|takeover| {
            let Takeover {
                events,
                adapted,
                request,
                more,
            } = takeover;
            let kinds = events.iter().map(|event| event.event.kind().name).collect();
            let told = Told {
                written: !events.is_empty(),
                new: state.is_none(),
                kinds,
                adapted,
                state: state_out(request.state),
                more,
            };
            (events, told)
        }))
    }

    /// The history with what the directory says.
    fn with_facts(&self, reader: &Reader, history: &Import) -> Result<Import, RowError> {
        let mut known = history.clone();
        let department = |id| self.known.department(reader, id);
        if let Some(provider) = &history.submit.provider {
            known.submit.provider_known = department(provider)?;
        }
        known.requester_department_known = department(&history.requester_department)?;
        for (to, known) in convert::transfers(&mut known) {
            *known = department(to)?;
        }
        for person in convert::people(history) {
            if !self.known.person(reader, person)? {
                known.unknown.insert(person.clone());
            }
        }
        Ok(known)
    }
}

/// What the caller hears of one commit.
struct Told {
    written: bool,
    new: bool,
    kinds: Vec<&'static str>,
    adapted: Vec<(u32, &'static str)>,
    state: pb::State,
    more: bool,
}

impl Told {
    fn tell(self, position: Position, answer: &mut pb::ImportHistoryResponse) {
        answer.position = position.0;
        for kind in self.kinds {
            match answer.events.get_mut(kind) {
                Some(count) => *count += 1,
                None => {
                    answer.events.insert(kind.to_owned(), 1);
                }
            }
        }
        let adapted = self.adapted.into_iter();
        answer
            .adapted
            .extend(adapted.map(|(record, code)| pb::AdaptedRecord {
                record,
                code: code.to_owned(),
            }));
        answer.set_state(self.state);
    }
}
