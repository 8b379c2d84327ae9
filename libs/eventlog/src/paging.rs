//! Following a log that is read page by page.

use std::future::Future;

use futures::{StreamExt, TryStreamExt, stream};
use khidma_kernel::Position;
use tokio::sync::watch;

use crate::{Commits, LogError, Stored};

/// How many commits a page holds at most.
pub(crate) const PAGE_COMMITS: usize = 512;

/// How many bytes of payload a page holds before no further commit is added.
pub(crate) const PAGE_BYTES: usize = 4 << 20;

/// Every commit after `after`: `read(after, head)` gives the next page, at least one commit and none beyond `head`.
/// At the end of the log it waits for `head` to move; it ends when the log is closed, or after an error.
pub(crate) fn follow<R, F>(after: Position, head: watch::Receiver<Position>, read: R) -> Commits
where
    R: Fn(Position, Position) -> F + Send + 'static,
    F: Future<Output = Result<Vec<Stored>, LogError>> + Send,
{
    let pages = stream::try_unfold((after, head, read), |(after, mut head, read)| async move {
        let Ok(end) = head.wait_for(|head| *head > after).await.map(|head| *head) else {
            return Ok(None);
        };
        let page = read(after, end).await?;
        let last = page.last().map_or(after, |commit| commit.position);
        Ok(Some((stream::iter(page).map(Ok), (last, head, read))))
    });
    pages.try_flatten().boxed()
}

/// Takes commits from `commits` until the page is full.
pub(crate) fn page<E>(commits: impl Iterator<Item = Result<Stored, E>>) -> Result<Vec<Stored>, E> {
    let mut page = Vec::new();
    let mut bytes = 0;
    for commit in commits.take(PAGE_COMMITS) {
        let commit = commit?;
        bytes += commit.payload.len();
        page.push(commit);
        if bytes >= PAGE_BYTES {
            break;
        }
    }
    Ok(page)
}
