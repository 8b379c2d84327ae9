//! The token of a round, in a file that nobody else may read, until the answer was taken.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What is needed to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    /// The key of the round.
    pub public_key: Vec<u8>,
    /// The token.
    pub token: Vec<u8>,
    /// What is signed of it.
    pub blinded: Vec<u8>,
    /// By what its signature is unblinded.
    pub secret: Vec<u8>,
    /// Its signature, once there is one.
    pub signature: Option<Vec<u8>>,
    /// What may be stated, encoded; empty if nothing.
    pub segment: Vec<u8>,
}

/// A token in its file.
#[derive(Debug)]
pub(super) struct Kept {
    /// The token.
    pub token: Token,
    file: PathBuf,
}

impl Kept {
    /// What is kept of that round.
    pub(super) fn read(folder: &Path, round: &str) -> Result<Option<Self>, Failure> {
        let file = file(folder, round)?;
        let content = match fs::read(&file) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&file, &error)),
        };
        match serde_json::from_slice(&content) {
            Ok(token) => Ok(Some(Self { token, file })),
            Err(error) => Err(unusable(&file, &error)),
        }
    }

    /// Keeps a token.
    pub(super) fn write(folder: &Path, round: &str, token: Token) -> Result<Self, Failure> {
        let file = file(folder, round)?;
        let mut builder = DirBuilder::new();
        let made = builder.recursive(true).mode(0o700).create(folder);
        made.map_err(|error| unusable(folder, &error))?;
        let kept = Self { token, file };
        kept.save()?;
        Ok(kept)
    }

    /// Keeps it as it is now. It is durable when this returns.
    pub(super) fn save(&self) -> Result<(), Failure> {
        let saved = self.saved();
        saved.map_err(|error| unusable(&self.file, &error))
    }

    fn saved(&self) -> io::Result<()> {
        let draft = self.file.with_extension("draft");
        let mut options = OpenOptions::new();
        let mut output = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        output.write_all(&serde_json::to_vec(&self.token)?)?;
        output.sync_all()?;
        fs::rename(&draft, &self.file)?;
        self.file
            .parent()
            .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }

    /// Keeps it no longer: the answer was taken, and nothing here shall tell which it was.
    pub(super) fn forget(self) -> Result<(), Failure> {
        let removed = fs::remove_file(&self.file);
        removed.map_err(|error| unusable(&self.file, &error))
    }

    /// What stands in the file makes no sense.
    pub(super) fn damaged(&self) -> Failure {
        unusable(&self.file, &"it is damaged")
    }
}

/// A round's id is a UUID: nothing else gets into a path.
fn file(folder: &Path, round: &str) -> Result<PathBuf, Failure> {
    let id = uuid::Uuid::parse_str(round);
    let id = id.map_err(|_| Failure::Usage("a round's id is a UUID".into()))?;
    Ok(folder.join(format!("{id}.json")))
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Usage(format!("{}: {error}", path.display()))
}
