//! Searching for words: a full-text index beside the rows.
//!
//! The index is a second cache of what the log says, never the source of truth. It is made from the read model's rows
//! (`document`), follows the log to know which of them to look at again (`follow`), and builds itself anew where it is
//! missing, damaged, of another version or of another log (`index`). It only proposes: what a caller may read is decided
//! on the row (`facts` narrows the proposal), and what of it they see, in `excerpt`.

mod any;
mod ask;
mod document;
mod excerpt;
mod facts;
mod follow;
mod index;
mod rank;
mod waiting;
mod wish;
mod words;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_kernel::Position;
use khidma_projection::Projection;
use tokio::sync::{Notify, watch};

pub(crate) use ask::Question;
pub(crate) use excerpt::{Excerpt, Place, look};
pub(crate) use facts::{offering, provider, requester, sight, tag};
pub(crate) use index::Reading;
pub(crate) use rank::{Candidate, Found};
pub(crate) use wish::Wish;

use follow::Follower;
use waiting::Waiting;

/// The folder of the index, beside those of the read models.
const FOLDER: &str = "requests-search";

/// The index of a running service.
#[derive(Debug)]
pub(crate) struct Search {
    /// How far it is.
    state: watch::Sender<State>,
    waiting: Waiting,
    /// Somebody met damage.
    damaged: Notify,
}

#[derive(Debug, Clone, Default)]
struct State {
    /// `None` while it is opened or built.
    reading: Option<Reading>,
    /// Up to where it can be searched.
    position: Position,
}

impl Search {
    /// Opens the index of `projection`, or builds it, in a task of its own; then keeps it up to date.
    pub(crate) fn start(deps: &Deps, projection: &Projection) -> Arc<Self> {
        let search = Arc::new(Self {
            state: watch::Sender::new(State::default()),
            waiting: Waiting::default(),
            damaged: Notify::new(),
        });
        let follower = Follower {
            search: search.clone(),
            folder: deps.config.data.join("views").join(FOLDER),
            log: deps.log.clone(),
            projection: projection.clone(),
            tasks: deps.tasks.clone(),
        };
        deps.tasks.spawn(follower.run());
        search
    }

    /// The index once it shows `position`, and up to where it shows all. The caller bounds the wait.
    pub(crate) async fn reading_at(&self, position: Position) -> Option<(Reading, Position)> {
        let _waits = self.waiting.wait(position);
        let mut state = self.state.subscribe();
        let there = |state: &State| state.reading.is_some() && state.position >= position;
        let state = state.wait_for(there).await.ok()?.clone();
        state.reading.map(|reading| (reading, state.position))
    }

    /// Up to where it can be searched; `None` while it is opened or built.
    pub(crate) fn position(&self) -> Option<Position> {
        let state = self.state.borrow();
        state.reading.as_ref().map(|_| state.position)
    }

    /// Says that the index could not be read, so that it is built anew.
    pub(crate) fn report_damage(&self) {
        self.damaged.notify_one();
    }

    /// Whether somebody waits for a position after `shown`, at `end` or before.
    fn is_waited_for(&self, shown: Position, end: Position) -> bool {
        self.waiting.is_any_within(shown, end)
    }

    /// Returns when somebody more waits.
    async fn somebody_waits(&self) {
        self.waiting.more().await;
    }

    fn publish(&self, reading: &Reading, position: Position) {
        let reading = Some(reading.clone());
        self.state.send_replace(State { reading, position });
    }

    fn withdraw(&self) {
        self.state.send_replace(State::default());
    }
}
