//! Shares: how many of some, and how two shares differ.

use serde::{Deserialize, Serialize};

use crate::{Interval, Level};

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many of them.
    pub hits: u64,
    /// Of how many; no fewer than `hits`.
    pub of: u64,
}

/// How far one share is above another, between −1 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The first less the second.
    pub value: f64,
    /// How sure that is.
    pub interval: Interval,
}

impl Share {
    /// So many of so many; more than there are count as all.
    pub fn new(hits: u64, of: u64) -> Self {
        let hits = hits.min(of);
        Self { hits, of }
    }

    /// As a number between 0 and 1; `None` of none.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Both together.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        Self::new(self.hits + other.hits, self.of + other.of)
    }

    /// Wilson's score interval; `None` of none.
    ///
    /// With p the share, n of how many and z the normal quantile:
    /// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    ///
    /// Good also for few answers and for shares near 0 and 1, where the simple interval leaves the scale. Source: E. B. Wilson,
    /// Probable inference, the law of succession, and statistical inference, JASA 22 (1927), without continuity correction;
    /// recommended by Brown, Cai and DasGupta, Interval estimation for a binomial proportion, Statistical Science 16 (2001).
    pub fn wilson(self, level: Level) -> Option<Interval> {
        let p = self.value()?;
        let (n, z) = (self.of as f64, level.z());
        let scale = 1.0 + z * z / n;
        let middle = (p + z * z / (2.0 * n)) / scale;
        let half = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        // At the ends of the scale the formula gives them but for rounding.
        let low = match self.hits {
            0 => 0.0,
            _ => (middle - half).max(0.0),
        };
        let high = match self.hits == self.of {
            true => 1.0,
            false => (middle + half).min(1.0),
        };
        Some(Interval { low, high })
    }

    /// How far this share is above another that has nothing to do with it, with Newcombe's hybrid score interval; `None` if either
    /// is of none.
    ///
    /// With p₁, p₂ the shares and l, u the ends of their Wilson intervals, the difference d = p₁ − p₂ lies between
    /// d − √((p₁−l₁)² + (u₂−p₂)²) and d + √((u₁−p₁)² + (p₂−l₂)²).
    ///
    /// Source: R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison of eleven
    /// methods, Statistics in Medicine 17 (1998), method 10.
    pub fn less(self, other: Self, level: Level) -> Option<Difference> {
        let (first, second) = (self.value()?, other.value()?);
        let (one, two) = (self.wilson(level)?, other.wilson(level)?);
        let value = first - second;
        let interval = Interval {
            low: value - (first - one.low).hypot(two.high - second),
            high: value + (one.high - first).hypot(second - two.low),
        };
        Some(Difference { value, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newcombes_own_examples() {
        // Table II of the paper, method 10: 56/70 less 48/80, and 9/10 less 3/10.
        let difference = |a, b| Share::less(a, b, Level::USUAL).unwrap();
        let one = difference(Share::new(56, 70), Share::new(48, 80));
        assert!((one.value - 0.2).abs() < 1e-12);
        assert!((one.interval.low - 0.0524).abs() < 5e-5);
        assert!((one.interval.high - 0.3339).abs() < 5e-5);
        let other = difference(Share::new(9, 10), Share::new(3, 10));
        assert!((other.interval.low - 0.1705).abs() < 5e-5);
        assert!((other.interval.high - 0.8090).abs() < 5e-5);
    }

    #[test]
    fn of_none_nothing_is_known() {
        let (none, some) = (Share::default(), Share::new(1, 2));
        assert_eq!(none.value(), None);
        assert_eq!(none.wilson(Level::USUAL), None);
        assert_eq!(none.less(some, Level::USUAL), None);
        assert_eq!(some.less(none, Level::USUAL), None);
    }

    #[test]
    fn an_interval_never_leaves_the_scale() {
        for of in 1..40 {
            for hits in 0..=of {
                let share = Share::new(hits, of);
                let interval = share.wilson(Level::USUAL).unwrap();
                assert!(interval.contains(share.value().unwrap()), "{hits}/{of}");
                assert!(
                    0.0 <= interval.low && interval.high <= 1.0,
                    "{hits}/{of}: {interval:?}"
                );
            }
        }
    }
}
