//! Items that are not to be fired just now, and why.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use super::news::{Entry, Fate};
use crate::backoff::Backoff;

/// How long an item that was fired may stay on the agenda before it is fired again: views lag a little.
const SETTLING: Duration = Duration::from_secs(5);
/// The wait after the first failure, and the longest.
const AFTER_FAILURE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(60));

/// Items being fired, fired lately or failed, and those that wait for another of their entity.
#[derive(Debug, Default)]
pub(super) struct Held {
    items: HashMap<Entry, State>,
    /// Those at rest, in the order in which they may be fired again.
    resting: BTreeSet<(Instant, Entry)>,
    /// The entities of which one item is being fired, each with its items that wait for that.
    busy: HashMap<String, BTreeSet<Entry>>,
    repeats: usize,
}

#[derive(Debug)]
enum State {
    Firing(Firing),
    /// Fired, or failed; not again before then.
    Resting(Instant, Backoff),
}

#[derive(Debug)]
struct Firing {
    /// With the wait after the next failure.
    backoff: Backoff,
    /// Whether it was fired before.
    repeat: bool,
    /// What was told of it meanwhile.
    fate: Fate,
}

impl Held {
    /// Whether `entry` is here.
    pub(super) fn has(&self, entry: &Entry) -> bool {
        self.items.contains_key(entry)
            || self
                .busy
                .get(&entry.1.entity)
                .is_some_and(|waiting| waiting.contains(entry))
    }

    /// Whether an item of `entity` is being fired.
    pub(super) fn is_busy(&self, entity: &str) -> bool {
        self.busy.contains_key(entity)
    }

    /// How many of those being fired were fired before.
    pub(super) fn repeats(&self) -> usize {
        self.repeats
    }

    /// Lets `entry` wait for its busy entity.
    pub(super) fn park(&mut self, entry: Entry) {
        let waiting = self.busy.entry(entry.1.entity.clone()).or_default();
        waiting.insert(entry);
    }

    /// `entry` is being fired, for the first time.
    pub(super) fn fire(&mut self, entry: Entry) {
        self.begin(entry, Backoff::new(AFTER_FAILURE.0, AFTER_FAILURE.1), false);
    }

    /// `entry`, which rested, is being fired again.
    pub(super) fn fire_again(&mut self, entry: &Entry) {
        if let Some(backoff) = self.wake(entry) {
            self.begin(entry.clone(), backoff, true);
        }
    }

    fn begin(&mut self, entry: Entry, backoff: Backoff, repeat: bool) {
        self.repeats += usize::from(repeat);
        self.busy.entry(entry.1.entity.clone()).or_default();
        let firing = Firing {
            backoff,
            repeat,
            fate: Fate::On,
        };
        self.items.insert(entry, State::Firing(firing));
    }

    /// When the first item has rested.
    pub(super) fn first_rested(&self) -> Option<Instant> {
        self.resting.first().map(|(until, _)| *until)
    }

    /// The first item if it has rested at `now`.
    pub(super) fn rested(&self, now: Instant) -> Option<&Entry> {
        let (until, entry) = self.resting.first()?;
        (*until <= now).then_some(entry)
    }

    /// Lets `entry`, which rested, rest a little longer.
    pub(super) fn rest_on(&mut self, entry: &Entry, now: Instant) {
        if let Some(backoff) = self.wake(entry) {
            self.rest(entry.clone(), now + AFTER_FAILURE.0, backoff);
        }
    }

    /// Lets go of `entry` if it rests.
    pub(super) fn wake(&mut self, entry: &Entry) -> Option<Backoff> {
        let Some(State::Resting(..)) = self.items.get(entry) else {
            return None;
        };
        let Some(State::Resting(until, backoff)) = self.items.remove(entry) else {
            return None;
        };
        self.resting.remove(&(until, entry.clone()));
        Some(backoff)
    }

    fn rest(&mut self, entry: Entry, until: Instant, backoff: Backoff) {
        self.resting.insert((until, entry.clone()));
        self.items.insert(entry, State::Resting(until, backoff));
    }

