//! Rounds: opening, reminding, closing, and launching the one that follows, when that falls due.
//!
//! Each step is decided by the round itself and asked for under a key that follows from what is due: in however many
//! processes, and after however many deaths, it is taken once.

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Deps;
use khidma_edge::query::{Scans, see_all};
use khidma_engine::{Ask, Engine};
use khidma_eventlog::EventLog;
use khidma_events::feedback::{Anonymity, Invited, RoundLaunched, round_entity};
use khidma_feedback_domain::round::{
    Follow, Invitation, PAGE, Round, RoundCommand, RoundDecider, Standing, chosen,
};
use khidma_kernel::{RoundId, Timestamp, derived_id, time_ordered_id};
use khidma_projection::{AgendaError, AgendaItem, Projection, Reader, RowError};

use super::failed;
use crate::ballots::Ballots;
use crate::facts;
use crate::views::{CLOSE, FOLLOW, OPEN, REMIND_ROUND as REMIND};

/// How long to wait for the read model, or for room to look at all people, before it is tried again later.
const PATIENCE: Duration = Duration::from_secs(30);

/// What happens to rounds by itself.
#[derive(Clone)]
pub(super) struct Rounds {
    engine: Arc<Engine<RoundDecider>>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    scans: Scans,
    ballots: Ballots,
}

impl Rounds {
    pub(super) fn new(deps: &Deps, projection: &Projection, ballots: &Ballots) -> Self {
        Self {
            engine: Arc::new(deps.engine(projection)),
            log: deps.log.clone(),
            projection: projection.clone(),
            scans: deps.scans.clone(),
            ballots: ballots.clone(),
        }
    }

    /// Does what stands on the agenda; `None` if it is none of ours.
    pub(super) async fn fire(
        &self,
        due: Timestamp,
        item: &AgendaItem,
    ) -> Option<Result<(), AgendaError>> {
        if ![OPEN, REMIND, CLOSE, FOLLOW].contains(&item.kind.as_str()) {
            return None;
        }
        let Ok(id) = item.entity.parse::<RoundId>() else {
            return Some(Err(AgendaError::new("a round without an id")));
        };
        let step = |kind: &str| by_itself(id, &[kind.as_bytes(), &due.as_micros().to_be_bytes()]);
        Some(match item.kind.as_str() {
            OPEN => self.open(id).await,
            REMIND => self.take(step(REMIND), RoundCommand::Remind).await,
            CLOSE => self.take(step(CLOSE), RoundCommand::Close).await,
            _ => self.follow(id).await,
        })
    }

    async fn take(&self, ask: Ask, command: RoundCommand) -> Result<(), AgendaError> {
        let taken = self.engine.execute(ask, |_| Ok(command.clone()));
        taken.await.map(|_| ()).map_err(failed)
    }

    /// Invites who fits as of now, some at a time, and opens with the last of them.
    async fn open(&self, id: RoundId) -> Result<(), AgendaError> {
        let seen = see_all(&*self.log, &self.projection, PATIENCE).await;
        seen.map_err(refused)?;
        let Some(round) = self.planned(id)? else {
            return Ok(());
        };
        let audience = round.launched.audience.clone();
        let sample = audience.sample;
        let reader = self.projection.reader();
        let look = self.scans.run(PATIENCE, move |stop| {
            facts::fitting(&reader, &audience, stop)
        });
        let people = chosen(look.await.map_err(refused)?, sample);
        while let Some(round) = self.planned(id)? {
            let position = self.invite(&round, &people).await?;
            let seen = self.projection.wait_for(position).await;
            seen.map_err(failed)?;
            let further = self.planned(id)?;
            if further.is_some_and(|further| further.last_invited == round.last_invited) {
                return Err(AgendaError::new("a round did not open"));
            }
        }
        Ok(())
    }

    /// The next step of inviting these people; where it stands.
    async fn invite(
        &self,
        round: &Round,
        people: &[Invited],
    ) -> Result<khidma_kernel::Position, AgendaError> {
        let (id, after) = (round.launched.round, &round.last_invited);
        let from = people.partition_point(|one| Some(&one.person) <= after.as_ref());
        let left = people.get(from..).unwrap_or_default();
        let page = left.get(..PAGE).unwrap_or(left);
        let invite = |reader: &Reader| {
            Ok(RoundCommand::Invite(Invitation {
                after: after.clone(),
                people: page.to_vec(),
                last: page.len() == left.len(),
                chosen: u32::try_from(people.len()).unwrap_or(u32::MAX),
                retired: retired(reader, &round.launched)?,
            }))
        };
        let whom = after.as_ref().map_or("", |person| person.as_str());
        let ask = by_itself(id, &[OPEN.as_bytes(), whom.as_bytes()]);
        let invited = self.engine.execute(ask, invite).await;
        invited.map(|done| done.position).map_err(failed)
    }

    fn planned(&self, id: RoundId) -> Result<Option<Round>, AgendaError> {
        let round = facts::round(&self.projection.reader(), id).map_err(failed)?;
        Ok(round.filter(|round| round.standing == Standing::Planned))
    }

    /// Launches the round that follows this one, which closed.
    async fn follow(&self, previous: RoundId) -> Result<(), AgendaError> {
        let reader = self.projection.reader();
        let Some(previous) = facts::round(&reader, previous).map_err(failed)? else {
            return Ok(());
        };
        let previous = previous.launched;
        let id = following(previous.round);
        let over = retired(&reader, &previous).map_err(failed)?;
        let anonymous = previous.anonymity == Anonymity::Anonymous;
        // Each round has a key of its own; one that is called off at once needs none.
        let public_key = match anonymous && !over {
            true => Some(self.ballots.keys.create(id).await.map_err(failed)?),
            false => None,
        };
        let follow = |_: &Reader| {
            Ok(RoundCommand::Follow(Box::new(Follow {
                round: id,
                previous: previous.clone(),
                retired: over,
                public_key: public_key.clone(),
            })))
        };
        let ask = Ask {
            begins: true,
            ..by_itself(id, &[FOLLOW.as_bytes()])
        };
        let done = self.engine.execute(ask, follow).await.map_err(failed)?;
        let seen = self.projection.wait_for(done.position).await;
        seen.map_err(failed)?;
        self.forget_unused(id, public_key.as_deref())
            .map_err(failed)
    }

    /// A key that was made in vain, as another process was faster with another, signs nothing.
    fn forget_unused(&self, id: RoundId, made: Option<&str>) -> Result<(), Fault> {
        let launched = facts::round(&self.projection.reader(), id)?;
        let used = launched.and_then(|round| round.launched.public_key);
        match made {
            Some(made) if used.as_deref() != Some(made) => Ok(self.ballots.keys.forget(id)?),
            _ => Ok(()),
        }
    }
}

/// Why a key could not be forgotten.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Row(#[from] RowError),
    #[error(transparent)]
    Folder(#[from] std::io::Error),
}

/// The id of the round that follows: the same in each process.
fn following(previous: RoundId) -> RoundId {
    RoundId(time_ordered_id(previous.0, &[b"the next round"]))
}

fn retired(reader: &Reader, launched: &RoundLaunched) -> Result<bool, RowError> {
    let survey = facts::survey(reader, &launched.survey)?;
    Ok(survey.is_none_or(|survey| survey.retired))
}

fn by_itself(id: RoundId, what: &[&[u8]]) -> Ask {
    let key = derived_id(&[&[b"round", id.0.as_bytes().as_slice()], what].concat());
    Ask::by_itself("feedback", round_entity(id), key)
}

fn refused(status: tonic::Status) -> AgendaError {
    AgendaError::new(status.message())
}
