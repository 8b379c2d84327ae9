//! Carrying out one command.

use std::sync::Arc;
use std::time::Duration;

use khidma_eventlog::{AppendError, Appended, EventLog, LogError, Proposal};
use khidma_events::Event;
use khidma_kernel::{
    Actor, Caller, Command, Commit, Decider, Meta, OnceKey, Position, Recorded, Refusal, Timestamp,
    derived_id,
};
use khidma_projection::{Projection, ProjectionError, Reader, RowError};
use khidma_runtime::{Clock, Tasks};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument;
use uuid::Uuid;

use crate::entity::{EntityRow, Memory, entity_key};
use crate::recent::Recent;

/// How often a command is decided anew because others were faster, before its caller is asked to try again.
const ATTEMPTS: usize = 16;

/// After how long a caller should try again when the log is away.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Who wants something of which entity.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The entity, unique in its context.
    pub entity: String,
    /// Whether this begins the entity. Then its absence is taken for granted, and the log checks it.
    pub begins: bool,
    /// Who asks.
    pub by: Caller,
    /// When it happened; `None` for now.
    pub at: Option<Timestamp>,
    /// The idempotency key and the fingerprint of what is asked.
    pub once: OnceKey,
    /// The event that led to it, if one did.
    pub causation: Option<Uuid>,
    /// What it belongs to; a wish of its own if `None`.
    pub correlation: Option<Uuid>,
    /// W3C trace context to record.
    pub traceparent: Option<String>,
}

impl Ask {
    /// What `service` asks of `entity` by itself, now. The key follows from what led to it: however often and in however
    /// many processes it comes to that, it is one command.
    pub fn by_itself(service: &'static str, entity: String, key: Uuid) -> Self {
        Self {
            entity,
            begins: false,
            by: Caller::service(service),
            at: None,
            once: OnceKey { key, digest: 0 },
            causation: None,
            correlation: None,
            traceparent: None,
        }
    }
}

/// A command that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Where its commit stands; if there was nothing to do, where the entity's last one does.
    pub position: Position,
}

/// A command that was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError<R: Refusal> {
    /// The entity refused.
    #[error(transparent)]
    Refused(R),
    /// The idempotency key was used for something else.
    #[error("this idempotency key was already used for another command")]
    KeyReused,
    /// Others changed the entity again and again meanwhile.
    #[error("the entity is being changed by others; try again")]
    Contended,
    /// The commit would be larger than the log takes.
    #[error("the command is too large: {size} bytes, the log takes {limit}")]
    TooLarge {
        /// Its bytes.
        size: usize,
        /// What the log takes.
        limit: usize,
    },
    /// The log or the read model is away. Trying again under the same key is safe.
    #[error("not available: {reason}")]
    Unavailable {
        /// Why, for the operator.
        reason: String,
        /// After how long to try again.
        retry_after: Duration,
    },
    /// A fault of ours.
    #[error("internal fault: {0}")]
    Internal(String),
}

/// Carries out the commands of one kind of entity.
pub struct Engine<D: Decider> {
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    tasks: Tasks,
    recent: Recent<D::State>,
}

/// On what a decision may rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// What this process remembers: enough to append, as the log checks it.
    Memory,
    /// What the read model shows: somebody else was faster than our memory.
    ReadModel,
    /// A read model that was at the head of the log after the command came: enough to refuse.
    Head,
}

/// Events to write down, each with its own time and actor, and what the caller shall hear of it; or the refusal; or the
/// row that a fact from elsewhere could not be read from.
pub type Decided<D, T> =
    Result<Result<(Vec<Recorded<<D as Decider>::Event>>, T), <D as Decider>::Refusal>, RowError>;

/// A commit that stands on the log.
enum Committed {
    /// It was appended.
    Now(Done),
    /// An earlier attempt had appended it.
    Before(Done),
}

