//! The agenda loop: sleeps until something falls due, and fires it.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use khidma_kernel::Timestamp;
use khidma_runtime::{Clock, Tasks};
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::{AgendaItem, Projection, ProjectionState, RowError};

/// Items fired at the same time, at most.
const AT_ONCE: usize = 16;
/// How long an item that was fired may stay on the agenda before it is fired again: views lag a little.
const SETTLING: Duration = Duration::from_secs(5);
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

/// A row of the agenda.
type Entry = (Timestamp, AgendaItem);

/// Sleeps until the next item falls due and calls `fire`, earliest first, several at a time but never two of one
/// entity; until the process stops. An item stays on the agenda until a view takes it off. One that failed is tried
/// again after a growing wait and keeps no other waiting; one that was fired and stays is fired again after some
/// seconds, so `fire` must bear being called twice. Nothing is fired while the projection catches up.
pub fn run_agenda<F, Fut>(projection: Projection, clock: Clock, tasks: &Tasks, fire: F)
where
    F: Fn(Timestamp, AgendaItem) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), AgendaError>> + Send + 'static,
{
    let fire: Fire = Arc::new(move |due, item| fire(due, item).boxed());
    let agenda = Agenda {
        projection,
        clock,
        tasks: tasks.clone(),
        fire,
        items: HashMap::new(),
    };
    tasks.spawn(agenda.run());
}

type Fire =
    Arc<dyn Fn(Timestamp, AgendaItem) -> BoxFuture<'static, Result<(), AgendaError>> + Send + Sync>;
type Firing = FuturesUnordered<BoxFuture<'static, (Entry, Result<(), AgendaError>)>>;

/// An item that is being fired or was fired lately.
#[derive(Debug)]
enum Held {
    /// Being fired; after failures, with the wait for the next.
    Firing(Backoff),
    /// Fired; not again before then.
    Settling(Instant),
    /// Failed; not again before then.
    Failed(Instant, Backoff),
}

impl Held {
    /// Until when the item is left alone; `None` while it is being fired.
    fn until(&self) -> Option<Instant> {
        match self {
            Self::Firing(_) => None,
            Self::Settling(until) | Self::Failed(until, _) => Some(*until),
        }
    }
}

struct Agenda {
    projection: Projection,
    clock: Clock,
    tasks: Tasks,
    fire: Fire,
    items: HashMap<Entry, Held>,
}

/// When to look again.
#[derive(Debug, Default)]
struct Next {
    /// When the first item not due yet falls due.
    due: Option<Timestamp>,
    /// When the first held item may be fired again.
    free: Option<Instant>,
}

impl Agenda {
    async fn run(mut self) {
        let mut firing = Firing::new();
        let mut changed = self.projection.watch_agenda();
        let mut status = self.projection.watch_status();
        let live = |status: &crate::ProjectionStatus| status.state == ProjectionState::Live;
        loop {
            let is_live = live(&status.borrow_and_update());
            changed.borrow_and_update();
            let next = match is_live.then(|| self.start_due(&mut firing)) {
                None => Next::default(),
                Some(Ok(next)) => next,
                Some(Err(error)) => {
                    tracing::warn!(read_model = self.projection.name(), %error, "the agenda could not be read");
                    Next {
                        due: None,
                        free: Some(Instant::now() + UNREADABLE),
                    }
                }
            };
            let clock = self.clock.clone();
            tokio::select! {
                () = self.tasks.stopping() => break,
                Some((entry, outcome)) = firing.next() => self.settle(entry, outcome),
                _ = changed.changed() => {}
                _ = status.wait_for(|status| live(status) != is_live) => {}
                () = maybe(next.due.map(|due| clock.sleep_until(due))) => {}
                () = maybe(next.free.map(tokio::time::sleep_until)) => {}
            }
        }
        // Fires under way are tasks of their own, and are waited for like those.
    }

    /// Fires what is due and free, earliest first.
    fn start_due(&mut self, firing: &mut Firing) -> Result<Next, RowError> {
        let reader = self.projection.reader();
        let (now, instant) = (self.clock.now(), Instant::now());
        let mut gone = Vec::new();
        for ((due, item), held) in &self.items {
            if !matches!(held, Held::Firing(_)) && !reader.is_scheduled(*due, item)? {
                gone.push((*due, item.clone()));
            }
        }
        for entry in &gone {
            self.items.remove(entry);
        }
        let mut next = Next::default();
        for entry in reader.agenda(Timestamp::from_micros(i64::MAX))? {
            let entry = entry?;
            if entry.0 > now {
                next.due = Some(entry.0);
                break;
            }
            if firing.len() >= AT_ONCE {
                break;
            }
            match self.items.get(&entry).map(Held::until) {
                Some(None) => {}
                Some(Some(until)) if until > instant => {
                    next.free = next.free.into_iter().chain([until]).min()
                }
                _ if self.entity_is_busy(&entry.1.entity) => {}
                _ => self.start(entry, firing),
            }
        }
        Ok(next)
    }

    fn entity_is_busy(&self, entity: &str) -> bool {
        self.items
            .iter()
            .any(|((_, item), held)| item.entity == entity && matches!(held, Held::Firing(_)))
    }

    fn start(&mut self, entry: Entry, firing: &mut Firing) {
        let backoff = match self.items.remove(&entry) {
            Some(Held::Failed(_, backoff) | Held::Firing(backoff)) => backoff,
            _ => Backoff::new(Duration::from_millis(250), Duration::from_secs(60)),
        };
        self.items.insert(entry.clone(), Held::Firing(backoff));
        let fired = self.tasks.spawn((self.fire)(entry.0, entry.1.clone()));
        let outcome =
            fired.map(|joined| joined.unwrap_or_else(|_| Err(AgendaError::new("firing panicked"))));
        firing.push(outcome.map(|outcome| (entry, outcome)).boxed());
    }

    fn settle(&mut self, entry: Entry, outcome: Result<(), AgendaError>) {
        let now = Instant::now();
        let held = match (outcome, self.items.remove(&entry)) {
            (Err(error), Some(Held::Firing(mut backoff))) => {
                let kind = entry.1.kind.as_str();
                tracing::warn!(read_model = self.projection.name(), kind, %error, "an agenda item failed; again later");
                Held::Failed(now + backoff.next(), backoff)
            }
            _ => Held::Settling(now + SETTLING),
        };
        self.items.insert(entry, held);
    }
}

/// Awaits `wait` if there is one, else for ever.
async fn maybe(wait: Option<impl Future<Output = ()>>) {
    match wait {
        Some(wait) => pin!(wait).await,
        None => std::future::pending().await,
    }
}
