//! How likely people are to recommend: the employee net promoter score.

use serde::{Deserialize, Serialize};

use crate::{Interval, Level, Moments};

/// What answers from 0 to 10 to "would you recommend it?" come to.
///
/// Promoters say 9 or 10, detractors 0 to 6; the score is their difference in a hundred, from −100 to 100. Source: F. Reichheld,
/// The one number you need to grow, Harvard Business Review 12/2003. It is the mean of +100, 0 and −100, and so has the
/// interval of a mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Who said 9 or 10.
    pub promoters: u64,
    /// Who said 7 or 8.
    pub passives: u64,
    /// Who said 0 to 6.
    pub detractors: u64,
}

impl Recommendation {
    /// One answer from 0 to 10; `None` if it is none.
    pub fn of(answer: i32) -> Option<Self> {
        let mut one = Self::default();
        match answer {
            9..=10 => one.promoters = 1,
            7..=8 => one.passives = 1,
            0..=6 => one.detractors = 1,
            _ => return None,
        }
        Some(one)
    }

    /// Both together.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        Self {
            promoters: self.promoters + other.promoters,
            passives: self.passives + other.passives,
            detractors: self.detractors + other.detractors,
        }
    }

    /// How many answered.
    pub fn count(self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// The answers as +100, 0 and −100.
    fn moments(self) -> Moments {
        Moments::of(100.0, self.promoters)
            .merged(Moments::of(0.0, self.passives))
            .merged(Moments::of(-100.0, self.detractors))
    }

    /// The score, from −100 to 100; `None` if nobody answered.
    pub fn score(self) -> Option<f64> {
        self.moments().average()
    }

    /// How sure the score is: Student's t interval, held to the scale; `None` of fewer than two answers.
    pub fn interval(self, level: Level) -> Option<Interval> {
        let interval = self.moments().interval(level)?;
        Some(Interval {
            low: interval.low.max(-100.0),
            high: interval.high.min(100.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_promoters_less_detractors() {
        let answers = [10, 9, 9, 8, 7, 6, 0, 10, 8, 9];
        let all = answers
            .iter()
            .filter_map(|answer| Recommendation::of(*answer))
            .fold(Recommendation::default(), Recommendation::merged);
        assert_eq!((all.promoters, all.passives, all.detractors), (5, 3, 2));
        assert!((all.score().unwrap() - 30.0).abs() < 1e-12);
        assert_eq!(Recommendation::of(11), None);
        assert_eq!(Recommendation::default().score(), None);
    }
}
