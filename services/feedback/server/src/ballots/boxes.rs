//! The boxes of all rounds, on disk: an answer is durable before anybody hears that it was taken.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use khidma_kernel::RoundId;
use khidma_projection::RowError;
use khidma_runtime::Tasks;
use tokio::sync::{Mutex as AsyncMutex, Notify, oneshot};

use super::BallotError;
use super::folder::Folder;
use super::held::{Held, Put, RoundBox, digest_of};

/// The ending of a box's file.
const BOX: &str = "box";

/// A box into which so many answers came is emptied without waiting for the day's end, as it is written whole each time.
/// Nobody is found among so many by the time at which that happens.
pub(crate) const FULL: usize = 1_000;

/// What was answered with a token of a round that was let go already: the digest of it ([`digest_of`]).
pub(crate) type Spent =
    Arc<dyn Fn(RoundId, &str) -> Result<Option<String>, RowError> + Send + Sync>;

type Rounds = HashMap<RoundId, RoundBox>;

/// The boxes. Clones share them.
#[derive(Clone)]
pub(crate) struct Boxes(Arc<Inner>);

struct Inner {
    folder: Arc<Folder>,
    spent: Spent,
    /// What was not taken in yet: all that waits is written at once.
    waiting: Mutex<Vec<Waiting>>,
    /// As they are on disk. Whoever has it writes.
    rounds: Arc<AsyncMutex<Rounds>>,
    full: Notify,
    tasks: Tasks,
}

struct Waiting {
    round: RoundId,
    held: Held,
    tell: oneshot::Sender<Result<Put, BallotError>>,
}

impl std::fmt::Debug for Boxes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Boxes(…)")
    }
}

impl Boxes {
    /// The boxes in that folder.
    pub(crate) fn new(folder: Arc<Folder>, spent: Spent, tasks: Tasks) -> Self {
        Self(Arc::new(Inner {
            folder,
            spent,
            waiting: Mutex::default(),
            rounds: Arc::default(),
            full: Notify::new(),
            tasks,
        }))
    }

    /// Takes an answer in, unless its token was used before. It is durable when this returns.
    ///
    /// # Errors
    /// It could not be written, or it is not known whether its token was used. It may be tried again.
    pub(crate) async fn put(&self, round: RoundId, held: Held) -> Result<Put, BallotError> {
        let (tell, told) = oneshot::channel();
        let waiting = Waiting { round, held, tell };
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(waiting);
        // To its end, although this caller may go: others' answers may be among what it writes.
        self.0.tasks.finish(self.clone().write_waiting()).await?;
        told.await.map_err(|_| BallotError::Stopping)?
    }

    /// All that the box of a round holds.
    pub(crate) async fn look(&self, round: RoundId) -> Result<Vec<Held>, BallotError> {
        self.with(round, |_, one| Ok(one.look())).await
    }

    /// The same; and from now on it takes nothing more.
    pub(crate) async fn seal(&self, round: RoundId) -> Result<Vec<Held>, BallotError> {
        let look = |_: &Inner, one: &mut RoundBox| {
            one.seal();
            Ok(one.look())
        };
        self.with(round, look).await
    }

    /// Takes answers out of the box of a round, for good when this returns.
    pub(crate) async fn remove(
        &self,
        round: RoundId,
        tokens: Vec<String>,
    ) -> Result<(), BallotError> {
        let remove = move |inner: &Inner, one: &mut RoundBox| {
            tokens.iter().for_each(|token| one.remove(token));
            inner.write(round, one)
        };
        self.with(round, remove).await
    }

    /// How many answers came to the box of a round since it was last looked into.
    pub(crate) async fn fresh(&self, round: RoundId) -> Result<usize, BallotError> {
        self.with(round, |_, one| Ok(one.fresh())).await
    }

    /// Returns when a box is full.
    pub(crate) async fn full(&self) {
        self.0.full.notified().await;
    }

