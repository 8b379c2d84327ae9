//! Quantiles of some values: medians, percentiles.

/// The quantile of values that stand in order, at `q` between 0 and 1 (0.5 is the median, 0.9 the 90th percentile); `None` of
/// none, or if `q` is no such number.
///
/// Hyndman and Fan's seventh: with h = (n − 1)·q, the value at ⌊h⌋ and what lies between it and the next in proportion. It is
/// what numpy and R do if nothing else is said. Source: R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages,
/// The American Statistician 50 (1996).
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let (below, above, part) = place(sorted.len() as u64, q)?;
    let at = |place: u64| sorted.get(usize::try_from(place).ok()?).copied();
    let (low, high) = (at(below)?, at(above)?);
    Some(low + (high - low) * part)
}

/// Between which two places of `count`, from 0, a quantile lies, and how far on the way.
pub(crate) fn place(count: u64, q: f64) -> Option<(u64, u64, f64)> {
    if count == 0 || !(0.0..=1.0).contains(&q) {
        return None;
    }
    let last = count - 1;
    let at = last as f64 * q;
    let below = (at.floor() as u64).min(last);
    Some((below, (below + 1).min(last), at - below as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle() {
        let values = [1.0, 2.0, 4.0, 8.0];
        let at = |q| quantile(&values, q);
        assert_eq!(
            (at(0.0), at(0.5), at(1.0)),
            (Some(1.0), Some(3.0), Some(8.0))
        );
        assert_eq!(
            (at(1.1), at(f64::NAN), quantile(&[], 0.5)),
            (None, None, None)
        );
    }
}
