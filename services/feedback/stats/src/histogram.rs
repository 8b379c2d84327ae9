//! Counts of whole numbers, as answers of a scale are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Moments;

/// How often each value was given. What nobody gave is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram(BTreeMap<i64, u64>);

impl Histogram {
    /// A value was given so often more.
    pub fn add(&mut self, value: i64, times: u64) {
        if times > 0 {
            *self.0.entry(value).or_default() += times;
        }
    }

    /// A value was given so often less; never less than never.
    pub fn take(&mut self, value: i64, times: u64) {
        if let Some(count) = self.0.get_mut(&value) {
            *count = count.saturating_sub(times);
        }
        self.0.retain(|_, count| *count > 0);
    }

    /// All of another too.
    pub fn merge(&mut self, other: &Self) {
        for (value, count) in other.iter() {
            self.add(value, count);
        }
    }

    /// Each value and how often it was given, in order.
    pub fn iter(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        self.0.iter().map(|(value, count)| (*value, *count))
    }

    /// How many there are in all.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many of them lie between two values, both included.
    pub fn between(&self, low: i64, high: i64) -> u64 {
        self.iter()
            .filter(|(value, _)| (low..=high).contains(value))
            .map(|(_, count)| count)
            .sum()
    }

    /// For their mean.
    pub fn moments(&self) -> Moments {
        self.iter()
            .map(|(value, count)| Moments::of(value as f64, count))
            .fold(Moments::default(), Moments::merged)
    }

    /// The quantile at `q` between 0 and 1, as [`crate::quantile`] says it; `None` of none, or if `q` is no such number.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let (below, above, part) = crate::quantile::place(self.count(), q)?;
        let (low, high) = (self.at(below)? as f64, self.at(above)? as f64);
        Some(low + (high - low) * part)
    }

    /// The one in the middle; of an even number the mean of the two; `None` of none.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The value at a place, from 0, if all stood in a row.
    fn at(&self, place: u64) -> Option<i64> {
        let mut passed = 0;
        self.iter()
            .find(|(_, count)| {
                passed += count;
                place < passed
            })
            .map(|(value, _)| value)
    }
}

impl FromIterator<(i64, u64)> for Histogram {
    fn from_iter<I: IntoIterator<Item = (i64, u64)>>(counts: I) -> Self {
        let mut histogram = Self::default();
        for (value, count) in counts {
            histogram.add(value, count);
        }
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_can_be_taken_away() {
        let mut counts: Histogram = [(1, 2), (5, 3)].into_iter().collect();
        assert_eq!((counts.count(), counts.between(4, 5)), (5, 3));
        assert_eq!(counts.median(), Some(5.0));
        counts.take(5, 3);
        counts.take(5, 1);
        assert_eq!(counts, [(1, 2)].into_iter().collect());
        assert_eq!(Histogram::default().median(), None);
    }
}
