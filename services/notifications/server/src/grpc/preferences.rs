//! What people wish to hear, and what is said to many.

mod convert;
mod say;
mod silences;
mod wishes;

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Deps;
use khidma_edge::command::failed;
use khidma_edge::query::{reader_at, see_all};
use khidma_engine::{Ask, Engine};
use khidma_eventlog::EventLog;
use khidma_events::Event;
use khidma_kernel::Decider;
use khidma_notifications_domain::announcement::AnnouncementDecider;
use khidma_notifications_domain::preferences::PreferencesDecider;
use khidma_notifications_domain::rhythm::RhythmDecider;
use khidma_notifications_domain::silence::SilenceDecider;
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::notifications as pb;
use khidma_proto::notifications::preferences_service_server::PreferencesService;
use khidma_runtime::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::{Code, Request, Response, Status};

/// What the calls stand on.
pub(crate) struct PreferencesGrpc {
    preferences: Engine<PreferencesDecider>,
    silences: Engine<SilenceDecider>,
    announcements: Engine<AnnouncementDecider>,
    rhythms: Engine<RhythmDecider>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
}

impl PreferencesGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection) -> Self {
        Self {
            preferences: deps.engine(projection),
            silences: deps.engine(projection),
            announcements: deps.engine(projection),
            rhythms: deps.engine(projection),
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
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

#[tonic::async_trait]
impl PreferencesService for PreferencesGrpc {
    async fn get_preferences(
        &self,
        request: Request<pb::GetPreferencesRequest>,
    ) -> Result<Response<pb::GetPreferencesResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn set_preferences(
        &self,
        request: Request<pb::SetPreferencesRequest>,
    ) -> Result<Response<pb::SetPreferencesResponse>, Status> {
        let position = self.set(request).await?;
        Ok(Response::new(pb::SetPreferencesResponse { position }))
    }

    async fn begin_silence(
        &self,
        request: Request<pb::BeginSilenceRequest>,
    ) -> Result<Response<pb::BeginSilenceResponse>, Status> {
        self.begin(request).await.map(Response::new)
    }

    async fn end_silence(
        &self,
        request: Request<pb::EndSilenceRequest>,
    ) -> Result<Response<pb::EndSilenceResponse>, Status> {
        let position = self.end(request).await?;
        Ok(Response::new(pb::EndSilenceResponse { position }))
    }

    async fn list_silences(
        &self,
        request: Request<pb::ListSilencesRequest>,
    ) -> Result<Response<pb::ListSilencesResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn announce(
        &self,
        request: Request<pb::AnnounceRequest>,
    ) -> Result<Response<pb::AnnounceResponse>, Status> {
        self.say(request).await.map(Response::new)
    }

    async fn set_standards_reminder(
        &self,
        request: Request<pb::SetStandardsReminderRequest>,
    ) -> Result<Response<pb::SetStandardsReminderResponse>, Status> {
        let position = self.remind(request).await?;
        Ok(Response::new(pb::SetStandardsReminderResponse { position }))
    }
}
