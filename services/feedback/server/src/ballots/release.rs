//! Letting answers go: at the end of each day, when a box is full, and when its round has closed.
//!
//! The clock says when, not an answer that comes: so the time at which a batch reaches the log says of no answer when it came.
//! A batch is on the log before it is taken out of the box. Who dies in between finds it there again, and takes it out then.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Deps;
use khidma_eventlog::EventLog;
use khidma_events::feedback::{BoxEvent, Segment};
use khidma_feedback_domain::ballot::{Batch, COMMIT, empty, let_go, parts};
use khidma_feedback_domain::round::{Round, Standing};
use khidma_kernel::{Position, RoundId};
use khidma_projection::Projection;
use khidma_runtime::{Clock, Tasks};
use tokio::time::Instant;

use super::Ballots;
use super::boxes::FULL;
use super::commit::{emptied, next_day, proposal, released};
use super::held::Held;
use crate::facts;

/// How long to wait after something could not be let go.
const AGAIN: Duration = Duration::from_secs(2);

/// Why answers were not let go now. They will be.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Why the boxes are looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// A day has ended.
    Day,
    /// A box is full.
    Full,
    /// A round may have closed, or this process begins.
    Change,
}

/// Lets answers go.
struct Release {
    ballots: Ballots,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    tasks: Tasks,
}

/// Begins to let answers go, until the process stops.
pub(super) fn start(deps: &Deps, projection: &Projection, ballots: &Ballots) {
    let keys = ballots.keys.clone();
    deps.meters.gauge(
        "khidma.feedback.ballot_keys",
        "{round}",
        "Anonymous rounds whose keys and boxes this process has",
        move || keys.rounds().map_or(f64::NAN, |rounds| rounds.len() as f64),
    );
    let release = Release {
        ballots: ballots.clone(),
        log: deps.log.clone(),
        projection: projection.clone(),
        clock: deps.clock.clone(),
        tasks: deps.tasks.clone(),
    };
    deps.tasks.spawn(release.run());
}

impl Release {
    async fn run(self) {
        let mut changes = self.projection.changes();
        let mut cause = Cause::Change;
        let mut day = next_day(self.clock.now());
        loop {
            let again = self.look(cause).await.err().map(|error| {
                tracing::warn!(%error, "anonymous answers could not be let go; again later");
                Instant::now() + AGAIN
            });
            cause = loop {
                tokio::select! {
                    () = self.tasks.stopping() => return,
                    () = self.clock.sleep_until(day) => {
                        day = next_day(self.clock.now());
                        break Cause::Day;
                    }
                    () = self.ballots.boxes.full() => break Cause::Full,
                    changed = changes.recv() => match changed {
                        Ok(change) if !change.topic.starts_with("round-") => {}
                        // What could not be let go is not forgotten over it.
                        _ if again.is_some() => break cause,
                        _ => break Cause::Change,
                    },
                    () = rested(again) => break cause,
                }
            };
        }
    }

    async fn look(&self, cause: Cause) -> Result<(), Failure> {
        // What is wrong with one round holds up no other.
        let mut failed = Ok(());
        for round in self.ballots.keys.rounds()? {
            if self.tasks.is_stopping() {
                break;
            }
            let looked = self.look_at(round, cause).await;
            failed = failed.and(looked);
        }
        failed
    }

    async fn look_at(&self, id: RoundId, cause: Cause) -> Result<(), Failure> {
        self.catch_up(self.log.head().await?).await?;
        // Its key is there before the round is.
        let Some(round) = facts::round(&self.projection.reader(), id)? else {
            return Ok(());
        };
        let key = round.launched.public_key.as_deref().unwrap_or_default();
        if !self.ballots.keys.is_of(id, key).await? {
            // Left behind by a launch that came to nothing: the round is another process's, and so is its box.
            return Ok(self.ballots.keys.forget(id)?);
        }
        match round.standing {
            Standing::Planned => Ok(()),
            Standing::Open => match cause {
                Cause::Change => Ok(()),
                Cause::Full if self.ballots.boxes.fresh(id).await? < FULL => Ok(()),
                Cause::Full | Cause::Day => self.thin(id, &round).await,
            },
            Standing::Closed => self.close(id, &round).await,
            Standing::Cancelled => Ok(self.ballots.keys.forget(id)?),
        }
    }

