//! How sure it is that somebody guesses better than by chance.

use super::Dice;

/// How likely it is to hit so often or more, if each try hits with its own chance and no other: exactly, by adding the tries up
/// one by one (the distribution is Poisson's binomial).
pub(super) fn at_least(hits: usize, chances: &[f64]) -> f64 {
    // `so[n]`: that n of the tries so far hit; all that is more than `hits` counts as that.
    let mut so = vec![0.0; hits + 1];
    so[0] = 1.0;
    for chance in chances {
        for n in (1..=hits).rev() {
            let stays = if n == hits { 1.0 } else { 1.0 - chance };
            so[n] = so[n] * stays + so[n - 1] * chance;
        }
        if hits > 0 {
            so[0] *= 1.0 - chance;
        }
    }
    so[hits]
}

/// How likely it is, if the order within each group said nothing, that places and ranks went together (or against each other)
/// so much: the share of 1,000 reshufflings that do so as much. Each group is the ranks in the order of their places.
pub(super) fn in_order(groups: &[Vec<f64>], seed: u64) -> f64 {
    let together = |groups: &[Vec<f64>]| -> f64 {
        let of = |group: &Vec<f64>| -> f64 {
            let mean = group.iter().sum::<f64>() / group.len() as f64;
            let each = group.iter().enumerate();
            each.map(|(place, rank)| place as f64 * (rank - mean)).sum()
        };
        groups.iter().map(of).sum::<f64>().abs()
    };
    let (seen, mut dice, mut groups) = (together(groups), Dice::new(seed), groups.to_vec());
    let as_much = (0..1_000).filter(|_| {
        groups.iter_mut().for_each(|group| dice.shuffle(group));
        together(&groups) >= seen
    });
    (as_much.count() + 1) as f64 / 1_001.0
}

#[test]
fn the_statistics_are_those_of_the_books() {
    // Two or more of three coins: a half. None or more: sure.
    assert!((at_least(2, &[0.5; 3]) - 0.5).abs() < 1e-12);
    assert!((at_least(0, &[0.5; 3]) - 1.0).abs() < 1e-12);
    assert!((at_least(3, &[0.5, 0.1, 0.2]) - 0.01).abs() < 1e-12);
    assert!((at_least(1, &[0.5, 0.1, 0.2]) - 0.64).abs() < 1e-12);
    let sorted: Vec<f64> = (0..6).map(f64::from).collect();
    assert!(in_order(&vec![sorted; 5], 1) < 0.002);
    assert!(in_order(&[vec![1.0, 3.0, 2.0, 2.0]], 1) > 0.1);
}
