//! The agenda loop: sleeps until something falls due, and fires it.
//!
//! `head` is the beginning of the agenda in memory, `held` are the items not to be fired just now, and `news` keeps
//! both up to what is written: the disk is read only where the head is used up.

mod head;
mod held;
mod news;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use khidma_kernel::Timestamp;
use khidma_runtime::{Clock, Tasks};
use tokio::sync::broadcast::{self, error::TryRecvError};
use tokio::time::Instant;

use self::head::{Head, Reach};
use self::held::Held;
pub(crate) use self::news::{Entry, NEWS_KEPT, News, Notes};
use crate::{AgendaItem, Projection, ProjectionState, ProjectionStatus, RowError, keys};

/// Items read from the disk in one go.
const CHUNK: usize = 512;
/// How long firing one item may take: what hangs must not keep others waiting for ever.
const LONGEST: Duration = Duration::from_secs(120);
/// How long to wait after the agenda could not be read.
const UNREADABLE: Duration = Duration::from_millis(500);

/// Why an item could not be fired now. It is tried again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AgendaError(String);

impl AgendaError {
    /// Says why, without contents.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// How an agenda is fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaConfig {
    /// Items fired at the same time, at most; at least two are. A quarter of them may be ones that were fired before,
    /// so that neither those that fail nor those that fall due keep the others waiting for ever.
    pub at_once: usize,
    /// Which items.
    pub lane: Lane,
}

impl Default for AgendaConfig {
    /// 16 at once, of all.
    fn default() -> Self {
        Self {
            at_once: 16,
            lane: Lane::All,
        }
    }
}

/// Which part of an agenda a loop fires. Earliest first means that a flood of items long past keeps what falls due now
/// waiting; two loops, one before and one from an instant, do not wait for each other. Then two items of one entity may
/// be fired at the same time if one stands before that instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lane {
    /// All of it.
    #[default]
    All,
    /// What falls due before this.
    Before(Timestamp),
    /// What falls due at this or later.
    From(Timestamp),
}

impl Lane {
    fn has(self, due: Timestamp) -> bool {
        match self {
            Self::All => true,
            Self::Before(end) => due < end,
            Self::From(start) => due >= start,
        }
    }
}

/// Sleeps until the next item falls due and calls `fire`, earliest first, several at a time but never two of one
/// entity; until the process stops. An item stays on the agenda until a view takes it off. One that failed, or took
/// two minutes, is tried again after a growing wait and keeps no other waiting; one that was fired and stays is fired
/// again after some seconds, so `fire` must bear being called twice, and its future being dropped. One that was taken
/// off and put on again is fired again at once. Nothing is fired while the projection catches up.
pub fn run_agenda<F, Fut>(projection: Projection, clock: Clock, tasks: &Tasks, fire: F)
where
    F: Fn(Timestamp, AgendaItem) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), AgendaError>> + Send + 'static,
{
    run_agenda_with(AgendaConfig::default(), projection, clock, tasks, fire);
}

/// As [`run_agenda`], as `config` says. The embedded log flushes once for all appends that wait: an agenda of which many
/// items fall due together is fired fastest some hundred at once.
pub fn run_agenda_with<F, Fut>(
    config: AgendaConfig,
    projection: Projection,
    clock: Clock,
    tasks: &Tasks,
    fire: F,
) where
    F: Fn(Timestamp, AgendaItem) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), AgendaError>> + Send + 'static,
{
    let agenda = Agenda {
        at_once: config.at_once.max(2),
        lane: config.lane,
        projection,
        clock,
        tasks: tasks.clone(),
        fire: Arc::new(move |due, item| fire(due, item).boxed()),
        generation: 0,
        head: Head::default(),
        held: Held::default(),
    };
    tasks.spawn(agenda.run());
}

type Fire =
    Arc<dyn Fn(Timestamp, AgendaItem) -> BoxFuture<'static, Result<(), AgendaError>> + Send + Sync>;
type Firing = FuturesUnordered<BoxFuture<'static, (Entry, Result<(), AgendaError>)>>;

struct Agenda {
    at_once: usize,
    lane: Lane,
    projection: Projection,
    clock: Clock,
    tasks: Tasks,
    fire: Fire,
    /// Of which the head is.
    generation: u64,
    head: Head,
    held: Held,
}

/// When to look again, if nothing happens before.
#[derive(Debug, Default)]
struct Next {
    /// When the first item not due yet falls due.
    due: Option<Timestamp>,
    /// When the first held item may be fired again.
    rested: Option<Instant>,
}

