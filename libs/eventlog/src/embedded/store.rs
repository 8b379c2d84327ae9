//! The two keyspaces in fjall: commits by position, and where each entity's last commit stands.

use std::path::Path;

use fjall::config::{BlockSizePolicy, FilterPolicy};
use fjall::{Database, Guard, Keyspace, KeyspaceCreateOptions, PersistMode};
use khidma_kernel::Position;

use super::frame::{checksum, decode};
use crate::contexts::Contexts;
use crate::paging;
use crate::{LogError, Stored};

/// Memory for blocks read, in bytes.
const CACHE: u64 = 32 << 20;
/// Memory for commits not yet in a table, in bytes. What is sealed and waits to be written comes on top.
const COMMITS_MEMTABLE: u64 = 16 << 20;
/// The same for the heads of entities.
const HEADS_MEMTABLE: u64 = 8 << 20;
/// Disk for journals, in bytes (the least that fjall takes): it also bounds what is replayed at open.
const JOURNALS: u64 = 64 << 20;
/// Commits are read in order, so larger blocks cost nothing and compress better.
const COMMITS_BLOCK: u32 = 16 << 10;

/// The store. Clones share it; its folder is free again when the last one is gone.
#[derive(Clone)]
pub(super) struct Store {
    database: Database,
    commits: Keyspace,
    heads: Keyspace,
}

/// What one flush makes durable.
#[derive(Default)]
pub(super) struct Group {
    /// Commits' frames, by position.
    pub(super) frames: Vec<(Position, Vec<u8>)>,
    /// Entities' new last positions.
    pub(super) heads: Vec<(Vec<u8>, Position)>,
}

impl Store {
    /// Opens the store in `folder`, making it if it is not there.
    pub(super) fn open(folder: &Path) -> Result<Self, LogError> {
        let open = || {
            let database = Database::builder(folder)
                .cache_size(CACHE)
                .max_journaling_size(JOURNALS)
                .manual_journal_persist(true)
                .open()?;
            let commits = database.keyspace("commits", || {
                KeyspaceCreateOptions::default()
                    .max_memtable_size(COMMITS_MEMTABLE)
                    .data_block_size_policy(BlockSizePolicy::all(COMMITS_BLOCK))
                    // Commits are only ever scanned: a filter would never be asked.
                    .filter_policy(FilterPolicy::disabled())
            })?;
            let heads = database.keyspace("heads", || {
                KeyspaceCreateOptions::default().max_memtable_size(HEADS_MEMTABLE)
            })?;
            Ok(Self {
                database,
                commits,
                heads,
            })
        };
        open().map_err(|error: fjall::Error| {
            let reason = match error {
                fjall::Error::Locked => "another process has it open".to_owned(),
                other => describe(&other),
            };
            LogError::Failed(format!("{} does not open: {reason}", folder.display()))
        })
    }

    /// Where the last commit stands.
    pub(super) fn last(&self) -> Result<Position, LogError> {
        let key = self.commits.last_key_value().map(Guard::key).transpose();
        let key = key.map_err(|error| LogError::Failed(describe(&error)))?;
        key.map_or(Ok(Position::START), |key| {
            position_of(&key)
                .ok_or_else(|| LogError::Failed("the last commit's key is damaged".into()))
        })
    }

    /// A page of commits after `after`, none beyond `end`. Every position in between is there, or the log is damaged.
    pub(super) fn page(&self, after: Position, end: Position) -> Result<Vec<Stored>, LogError> {
        let mut contexts = Contexts::default();
        let mut found = self
            .commits
            .range(key_of(Position(after.0 + 1))..=key_of(end));
        paging::page((after.0 + 1..=end.0).map(Position).map(|position| {
            read(position, found.next(), &mut contexts)
                .map_err(|reason| LogError::Damaged { position, reason })
        }))
    }

    /// Where the last commit of the entity stands; [`Position::START`] if it has none.
    pub(super) fn head_of(&self, entity: &[u8]) -> Result<Position, String> {
        let Some(value) = self.heads.get(entity).map_err(|error| describe(&error))? else {
            return Ok(Position::START);
        };
        decode_head(entity, &value).ok_or_else(|| "an entity's last position is damaged".to_owned())
    }

    /// Makes `group` durable, the whole of it or nothing. After an error nothing can be written any more.
    pub(super) fn write(&self, group: Group) -> Result<(), String> {
        let mut batch = self
            .database
            .batch()
            .durability(Some(PersistMode::SyncData));
        for (position, frame) in group.frames {
            batch.insert(&self.commits, key_of(position), frame);
        }
        for (entity, position) in group.heads {
            let value = encode_head(&entity, position);
            batch.insert(&self.heads, entity, value);
        }
        batch.commit().map_err(|error| describe(&error))
    }
}

/// The key of an entity among the heads. Neither part holds a slash.
pub(super) fn entity_key(context: &str, entity: &str) -> Vec<u8> {
    [context.as_bytes(), b"/", entity.as_bytes()].concat()
}

fn read(
    position: Position,
    found: Option<Guard>,
    contexts: &mut Contexts,
) -> Result<Stored, String> {
    let missing = || "it is missing".to_owned();
    let (key, frame) = found
        .ok_or_else(missing)?
        .into_inner()
        .map_err(|error| describe(&error))?;
    if *key != key_of(position) {
        return Err(missing());
    }
    decode(position, &frame, contexts)
}

fn key_of(position: Position) -> [u8; 8] {
    position.0.to_be_bytes()
}

fn position_of(key: &[u8]) -> Option<Position> {
    key.try_into().ok().map(u64::from_be_bytes).map(Position)
}

fn encode_head(entity: &[u8], position: Position) -> Vec<u8> {
    [
        &key_of(position)[..],
        &checksum(position, entity).to_be_bytes(),
    ]
    .concat()
}

fn decode_head(entity: &[u8], value: &[u8]) -> Option<Position> {
    let (position, stored) = value.split_first_chunk()?;
    let position = Position(u64::from_be_bytes(*position));
    (stored == checksum(position, entity).to_be_bytes()).then_some(position)
}

/// fjall's own texts are its errors' debug form; what lies beneath reads better.
fn describe(error: &fjall::Error) -> String {
    match error {
        fjall::Error::Io(error) => error.to_string(),
        fjall::Error::Poisoned => "an earlier write failed; restart to recover".into(),
        other => format!("the store says {other:?}"),
    }
}
