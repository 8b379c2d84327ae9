//! A read model's folder: one sub-folder for each generation, and a file that names the serving one.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Names the serving generation.
const CURRENT: &str = "current";
/// What quarantined generations' folders begin with.
const DAMAGED: &str = "damaged-";

/// A generation's name and sub-folder: `g3-v1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GenerationName {
    /// Counts up with each build.
    pub(crate) number: u64,
    /// [`crate::Views::version`] of its rows.
    pub(crate) version: u32,
}

impl fmt::Display for GenerationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g{}-v{}", self.number, self.version)
    }
}

impl FromStr for GenerationName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (number, version) = text
            .strip_prefix('g')
            .and_then(|rest| rest.split_once("-v"))
            .ok_or(())?;
        let number = number.parse().map_err(|_| ())?;
        Ok(Self {
            number,
            version: version.parse().map_err(|_| ())?,
        })
    }
}

/// Keeps other processes out of the folder while it lives.
#[derive(Debug)]
pub(crate) struct Lock(
    #[expect(dead_code, reason = "the lock is held by keeping the file open")] File,
);

/// Why a folder cannot be used.
#[derive(Debug)]
pub(crate) enum FolderError {
    /// Somebody has it open.
    InUse,
    /// The system refused.
    Io(io::Error),
}

impl From<io::Error> for FolderError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A read model's folder, locked. Every method blocks.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    highest: AtomicU64,
    lock: Arc<Lock>,
}

impl Folder {
    /// Makes the folder if need be and locks it.
    pub(crate) fn open(path: PathBuf) -> Result<Self, FolderError> {
        fs::create_dir_all(&path)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => FolderError::InUse,
            TryLockError::Error(error) => FolderError::Io(error),
        })?;
        let highest = AtomicU64::new(highest_number(&path)?);
        Ok(Self {
            path,
            highest,
            lock: Arc::new(Lock(lock)),
        })
    }

    /// The lock, to be held by what outlives the folder.
    pub(crate) fn lock(&self) -> Arc<Lock> {
        self.lock.clone()
    }

    /// Where a generation lies.
    pub(crate) fn path_of(&self, name: GenerationName) -> PathBuf {
        self.path.join(name.to_string())
    }

    /// The generation that served last; `None` if none did or the file does not say.
    pub(crate) fn current(&self) -> Option<GenerationName> {
        let name = fs::read_to_string(self.path.join(CURRENT))
            .ok()?
            .trim()
            .parse()
            .ok()?;
        self.path_of(name).is_dir().then_some(name)
    }

    /// Makes `name` the serving generation: after a crash it is this one or the one before, never none.
    pub(crate) fn set_current(&self, name: GenerationName) -> io::Result<()> {
        let draft = self.path.join("current.new");
        let mut file = File::create(&draft)?;
        writeln!(file, "{name}")?;
        file.sync_all()?;
        fs::rename(&draft, self.path.join(CURRENT))?;
        File::open(&self.path)?.sync_all()
    }

    /// A name never used here before.
    pub(crate) fn next_name(&self, version: u32) -> GenerationName {
        GenerationName {
            number: self.highest.fetch_add(1, Ordering::Relaxed) + 1,
            version,
        }
    }

    /// Removes the generations not named in `keep`.
    pub(crate) fn keep_only(&self, keep: &[GenerationName]) -> io::Result<()> {
        for (path, name) in entries(&self.path)? {
            if name.parse().is_ok_and(|name| !keep.contains(&name)) {
                fs::remove_dir_all(path)?;
            }
        }
        Ok(())
    }

    /// Moves a damaged generation aside for inspection, in place of one that was there before.
    pub(crate) fn quarantine(&self, name: GenerationName) -> io::Result<()> {
        for (path, other) in entries(&self.path)? {
            if other.starts_with(DAMAGED) {
                fs::remove_dir_all(path)?;
            }
        }
        fs::rename(
            self.path_of(name),
            self.path.join(format!("{DAMAGED}{}", name.number)),
        )
    }
}

/// The highest number any generation here bears or bore.
fn highest_number(path: &Path) -> io::Result<u64> {
    let number = |name: String| match name.strip_prefix(DAMAGED) {
        Some(number) => number.parse().ok(),
        None => name.parse::<GenerationName>().ok().map(|name| name.number),
    };
    Ok(entries(path)?
        .into_iter()
        .filter_map(|(_, name)| number(name))
        .max()
        .unwrap_or(0))
}

fn entries(path: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        found.push((
            entry.path(),
            entry.file_name().to_string_lossy().into_owned(),
        ));
    }
    Ok(found)
}
