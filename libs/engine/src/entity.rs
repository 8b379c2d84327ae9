//! The row of an entity, as every service keeps it.

use khidma_kernel::{Commit, Decider, OnceKey, Position};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many idempotency keys an entity remembers: those of its last commits.
const REMEMBERED: usize = 64;

/// What decisions about an entity need. A service's own row of the entity begins with it (so that it can be read
/// without the rest) and stands under [`entity_key`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityRow<S> {
    /// Where its last commit stands; [`Position::START`] if it has none.
    pub position: Position,
    /// The keys of its last commits, oldest first.
    answered: Vec<Answered>,
    /// What the entity's own code makes of its history.
    pub state: S,
}

/// A command that was carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answered {
    key: Uuid,
    digest: u64,
    position: Position,
}

/// What an entity remembers of an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// Never seen (or long ago).
    Unknown,
    /// Carried out: its commit stands there.
    Same(Position),
    /// Used for something else.
    Other,
}

impl<S> EntityRow<S> {
    pub(crate) fn recall(&self, once: OnceKey) -> Memory {
        match self
            .answered
            .iter()
            .rev()
            .find(|answered| answered.key == once.key)
        {
            None => Memory::Unknown,
            Some(answered) if answered.digest == once.digest => Memory::Same(answered.position),
            Some(_) => Memory::Other,
        }
    }

    /// Notes where the commit that led to this state stands, and under which key it was asked for.
    pub(crate) fn settle(&mut self, position: Position, once: Option<OnceKey>) {
        self.position = position;
        if let Some(OnceKey { key, digest }) = once {
            if self.answered.len() == REMEMBERED {
                self.answered.remove(0);
            }
            self.answered.push(Answered {
                key,
                digest,
                position,
            });
        }
    }
}

/// The key of an entity's row.
pub fn entity_key(entity: &str) -> Vec<u8> {
    [b"e/", entity.as_bytes()].concat()
}

/// Takes a commit into an entity's row.
pub fn advance<D: Decider>(
    row: &mut EntityRow<D::State>,
    commit: &Commit<D::Event>,
    position: Position,
) {
    for recorded in &commit.events {
        D::evolve(&mut row.state, recorded);
    }
    row.settle(position, commit.meta.once);
}
