//! A file that is there whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// A file under way: written beside its place, and put there in the end. Only its owner may read it.
#[derive(Debug)]
pub struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
    replace: bool,
}

impl NewFile {
    /// Begins a file that shall stand at `path`, where one may stand already only if it is to be replaced.
    ///
    /// # Errors
    /// Something stands there, or nothing can be written there.
    pub fn beside(path: &Path, replace: bool) -> Result<Self, Failure> {
        let shown = path.display();
        match path.symlink_metadata() {
            Ok(there) if !there.is_file() => {
                let wrong = format!("{shown} is there, and is no regular file");
                return Err(Failure::Usage(wrong));
            }
            Ok(_) if !replace => return Err(already_there(path)),
            Ok(_) | Err(_) => {}
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".khidma-")
            .suffix(".part")
            .tempfile_in(folder)
            .map_err(|error| Self::not_written(path, &error))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            replace,
        })
    }

    /// Puts the file in its place, after all of it is on the disk.
    ///
    /// # Errors
    /// That cannot be done, or something has come to stand there meanwhile.
    pub fn keep(mut self) -> Result<(), Failure> {
        let not_written = |error: io::Error| Self::not_written(&self.path, &error);
        self.file.flush().map_err(not_written)?;
        self.file.as_file().sync_all().map_err(not_written)?;
        let kept = if self.replace {
            self.file.persist(&self.path)
        } else {
            self.file.persist_noclobber(&self.path)
        };
        match kept {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(already_there(&self.path))
            }
            Err(error) => Err(Self::not_written(&self.path, &error.error)),
        }
    }

    /// Why the file at `path` is not there.
    pub fn not_written(path: &Path, error: &io::Error) -> Failure {
        Failure::Local(format!("cannot write {}: {error}", path.display()))
    }
}

fn already_there(path: &Path) -> Failure {
    let shown = path.display();
    Failure::Usage(format!("{shown} is there already: --force replaces it"))
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn what_is_not_kept_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        let mut file = NewFile::beside(&path, false).unwrap();
        file.write_all(b"half").unwrap();
        assert!(!path.exists() && files(folder.path()) == 1);
        drop(file);
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn what_is_there_is_replaced_only_on_demand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        let write = |text: &[u8], replace| {
            let mut file = NewFile::beside(&path, replace)?;
            file.write_all(text)?;
            file.keep()
        };
        write(b"first", false).unwrap();
        let refused = write(b"second", false).unwrap_err().to_string();
        assert!(refused.contains("--force"), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        write(b"second", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(files(folder.path()), 1);
    }

    #[test]
    fn who_comes_to_stand_there_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        let file = NewFile::beside(&path, false).unwrap();
        std::fs::write(&path, "another's").unwrap();
        let refused = file.keep().unwrap_err();
        assert!(matches!(refused, Failure::Usage(_)), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), b"another's");
        assert_eq!(files(folder.path()), 1);
    }

    #[test]
    fn a_folder_or_a_device_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for place in [folder.path(), Path::new("/dev/null")] {
            let refused = NewFile::beside(place, true).unwrap_err().to_string();
            assert!(refused.contains("no regular file"), "{refused}");
        }
    }
}
