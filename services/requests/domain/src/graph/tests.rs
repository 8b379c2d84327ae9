//! Circles are found when, and only when, there are some.

use std::collections::{BTreeMap, BTreeSet};

use khidma_kernel::TaskKey;
use proptest::prelude::*;

use super::{Edges, Flaw, check, find_cycle, shown};

fn key(number: usize) -> TaskKey {
    format!("t{number}").parse().expect("a task key")
}

fn keys(count: usize) -> Vec<TaskKey> {
    (0..count).map(key).collect()
}

fn edges<'a>(keys: &'a [TaskKey], pairs: &[(usize, usize)]) -> Edges<'a> {
    let mut edges: Edges<'a> = keys.iter().map(|key| (key, vec![])).collect();
    for (from, to) in pairs {
        edges.entry(&keys[*from]).or_default().push(&keys[*to]);
    }
    edges
}

/// The slow and obvious way: a circle is there if, taking away what needs nothing that is left, something remains.
fn remains(count: usize, pairs: &[(usize, usize)]) -> bool {
    let mut left: BTreeSet<usize> = (0..count).collect();
    while let Some(free) = left
        .iter()
        .copied()
        .find(|task| !pairs.iter().any(|(a, b)| a == task && left.contains(b)))
    {
        left.remove(&free);
    }
    !left.is_empty()
}

#[test]
fn a_circle_is_named_from_its_first_task_to_itself() {
    let keys = keys(4);
    let edges = edges(&keys, &[(0, 1), (1, 2), (2, 3), (3, 1)]);
    let path = find_cycle(&edges).expect("a circle");
    assert_eq!(shown(path), "t1 → t2 → t3 → t1");
}

#[test]
fn a_task_that_needs_itself_is_a_circle() {
    let keys = keys(1);
    let path = find_cycle(&edges(&keys, &[(0, 0)])).map(shown);
    assert_eq!(path.as_deref(), Some("t0 → t0"));
}

#[test]
fn a_long_chain_overflows_nothing() {
    let keys = keys(20_000);
    let mut pairs: Vec<_> = (1..keys.len()).map(|n| (n - 1, n)).collect();
    assert_eq!(find_cycle(&edges(&keys, &pairs)), None);
    pairs.push((keys.len() - 1, 0));
    let path = find_cycle(&edges(&keys, &pairs)).expect("a circle");
    assert_eq!(path.len(), keys.len() + 1);
}

#[test]
fn keys_are_unique_and_needs_are_there() {
    let keys = keys(3);
    let twice = check([(&keys[0], vec![]), (&keys[0], vec![])]);
    assert_eq!(twice, Err(Flaw::Duplicate(&keys[0])));
    let unknown = check([(&keys[0], vec![&keys[1]]), (&keys[1], vec![&keys[2]])]);
    assert_eq!(
        unknown,
        Err(Flaw::UnknownNeed {
            task: &keys[1],
            need: &keys[2]
        })
    );
    let fine = check([(&keys[0], vec![&keys[1]]), (&keys[1], vec![])]);
    assert_eq!(fine, Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_circle_is_found_when_and_only_when_there_is_one(
        count in 1..9usize,
        pairs in proptest::collection::vec((0..9usize, 0..9usize), 0..14),
    ) {
        let pairs: Vec<_> = pairs.into_iter().filter(|(a, b)| *a < count && *b < count).collect();
        let keys = keys(count);
        let edges = edges(&keys, &pairs);
        let found = find_cycle(&edges);
        prop_assert_eq!(found.is_some(), remains(count, &pairs));
        if let Some(path) = found {
            let places: BTreeMap<&TaskKey, usize> = keys.iter().zip(0..).collect();
            prop_assert!(path.len() >= 2 && path.first() == path.last());
            for step in path.windows(2) {
                prop_assert!(pairs.contains(&(places[step[0]], places[step[1]])));
            }
        }
    }
}
