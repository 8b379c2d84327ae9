//! Going through all requests part by part: bounded in memory, and without room among the scans while the caller is slow.

use std::collections::VecDeque;
use std::ops::Bound;

use futures::{Stream, stream};
use khidma_edge::query::{Scans, Stop, unreadable};
use khidma_kernel::Timestamp;
use khidma_projection::Reader;
use tonic::Status;

use super::lens::Lens;
use super::{ClocksGrpc, PART_PATIENCE};
use crate::keys;
use crate::shelf::Shelf;
use crate::views::ClocksRow;

/// Rows looked at in one part.
const ROWS: usize = 4096;
/// Messages of one part, about.
const MESSAGES: usize = 512;

/// What is done with every request, by id.
pub(super) trait Work: Send + 'static {
    /// What is told of them.
    type Item: Send + 'static;

    /// Looks at one of them.
    fn row(
        &mut self,
        id: &str,
        row: &ClocksRow,
        lens: &mut Lens,
        out: &mut VecDeque<Self::Item>,
    ) -> Result<(), Status>;

    /// What is told in the end.
    fn end(self) -> Option<Self::Item>;
}

struct Through<W: Work> {
    scans: Scans,
    reader: Reader,
    shelf: Shelf,
    now: Timestamp,
    /// The work and behind which key it goes on; `None` when all is done.
    at: Option<(W, Bound<Vec<u8>>)>,
    ready: VecDeque<W::Item>,
}

impl ClocksGrpc {
    /// Does `work` with all requests, as of `now`.
    pub(super) fn through<W: Work>(
        &self,
        reader: Reader,
        now: Timestamp,
        work: W,
    ) -> impl Stream<Item = Result<W::Item, Status>> + use<W> {
        let through = Through {
            scans: self.scans.clone(),
            reader,
            shelf: self.shelf.clone(),
            now,
            at: Some((work, Bound::Included(keys::ALL.to_vec()))),
            ready: VecDeque::new(),
        };
        stream::try_unfold(through, |mut through| async move {
            Ok(through.next().await?.map(|item| (item, through)))
        })
    }
}

impl<W: Work> Through<W> {
    async fn next(&mut self) -> Result<Option<W::Item>, Status> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            let Some((work, begin)) = self.at.take() else {
                return Ok(None);
            };
            let mut lens = Lens::new(self.reader.clone(), self.shelf.clone(), self.now)?;
            let part = move |stop: &Stop| part(work, begin, &mut lens, stop);
            let (work, next, ready) = self.scans.run(PART_PATIENCE, part).await?;
            self.ready = ready;
            match next {
                Some(key) => self.at = Some((work, Bound::Excluded(key))),
                None => self.ready.extend(work.end()),
            }
        }
    }
}

type Part<W> = (W, Option<Vec<u8>>, VecDeque<<W as Work>::Item>);

fn part<W: Work>(
    mut work: W,
    begin: Bound<Vec<u8>>,
    lens: &mut Lens,
    stop: &Stop,
) -> Result<Part<W>, Status> {
    let mut ready = VecDeque::new();
    // A slash is followed by `0` among bytes.
    let rows = lens.reader.scan((begin, Bound::Excluded(b"e0".to_vec())));
    for (seen, row) in stop.until_set(rows).enumerate() {
        let (key, row) = row.map_err(unreadable)?;
        if let Some(id) = keys::request_of(&key) {
            let row: ClocksRow = row.decode().map_err(unreadable)?;
            work.row(id, &row, lens, &mut ready)?;
        }
        if seen + 1 >= ROWS || ready.len() >= MESSAGES {
            return Ok((work, Some(key), ready));
        }
    }
    Ok((work, None, ready))
}
