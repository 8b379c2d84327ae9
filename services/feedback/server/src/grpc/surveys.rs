//! Surveys and their rounds.

mod audience;
mod definition;
mod form;
mod launch;
mod list;
mod mine;
mod rounds;
mod show;
mod survey;
mod turnout;

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Deps;
use khidma_edge::command::failed;
use khidma_edge::query::{Scans, reader_at, see_all};
use khidma_edge::status::{invalid_field, refusal};
use khidma_engine::{Ask, Engine};
use khidma_eventlog::EventLog;
use khidma_events::Event;
use khidma_feedback_domain::round::RoundDecider;
use khidma_feedback_domain::survey::SurveyDecider;
use khidma_kernel::{Caller, Decider, InvalidId};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::surveys_service_server::SurveysService;
use khidma_runtime::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::{Code, Request, Response, Status};

use crate::ballots::Ballots;
use crate::config::FeedbackConfig;
use crate::facts;

/// The most of a page.
const MOST: usize = 500;

/// What the calls stand on.
pub(crate) struct SurveysGrpc {
    surveys: Engine<SurveyDecider>,
    rounds: Engine<RoundDecider>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    scans: Scans,
    scan_limit: usize,
    ballots: Ballots,
}

impl SurveysGrpc {
    pub(crate) fn new(
        deps: &Deps,
        projection: &Projection,
        ballots: &Ballots,
        config: &FeedbackConfig,
    ) -> Self {
        Self {
            surveys: deps.engine(projection),
            rounds: deps.engine(projection),
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
            ballots: ballots.clone(),
        }
    }

    /// Carries out a command that rests on facts about others, as they are and not as they were; where it stands, once the
    /// read model shows it.
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
        see_all(&*self.log, &self.projection, patience).await?;
        let done = engine.execute(ask, body).await;
        let position = done.map_err(|error| failed(error, code))?.position.0;
        reader_at(&self.projection, position, patience).await?;
        Ok(position)
    }
}

/// The languages that a caller reads, as their profile says.
fn languages(reader: &Reader, caller: &Caller) -> Result<Vec<String>, RowError> {
    let Some(person) = caller.actor.person() else {
        return Ok(Vec::new());
    };
    let row = facts::person(reader, person)?;
    Ok(row.map(|row| row.languages).unwrap_or_default())
}

/// The id in `field`, if one is said.
fn said<T>(field: &'static str, text: &str) -> Result<Option<T>, Status>
where
    T: std::str::FromStr<Err = InvalidId>,
{
    match text.is_empty() {
        true => Ok(None),
        false => khidma_edge::command::id(field, text).map(Some),
    }
}

fn missing(field: &str) -> Status {
    invalid_field(field, "MISSING_FIELD", format!("{field} must not be empty"))
}

/// A number that is none of an enum's.
fn unknown_value(field: &str) -> Status {
    let message = format!("{field} is none of the values there are");
    invalid_field(field, "UNKNOWN_VALUE", message)
}

fn no_survey() -> Status {
    let message = "there is no survey with this id";
    refusal(Code::NotFound, "UNKNOWN_SURVEY", Some("survey_id"), message)
}

fn no_round() -> Status {
    let message = "there is no round with this id";
    refusal(Code::NotFound, "UNKNOWN_ROUND", Some("id"), message)
}

#[tonic::async_trait]
impl SurveysService for SurveysGrpc {
    async fn define_survey(
        &self,
        request: Request<pb::DefineSurveyRequest>,
    ) -> Result<Response<pb::DefineSurveyResponse>, Status> {
        self.define(request).await.map(Response::new)
    }

    async fn get_survey(
        &self,
        request: Request<pb::GetSurveyRequest>,
    ) -> Result<Response<pb::GetSurveyResponse>, Status> {
        self.survey(request).await.map(Response::new)
    }

    async fn list_surveys(
        &self,
        request: Request<pb::ListSurveysRequest>,
    ) -> Result<Response<pb::ListSurveysResponse>, Status> {
        self.surveys_part(request).await.map(Response::new)
    }

    async fn retire_survey(
        &self,
        request: Request<pb::RetireSurveyRequest>,
    ) -> Result<Response<pb::RetireSurveyResponse>, Status> {
        let position = self.retire(request).await?;
        Ok(Response::new(pb::RetireSurveyResponse { position }))
    }

    async fn launch_round(
        &self,
        request: Request<pb::LaunchRoundRequest>,
    ) -> Result<Response<pb::LaunchRoundResponse>, Status> {
        self.launch(request).await.map(Response::new)
    }

    async fn cancel_round(
        &self,
        request: Request<pb::CancelRoundRequest>,
    ) -> Result<Response<pb::CancelRoundResponse>, Status> {
        let position = self.cancel(request).await?;
        Ok(Response::new(pb::CancelRoundResponse { position }))
    }

    async fn close_round(
        &self,
        request: Request<pb::CloseRoundRequest>,
    ) -> Result<Response<pb::CloseRoundResponse>, Status> {
        let position = self.close(request).await?;
        Ok(Response::new(pb::CloseRoundResponse { position }))
    }

    async fn get_round(
        &self,
        request: Request<pb::GetRoundRequest>,
    ) -> Result<Response<pb::GetRoundResponse>, Status> {
        self.round(request).await.map(Response::new)
    }

    async fn list_rounds(
        &self,
        request: Request<pb::ListRoundsRequest>,
    ) -> Result<Response<pb::ListRoundsResponse>, Status> {
        self.rounds_part(request).await.map(Response::new)
    }

    async fn list_my_rounds(
        &self,
        request: Request<pb::ListMyRoundsRequest>,
    ) -> Result<Response<pb::ListMyRoundsResponse>, Status> {
        self.mine(request).await.map(Response::new)
    }

    async fn get_round_form(
        &self,
        request: Request<pb::GetRoundFormRequest>,
    ) -> Result<Response<pb::GetRoundFormResponse>, Status> {
        self.form(request).await.map(Response::new)
    }
}
