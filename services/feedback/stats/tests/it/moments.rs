//! Moments and counts, in whatever order and pieces they come.

use khidma_feedback_stats::{Histogram, Moments};
use proptest::collection::vec;
use proptest::prelude::*;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Both as the textbook says them: all at once, in two passes.
fn in_two_passes(values: &[f64]) -> Moments {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    Moments {
        count: values.len() as u64,
        mean,
        m2: values.iter().map(|value| (value - mean).powi(2)).sum(),
    }
}

proptest! {
    /// Days, weeks or one by one: the same.
    #[test]
    fn pieces_merge_to_the_whole(days in vec(vec(-1e3..1e3, 1..20), 1..20)) {
        let merged = days
            .iter()
            .map(|day| day.iter().copied().collect::<Moments>())
            .fold(Moments::default(), Moments::merged);
        let expected = in_two_passes(&days.concat());
        prop_assert_eq!(merged.count, expected.count);
        prop_assert!(close(merged.mean, expected.mean), "{merged:?} {expected:?}");
        prop_assert!(close(merged.m2, expected.m2), "{merged:?} {expected:?}");
    }

    /// What a histogram says of its values is what the values say.
    #[test]
    fn a_histogram_is_its_values(values in vec(-3i64..12, 1..200), taken in vec(-3i64..12, 0..50)) {
        let mut counts: Histogram = values.iter().map(|value| (*value, 1)).collect();
        for value in &taken {
            counts.add(*value, 2);
        }
        for value in &taken {
            counts.take(*value, 2);
        }
        let mut sorted: Vec<f64> = values.iter().map(|value| *value as f64).collect();
        sorted.sort_by(f64::total_cmp);
        prop_assert_eq!(counts.count(), values.len() as u64);
        for q in [0.0, 0.1, 0.5, 0.9, 1.0] {
            let (one, other) = (counts.quantile(q), khidma_feedback_stats::quantile(&sorted, q));
            prop_assert!(close(one.unwrap(), other.unwrap()));
        }
        prop_assert!(close(counts.moments().mean, in_two_passes(&sorted).mean));
        prop_assert!(close(counts.moments().m2, in_two_passes(&sorted).m2));
    }
}
