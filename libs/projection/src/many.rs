//! Reading very many rows, on several threads.
//!
//! How keys are spread nobody knows beforehand, so nothing is split beforehand: one thread begins with all of it, and
//! whoever has nothing to do gets one half of what another has left. A half is one of the keys' range, not of their
//! number; if it holds few of them, who got it soon asks again.

use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use futures::future::join_all;
use khidma_runtime::Tasks;

use crate::keys::Range;
use crate::{Reader, Row, RowError, keys};

/// After how many rows a thread looks whether another has nothing to do, or whether nobody wants the rows any more.
const STRIDE: usize = 256;

/// Folds every row whose key begins with `prefix`, on so many `threads` that may block; answers what each of them made
/// of its rows, to be merged, in no order. Memory is what `fold` keeps. An error of `fold` ends it for all; dropping
/// the future does, too, within some hundred rows. To hand rows on, `fold` may block.
///
/// What limits it is sled's cache: rows that are not in it come several times slower, and then more threads make it
/// little faster.
///
/// Rows may change meanwhile. One that does not is met exactly once. One that does is met whole, at most once, as it
/// was at some moment since the start; one that came or went meanwhile perhaps not at all; and of two rows of one commit
/// perhaps only one is as that commit left it. What [`Reader::position`] said before the start is seen by all of it.
///
/// # Errors
/// That of `fold`. [`RowError`]: rows are damaged or being built, `fold` panicked or the process is stopping.
pub async fn fold_rows<A, E, F>(
    reader: Reader,
    tasks: &Tasks,
    prefix: &[u8],
    threads: usize,
    fold: F,
) -> Result<Vec<A>, E>
where
    A: Default + Send + 'static,
    E: From<RowError> + Send + 'static,
    F: Fn(&mut A, &[u8], &Row) -> Result<(), E> + Send + Sync + 'static,
{
    let work = Arc::new(Work {
        reader,
        tasks: tasks.clone(),
        pieces: Mutex::new(Pieces {
            waiting: vec![keys::rows_beginning(prefix)],
            working: 0,
        }),
        more: Condvar::new(),
        hungry: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
    });
    let _stop = StopOnDrop(work.clone());
    let fold = Arc::new(fold);
    let threads = (0..threads.max(1)).map(|_| {
        let (work, fold) = (work.clone(), fold.clone());
        tasks.spawn_blocking(move || work.run(&*fold))
    });
    let lost = |_| Err(gone("reading them panicked, or the process is stopping").into());
    let ended = join_all(threads).await;
    ended
        .into_iter()
        .map(|ended| ended.unwrap_or_else(lost))
        .collect()
}

fn gone(reason: &str) -> RowError {
    RowError::Storage {
        reason: reason.into(),
    }
}

/// What the threads share.
struct Work {
    reader: Reader,
    tasks: Tasks,
    pieces: Mutex<Pieces>,
    /// Rung when there is another piece, or when all is done.
    more: Condvar,
    /// Threads that have nothing to do.
    hungry: AtomicUsize,
    stopped: AtomicBool,
}

struct Pieces {
    waiting: Vec<Range>,
    /// Threads at work, each of which may give something away.
    working: usize,
}

impl Work {
    fn run<A: Default, E: From<RowError>>(
        &self,
        fold: &impl Fn(&mut A, &[u8], &Row) -> Result<(), E>,
    ) -> Result<A, E> {
        let mut sum = A::default();
        while let Some(piece) = self.take() {
            // However it ends, also by a panic, the others must not wait for this one.
            let mut working = Working {
                work: self,
                whole: false,
            };
            self.read(piece, |key, row| fold(&mut sum, key, row))?;
            working.whole = true;
        }
        Ok(sum)
    }

