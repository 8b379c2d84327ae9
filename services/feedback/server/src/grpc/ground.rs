//! What calls stand on that change one thing and read lists.

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Deps;
use khidma_edge::command::{failed, id};
use khidma_edge::instant::time_in;
use khidma_edge::query::{Scans, reader_at, see_all};
use khidma_edge::status;
use khidma_engine::{Ask, Engine};
use khidma_eventlog::EventLog;
use khidma_events::Event;
use khidma_kernel::{Decider, InvalidId, Timestamp};
use khidma_projection::{Projection, Reader, RowError};
use khidma_runtime::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::{Code, Status};

use crate::config::FeedbackConfig;

/// The log, the read model, the time, and where lists are read.
pub(crate) struct Ground {
    pub log: Arc<dyn EventLog>,
    pub projection: Projection,
    pub clock: Clock,
    pub scans: Scans,
    pub scan_limit: usize,
}

impl Ground {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &FeedbackConfig) -> Self {
        Self {
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
        }
    }

    /// Carries out a command that rests on facts about others, as they are and not as they were; where it stands, once the
    /// read model shows it.
    pub(crate) async fn carry_out<D, F>(
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

/// The id in `field`, if one is said.
pub(crate) fn said<T>(field: &'static str, text: &str) -> Result<Option<T>, Status>
where
    T: std::str::FromStr<Err = InvalidId>,
{
    match text.is_empty() {
        true => Ok(None),
        false => id(field, text).map(Some),
    }
}

/// The ids in a list, each by its place.
pub(crate) fn ids<T, C>(field: &str, texts: &[String]) -> Result<C, Status>
where
    T: std::str::FromStr<Err = InvalidId>,
    C: FromIterator<T>,
{
    let each = texts.iter().enumerate().map(|(place, text)| {
        text.parse().map_err(|error: InvalidId| {
            let field = format!("{field}[{place}]");
            status::invalid_field(&field, "INVALID_ID", error.to_string())
        })
    });
    each.collect()
}

/// What was to be said in `field`.
pub(crate) fn missing(field: &str) -> Status {
    let message = format!("{field} must not be empty");
    status::invalid_field(field, "MISSING_FIELD", message)
}

/// The instant in `field`, which has to be said.
pub(crate) fn required_time(
    field: &str,
    time: Option<prost_types::Timestamp>,
) -> Result<Timestamp, Status> {
    time_in(field, time)?.ok_or_else(|| missing(field))
}
