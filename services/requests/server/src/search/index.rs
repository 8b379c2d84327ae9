//! The index on disk: its fields, one document a request, and up to where on the log it is complete.

use std::fs;
use std::path::Path;

use khidma_kernel::{Position, Timestamp};
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::merge_policy::{LogMergePolicy, NoMergePolicy};
use tantivy::schema::{
    Field, INDEXED, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{
    Index, IndexReader, IndexSettings, IndexSortByField, IndexWriter, Order, ReloadPolicy,
    TantivyDocument, TantivyError, Term,
};
use uuid::Uuid;

use super::words::Words;

/// How texts are cut, and so the version of the whole: an index of another one is built anew.
const WORDS: &str = "words-1";
/// Bytes that documents may take before they are written.
const ARENA: usize = 20 << 20;
/// How often a title counts.
const TITLE_COUNTS: usize = 2;

/// The name of the field of instants, by which documents are sorted, the newest first.
pub(super) const SUBMITTED: &str = "submitted";
/// The names of the two halves of an id.
pub(super) const ID: [&str; 2] = ["id_high", "id_low"];

/// The fields of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// The request's id, to replace its document by.
    id: Field,
    /// The same, to read it quickly.
    halves: [Field; 2],
    /// When it was submitted, in microseconds.
    submitted: Field,
    /// What everybody may find who may read the request.
    pub(super) public: Field,
    /// What only its provider may find.
    pub(super) notes: Field,
    /// What filters ask for and who may read it: see [`super::facts`].
    pub(super) facts: Field,
}

/// A request as it is searched for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// Its id.
    pub id: Uuid,
    /// When it was submitted.
    pub submitted: Timestamp,
    /// Its title.
    pub title: String,
    /// Everything else that both sides see.
    pub public: Vec<String>,
    /// What only the provider sees.
    pub notes: Vec<String>,
    /// What filters ask for and who may read it.
    pub facts: Vec<String>,
}

/// Up to where on the log an index is complete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The last commit it knows of.
    pub position: Position,
    /// That commit's id, to know the log by; `None` until it was met.
    pub commit: Option<Uuid>,
}

/// An open index.
#[derive(Debug)]
pub(crate) struct Opened {
    /// What asks it.
    pub reading: Reading,
    /// What changes it.
    pub writing: Writing,
    /// Up to where it is complete; `None` if it was never built to its end.
    pub mark: Option<Mark>,
}

/// What asks an index. Clones share it.
#[derive(Clone)]
pub(crate) struct Reading {
    pub(super) reader: IndexReader,
    pub(super) fields: Fields,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

/// What changes an index.
pub(crate) struct Writing {
    writer: IndexWriter,
    reader: IndexReader,
    fields: Fields,
}

impl std::fmt::Debug for Writing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writing").finish_non_exhaustive()
    }
}

/// Why an index cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// Somebody else holds it, perhaps not for long.
    #[error("another process holds the search index")]
    InUse,
    /// It is damaged or of another version.
    #[error("{0}")]
    Unusable(String),
}

impl From<TantivyError> for OpenError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::InUse,
            error => Self::Unusable(error.to_string()),
        }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Unusable(error.to_string())
    }
}

impl Opened {
    /// Opens the index in `folder`, or begins one. Blocks.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        fs::create_dir_all(folder)?;
        let (schema, fields) = schema();
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let index = Index::builder()
            .schema(schema)
            .settings(settings())
            .open_or_create(directory)?;
        index.tokenizers().register(WORDS, Words);
        let writer: IndexWriter = index.writer_with_num_threads(1, ARENA)?;
        // Only now nobody else writes.
        let damaged = index.validate_checksum()?;
        if !damaged.is_empty() {
            let reason = format!("{} of its files are damaged", damaged.len());
            return Err(OpenError::Unusable(reason));
        }
        let payload = index.load_metas()?.payload;
        let mark = payload.and_then(|payload| serde_json::from_str(&payload).ok());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            reading: Reading {
                reader: reader.clone(),
                fields,
            },
            writing: Writing {
                writer,
                reader,
                fields,
            },
            mark,
        })
    }
}

impl Writing {
    /// Puts `document` in the place of an older one of the same request. Seen after [`Writing::commit`]. Blocks.
    pub(crate) fn put(&self, document: &Document) -> Result<(), TantivyError> {
        let Fields {
            id,
            halves: [high, low],
            submitted,
            public,
            notes,
            facts,
        } = self.fields;
        let mut stored = TantivyDocument::new();
        stored.add_bytes(id, document.id.as_bytes());
        let (high_half, low_half) = document.id.as_u64_pair();
        stored.add_u64(high, high_half);
        stored.add_u64(low, low_half);
        stored.add_i64(submitted, document.submitted.as_micros());
        for _ in 0..TITLE_COUNTS {
            stored.add_text(public, &document.title);
        }
        let text = |field: Field, texts: &[String], stored: &mut TantivyDocument| {
            texts.iter().for_each(|text| stored.add_text(field, text));
        };
        text(public, &document.public, &mut stored);
        text(notes, &document.notes, &mut stored);
        text(facts, &document.facts, &mut stored);
        self.writer
            .delete_term(Term::from_field_bytes(id, document.id.as_bytes()));
        self.writer.add_document(stored)?;
        Ok(())
    }

    /// Leaves alone what is written for now, as all of it is to be put together in the end.
    pub(crate) fn begin_whole(&self) {
        self.writer.set_merge_policy(Box::new(NoMergePolicy));
    }

    /// Puts all that was committed together: each question looks into every piece there is. Blocks.
    pub(crate) fn make_whole(&mut self) -> Result<(), TantivyError> {
        let pieces = self.writer.index().searchable_segment_ids()?;
        if pieces.len() > 1 {
            self.writer.merge(&pieces).wait()?;
        }
        self.writer
            .set_merge_policy(Box::new(LogMergePolicy::default()));
        self.reader.reload()
    }

    /// Makes what was put durable, and seen by those who ask from now on. `mark` says up to where the index is complete.
    /// Blocks.
    pub(crate) fn commit(&mut self, mark: Option<Mark>) -> Result<(), TantivyError> {
        let mut commit = self.writer.prepare_commit()?;
        if let Some(mark) = mark {
            let payload = serde_json::to_string(&mark)
                .map_err(|error| TantivyError::InternalError(error.to_string()))?;
            commit.set_payload(&payload);
        }
        commit.commit()?;
        self.reader.reload()
    }
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let text = |tokenizer: &str, option: IndexRecordOption| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let words = text(WORDS, IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        id: schema.add_bytes_field("id", INDEXED),
        halves: ID.map(|half| schema.add_u64_field(half, NumericOptions::default().set_fast())),
        submitted: schema.add_i64_field(SUBMITTED, NumericOptions::default().set_fast()),
        public: schema.add_text_field("public", words.clone()),
        notes: schema.add_text_field("notes", words),
        facts: schema.add_text_field("facts", text("raw", IndexRecordOption::Basic)),
    };
    (schema.build(), fields)
}

fn settings() -> IndexSettings {
    IndexSettings {
        sort_by_field: Some(IndexSortByField {
            field: SUBMITTED.to_owned(),
            order: Order::Desc,
        }),
        ..IndexSettings::default()
    }
}
