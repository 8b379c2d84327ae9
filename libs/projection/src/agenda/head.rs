//! The beginning of the agenda, in memory.

use std::collections::BTreeSet;

use khidma_kernel::Timestamp;

use super::news::Entry;

/// Items kept, at most: what is due after them is read when it is their turn.
const MOST: usize = 4096;

/// The earliest items that are not held, in their order. It is read from the disk once, and from then on kept up by
/// news: firing reads nothing, and what is held is not passed over again and again.
#[derive(Debug, Default)]
pub(super) struct Head {
    entries: BTreeSet<Entry>,
    reach: Reach,
}

/// How much of the agenda [`Head`] knows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing was read yet.
    #[default]
    Nothing,
    /// Up to this item.
    To(Entry),
    /// All of it.
    All,
}

impl Head {
    /// Forgets everything, to be read anew.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// How far it reaches.
    pub(super) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Whether all that it reached was taken, and there may be more.
    pub(super) fn is_used_up(&self) -> bool {
        self.entries.is_empty() && self.reach != Reach::All
    }

    /// Takes what was read after [`Head::reach`], the part of it that is not held, and how far it reaches with that.
    pub(super) fn extend(&mut self, read: impl IntoIterator<Item = Entry>, reach: Reach) {
        self.entries.extend(read);
        self.reach = reach;
    }

    /// Takes an item that stands on the agenda and is not held; one beyond its reach will be read.
    pub(super) fn learn(&mut self, entry: Entry) {
        let reached = match &self.reach {
            Reach::Nothing => false,
            Reach::To(last) => entry <= *last,
            Reach::All => true,
        };
        if !reached {
            return;
        }
        self.entries.insert(entry);
        while self.entries.len() > MOST {
            self.entries.pop_last();
            self.reach = match self.entries.last() {
                Some(last) => Reach::To(last.clone()),
                None => Reach::Nothing,
            };
        }
    }

    /// Drops an item that was taken off the agenda.
    pub(super) fn remove(&mut self, entry: &Entry) {
        self.entries.remove(entry);
    }

    /// When the first item falls due.
    pub(super) fn first_due(&self) -> Option<Timestamp> {
        self.entries.first().map(|(due, _)| *due)
    }

    /// Takes the first item if it is due at `now`.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Entry> {
        self.first_due().filter(|due| *due <= now)?;
        self.entries.pop_first()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ops::Bound;

    use proptest::prelude::*;

    use super::*;
    use crate::AgendaItem;

    fn entry(number: i64) -> Entry {
        let item = AgendaItem {
            kind: "close".into(),
            entity: number.to_string(),
        };
        (Timestamp::from_micros(number), item)
    }

    /// Reads the next few from `disk`, as the loop does.
    fn read_on(head: &mut Head, disk: &BTreeSet<Entry>, held: &BTreeSet<Entry>, few: usize) {
        let after = match head.reach() {
            Reach::Nothing => Bound::Unbounded,
            Reach::To(last) => Bound::Excluded(last.clone()),
            Reach::All => return,
        };
        let read: Vec<_> = disk
            .range((after, Bound::Unbounded))
            .take(few)
            .cloned()
            .collect();
        let reach = match read.last() {
            Some(last) if read.len() == few => Reach::To(last.clone()),
            _ => Reach::All,
        };
        head.extend(
            read.into_iter().filter(|entry| !held.contains(entry)),
            reach,
        );
    }

    proptest! {
        #[test]
        fn what_it_gives_is_always_the_earliest_on_the_disk_that_is_not_held(
            steps in prop::collection::vec((0..4_u8, 0..60_i64), 0..200),
            few in 1..9_usize,
        ) {
            let (mut head, mut disk, mut held) = (Head::default(), BTreeSet::new(), BTreeSet::new());
            for (step, number) in steps {
                match step {
                    0 | 1 => {
                        disk.insert(entry(number));
                        if !held.contains(&entry(number)) {
                            head.learn(entry(number));
                        }
                    }
                    2 => {
                        disk.remove(&entry(number));
                        held.remove(&entry(number));
                        head.remove(&entry(number));
                    }
                    _ => {
                        while head.is_used_up() {
                            read_on(&mut head, &disk, &held, few);
                        }
                        let now = Timestamp::from_micros(number);
                        let earliest = disk.difference(&held).next().filter(|(due, _)| *due <= now).cloned();
                        let given = head.pop_due(now);
                        prop_assert_eq!(&given, &earliest);
                        held.extend(given);
                    }
                }
            }
        }
    }

    #[test]
    fn a_flood_of_news_is_left_on_the_disk_and_read_when_it_is_its_turn() {
        let (mut head, mut disk) = (Head::default(), BTreeSet::new());
        read_on(&mut head, &disk, &BTreeSet::new(), 10);
        let all = i64::try_from(MOST).unwrap() * 2;
        for number in (0..all).rev() {
            disk.insert(entry(number));
            head.learn(entry(number));
        }
        assert_eq!(head.entries.len(), MOST);
        for number in 0..all {
            if head.is_used_up() {
                read_on(&mut head, &disk, &BTreeSet::new(), 10);
            }
            assert_eq!(
                head.pop_due(Timestamp::from_micros(all)),
                Some(entry(number))
            );
        }
    }
}