    /// Firing `entry` came to its end. Answers the items that are free now.
    pub(super) fn settle(
        &mut self,
        entry: Entry,
        succeeded: bool,
        now: Instant,
    ) -> BTreeSet<Entry> {
        let mut free = self.busy.remove(&entry.1.entity).unwrap_or_default();
        let Some(State::Firing(mut firing)) = self.items.remove(&entry) else {
            return free;
        };
        self.repeats -= usize::from(firing.repeat);
        match firing.fate {
            Fate::Off => {}
            Fate::Anew => _ = free.insert(entry),
            Fate::On if succeeded => {
                firing.backoff.reset();
                self.rest(entry, now + SETTLING, firing.backoff);
            }
            Fate::On => {
                let until = now + firing.backoff.next();
                self.rest(entry, until, firing.backoff);
            }
        }
        free
    }

    /// Hears of `entry`. Whether it stands on the agenda and is not held.
    pub(super) fn hear(&mut self, entry: &Entry, fate: Fate) -> bool {
        match self.items.get_mut(entry) {
            Some(State::Firing(firing)) => {
                firing.fate = match (firing.fate, fate) {
                    (_, Fate::Off) => Fate::Off,
                    (Fate::On, Fate::On) => Fate::On,
                    _ => Fate::Anew,
                };
                false
            }
            Some(State::Resting(..)) if fate == Fate::On => false,
            Some(State::Resting(..)) => {
                self.wake(entry);
                fate == Fate::Anew
            }
            None => match self.busy.get_mut(&entry.1.entity) {
                Some(waiting) if fate == Fate::Off => {
                    waiting.remove(entry);
                    false
                }
                Some(waiting) => !waiting.contains(entry),
                None => fate != Fate::Off,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use khidma_kernel::Timestamp;

    use super::*;
    use crate::AgendaItem;

    fn entry(due: i64) -> Entry {
        let item = AgendaItem {
            kind: "close".into(),
            entity: "a".into(),
        };
        (Timestamp::from_micros(due), item)
    }

    #[test]
    fn what_was_taken_off_while_it_was_fired_is_let_go() {
        let (mut held, now) = (Held::default(), Instant::now());
        held.fire(entry(1));
        assert!(!held.hear(&entry(1), Fate::Off));
        assert!(held.settle(entry(1), false, now).is_empty());
        assert!(!held.has(&entry(1)));
        assert_eq!(held.first_rested(), None);
    }

    #[test]
    fn what_is_due_once_more_is_free_at_once_but_not_twice_at_the_same_time() {
        let (mut held, now) = (Held::default(), Instant::now());
        held.fire(entry(1));
        assert!(!held.hear(&entry(1), Fate::Off));
        assert!(!held.hear(&entry(1), Fate::On));
        assert!(held.has(&entry(1)));
        assert_eq!(held.settle(entry(1), true, now), [entry(1)].into());
        held.fire(entry(1));
        assert!(held.settle(entry(1), true, now).is_empty());
        assert!(!held.hear(&entry(1), Fate::On), "it only settles");
        assert!(held.hear(&entry(1), Fate::Anew));
        assert!(!held.has(&entry(1)));
    }

    #[test]
    fn what_waits_for_its_entity_is_free_when_that_is_unless_it_was_taken_off() {
        let (mut held, now) = (Held::default(), Instant::now());
        held.fire(entry(1));
        for due in 2..5 {
            assert!(held.is_busy("a"));
            held.park(entry(due));
        }
        assert!(!held.hear(&entry(3), Fate::Off));
        assert!(!held.hear(&entry(4), Fate::On), "it is here already");
        assert_eq!(
            held.settle(entry(1), true, now),
            [entry(2), entry(4)].into()
        );
        assert!(!held.is_busy("a"));
    }

    #[test]
    fn what_fails_again_and_again_rests_longer_each_time() {
        let (mut held, mut now) = (Held::default(), Instant::now());
        held.fire(entry(1));
        for wait in [250, 500, 1000] {
            assert!(held.settle(entry(1), false, now).is_empty());
            let until = now + Duration::from_millis(wait);
            assert_eq!(held.first_rested(), Some(until));
            assert_eq!(held.rested(now), None);
            now = until;
            assert_eq!(held.rested(now), Some(&entry(1)));
            held.fire_again(&entry(1));
            assert_eq!(held.repeats(), 1);
        }
        assert!(held.settle(entry(1), true, now).is_empty());
        assert_eq!(held.repeats(), 0);
        assert_eq!(held.first_rested(), Some(now + SETTLING));
    }
}