impl<D> Engine<D>
where
    D: Decider,
    D::Event: Event,
    D::State: Serialize + DeserializeOwned,
{
    /// An engine over a service's log and read model.
    pub fn new(log: Arc<dyn EventLog>, projection: Projection, clock: Clock, tasks: Tasks) -> Self {
        Self {
            log,
            projection,
            clock,
            tasks,
            recent: Recent::new(),
        }
    }

    /// Carries out a command. `body` says what is asked, with the facts from elsewhere that the decision needs; it is
    /// called anew whenever the command has to be decided anew.
    ///
    /// # Errors
    /// See [`CommandError`]. Unless it is [`CommandError::Unavailable`], nothing was written.
    pub async fn execute<F>(&self, ask: Ask, body: F) -> Result<Done, CommandError<D::Refusal>>
    where
        F: Fn(&Reader) -> Result<D::Body, RowError> + Send + Sync,
    {
        // A UUID names nobody; other entities are people too, and traces leave the house.
        let entity = Uuid::parse_str(&ask.entity)
            .ok()
            .map(tracing::field::display);
        let span = tracing::info_span!("command", context = D::Event::CONTEXT, entity);
        let (ask, at) = (&ask, ask.at.unwrap_or_else(|| self.clock.now()));
        let decide = |reader: &Reader, state: &D::State| {
            let body = body(reader)?;
            let by = ask.by.clone();
            let decided = D::decide(state, &Command { at, by, body });
            let record = |event| self.recorded(ask, at, event);
            Ok(decided.map(|events| (events.into_iter().map(record).collect(), ())))
        };
        let carried_out = self.carry_out(ask, decide).instrument(span).await?;
        Ok(carried_out.0)
    }

    /// Writes down history: events that happened before, each at its own time and caused by its own actor. `decide` says
    /// which, on the entity's state, and what the caller shall hear of it; it is called anew whenever that has to be decided
    /// anew. The ids it gives the events are replaced by new ones.
    ///
    /// What the caller shall hear is `None` where the same had been written down before under this key.
    ///
    /// # Errors
    /// As those of [`Engine::execute`].
    pub async fn record<F, T>(
        &self,
        ask: Ask,
        decide: F,
    ) -> Result<(Done, Option<T>), CommandError<D::Refusal>>
    where
        F: Fn(&Reader, &D::State) -> Decided<D, T> + Send + Sync,
        T: Send,
    {
        let entity = Uuid::parse_str(&ask.entity)
            .ok()
            .map(tracing::field::display);
        let span = tracing::info_span!("record", context = D::Event::CONTEXT, entity);
        let decide = |reader: &Reader, state: &D::State| {
            let mut decided = decide(reader, state)?;
            if let Ok((events, _)) = &mut decided {
                events
                    .iter_mut()
                    .for_each(|recorded| recorded.id = self.clock.new_id());
            }
            Ok(decided)
        };
        self.carry_out(&ask, decide).instrument(span).await
    }

    async fn carry_out<F, T>(
        &self,
        ask: &Ask,
        decide: F,
    ) -> Result<(Done, Option<T>), CommandError<D::Refusal>>
    where
        F: Fn(&Reader, &D::State) -> Decided<D, T> + Send + Sync,
        T: Send,
    {
        if let Some(position) = self.recent.crowded() {
            self.catch_up(Some(position)).await?;
        }
        let mut trust = Trust::Memory;
        for _ in 0..ATTEMPTS {
            let reader = self.projection.reader();
            let row = self.find(ask, &reader, trust)?;
            match row.recall(ask.once) {
                Memory::Same(position) => return Ok((Done { position }, None)),
                Memory::Other => return Err(CommandError::KeyReused),
                Memory::Unknown => {}
            }
            match (decide(&reader, &row.state).map_err(unreadable)?, trust) {
                (Ok((events, told)), _) if !events.is_empty() => {
                    match self.commit(ask, &row, events).await? {
                        Some(Committed::Now(done)) => return Ok((done, Some(told))),
                        Some(Committed::Before(done)) => return Ok((done, None)),
                        None => trust = Trust::ReadModel,
                    }
                }
                (Ok((_, told)), Trust::Head) => {
                    let position = row.position;
                    return Ok((Done { position }, Some(told)));
                }
                (Err(refusal), Trust::Head) => return Err(CommandError::Refused(refusal)),
                // Perhaps only our state is old: look again when it surely is not.
                (Ok(_) | Err(_), Trust::Memory | Trust::ReadModel) => {
                    self.catch_up(None).await?;
                    trust = Trust::Head;
                }
            }
        }
        Err(CommandError::Contended)
    }

    /// The entity's row: what this process remembers of it, or else (and always where that is not enough) the newer of
    /// that and what the read model shows.
    fn find(
        &self,
        ask: &Ask,
        reader: &Reader,
        trust: Trust,
    ) -> Result<Arc<EntityRow<D::State>>, CommandError<D::Refusal>> {
        let remembered = self.recent.get(&ask.entity);
        match remembered {
            Some(row) if trust == Trust::Memory => return Ok(row),
            None if trust == Trust::Memory && ask.begins => return Ok(Arc::default()),
            _ => {}
        }
        let shown: EntityRow<D::State> = reader
            .get_head(&entity_key(&ask.entity))
            .map_err(unreadable)?
            .unwrap_or_default();
        let newer = remembered.filter(|row| row.position > shown.position);
        Ok(newer.unwrap_or_else(|| Arc::new(shown)))
    }

    /// Appends the events; `None` if somebody else was faster and our state has caught up since.
    async fn commit(
        &self,
        ask: &Ask,
        row: &EntityRow<D::State>,
        events: Vec<Recorded<D::Event>>,
    ) -> Result<Option<Committed>, CommandError<D::Refusal>> {
        let mut after = row.clone();
        for recorded in &events {
            D::evolve(&mut after.state, recorded);
        }
        let meta = Meta {
            correlation: ask.correlation.unwrap_or(ask.once.key),
            causation: ask.causation,
            traceparent: ask.traceparent.clone(),
            audience: D::audience(&row.state, &after.state),
            once: Some(ask.once),
        };
        let commit = Commit {
            entity: ask.entity.clone(),
            meta,
            events,
        };
        let payload = khidma_events::encode(&commit)
            .map_err(|error| CommandError::Internal(error.to_string()))?;
        let proposal = Proposal {
            // A repeated attempt of one command on the same state is the same commit; one on a newer state, or something
            // else under the same key, is another.
            id: derived_id(&[
                ask.once.key.as_bytes(),
                &ask.once.digest.to_be_bytes(),
                ask.entity.as_bytes(),
                &row.position.0.to_be_bytes(),
            ]),
            context: D::Event::CONTEXT,
            entity: ask.entity.clone(),
            payload: payload.into(),
        };
        match self.append(proposal, row.position).await {
            // An earlier attempt is there already; what it holds may differ from ours in ids and times.
            Ok(Appended {
                position,
                duplicate: true,
            }) => Ok(Some(Committed::Before(Done { position }))),
            Ok(Appended {
                position,
                duplicate: false,
            }) => {
                after.settle(position, commit.meta.once);
                self.recent
                    .remember(&ask.entity, after, self.projection.position());
                Ok(Some(Committed::Now(Done { position })))
            }
            Err(AppendError::Conflict { current }) => {
                self.catch_up(current).await?;
                Ok(None)
            }
            Err(AppendError::TooLarge { size, limit }) => {
                Err(CommandError::TooLarge { size, limit })
            }
            Err(AppendError::Unavailable(reason)) => Err(unavailable(reason)),
            Err(AppendError::Failed(reason)) => Err(unavailable(reason)),
        }
    }

    fn recorded(&self, ask: &Ask, at: Timestamp, event: D::Event) -> Recorded<D::Event> {
        let by = if D::by_itself(&event) {
            Actor::Service(D::Event::CONTEXT.into())
        } else {
            ask.by.actor.clone()
        };
        Recorded {
            id: self.clock.new_id(),
            at,
            by,
            event,
        }
    }

    /// Appends, to its end: a caller who hangs up does not leave it half known.
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        let log = self.log.clone();
        let span = tracing::info_span!("append");
        let work = async move { log.append(proposal, expected).await }.instrument(span);
        self.tasks.finish(work).await
    }

    /// Waits until the read model shows `position`, or all there is on the log.
    async fn catch_up(&self, position: Option<Position>) -> Result<(), CommandError<D::Refusal>> {
        let position = match position {
            Some(position) => position,
            None => self.log.head().await.map_err(|error| match error {
                LogError::Unavailable(reason) | LogError::Failed(reason) => unavailable(reason),
                other => CommandError::Internal(other.to_string()),
            })?,
        };
        self.projection
            .wait_for(position)
            .await
            .map_err(|error: ProjectionError| unavailable(error.to_string()))
    }
}

fn unavailable<R: Refusal>(reason: String) -> CommandError<R> {
    CommandError::Unavailable {
        reason,
        retry_after: RETRY_AFTER,
    }
}

/// A row that cannot be read is being rebuilt: the command can be tried again.
fn unreadable<R: Refusal>(error: RowError) -> CommandError<R> {
    unavailable(error.to_string())
}
