//! Figures of people: how many stay, how many go.

use serde::{Deserialize, Serialize};

/// The figures of one month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// How many there were when it began.
    pub headcount: u64,
    /// How many came in it.
    pub joiners: u64,
    /// How many left in it.
    pub leavers: u64,
    /// How many of those who left had come in it.
    pub leavers_among_joiners: u64,
}

impl Month {
    /// How many there were when it ended.
    pub fn end(self) -> u64 {
        (self.headcount + self.joiners).saturating_sub(self.leavers)
    }

    /// Of several departments together. Who went from one to another left and joined.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        Self {
            headcount: self.headcount + other.headcount,
            joiners: self.joiners + other.joiners,
            leavers: self.leavers + other.leavers,
            leavers_among_joiners: self.leavers_among_joiners + other.leavers_among_joiners,
        }
    }

    /// How many were there when it began and when it ended.
    pub fn stayed(self) -> u64 {
        let left = self.leavers.saturating_sub(self.leavers_among_joiners);
        self.headcount.saturating_sub(left)
    }

    /// Those there at the beginning who stayed / those there at the beginning; `None` if nobody was there.
    pub fn retention(self) -> Option<f64> {
        (self.headcount > 0).then(|| self.stayed() as f64 / self.headcount as f64)
    }
}

/// Turnover of some months: all who left / the mean headcount; `None` of no month, or where nobody ever was.
///
/// The mean headcount is the mean, over the months, of (headcount at its beginning + at its end) / 2. It is of these months, not
/// made into a year's. Source: ISO 30414 (human capital reporting), with the average headcount as the CIPD takes it (its fact
/// sheet on employee turnover and retention).
pub fn turnover(months: &[Month]) -> Option<f64> {
    let leavers: u64 = months.iter().map(|month| month.leavers).sum();
    let ends: u64 = months
        .iter()
        .map(|month| month.headcount + month.end())
        .sum();
    let mean = ends as f64 / 2.0 / months.len() as f64;
    (ends > 0).then(|| leavers as f64 / mean)
}

/// Retention of some months that follow one another: the share of those there at the beginning who were still there at the end;
/// `None` of no month, or if one began with nobody.
///
/// Of one month it is exactly that: those there at its beginning who stayed / those there at its beginning. Monthly figures do
/// not say how long who left had been there, so that of several months it is the product of theirs, which is Kaplan and Meier's
/// estimate: exact if nobody left who came in an earlier one of these months, and otherwise as if people left alike whether
/// they came before or since. Source: E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53
/// (1958); the rate itself as the CIPD's stability index.
pub fn retention(months: &[Month]) -> Option<f64> {
    if months.is_empty() {
        return None;
    }
    months.iter().map(|month| month.retention()).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(headcount: u64, joiners: u64, leavers: u64, leavers_among_joiners: u64) -> Month {
        Month {
            headcount,
            joiners,
            leavers,
            leavers_among_joiners,
        }
    }

    #[test]
    fn a_month_by_hand() {
        let october = month(40, 4, 3, 1);
        assert_eq!((october.end(), october.stayed()), (41, 38));
        assert_eq!(october.retention(), Some(0.95));
        // 3 of a mean of 40.5.
        assert_eq!(turnover(&[october]), Some(3.0 / 40.5));
    }

    #[test]
    fn months_after_one_another() {
        let months = [month(40, 4, 3, 1), month(41, 0, 1, 0)];
        assert_eq!(turnover(&months), Some(4.0 / 40.5));
        let expected = 0.95 * (40.0 / 41.0);
        assert!((retention(&months).unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn where_nobody_is_nothing_is_known() {
        assert_eq!((turnover(&[]), retention(&[])), (None, None));
        assert_eq!(turnover(&[month(0, 0, 0, 0)]), None);
        assert_eq!(retention(&[month(0, 2, 0, 0)]), None);
    }
}
