//! Questions after requests: by which rule, which there are, and what was answered.

mod convert;
mod import;
mod list;

use std::sync::Arc;
use std::time::Duration;

use futures::stream::BoxStream;
use khidma_edge::Deps;
use khidma_edge::command::{Call, failed, id};
use khidma_edge::identity;
use khidma_edge::query::{Scans, reader_at, see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_engine::{Ask, Engine, entity_key};
use khidma_eventlog::EventLog;
use khidma_events::Event;
use khidma_events::feedback::{asking_entity, question_entity};
use khidma_feedback_domain::asking::{AskingDecider, DEFAULT, SetRule};
use khidma_feedback_domain::question::{
    Proof, QuestionCommand, QuestionDecider, QuestionRefusal, Reply,
};
use khidma_kernel::{Decider, DepartmentId, QuestionId};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::questions_service_server::QuestionsService;
use khidma_runtime::{Clock, Tasks};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::{Code, Request, Response, Status, Streaming};

use self::convert::{rule_in, rule_out};
use crate::config::FeedbackConfig;
use crate::facts;
use crate::status::{asking_code, question_code};
use crate::views::{AskingRow, QuestionRow};

/// What the calls stand on. Clones share it.
#[derive(Clone)]
pub(crate) struct QuestionsGrpc {
    rules: Arc<Engine<AskingDecider>>,
    questions: Arc<Engine<QuestionDecider>>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    tasks: Tasks,
    scans: Scans,
    scan_limit: usize,
    public_url: Option<String>,
}

impl QuestionsGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &FeedbackConfig) -> Self {
        Self {
            rules: Arc::new(deps.engine(projection)),
            questions: Arc::new(deps.engine(projection)),
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            tasks: deps.tasks.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
            public_url: config.public_url.clone(),
        }
    }

    /// Carries out a command; where it stands, once the read model shows it.
    async fn carry_out<D, F>(
        &self,
        engine: &Engine<D>,
        ask: Ask,
        patience: Duration,
        (body, code): (F, fn(&D::Refusal) -> Code),
    ) -> Result<u64, Status>
    where
        D: Decider,
        D::Event: Event,
        D::State: Serialize + DeserializeOwned,
        F: Fn(&Reader) -> Result<D::Body, RowError> + Send + Sync,
    {
        let done = engine.execute(ask, body).await;
        let position = done.map_err(|error| failed(error, code))?.position.0;
        reader_at(&self.projection, position, patience).await?;
        Ok(position)
    }

    async fn set_rule(&self, request: Request<pb::SetAskingRuleRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "SetAskingRule", &message.request_id)?;
        let patience = deadline(&request);
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let rule = rule_in(message.rule.unwrap_or_default())?;
        // Which departments there are is a fact about others.
        see_all(&*self.log, &self.projection, patience).await?;
        let body = |reader: &Reader| {
            Ok(SetRule {
                open: facts::is_open(reader, &department)?,
                department: department.clone(),
                rule: rule.clone(),
            })
        };
        let ask = call.about(asking_entity(&department));
        self.carry_out(&self.rules, ask, patience, (body, asking_code))
            .await
    }

    async fn rule(
        &self,
        request: Request<pb::GetAskingRuleRequest>,
    ) -> Result<pb::GetAskingRuleResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let row: Option<AskingRow> = reader
            .get(&entity_key(&asking_entity(&department)))
            .map_err(unreadable)?;
        let set = row.and_then(|row| row.state);
        Ok(pb::GetAskingRuleResponse {
            usual: set.is_none(),
            rule: Some(rule_out(&set.unwrap_or(DEFAULT))),
            position: reader.position().0,
        })
    }

    async fn answer(&self, request: Request<pb::AnswerQuestionRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "AnswerQuestion", &message.request_id)?;
        let (caller, patience) = (call.caller.clone(), deadline(&request));
        let question: QuestionId = id("id", &message.id)?;
        let entity = question_entity(question);
        // Who may not know of it does not hear that it is there.
        see_all(&*self.log, &self.projection, patience).await?;
        let row: Option<QuestionRow> = self
            .projection
            .reader()
            .get(&entity_key(&entity))
            .map_err(unreadable)?;
        let state = row.and_then(|row| row.state);
        if !state.is_some_and(|question| list::may_see(&caller, &question)) {
            let unknown = QuestionRefusal::UnknownQuestion;
            let unknown = khidma_engine::CommandError::Refused(unknown);
            return Err(failed(unknown, question_code));
        }
        let body = QuestionCommand::Answer {
            proof: Proof::Oneself,
            reply: Reply {
                score: message.score,
                effort: Some(message.effort).filter(|effort| *effort != 0),
                comment: message.comment.clone(),
            },
        };
        let (ask, body) = (call.about(entity), |_: &Reader| Ok(body.clone()));
        self.carry_out(&self.questions, ask, patience, (body, question_code))
            .await
    }
}

#[tonic::async_trait]
impl QuestionsService for QuestionsGrpc {
    type ImportAnswersStream = BoxStream<'static, Result<pb::ImportAnswersResponse, Status>>;

    async fn set_asking_rule(
        &self,
        request: Request<pb::SetAskingRuleRequest>,
    ) -> Result<Response<pb::SetAskingRuleResponse>, Status> {
        let position = self.set_rule(request).await?;
        Ok(Response::new(pb::SetAskingRuleResponse { position }))
    }

    async fn get_asking_rule(
        &self,
        request: Request<pb::GetAskingRuleRequest>,
    ) -> Result<Response<pb::GetAskingRuleResponse>, Status> {
        self.rule(request).await.map(Response::new)
    }

    async fn list_questions(
        &self,
        request: Request<pb::ListQuestionsRequest>,
    ) -> Result<Response<pb::ListQuestionsResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn get_question(
        &self,
        request: Request<pb::GetQuestionRequest>,
    ) -> Result<Response<pb::GetQuestionResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn answer_question(
        &self,
        request: Request<pb::AnswerQuestionRequest>,
    ) -> Result<Response<pb::AnswerQuestionResponse>, Status> {
        let position = self.answer(request).await?;
        Ok(Response::new(pb::AnswerQuestionResponse { position }))
    }

    async fn import_answers(
        &self,
        request: Request<Streaming<pb::ImportAnswersRequest>>,
    ) -> Result<Response<Self::ImportAnswersStream>, Status> {
        self.import(request).map(Response::new)
    }
}
