//! The newest commits of one department's feed, kept once for all its subscribers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use khidma_kernel::Position;
use tokio::sync::watch;

use super::heard::Heard;

/// How many commits are kept at the most.
const KEPT: usize = 4096;

/// The newest commits of a feed, within a bound of bytes.
#[derive(Debug)]
pub(super) struct Ring {
    kept: Mutex<Kept>,
    /// The last commit that was added.
    head: watch::Sender<Position>,
    most_bytes: usize,
}

#[derive(Debug)]
struct Kept {
    /// Of what is after it, all that is in the feed is here.
    floor: Position,
    commits: VecDeque<Arc<Heard>>,
    bytes: usize,
}

/// What a ring has for a subscriber.
#[derive(Debug)]
pub(super) enum Page {
    /// The subscriber is further behind than the ring reaches.
    Behind,
    /// The next commits, perhaps none, and whether there are more.
    Next(Vec<Arc<Heard>>, bool),
}

impl Ring {
    /// A ring that begins after `floor`, of so many bytes, about.
    pub(super) fn after(floor: Position, most_bytes: usize) -> Self {
        Self {
            kept: Mutex::new(Kept {
                floor,
                commits: VecDeque::new(),
                bytes: 0,
            }),
            head: watch::Sender::new(floor),
            most_bytes,
        }
    }

    /// Adds the next commit of the feed; nobody hears of it before [`Ring::tell`]. The newest one is kept whatever its
    /// size.
    pub(super) fn push(&self, commit: Arc<Heard>) {
        let mut kept = self.kept();
        kept.bytes += commit.bytes;
        kept.commits.push_back(commit);
        while kept.commits.len() > KEPT || (kept.bytes > self.most_bytes && kept.commits.len() > 1)
        {
            let Some(oldest) = kept.commits.pop_front() else {
                break;
            };
            kept.bytes -= oldest.bytes;
            kept.floor = oldest.position;
        }
    }

    /// Wakes those who wait for what was added.
    pub(super) fn tell(&self) {
        let last = self.kept().commits.back().map(|commit| commit.position);
        if let Some(last) = last {
            self.head.send_replace(last);
        }
    }

    /// After which position on the ring has all of the feed.
    pub(super) fn floor(&self) -> Position {
        self.kept().floor
    }

    /// Tells when something is added.
    pub(super) fn head(&self) -> watch::Receiver<Position> {
        self.head.subscribe()
    }

    /// The next commits after `after`: at least one if there is one, then as many as stay within so many events and
    /// bytes.
    pub(super) fn page(&self, after: Position, most_events: usize, most_bytes: usize) -> Page {
        let kept = self.kept();
        if after < kept.floor {
            return Page::Behind;
        }
        let passed = kept.commits.partition_point(|one| one.position <= after);
        let (mut events, mut bytes, mut page) = (0, 0, Vec::new());
        for commit in kept.commits.range(passed..) {
            events += commit.events.len();
            bytes += commit.bytes;
            if !page.is_empty() && (events > most_events || bytes > most_bytes) {
                return Page::Next(page, true);
            }
            page.push(commit.clone());
        }
        Page::Next(page, false)
    }

    /// A panic elsewhere leaves it whole, so the lock is taken all the same.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(position: u64, bytes: usize) -> Arc<Heard> {
        Arc::new(Heard {
            position: Position(position),
            events: vec![Default::default()],
            bytes,
        })
    }

    fn positions(page: Page) -> Option<(Vec<u64>, bool)> {
        match page {
            Page::Behind => None,
            Page::Next(commits, more) => {
                Some((commits.iter().map(|one| one.position.0).collect(), more))
            }
        }
    }

    #[test]
    fn who_is_not_too_far_behind_gets_what_comes_next() {
        let ring = Ring::after(Position(10), 1000);
        for position in [12, 15, 19] {
            ring.push(heard(position, 10));
        }
        let page = |after, events| positions(ring.page(Position(after), events, 1000));
        assert_eq!(page(9, 9), None);
        assert_eq!(page(10, 9), Some((vec![12, 15, 19], false)));
        assert_eq!(page(12, 1), Some((vec![15], true)));
        assert_eq!(page(13, 9), Some((vec![15, 19], false)));
        assert_eq!(page(30, 9), Some((vec![], false)));
    }

    #[test]
    fn what_is_too_much_is_forgotten_and_known_to_be() {
        let ring = Ring::after(Position(0), 25);
        for position in 1..=4 {
            ring.push(heard(position, 10));
        }
        assert_eq!(ring.floor(), Position(2));
        assert_eq!(positions(ring.page(Position(1), 9, 1000)), None);
        let rest = positions(ring.page(Position(2), 9, 1000));
        assert_eq!(rest, Some((vec![3, 4], false)));
        ring.push(heard(5, 1_000_000));
        let large = positions(ring.page(Position(4), 9, 1000));
        assert_eq!(large, Some((vec![5], false)), "the newest is kept");
    }
}
