//! The one thread that writes: it takes whatever appends wait, makes them durable with one flush, and answers them all.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use khidma_kernel::Position;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use super::frame::encode;
use super::mark::Mark;
use super::store::{Group, Store, entity_key};
use crate::contexts::Contexts;
use crate::recent_ids::RecentIds;
use crate::tail::Tail;
use crate::{AppendError, Appended, Proposal, Stored};

/// How many appends share a flush at most; as many again may wait before callers do.
pub(super) const GROUP: usize = 512;

/// How many payload bytes share a flush before the rest waits for the next one.
const GROUP_BYTES: usize = 8 << 20;

type Answer = Result<Appended, AppendError>;

/// An append under way.
pub(super) struct Append {
    pub(super) proposal: Proposal,
    pub(super) expected: Position,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// What the thread owns.
pub(super) struct Writer {
    pub(super) store: Store,
    pub(super) mark: Mark,
    pub(super) recent: RecentIds,
    pub(super) tail: Arc<Tail>,
    pub(super) head: watch::Sender<Position>,
    pub(super) contexts: Contexts,
    /// Why nothing can be written any more, once it is so.
    pub(super) broken: Arc<OnceLock<String>>,
}

/// Appends accepted or refused, none answered: a refusal may rest on a commit of the same group, so it is no more
/// certain than the flush.
#[derive(Default)]
struct Draft {
    answers: Vec<(oneshot::Sender<Answer>, Answer)>,
    commits: Vec<Stored>,
    frames: Vec<(Position, Vec<u8>)>,
    heads: HashMap<Vec<u8>, Position>,
    ids: HashMap<Uuid, Position>,
    bytes: usize,
}

impl Writer {
    /// Serves appends until no one can send any more.
    pub(super) fn run(mut self, mut appends: mpsc::Receiver<Append>) {
        let mut waiting = Vec::with_capacity(GROUP);
        while appends.blocking_recv_many(&mut waiting, GROUP) > 0 {
            let mut waiting = waiting.drain(..).peekable();
            while waiting.peek().is_some() {
                let draft = self.draft(&mut waiting);
                self.settle(draft);
            }
        }
    }

    fn draft(&mut self, waiting: &mut impl Iterator<Item = Append>) -> Draft {
        let mut draft = Draft::default();
        while draft.bytes < GROUP_BYTES
            && let Some(Append {
                proposal,
                expected,
                answer,
            }) = waiting.next()
        {
            let decided = self.decide(&mut draft, proposal, expected);
            draft.answers.push((answer, decided));
        }
        draft
    }

    fn decide(&mut self, draft: &mut Draft, proposal: Proposal, expected: Position) -> Answer {
        if let Some(position) = self
            .recent
            .find(&proposal.id)
            .or_else(|| draft.ids.get(&proposal.id).copied())
        {
            return Ok(Appended {
                position,
                duplicate: true,
            });
        }
        let key = entity_key(proposal.context, &proposal.entity);
        let current = match draft.heads.get(&key) {
            Some(position) => *position,
            None => self.store.head_of(&key).map_err(AppendError::Failed)?,
        };
        if current != expected {
            return Err(AppendError::Conflict {
                current: Some(current),
            });
        }
        let position = Position(self.head.borrow().0 + draft.commits.len() as u64 + 1);
        let frame =
            encode(position, &proposal).map_err(|error| AppendError::Failed(error.to_string()))?;
        draft.bytes += frame.len();
        draft.frames.push((position, frame));
        draft.heads.insert(key, position);
        draft.ids.insert(proposal.id, position);
        let Proposal {
            id,
            context,
            entity,
            payload,
        } = proposal;
        draft.commits.push(Stored {
            position,
            id,
            context: self.contexts.share(context),
            entity,
            payload,
        });
        Ok(Appended {
            position,
            duplicate: false,
        })
    }

    fn settle(&mut self, mut draft: Draft) {
        let answers = std::mem::take(&mut draft.answers);
        if self.broken.get().is_none() && !draft.commits.is_empty() {
            self.write(draft);
        }
        for (answer, decided) in answers {
            let told = match self.broken.get() {
                Some(reason) => Err(AppendError::Failed(reason.clone())),
                None => decided,
            };
            // Who no longer waits need not be told.
            let _ = answer.send(told);
        }
        // Followers last: on a busy machine they would be in the way of those who wait for an answer.
        self.head.send_modify(|_| {});
    }

    /// Durable first; then known here, and to whoever looks; then (by the caller) answered.
    fn write(&mut self, draft: Draft) {
        let (frames, heads) = (draft.frames, draft.heads.into_iter().collect());
        if let Err(reason) = self.store.write(Group { frames, heads }) {
            tracing::error!(
                reason,
                "the event log cannot be written; every further append is refused"
            );
            // Nobody else sets it, and nothing is written after it was set.
            let _ = self.broken.set(reason);
            return;
        }
        let Some(last) = draft.commits.last().map(|commit| commit.position) else {
            return;
        };
        if let Err(error) = self.mark.set(last) {
            // The commits are durable: the mark only guards against damage to them.
            tracing::warn!(%error, "the acknowledged mark of the event log was not moved");
        }
        for commit in draft.commits {
            self.recent.push(commit.id, commit.position);
            self.tail.push(commit);
        }
        self.head.send_if_modified(|head| {
            *head = last;
            false
        });
    }
}
