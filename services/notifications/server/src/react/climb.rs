//! Ladders: telling whom a step names, going up the reporting line, and ending both.
//!
//! What is decided here is decided by the escalation itself: a step is raised once, each level is reached once, in however
//! many processes; and whoever acknowledges, or ends it, may come between.

use std::time::Duration;

use khidma_edge::Deps;
use khidma_engine::{Ask, CommandError, Engine, entity_key};
use khidma_events::notifications::escalation_entity;
use khidma_kernel::{Actor, Caller, EscalationId, ServiceRequestId, derived_id};
use khidma_notifications_domain::escalation::{
    Climb, EscalationCommand, EscalationDecider, EscalationRefusal, Raise,
};
use khidma_notifications_domain::ladder::{Case, above, named};
use khidma_projection::{AgendaError, AgendaItem, Projection, Reader, RowError};

use super::failed;
use crate::keys;
use crate::views::{CLIMB, Directory, END, EscalationRow, FOLLOW, RAISE, StepRow, case};

/// What climbing needs.
pub(crate) struct Ladders {
    engine: Engine<EscalationDecider>,
    projection: Projection,
    climb_after: Option<Duration>,
}

impl Ladders {
    /// Ladders that go up after so long; `None`: they do not.
    pub(crate) fn new(deps: &Deps, projection: &Projection, climb_after: Option<Duration>) -> Self {
        Self {
            engine: deps.engine(projection),
            projection: projection.clone(),
            climb_after,
        }
    }

    /// Does what stands on the agenda; `None` if it is none of ours.
    pub(crate) async fn fire(&self, item: &AgendaItem) -> Option<Result<(), AgendaError>> {
        if ![RAISE, CLIMB, FOLLOW, END].contains(&item.kind.as_str()) {
            return None;
        }
        let Ok(id) = item.entity.parse::<EscalationId>() else {
            return Some(Err(AgendaError::new("an escalation without an id")));
        };
        let done = match item.kind.as_str() {
            RAISE => self.raise(id).await,
            CLIMB => self.climb(id).await,
            FOLLOW => self.follow(id).await,
            _ => self.end(id).await,
        };
        Some(done.map_err(failed))
    }

    async fn raise(&self, id: EscalationId) -> Outcome {
        let step: Option<StepRow> = self.projection.reader().get(&keys::step(id))?;
        let Some(step) = step else { return Ok(()) };
        let ask = Ask {
            begins: true,
            traceparent: step.traceparent.clone(),
            ..by_itself(id, Some(step.request), &[b"raise"])
        };
        let raise = |reader: &Reader| {
            let matter = case(reader, step.request)?;
            let case = Case {
                assignee: matter.as_ref().and_then(|matter| matter.assignee.as_ref()),
                requester: matter.as_ref().and_then(|matter| matter.requester.as_ref()),
                provider: &step.owner,
            };
            Ok(EscalationCommand::Raise(Raise {
                request: step.request,
                clock: step.clock,
                step: step.step,
                owner: step.owner.clone(),
                named: named(&Directory(reader), case, &step.to)?,
                climb_after: self.climb_after,
            }))
        };
        self.engine.execute(ask, raise).await?;
        Ok(())
    }

    async fn climb(&self, id: EscalationId) -> Outcome {
        let reader = self.projection.reader();
        let level = escalation(&reader, id)?.entity.state.levels.len();
        let climb = |reader: &Reader| {
            let row = escalation(reader, id)?;
            let above = above(&Directory(reader), &row.entity.state.told())?;
            Ok(EscalationCommand::Climb(Climb {
                level: u32::try_from(row.entity.state.levels.len()).unwrap_or(u32::MAX),
                above,
                climb_after: self.climb_after,
            }))
        };
        let level = level.to_be_bytes();
        let ask = about(&reader, id, &[b"climb", &level])?;
        self.engine.execute(ask, climb).await?;
        Ok(())
    }

    /// Whoever took care of another escalation of its clock takes care of this one, too.
    async fn follow(&self, id: EscalationId) -> Outcome {
        let reader = self.projection.reader();
        let Some((_, by)) = escalation(&reader, id)?.follows else {
            return Ok(());
        };
        let ask = Ask {
            by: on_behalf_of(by),
            ..about(&reader, id, &[b"follow"])?
        };
        let acknowledge = |_: &Reader| {
            Ok(EscalationCommand::Acknowledge {
                comment: None,
                // What they may was decided where they said it.
                leads: true,
            })
        };
        match self.engine.execute(ask, acknowledge).await {
            Ok(_) | Err(CommandError::Refused(EscalationRefusal::Over)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn end(&self, id: EscalationId) -> Outcome {
        let ask = about(&self.projection.reader(), id, &[b"end"])?;
        self.engine
            .execute(ask, |_: &Reader| Ok(EscalationCommand::End))
            .await?;
        Ok(())
    }
}

type Outcome = Result<(), Fault>;

/// Why it could not be done now.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Row(#[from] RowError),
    #[error(transparent)]
    Command(#[from] CommandError<EscalationRefusal>),
}

/// The same command, however often and in however many processes it comes to that.
fn by_itself(id: EscalationId, request: Option<ServiceRequestId>, what: &[&[u8]]) -> Ask {
    let key = derived_id(&[&[b"escalation", id.0.as_bytes().as_slice()], what].concat());
    Ask {
        correlation: request.map(|request| request.0),
        ..Ask::by_itself("notifications", escalation_entity(id), key)
    }
}

fn about(reader: &Reader, id: EscalationId, what: &[&[u8]]) -> Result<Ask, RowError> {
    let subject = escalation(reader, id)?.entity.state.subject;
    Ok(by_itself(id, subject.map(|subject| subject.request), what))
}

fn escalation(reader: &Reader, id: EscalationId) -> Result<EscalationRow, RowError> {
    let row = reader.get(&entity_key(&escalation_entity(id)))?;
    Ok(row.unwrap_or_default())
}

fn on_behalf_of(actor: Actor) -> Caller {
    Caller {
        actor,
        department: None,
        roles: Default::default(),
    }
}
