//! Reading a log in chunks that are bounded by their commits and by their bytes.

use futures::stream::Fuse;
use futures::{FutureExt, StreamExt};
use khidma_eventlog::{Commits, LogError, Stored};
use tokio::task::unconstrained;

/// How much is read at once, at the most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    /// So many commits.
    pub(crate) commits: usize,
    /// Nothing more is read behind so many bytes, of which the last commit may stand beyond.
    pub(crate) bytes: usize,
}

/// The next commits that are there already, one at the least: it waits for the first. `None` where the log was closed.
///
/// # Errors
/// The log is away.
pub(crate) async fn next(
    commits: &mut Fuse<Commits>,
    most: Most,
) -> Option<Result<Vec<Stored>, LogError>> {
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    let mut found = Some(commits.next().await?);
    while let Some(commit) = found {
        let commit = match commit {
            Ok(commit) => commit,
            Err(error) => return Some(Err(error)),
        };
        bytes += commit.payload.len();
        chunk.push(commit);
        if chunk.len() >= most.commits || bytes >= most.bytes {
            break;
        }
        // Tokio's channels pretend to be empty once a task has used up its budget, after 128 commits; there is more to
        // take. What is not there is not waited for.
        found = unconstrained(commits.next()).now_or_never().flatten();
    }
    Some(Ok(chunk))
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use khidma_kernel::Position;

    use super::*;

    fn commit(position: u64, size: usize) -> Stored {
        Stored {
            position: Position(position),
            id: uuid::Uuid::from_u128(u128::from(position)),
            context: "requests".into(),
            entity: position.to_string(),
            payload: vec![b' '; size].into(),
        }
    }

    fn log(sizes: &'static [usize]) -> Fuse<Commits> {
        let commits = (1..).zip(sizes);
        let commits = commits.map(|(position, size)| Ok(commit(position, *size)));
        // And then nothing comes for now.
        stream::iter(commits)
            .chain(stream::pending())
            .boxed()
            .fuse()
    }

    #[tokio::test]
    async fn a_chunk_is_what_is_there_and_bounded_by_commits_and_by_bytes() {
        let most = Most {
            commits: 3,
            bytes: 1000,
        };
        let mut log = log(&[1, 1, 1, 1, 999, 5000, 5000, 400, 400, 400, 7]);
        let mut sizes = Vec::new();
        for _ in 0..6 {
            let chunk = next(&mut log, most).await.unwrap().unwrap();
            sizes.push(
                chunk
                    .iter()
                    .map(|one| one.payload.len())
                    .collect::<Vec<_>>(),
            );
        }
        let expected: [&[usize]; 6] = [
            &[1, 1, 1],
            &[1, 999],
            &[5000],
            &[5000],
            &[400, 400, 400],
            &[7],
        ];
        assert_eq!(sizes, expected);
    }

    #[tokio::test]
    async fn a_closed_log_and_one_that_is_away_are_told() {
        let most = Most {
            commits: 3,
            bytes: 1000,
        };
        let mut closed = stream::empty().boxed().fuse();
        assert!(next(&mut closed, most).await.is_none());
        let error = LogError::Unavailable("away".into());
        let mut away = stream::iter([Err(error.clone())]).boxed().fuse();
        assert_eq!(next(&mut away, most).await, Some(Err(error)));
    }

    #[tokio::test]
    async fn a_chunk_does_not_end_where_the_task_should_let_others_go_first() {
        let (give, take) = tokio::sync::mpsc::unbounded_channel();
        for position in 1..=1000 {
            give.send(Ok(commit(position, 1))).unwrap();
        }
        let take = stream::unfold(take, |mut take| async move {
            take.recv().await.map(|commit| (commit, take))
        });
        let most = Most {
            commits: 900,
            bytes: 1000,
        };
        let mut log = take.boxed().fuse();
        drop(give);
        for expected in [900, 100] {
            let chunk = next(&mut log, most).await.unwrap().unwrap();
            assert_eq!(chunk.len(), expected);
        }
        assert!(next(&mut log, most).await.is_none());
    }
}
