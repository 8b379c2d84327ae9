//! Random cases, put to statsmodels, scipy and numpy and to us: what they say is the same to 1e-9.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use khidma_feedback_stats::{Histogram, Level, Moments, Recommendation, Share, quantile};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// How many cases of each kind.
const CASES: usize = 400;

/// How far two figures may be apart, against the larger of 1 and what they are.
const APART: f64 = 1e-9;

/// A case as the others read it, and what we say of it.
type Case = (Value, Vec<f64>);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// Python with what tests/python/requirements.txt asks for; without it a test is left out, but not in CI.
fn python() -> Option<PathBuf> {
    let python = root().join("target/tools/venv/bin/python");
    if python.is_file() {
        return Some(python);
    }
    let missing = format!("no {}: `cargo xtask tools` makes it", python.display());
    assert!(option_env!("CI").is_none(), "{missing}");
    println!("skipped: {missing}");
    None
}

fn level() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.95), Just(0.9), Just(0.99), 0.01..0.9999]
}

fn share() -> impl Strategy<Value = (u64, u64)> {
    (1u64..5_000_000, 0.0..=1.0, 1u64..60).prop_flat_map(|(many, part, few)| {
        prop_oneof![
            Just(((many as f64 * part) as u64, many)),
            (0..=few).prop_map(move |hits| (hits, few)),
        ]
    })
}

fn ends(interval: khidma_feedback_stats::Interval) -> [f64; 2] {
    [interval.low, interval.high]
}

fn sure(level: f64) -> Level {
    Level::new(level).unwrap()
}

fn wilson() -> impl Strategy<Value = Case> {
    (share(), level()).prop_map(|((hits, of), level)| {
        let ours = Share::new(hits, of).wilson(sure(level)).unwrap();
        let case = json!({"kind": "wilson", "hits": hits, "of": of, "level": level});
        (case, ends(ours).to_vec())
    })
}

fn difference() -> impl Strategy<Value = Case> {
    (share(), share(), level()).prop_map(|(one, two, level)| {
        let ours = Share::new(one.0, one.1).less(Share::new(two.0, two.1), sure(level));
        let ours = ours.unwrap();
        let case = json!({"kind": "difference", "one": one, "two": two, "level": level});
        let [low, high] = ends(ours.interval);
        (case, vec![ours.value, low, high])
    })
}

fn mean() -> impl Strategy<Value = Case> {
    let values = prop_oneof![
        prop::collection::vec(-1e3..1e3, 2..200),
        prop::collection::vec((1i32..8).prop_map(f64::from), 2..3000),
    ];
    (values, level()).prop_filter_map("all the same", |(values, level)| {
        let ours: Moments = values.iter().copied().collect();
        let case = json!({"kind": "mean", "values": values, "level": level});
        let [low, high] = ends(ours.interval(sure(level))?);
        (ours.m2 > 0.0).then(|| (case, vec![ours.mean, low, high]))
    })
}

fn recommendation() -> impl Strategy<Value = Case> {
    let few = (0u64..6, 0u64..6, 0u64..6);
    let many = (0u64..5000, 0u64..5000, 0u64..5000);
    (prop_oneof![few, many], level()).prop_filter_map("fewer than two", |(counts, level)| {
        let (promoters, passives, detractors) = counts;
        let ours = Recommendation {
            promoters,
            passives,
            detractors,
        };
        let case = json!({"kind": "recommendation", "promoters": promoters, "passives": passives,
            "detractors": detractors, "level": level});
        let [low, high] = ends(ours.interval(sure(level))?);
        Some((case, vec![ours.score()?, low, high]))
    })
}

fn at() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.0..=1.0, 1..8)
}

fn histogram() -> impl Strategy<Value = Case> {
    let counts = prop::collection::btree_map(-5i64..11, 1u64..500, 1..12);
    (counts, at()).prop_map(|(counts, at)| {
        let ours: Histogram = counts.iter().map(|(v, n)| (*v, *n)).collect();
        let mut said = vec![ours.median().unwrap()];
        said.extend(at.iter().map(|q| ours.quantile(*q).unwrap()));
        let counts: Vec<_> = counts.into_iter().collect();
        (
            json!({"kind": "histogram", "counts": counts, "at": at}),
            said,
        )
    })
}

fn of_values() -> impl Strategy<Value = Case> {
    (prop::collection::vec(-1e4..1e4, 1..300), at()).prop_map(|(values, at)| {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let ours = at.iter().map(|q| quantile(&sorted, *q).unwrap()).collect();
        (
            json!({"kind": "quantile", "values": values, "at": at}),
            ours,
        )
    })
}

fn normal() -> impl Strategy<Value = Case> {
    level().prop_map(|level| {
        let case = json!({"kind": "normal", "level": level});
        (case, vec![sure(level).z()])
    })
}

fn student() -> impl Strategy<Value = Case> {
    let freedom = prop_oneof![1u32..40, 40u32..2000, 2000u32..3_000_000];
    (level(), freedom).prop_map(|(level, freedom)| {
        let case = json!({"kind": "student", "level": level, "freedom": freedom});
        (case, vec![sure(level).t(f64::from(freedom)).unwrap()])
    })
}

fn cases() -> Vec<Case> {
    // Always the same chance: a case that fails once fails again.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let kinds = [
        wilson().boxed(),
        difference().boxed(),
        mean().boxed(),
        recommendation().boxed(),
        histogram().boxed(),
        of_values().boxed(),
        normal().boxed(),
        student().boxed(),
    ];
    let mut cases = Vec::new();
    for kind in &kinds {
        for _ in 0..CASES {
            cases.push(kind.new_tree(&mut runner).unwrap().current());
        }
    }
    cases
}

/// What the others say of the cases, in the same order.
fn theirs(python: PathBuf, cases: &[Case]) -> Vec<Vec<f64>> {
    let mut asked = String::new();
    for (case, _) in cases {
        writeln!(asked, "{case}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.jsonl");
    std::fs::write(&file, asked).unwrap();
    let answered = Command::new(python)
        .arg(root().join("services/feedback/stats/tests/python/reference.py"))
        .stdin(std::fs::File::open(&file).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(answered.status.success(), "the script ends well");
    let text = String::from_utf8(answered.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_figure_is_that_of_an_independent_library() {
    let Some(python) = python() else { return };
    let cases = cases();
    let theirs = theirs(python, &cases);
    assert_eq!(theirs.len(), cases.len());
    for ((case, ours), theirs) in cases.iter().zip(&theirs) {
        assert_eq!(ours.len(), theirs.len(), "{case}");
        for (our, their) in ours.iter().zip(theirs) {
            let apart = (our - their).abs() / their.abs().max(1.0);
            assert!(apart <= APART, "{case}: {ours:?}, not {theirs:?}");
        }
    }
    println!("{} cases agree to {APART:e}", cases.len());
}