    async fn with<T: Send + 'static>(
        &self,
        round: RoundId,
        work: impl FnOnce(&Inner, &mut RoundBox) -> Result<T, BallotError> + Send + 'static,
    ) -> Result<T, BallotError> {
        let mut rounds = self.0.rounds.clone().lock_owned().await;
        let inner = self.0.clone();
        let done = self.0.tasks.spawn_blocking(move || {
            let one = inner.open(round, &mut rounds)?;
            work(&inner, one)
        });
        done.await.unwrap_or(Err(BallotError::Stopping))
    }

    async fn write_waiting(self) -> Result<(), BallotError> {
        let mut rounds = self.0.rounds.clone().lock_owned().await;
        let waiting = self.0.waiting();
        if waiting.is_empty() {
            return Ok(());
        }
        let inner = self.0.clone();
        let written = self.0.tasks.spawn_blocking(move || {
            inner.take_in(waiting, &mut rounds);
        });
        written.await.map_err(|_| BallotError::Stopping)
    }
}

impl Inner {
    /// All that waits.
    fn waiting(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }

    /// Takes in all that waits, each box written once, and tells each caller what became of theirs.
    fn take_in(&self, waiting: Vec<Waiting>, rounds: &mut Rounds) {
        let mut by_round: HashMap<RoundId, Vec<Waiting>> = HashMap::new();
        for one in waiting {
            by_round.entry(one.round).or_default().push(one);
        }
        for (round, waiting) in by_round {
            let (mut told, mut new) = (Vec::new(), Vec::new());
            for Waiting { held, tell, .. } in waiting {
                let token = held.answer.token.clone();
                let put = self.put(round, held, rounds);
                if let Ok(Put::New) = put {
                    new.push(token);
                }
                told.push((tell, put));
            }
            let kept = match new.is_empty() {
                true => Ok(()),
                false => self.keep(round, &new, rounds),
            };
            for (tell, put) in told {
                let put = match (put, &kept) {
                    // Nothing that is only in memory was taken; what was there before may be the same one, of this round.
                    (Ok(Put::New | Put::Same), Err(error)) => Err(error.again()),
                    (put, _) => put,
                };
                // A caller who has gone asks again.
                let _ = tell.send(put);
            }
        }
    }

    /// Whether a token was used is looked at under the lock under which answers are taken out after they were let go: one or
    /// the other knows it.
    fn put(&self, round: RoundId, held: Held, rounds: &mut Rounds) -> Result<Put, BallotError> {
        let one = self.open(round, rounds)?;
        Ok(match (self.spent)(round, &held.answer.token)? {
            Some(digest) if digest == digest_of(&held.answer.values) => Put::Same,
            Some(_) => Put::Spent,
            None => one.put(held),
        })
    }

    fn keep(&self, round: RoundId, new: &[String], rounds: &mut Rounds) -> Result<(), BallotError> {
        let one = self.open(round, rounds)?;
        if let Err(error) = self.write(round, one) {
            // On disk may be either; what is in memory is what was said to be taken.
            new.iter().for_each(|token| one.remove(token));
            return Err(error);
        }
        if one.fresh() >= FULL {
            self.full.notify_one();
        }
        Ok(())
    }

    fn write(&self, round: RoundId, one: &RoundBox) -> Result<(), BallotError> {
        let name = file(round);
        let content = one.content().map_err(io::Error::from)?;
        match one.is_empty() {
            true => self.folder.remove(&name)?,
            false => self.folder.write(&name, &content)?,
        }
        Ok(())
    }

    fn open<'a>(
        &self,
        round: RoundId,
        rounds: &'a mut Rounds,
    ) -> Result<&'a mut RoundBox, BallotError> {
        use std::collections::hash_map::Entry;
        match rounds.entry(round) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(vacant) => {
                let one = match self.folder.read(&file(round))? {
                    Some(content) => RoundBox::read(&content).map_err(io::Error::from)?,
                    None => RoundBox::default(),
                };
                Ok(vacant.insert(one))
            }
        }
    }
}

fn file(round: RoundId) -> String {
    format!("{round}.{BOX}")
}