    /// Lets go what does not have to stay while the round is open.
    async fn thin(&self, id: RoundId, round: &Round) -> Result<(), Failure> {
        let held = self.ballots.boxes.look(id).await?;
        let (held, by_segment) = self.sorted(id, held).await?;
        let mut failed = None;
        let mut chance = |below| {
            below_by_chance(below).unwrap_or_else(|error| {
                failed = Some(error);
                0
            })
        };
        let batches = let_go(by_segment, threshold(round), &mut chance);
        // What was not chosen by chance is not let go.
        match failed {
            Some(error) => Err(error.to_string().into()),
            None => self.let_all_go(id, round, held, batches).await,
        }
    }

    /// Lets all go that may, and forgets the rest and the key.
    async fn close(&self, id: RoundId, round: &Round) -> Result<(), Failure> {
        let done = facts::box_row(&self.projection.reader(), id)?.emptied;
        if !done {
            let held = self.ballots.boxes.seal(id).await?;
            let (held, by_segment) = self.sorted(id, held).await?;
            let batches = empty(by_segment, threshold(round));
            let too_few = batches.is_none();
            self.let_all_go(id, round, held, batches.unwrap_or_default())
                .await?;
            self.append(id, emptied(too_few)).await?;
        }
        let left = self.ballots.boxes.seal(id).await?;
        let tokens = left.into_iter().map(|held| held.answer.token).collect();
        self.ballots.boxes.remove(id, tokens).await?;
        Ok(self.ballots.keys.forget(id)?)
    }

    /// What is held, by token, and the tokens of each segment; without what is on the log already, which leaves the box.
    async fn sorted(&self, id: RoundId, held: Vec<Held>) -> Result<Sorted, Failure> {
        let reader = self.projection.reader();
        let (mut by_token, mut gone) = (BTreeMap::new(), Vec::new());
        let mut by_segment: BTreeMap<Option<Segment>, Vec<String>> = BTreeMap::new();
        for one in held {
            let token = one.answer.token.clone();
            match facts::spent(&reader, id, &token)? {
                Some(_) => gone.push(token),
                None => {
                    let segment = by_segment.entry(one.segment.clone()).or_default();
                    segment.push(token.clone());
                    by_token.insert(token, one);
                }
            }
        }
        if !gone.is_empty() {
            self.ballots.boxes.remove(id, gone).await?;
        }
        Ok((by_token, by_segment))
    }

    async fn let_all_go(
        &self,
        id: RoundId,
        round: &Round,
        mut held: BTreeMap<String, Held>,
        batches: Vec<Batch<String>>,
    ) -> Result<(), Failure> {
        for batch in batches {
            let bytes = |token: &String| held.get(token).map_or(0, stored_bytes);
            for part in parts(batch, threshold(round), COMMIT, bytes) {
                let tokens = part.answers;
                let answers = tokens.iter().filter_map(|token| held.remove(token));
                let batch = Batch {
                    segment: part.segment,
                    answers: answers.collect(),
                };
                self.append(id, released(id, batch)).await?;
                self.ballots.boxes.remove(id, tokens).await?;
            }
        }
        Ok(())
    }

    /// Appends, and returns when the rows show it: only then may what it holds leave the box, as else a token would for a
    /// moment be known to nobody.
    async fn append(&self, id: RoundId, event: BoxEvent) -> Result<(), Failure> {
        let last = facts::box_row(&self.projection.reader(), id)?.position;
        let proposal = proposal(id, last, self.clock.now(), event)?;
        let log = self.log.clone();
        let appended = self
            .tasks
            .finish(async move { log.append(proposal, last).await });
        self.catch_up(appended.await?.position).await
    }

    async fn catch_up(&self, position: Position) -> Result<(), Failure> {
        Ok(self.projection.wait_for(position).await?)
    }
}

type Sorted = (
    BTreeMap<String, Held>,
    BTreeMap<Option<Segment>, Vec<String>>,
);

/// Returns at `instant`; never if there is none.
async fn rested(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

fn threshold(round: &Round) -> usize {
    round.launched.thresholds.ratings as usize
}

fn stored_bytes(held: &Held) -> usize {
    serde_json::to_vec(&held.answer).map_or(0, |stored| stored.len() + 1)
}

/// A number below `below`, from the system's randomness.
fn below_by_chance(below: usize) -> Result<usize, getrandom::Error> {
    let number = u128::from(getrandom::u64()?) * (below as u128);
    // The high half of the product: each is as likely as another, to one in 2^64 / `below`.
    Ok(usize::try_from(number >> 64).unwrap_or_default())
}