impl Agenda {
    async fn run(mut self) {
        let mut firing = Firing::new();
        // Heard from before anything is read, so nothing is missed; what was both read and heard is known.
        let mut news = self.projection.agenda_news();
        let mut status = self.projection.watch_status();
        let seen =
            |status: &ProjectionStatus| (status.state == ProjectionState::Live, status.generation);
        loop {
            let now = seen(&status.borrow_and_update());
            let (is_live, generation) = now;
            if generation != std::mem::replace(&mut self.generation, generation) {
                self.head.forget();
            }
            self.hear_all(&mut news);
            let next = match is_live.then(|| self.start_due(&mut firing)) {
                None => Next::default(),
                Some(Ok(next)) => next,
                Some(Err(error)) => {
                    tracing::warn!(read_model = self.projection.name(), %error, "the agenda could not be read");
                    Next {
                        due: None,
                        rested: Some(Instant::now() + UNREADABLE),
                    }
                }
            };
            let clock = self.clock.clone();
            tokio::select! {
                () = self.tasks.stopping() => break,
                Some((entry, outcome)) = firing.next() => {
                    self.settle(entry, outcome);
                    while let Some(Some((entry, outcome))) = firing.next().now_or_never() {
                        self.settle(entry, outcome);
                    }
                }
                told = news.recv() => self.hear(told.unwrap_or(News::Many)),
                _ = status.wait_for(|status| seen(status) != now) => {}
                () = maybe(next.due.map(|due| clock.sleep_until(due))) => {}
                () = maybe(next.rested.map(tokio::time::sleep_until)) => {}
            }
        }
        // Fires under way are tasks of their own, and are waited for like those.
    }

    /// Hears all there is to hear.
    fn hear_all(&mut self, news: &mut broadcast::Receiver<News>) {
        loop {
            match news.try_recv() {
                Ok(news) => self.hear(news),
                Err(TryRecvError::Lagged(_)) => self.hear(News::Many),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
    }

    fn hear(&mut self, news: News) {
        let News::These(told) = news else {
            self.head.forget();
            return;
        };
        let lane = self.lane;
        for (entry, fate) in told.iter().filter(|(entry, _)| lane.has(entry.0)) {
            // Put back below if it stands there.
            self.head.remove(entry);
            if self.held.hear(entry, *fate) {
                self.head.learn(entry.clone());
            }
        }
    }

    /// Fires what is due and free, earliest first.
    fn start_due(&mut self, firing: &mut Firing) -> Result<Next, RowError> {
        let now = self.clock.now();
        self.start_again(now, firing)?;
        while firing.len() < self.at_once {
            match self.head.pop_due(now) {
                Some(entry) if self.held.is_busy(&entry.1.entity) => self.held.park(entry),
                Some(entry) => {
                    self.held.fire(entry.clone());
                    self.start(entry, firing);
                }
                None if self.head.is_used_up() => self.read_on()?,
                None => break,
            }
        }
        // With no room left it is the end of a fire that makes some.
        Ok(Next {
            due: self
                .head
                .first_due()
                .filter(|_| firing.len() < self.at_once),
            rested: self.held.first_rested().filter(|_| self.may_repeat(firing)),
        })
    }

    /// Fires again what has rested and is still on the agenda.
    fn start_again(&mut self, now: Timestamp, firing: &mut Firing) -> Result<(), RowError> {
        let (reader, instant) = (self.projection.reader(), Instant::now());
        while self.may_repeat(firing)
            && let Some(entry) = self.held.rested(instant).cloned()
        {
            if !reader.is_scheduled(entry.0, &entry.1)? {
                self.held.wake(&entry);
            } else if entry.0 > now {
                // The clock was put back.
                self.held.wake(&entry);
                self.head.learn(entry);
            } else if self.held.is_busy(&entry.1.entity) {
                self.held.rest_on(&entry, instant);
            } else {
                self.held.fire_again(&entry);
                self.start(entry, firing);
            }
        }
        Ok(())
    }

    fn may_repeat(&self, firing: &Firing) -> bool {
        firing.len() < self.at_once && self.held.repeats() < (self.at_once / 4).max(1)
    }

    /// Reads what comes after the head.
    fn read_on(&mut self) -> Result<(), RowError> {
        let start = match (self.head.reach(), self.lane) {
            (Reach::Nothing, Lane::From(start)) => keys::agenda_from(start),
            (Reach::Nothing, _) => keys::agenda_after(None),
            (Reach::To(last), _) => keys::agenda_after(Some(last)),
            (Reach::All, _) => return Ok(()),
        };
        let mut read = self.projection.reader().agenda_in(start, CHUNK)?;
        read.retain(|entry| self.lane.has(entry.0));
        let reach = match read.last() {
            Some(last) if read.len() == CHUNK => Reach::To(last.clone()),
            _ => Reach::All,
        };
        let held = &self.held;
        let free = read.into_iter().filter(|entry| !held.has(entry));
        self.head.extend(free, reach);
        Ok(())
    }

    fn start(&self, entry: Entry, firing: &mut Firing) {
        let fire = tokio::time::timeout(LONGEST, (self.fire)(entry.0, entry.1.clone()));
        let outcome = self.tasks.spawn(fire).map(|ended| match ended {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(AgendaError::new("firing took too long")),
            Err(_) => Err(AgendaError::new("firing panicked")),
        });
        firing.push(outcome.map(|outcome| (entry, outcome)).boxed());
    }

    fn settle(&mut self, entry: Entry, outcome: Result<(), AgendaError>) {
        if let Err(error) = &outcome {
            let kind = entry.1.kind.as_str();
            tracing::warn!(read_model = self.projection.name(), kind, %error, "an agenda item failed; again later");
        }
        for free in self.held.settle(entry, outcome.is_ok(), Instant::now()) {
            self.head.learn(free);
        }
    }
}

/// Awaits `wait` if there is one, else for ever.
async fn maybe(wait: Option<impl Future<Output = ()>>) {
    match wait {
        Some(wait) => pin!(wait).await,
        None => std::future::pending().await,
    }
}
