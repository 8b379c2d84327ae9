//! Taking over answers: they come in on one stream, are decided many at a time, and are told as they are done.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use khidma_edge::command::{failed, id};
use khidma_edge::instant::time_in;
use khidma_edge::query::{reader_at, see_all};
use khidma_edge::status::{self, ErrorReport, invalid_field};
use khidma_edge::{identity, telemetry};
use khidma_engine::Ask;
use khidma_events::feedback::{question_entity, question_of};
use khidma_events::requests::imported_request;
use khidma_feedback_domain::question::{Import, QuestionCommand, QuestionRefusal, Reply};
use khidma_kernel::{Caller, OnceKey, Role, ServiceRequestId, Timestamp, derived_id};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Request, Status, Streaming};
use uuid::Uuid;

use super::QuestionsGrpc;
use crate::facts;
use crate::status::question_code;

/// Answers of one stream that are decided at a time.
const AT_ONCE: usize = 64;
/// How long an answer waits until the read model shows what was before it, and then it.
const PATIENCE: Duration = Duration::from_secs(10);

impl QuestionsGrpc {
    pub(super) fn import(
        &self,
        request: Request<Streaming<pb::ImportAnswersRequest>>,
    ) -> Result<BoxStream<'static, Result<pb::ImportAnswersResponse, Status>>, Status> {
        let caller = identity::caller(&request)?;
        if !(caller.is(Role::Import) || caller.is(Role::Admin)) {
            let refused = khidma_engine::CommandError::Refused(QuestionRefusal::NotForImport);
            return Err(failed(refused, question_code));
        }
        let (questions, traceparent) = (self.clone(), telemetry::current_traceparent());
        let answers = request.into_inner().map(move |message| {
            let (questions, caller) = (questions.clone(), caller.clone());
            let traceparent = traceparent.clone();
            async move {
                let tasks = questions.tasks.clone();
                let message = message?;
                let one = async move { questions.one(message, caller, traceparent).await };
                let done = tasks.spawn(one).await;
                done.map_err(|error| status::internal(Uuid::new_v4(), error))
            }
        });
        Ok(answers.buffer_unordered(AT_ONCE).boxed())
    }

    /// Takes over one answer; what became of it, also where it is refused.
    async fn one(
        self,
        message: pb::ImportAnswersRequest,
        caller: Caller,
        traceparent: Option<String>,
    ) -> pb::ImportAnswersResponse {
        let mut told = pb::ImportAnswersResponse {
            external_id: message.external_id.clone(),
            ..Default::default()
        };
        let done = match request_of(&message) {
            Ok(request) => {
                told.service_request_id = request.to_string();
                self.take_over(request, message, caller, traceparent).await
            }
            Err(status) => Err(status),
        };
        match done {
            Ok(position) => told.position = position,
            Err(status) => {
                let report = ErrorReport::from_status(&status);
                let field = report.violations.into_iter().next();
                // Without a reason of ours it is the log or the read model that is away.
                told.code = report.reason.unwrap_or_else(|| "UNAVAILABLE".to_owned());
                told.message = report.message;
                told.field = field.map(|violation| violation.field).unwrap_or_default();
            }
        }
        told
    }

    async fn take_over(
        &self,
        request: ServiceRequestId,
        message: pb::ImportAnswersRequest,
        caller: Caller,
        traceparent: Option<String>,
    ) -> Result<u64, Status> {
        let at = time_in("answered_at", message.answered_at)?.ok_or_else(|| {
            let text = "answered_at must be said";
            invalid_field("answered_at", "MISSING_FIELD", text)
        })?;
        let reply = Reply {
            score: message.score,
            effort: Some(message.effort).filter(|effort| *effort != 0),
            comment: message.comment,
        };
        let (synthetic, now) = (message.synthetic, self.clock.now());
        let body = |reader: &Reader| {
            Ok(QuestionCommand::Import(Import {
                request,
                reply: reply.clone(),
                synthetic,
                now,
                facts: facts::answered_request(reader, request)?,
            }))
        };
        let question = question_of(request);
        let ask = Ask {
            by: caller,
            at: Some(at),
            once: once(request, &reply, (at, synthetic)),
            correlation: Some(request.0),
            traceparent,
            ..Ask::by_itself("feedback", question_entity(question), Uuid::nil())
        };
        // As they are, and not as they were: what is taken over cannot be taken over anew.
        see_all(&*self.log, &self.projection, PATIENCE).await?;
        let done = self.questions.execute(ask, body).await;
        let position = done
            .map_err(|error| failed(error, question_code))?
            .position
            .0;
        reader_at(&self.projection, position, PATIENCE).await?;
        Ok(position)
    }
}

/// The same answer has the same key: a repeated call finds what an earlier one has written.
fn once(request: ServiceRequestId, reply: &Reply, (at, synthetic): (Timestamp, bool)) -> OnceKey {
    let key = derived_id(&[
        b"imported answer",
        request.0.as_bytes(),
        &reply.score.to_be_bytes(),
        &reply.effort.unwrap_or_default().to_be_bytes(),
        reply.comment.as_bytes(),
        &at.as_micros().to_be_bytes(),
        &[u8::from(synthetic)],
    ]);
    OnceKey { key, digest: 0 }
}

/// The request that an answer is about.
fn request_of(message: &pb::ImportAnswersRequest) -> Result<ServiceRequestId, Status> {
    let (source, external) = (&message.source, &message.external_id);
    match message.service_request_id.as_str() {
        "" if source.is_empty() || external.is_empty() => {
            let text = "name the request, or the source and its external id there";
            let field = "service_request_id";
            Err(invalid_field(field, "MISSING_FIELD", text))
        }
        "" => Ok(imported_request(source, external)),
        text => id("service_request_id", text),
    }
}
