//! What is counted, and how counts are put together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How often each was answered: by the number of a scale, or by the place of a choice.
pub type Counts = BTreeMap<i32, u32>;

/// What some people answered to a unit, counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// How many answered it.
    pub count: u32,
    /// What.
    pub figures: Figures,
}

/// What was answered, without who did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Figures {
    /// Nothing but that they did.
    #[default]
    None,
    /// How often each. Of a multi-choice their sum is more than the count.
    Counts(Counts),
    /// Of numbers, by Welford's method: it keeps its precision where sums of squares lose theirs.
    Moments {
        /// Their mean.
        mean: f64,
        /// The sum of the squares of what each is away from it.
        squares: f64,
    },
    /// Of two items that are compared.
    Gap {
        /// What was expected.
        expected: Counts,
        /// What was experienced.
        experienced: Counts,
        /// What was experienced less what was expected, of each person.
        gaps: Counts,
    },
}

impl Tally {
    /// Takes in what others answered to the same.
    pub fn add(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            self.clone_from(other);
            return;
        }
        let (ours, theirs) = (f64::from(self.count), f64::from(other.count));
        self.count = self.count.saturating_add(other.count);
        match (&mut self.figures, &other.figures) {
            (Figures::Counts(counts), Figures::Counts(others)) => put_together(counts, others),
            (
                Figures::Moments { mean, squares },
                Figures::Moments {
                    mean: other,
                    squares: more,
                },
            ) => {
                // Chan, Golub and LeVeque (1979).
                let apart = other - *mean;
                *mean += apart * theirs / (ours + theirs);
                *squares += more + apart * apart * ours * theirs / (ours + theirs);
            }
            (
                Figures::Gap {
                    expected,
                    experienced,
                    gaps,
                },
                Figures::Gap {
                    expected: others_expected,
                    experienced: others_experienced,
                    gaps: others_gaps,
                },
            ) => {
                put_together(expected, others_expected);
                put_together(experienced, others_experienced);
                put_together(gaps, others_gaps);
            }
            // Of one unit all are alike.
            (_, _) => {}
        }
    }
}

fn put_together(counts: &mut Counts, others: &Counts) {
    for (value, count) in others {
        let sum = counts.entry(*value).or_default();
        *sum = sum.saturating_add(*count);
    }
}
