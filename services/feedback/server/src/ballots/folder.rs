//! A folder of small files that nobody else may read, each of which is there whole or not at all.

use std::fs::{self, DirBuilder, File, FileTimes, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The ending of what was not written to its end.
const DRAFT: &str = "draft";

/// Where the files are. One process at a time has it.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held open, and with it the folder locked.
    _lock: File,
}

impl Folder {
    /// Takes the folder for this process, makes it where it is not there, and clears away what a crash left half written.
    ///
    /// # Errors
    /// It cannot be used, or another process has it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(path)?;
        let lock = private().truncate(false).open(path.join("lock"))?;
        lock.try_lock()?;
        for entry in fs::read_dir(path)? {
            let file = entry?.path();
            if file.extension().is_some_and(|ending| ending == DRAFT) {
                fs::remove_file(file)?;
            }
        }
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The content of a file, if there is such a one.
    pub(crate) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path.join(name)) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.path.join(name).exists()
    }

    /// Writes a file, in the place of what it held before. It is durable when this returns. It does not tell when: what was
    /// last accepted would else be dated.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let draft = self.path.join(format!("{name}.{DRAFT}"));
        let mut file = private().truncate(true).open(&draft)?;
        file.write_all(content)?;
        let nothing = SystemTime::UNIX_EPOCH;
        file.set_times(FileTimes::new().set_modified(nothing).set_accessed(nothing))?;
        file.sync_all()?;
        fs::rename(&draft, self.path.join(name))?;
        self.sync()
    }

    /// Removes a file, for good when this returns; nothing if there is none.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => self.sync(),
        }
    }

    /// The names of all files with that ending, without it.
    pub(crate) fn names(&self, ending: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let file = entry?.path();
            let stem = file.file_stem().and_then(|stem| stem.to_str());
            if let (Some(stem), true) = (stem, file.extension().is_some_and(|own| own == ending)) {
                names.push(stem.to_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

/// How all files are made: for their owner only.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}