    fn read<E: From<RowError>>(
        &self,
        mut piece: Range,
        mut fold: impl FnMut(&[u8], &Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rows = self.reader.full(piece.clone());
        let mut count = 0_usize;
        while let Some(next) = rows.next() {
            let (key, row) = next?;
            fold(&key, &row)?;
            count += 1;
            if !count.is_multiple_of(STRIDE) {
                continue;
            }
            if self.tasks.is_stopping() {
                return Err(gone("the process is stopping").into());
            }
            if self.stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            if self.hungry.load(Ordering::Relaxed) > 0
                && let Some((mine, theirs)) = self.halve(&key, &piece.1)?
            {
                self.give(theirs);
                rows = self.reader.full(mine.clone());
                piece = mine;
            }
        }
        Ok(())
    }

    /// Halves what is left after `key`; `None` if that is not worth it.
    fn halve(&self, key: &[u8], end: &Bound<Vec<u8>>) -> Result<Option<(Range, Range)>, RowError> {
        let after = Bound::Excluded(keys::row(key));
        let mut left = self.reader.full((after.clone(), end.clone()));
        let Some((last, _)) = left.next_back().transpose()? else {
            return Ok(None);
        };
        Ok(between(key, &last).map(|middle| {
            let middle = keys::row(&middle);
            let mine = (after, Bound::Excluded(middle.clone()));
            (mine, (Bound::Included(middle), end.clone()))
        }))
    }

    fn pieces(&self) -> MutexGuard<'_, Pieces> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give(&self, piece: Range) {
        self.pieces().waiting.push(piece);
        self.more.notify_one();
    }

    /// The next piece; `None` when all is done.
    fn take(&self) -> Option<Range> {
        let mut pieces = self.pieces();
        loop {
            if self.stopped.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(piece) = pieces.waiting.pop() {
                pieces.working += 1;
                return Some(piece);
            }
            if pieces.working == 0 {
                return None;
            }
            self.hungry.fetch_add(1, Ordering::Relaxed);
            pieces = self
                .more
                .wait(pieces)
                .unwrap_or_else(PoisonError::into_inner);
            self.hungry.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn stop(&self) {
        // Under the lock, so that nobody begins to wait after it was rung.
        let _pieces = self.pieces();
        self.stopped.store(true, Ordering::Relaxed);
        self.more.notify_all();
    }
}

/// A thread at work on a piece.
struct Working<'a> {
    work: &'a Work,
    /// Whether it came to the piece's end.
    whole: bool,
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        if !self.whole {
            self.work.stop();
        }
        let mut pieces = self.work.pieces();
        pieces.working -= 1;
        if pieces.working == 0 {
            self.work.more.notify_all();
        }
    }
}

/// Ends the work when nobody waits for it any more.
struct StopOnDrop(Arc<Work>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// A key after `low` and not after `high`, half way between them; `None` if there is none.
fn between(low: &[u8], high: &[u8]) -> Option<Vec<u8>> {
    let common = low.iter().zip(high).take_while(|(a, b)| a == b).count();
    let (a, b) = (number(&low[common..]), number(&high[common..]));
    let way = b.checked_sub(a)?.div_ceil(2);
    if way == 0 {
        return None;
    }
    let middle = (a + way).to_be_bytes();
    let length = middle.iter().rposition(|byte| *byte != 0)? + 1;
    Some([&high[..common], &middle[..length]].concat())
}

/// The first bytes of a key as a number that sorts like them.
fn number(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (byte, of_key) in bytes.iter_mut().zip(key) {
        *byte = *of_key;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_between_two_keys_is_after_the_one_and_not_after_the_other(
            one in prop::collection::vec(0..4_u8, 0..12),
            other in prop::collection::vec(prop::sample::select(vec![0_u8, 1, 97, 255]), 0..12),
        ) {
            let (low, high) = (one.clone().min(other.clone()), one.max(other));
            if let Some(middle) = between(&low, &high) {
                prop_assert!(low < middle && middle <= high, "{middle:?}");
            } else {
                // Only where nothing but zeros follows.
                prop_assert!(high.strip_prefix(&*low).is_some_and(|rest| rest.iter().take(8).all(|byte| *byte == 0)));
            }
        }
    }
}
