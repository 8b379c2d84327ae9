//! Applying an activation to the requests that came before it.
//!
//! What a request was given by it is remembered by the request's own clocks, so that going through all of them again, after a
//! crash or in another process, gives nobody anything twice. That all were gone through, the policy remembers. A request that
//! comes later is matched as it comes; one that came earlier stands in the rows by the time the activation does.

use std::sync::Arc;

use khidma_engine::{Ask, CommandError, Engine, entity_key};
use khidma_events::sla::{ClockEvent, EntityKind, policy_entity};
use khidma_kernel::{Caller, Command, Decider, PolicyId, derived_id};
use khidma_projection::{AgendaError, Projection, Reader, RowError};
use khidma_runtime::{Clock, Tasks};
use khidma_sla_domain::policy::{PolicyCommand, PolicyDecider};
use khidma_sla_domain::{Body, ClocksDecider, may_attach};

use super::adopt::Adoptions;
use super::{failed, sweep::sweep};
use crate::keys;
use crate::shelf::Shelf;
use crate::views::{ClocksRow, Pending, PolicyRow, calendars_of};

/// What applying needs.
pub(crate) struct Applications {
    pub(crate) clocks: Arc<Engine<ClocksDecider>>,
    pub(crate) policies: Arc<Engine<PolicyDecider>>,
    pub(crate) adoptions: Arc<Adoptions>,
    pub(crate) projection: Projection,
    pub(crate) clock: Clock,
    pub(crate) tasks: Tasks,
    pub(crate) shelf: Shelf,
}

impl Applications {
    /// Applies what has to be applied of the policy of that entity, activation after activation.
    pub(crate) async fn apply(self: Arc<Self>, entity: String) -> Result<(), AgendaError> {
        let Some(EntityKind::Policy(id)) = EntityKind::of(&entity) else {
            return Err(AgendaError::new("this is no policy"));
        };
        while let Some(pending) = self.next(&id)? {
            let requests = self.attach(&id, &pending).await?;
            self.catch_up(&id, &pending).await?;
            // Retired meanwhile: nothing to be noted, and nothing to be applied any more.
            if self.next(&id)?.as_ref() == Some(&pending) {
                self.note(&id, &pending, requests).await?;
            }
        }
        Ok(())
    }

    fn next(&self, id: &PolicyId) -> Result<Option<Pending>, AgendaError> {
        let reader = self.projection.reader();
        let row: Option<PolicyRow> = reader.get(&keys::policy(id)).map_err(failed)?;
        Ok(row.and_then(|row| row.pending.into_iter().next()))
    }

    /// Gives the requests the clocks they lack; how many were given some.
    async fn attach(
        self: &Arc<Self>,
        id: &PolicyId,
        pending: &Pending,
    ) -> Result<u64, AgendaError> {
        let (this, policy) = (self.clone(), (id.clone(), pending.position));
        let all = pending.all;
        let asked = policy.clone();
        let needs = move |reader: &Reader, request: &str, row: ClocksRow| {
            this.would_start(reader, request, row, &asked, all)
        };
        let act = |request: String| {
            let policy = policy.clone();
            let position = policy.1.0.to_be_bytes();
            let key = derived_id(&[b"attach", &position, request.as_bytes()]);
            let ask = Ask {
                correlation: request.parse().ok(),
                ..Ask::by_itself("sla", request.clone(), key)
            };
            async move {
                let body = |reader: &Reader| {
                    let row: Option<ClocksRow> = reader.get(&entity_key(&request))?;
                    let row = row.ok_or(RowError::Unavailable)?;
                    self.body(reader, row, &policy, all)
                };
                done(self.clocks.execute(ask, body).await)
            }
        };
        sweep(&self.projection, &self.tasks, needs, act).await
    }

    fn body(
        &self,
        reader: &Reader,
        row: ClocksRow,
        policy: &(PolicyId, khidma_kernel::Position),
        all: bool,
    ) -> Result<Body, RowError> {
        Ok(Body::Attach {
            facts: row.file.facts.into(),
            historic: row.file.historic,
            policy: policy.clone(),
            all,
            terms: self.shelf.terms(reader)?,
        })
    }

    /// Whether the request would be given a clock, as far as the rows show. Deciding it here, away from the threads that
    /// answer calls, costs less than a command that comes to nothing.
    fn would_start(
        &self,
        reader: &Reader,
        request: &str,
        row: ClocksRow,
        policy: &(PolicyId, khidma_kernel::Position),
        all: bool,
    ) -> Result<bool, RowError> {
        let book = self.shelf.terms(reader)?.book;
        let state = row.entity.state.clone();
        if !may_attach(&state, &row.file.facts, policy, all, &book) {
            return Ok(false);
        }
        let command = Command {
            at: self.clock.now(),
            by: Caller::service("sla"),
            body: self.body(reader, row, policy, all)?,
        };
        let starts = |event: &ClockEvent| matches!(event, ClockEvent::ClockStarted(_));
        match ClocksDecider::decide(&state, &command) {
            Ok(events) => Ok(events.iter().any(starts)),
            Err(error) => {
                tracing::warn!(request, %error, "a policy cannot be applied to a request");
                Ok(false)
            }
        }
    }

    /// A calendar may have been revised between the activation and now, and the clocks that ran then been moved already:
    /// those that were started since follow them.
    async fn catch_up(&self, id: &PolicyId, pending: &Pending) -> Result<(), AgendaError> {
        let terms = self.shelf.terms(&self.projection.reader());
        let terms = terms.map_err(failed)?;
        let Some(version) = terms.book.version(id, pending.version) else {
            return Ok(());
        };
        for calendar in calendars_of(&version.spec) {
            let latest = terms.almanac.latest(&calendar);
            if latest.is_some_and(|latest| latest.revision > 1) {
                // The clocks that were just started have to be seen.
                let position = self.adoptions.head().await?;
                self.projection.wait_for(position).await.map_err(failed)?;
                let tag = pending.position.0.to_be_bytes();
                self.adoptions.reschedule(&calendar, &tag).await?;
            }
        }
        Ok(())
    }

    async fn note(
        &self,
        id: &PolicyId,
        pending: &Pending,
        requests: u64,
    ) -> Result<(), AgendaError> {
        let entity = policy_entity(id);
        let activation = pending.position.0;
        let key = derived_id(&[b"applied", entity.as_bytes(), &activation.to_be_bytes()]);
        let version = pending.version;
        let body = |_: &Reader| {
            Ok(PolicyCommand::NoteApplied {
                version,
                activation,
                requests,
            })
        };
        let ask = Ask::by_itself("sla", entity, key);
        let noted = self.policies.execute(ask, body).await.map_err(failed)?;
        self.projection
            .wait_for(noted.position)
            .await
            .map_err(failed)
    }
}

/// Whether it was done. What a request's clocks refuse, they would refuse again: it is told, and the others go on.
pub(super) fn done<R: khidma_kernel::Refusal>(
    outcome: Result<khidma_engine::Done, CommandError<R>>,
) -> Result<bool, AgendaError> {
    match outcome {
        Ok(_) => Ok(true),
        Err(CommandError::Refused(refusal)) => {
            tracing::warn!(error = %refusal, "the clocks of a request refuse");
            Ok(false)
        }
        Err(error @ CommandError::TooLarge { .. }) => {
            tracing::warn!(%error, "the clocks of a request have too much to tell at once");
            Ok(false)
        }
        Err(error) => Err(failed(error)),
    }
}
