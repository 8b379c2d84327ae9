//! Means of anything, from three numbers that merge: so a sum over days is a sum of rows.

use serde::{Deserialize, Serialize};

use crate::{Interval, Level};

/// How many values there were, their mean, and the sum of the squares of how far they are from it.
///
/// Source of how one is added: B. P. Welford, Note on a method for calculating corrected sums of squares and products,
/// Technometrics 4 (1962); of how two are merged: T. F. Chan, G. H. Golub and R. J. LeVeque, Updating formulae and a pairwise
/// algorithm for computing sample variances, Stanford STAN-CS-79-773 (1979).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// How many.
    pub count: u64,
    /// Their mean; 0 of none.
    pub mean: f64,
    /// The sum of the squares of how far each is from the mean.
    pub m2: f64,
}

impl Moments {
    /// One value, that often.
    pub fn of(value: f64, count: u64) -> Self {
        let mean = if count == 0 { 0.0 } else { value };
        Self {
            count,
            mean,
            m2: 0.0,
        }
    }

    /// One value more.
    pub fn add(&mut self, value: f64) {
        *self = self.merged(Self::of(value, 1));
    }

    /// Both together.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        let count = self.count + other.count;
        if self.count == 0 {
            return other;
        }
        if other.count == 0 {
            return self;
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let (all, apart) = (count as f64, other.mean - self.mean);
        Self {
            count,
            mean: self.mean + apart * m / all,
            m2: self.m2 + other.m2 + apart * apart * n * m / all,
        }
    }

    /// The mean; `None` of none.
    pub fn average(self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// The variance of those they are a sample of: m2 / (n − 1); `None` of fewer than two.
    pub fn variance(self) -> Option<f64> {
        (self.count > 1).then(|| self.m2 / (self.count - 1) as f64)
    }

    /// Student's t interval of the mean; `None` of fewer than two.
    ///
    /// With s² the variance and t the quantile of n − 1 degrees of freedom: mean ± t·s/√n. If all values are the same it is that
    /// value and nothing around it. Source: Student, The probable error of a mean, Biometrika 6 (1908).
    pub fn interval(self, level: Level) -> Option<Interval> {
        let error = (self.variance()? / self.count as f64).sqrt();
        let half = error * level.t((self.count - 1) as f64)?;
        Some(Interval {
            low: self.mean - half,
            high: self.mean + half,
        })
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::default();
        for value in values {
            moments.add(value);
        }
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_or_none_there_is_no_interval() {
        assert_eq!(Moments::default().average(), None);
        let one = Moments::of(4.0, 1);
        assert_eq!(
            (one.average(), one.interval(Level::USUAL)),
            (Some(4.0), None)
        );
    }

    #[test]
    fn all_the_same_is_sure() {
        let same = Moments::of(4.0, 7).interval(Level::USUAL);
        assert_eq!(
            same,
            Some(Interval {
                low: 4.0,
                high: 4.0
            })
        );
    }
}
