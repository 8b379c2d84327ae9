//! How sure an interval is, and the quantiles that it takes.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// From so many degrees of freedom on a quantile of Student's t is taken from its expansion.
const MANY: f64 = 1000.0;

/// From where to where the truth lies, as far as one can be sure of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// No lower than this.
    pub low: f64,
    /// No higher than this.
    pub high: f64,
}

impl Interval {
    /// Half of how wide it is.
    pub fn half_width(self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Whether a value lies in it.
    pub fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// How often, of many intervals made so, the truth is inside: between 0 and 1, neither of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level(f64);

impl Level {
    /// What is shown if nothing else was said: 95 of 100.
    pub const USUAL: Self = Self(0.95);

    /// A level; `None` where no interval could be that sure, or that unsure.
    pub fn new(level: f64) -> Option<Self> {
        // Closer to 1, what is left of it has too few digits for a quantile to be worth anything.
        (level > 0.0 && level <= 1.0 - 1e-9).then_some(Self(level))
    }

    /// As a number between 0 and 1.
    pub fn get(self) -> f64 {
        self.0
    }

    /// How much lies below the upper end.
    fn upper(self) -> f64 {
        0.5 + self.0 / 2.0
    }

    /// How many standard errors the end of an interval is away, if the errors are normal.
    pub fn z(self) -> f64 {
        Normal::standard().inverse_cdf(self.upper())
    }

    /// How many standard errors the end of an interval is away, if the standard error was itself estimated, with so many
    /// degrees of freedom; `None` of none.
    ///
    /// `statrs` finds it by the incomplete beta function, whose logarithms lose digits as the degrees of freedom grow: against
    /// scipy it is good to 1e-10 below 1,000, wrong in the sixth digit at 100,000 and in the third at 3,000,000. From 1,000 on
    /// the expansion around the normal quantile (Abramowitz and Stegun, 26.7.5) is taken, whose next term is below 1e-12 there.
    pub fn t(self, freedom: f64) -> Option<f64> {
        if freedom >= MANY {
            return Some(expanded(self.z(), freedom));
        }
        let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
        Some(student.inverse_cdf(self.upper()))
    }
}

/// Student's t from the normal quantile (Abramowitz and Stegun, 26.7.5).
fn expanded(z: f64, freedom: f64) -> f64 {
    let odd = |coefficients: &[f64]| {
        coefficients
            .iter()
            .rev()
            .fold(0.0, |sum, c| sum * z * z + c)
    };
    let terms = [
        odd(&[1.0, 1.0]) / 4.0,
        odd(&[3.0, 16.0, 5.0]) / 96.0,
        odd(&[-15.0, 17.0, 19.0, 3.0]) / 384.0,
        odd(&[-945.0, -1920.0, 1482.0, 776.0, 79.0]) / 92_160.0,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, g| (sum + g) / freedom);
    z * (1.0 + sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_quantiles_are_those_of_the_tables() {
        assert!((Level::USUAL.z() - 1.959_963_984_540_054).abs() < 1e-14);
        let t = |freedom| Level::USUAL.t(freedom).unwrap();
        assert!((t(1.0) - 12.706_204_736_174_7).abs() < 1e-10);
        assert!((t(4.0) - 2.776_445_105_197_79).abs() < 1e-12);
        // The expansion goes on where the distribution ends.
        assert!((t(999.999) - t(1000.0)).abs() < 1e-8);
        assert_eq!(Level::USUAL.t(0.0), None);
    }

    #[test]
    fn a_level_lies_between_none_and_all() {
        for level in [0.0, -1.0, 1.0, f64::NAN] {
            assert_eq!(Level::new(level), None, "{level}");
        }
        assert_eq!(Level::new(0.95), Some(Level::USUAL));
    }
}
