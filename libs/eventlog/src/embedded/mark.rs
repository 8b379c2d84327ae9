//! The acknowledged mark: how far the log was durable when we last answered.
//!
//! A store that recovers from its journal cannot tell a torn tail, which was never acknowledged, from a damaged one,
//! which was: it drops both. The mark is written after each flush, without a flush of its own, so it is never ahead of
//! what is durable. A log that ends before its mark has lost commits that somebody was told are safe.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use khidma_kernel::Position;

use super::frame::checksum;

/// The file with the mark: a position and its checksum.
#[derive(Debug)]
pub(super) struct Mark(File);

impl Mark {
    /// Opens the mark in `folder`, and says where it stands. A mark that does not read (there is none, a power cut tore
    /// it) stands at the start: it proves nothing.
    pub(super) fn open(folder: &Path) -> io::Result<(Self, Position)> {
        let path = folder.join("acknowledged");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((Self(file), decode(&bytes).unwrap_or_default()))
    }

    /// Moves the mark to `position`.
    pub(super) fn set(&mut self, position: Position) -> io::Result<()> {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&position.0.to_be_bytes());
        bytes[8..].copy_from_slice(&checksum(position, &[]).to_be_bytes());
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(&bytes)
    }
}

fn decode(bytes: &[u8]) -> Option<Position> {
    let (position, rest) = bytes.split_first_chunk()?;
    let position = Position(u64::from_be_bytes(*position));
    (rest == checksum(position, &[]).to_be_bytes()).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_and_a_torn_one_proves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (mut mark, at) = Mark::open(folder.path()).unwrap();
        assert_eq!(at, Position::START);
        mark.set(Position(300)).unwrap();
        mark.set(Position(7)).unwrap();
        assert_eq!(Mark::open(folder.path()).unwrap().1, Position(7));
        std::fs::write(folder.path().join("acknowledged"), [0, 0, 0]).unwrap();
        assert_eq!(Mark::open(folder.path()).unwrap().1, Position::START);
    }
}
