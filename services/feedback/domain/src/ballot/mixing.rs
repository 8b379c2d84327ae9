//! How answers are let go: in batches of at least the threshold, in an order that says nothing, chosen by chance.
//!
//! While a round is open the box is a pool: of what it holds, as many as the threshold always stay, whichever chance says. So
//! of no answer it is known that it came since the last batch, and what stays can always still be let go in a batch of its own.

use std::collections::BTreeMap;

use khidma_events::feedback::Segment;

/// A number below the given one, each as likely as another.
pub type Chance<'a> = &'a mut dyn FnMut(usize) -> usize;

/// Answers that are let go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T> {
    /// What all who gave them stated.
    pub segment: Option<Segment>,
    /// The answers, by their tokens, in the order of these.
    pub answers: Vec<T>,
}

impl<T: Ord> Batch<T> {
    fn new(segment: Option<Segment>, mut answers: Vec<T>) -> Self {
        answers.sort_unstable();
        Self { segment, answers }
    }
}

/// What is let go while the round is open: of each segment with two times the threshold or more, all but as many as the
/// threshold, chosen by `chance`.
pub fn let_go<T: Ord>(
    held: BTreeMap<Option<Segment>, Vec<T>>,
    threshold: usize,
    chance: Chance<'_>,
) -> Vec<Batch<T>> {
    let threshold = threshold.max(1);
    let full = held.into_iter();
    let full = full.filter(|(_, answers)| answers.len() >= 2 * threshold);
    full.map(|(segment, answers)| {
        let going = answers.len() - threshold;
        Batch::new(segment, chosen(answers, going, chance))
    })
    .collect()
}

/// What is let go when the round has closed: each segment by itself, those with fewer than the threshold together and without
/// segment. If these are too few even together, the smallest other one goes with them, so that nobody's answer is lost. `None`:
/// there are fewer than the threshold in all, and they cannot be let go.
pub fn empty<T: Ord>(
    held: BTreeMap<Option<Segment>, Vec<T>>,
    threshold: usize,
) -> Option<Vec<Batch<T>>> {
    let threshold = threshold.max(1);
    let (mut full, small): (Vec<_>, Vec<_>) = held
        .into_iter()
        .partition(|(segment, answers)| segment.is_some() && answers.len() >= threshold);
    let mut rest: Vec<T> = small.into_iter().flat_map(|(_, answers)| answers).collect();
    if (1..threshold).contains(&rest.len()) {
        let sizes = full.iter().enumerate();
        let smallest = sizes.min_by_key(|(_, (_, answers))| answers.len());
        let place = smallest.map(|(place, _)| place)?;
        rest.extend(full.remove(place).1);
    }
    let mut batches: Vec<_> = full
        .into_iter()
        .map(|(segment, answers)| Batch::new(segment, answers))
        .collect();
    if !rest.is_empty() {
        batches.push(Batch::new(None, rest));
    }
    Some(batches)
}

/// A batch in as few parts as are stored in commits of at most `most` bytes, none smaller than the threshold. `bytes` is what
/// an answer takes.
pub fn parts<T: Clone>(
    batch: Batch<T>,
    threshold: usize,
    most: usize,
    bytes: impl Fn(&T) -> usize,
) -> Vec<Batch<T>> {
    let all = batch.answers.len();
    let possible = (all / threshold.max(1)).max(1);
    let split = |parts: usize| -> Vec<Vec<T>> {
        let ends = (1..=parts).map(|part| all * part / parts);
        let starts = (0..parts).map(|part| all * part / parts);
        let slices = starts.zip(ends).map(|(start, end)| start..end);
        slices
            .filter_map(|slice| batch.answers.get(slice).map(<[T]>::to_vec))
            .collect()
    };
    let fits = |split: &Vec<Vec<T>>| {
        let size = |part: &Vec<T>| part.iter().map(&bytes).sum::<usize>();
        split.iter().all(|part| size(part) <= most)
    };
    let fewest = (1..possible).map(split).find(fits);
    let parts = fewest.unwrap_or_else(|| split(possible));
    let segment = batch.segment.clone();
    let part = |answers| Batch {
        segment: segment.clone(),
        answers,
    };
    parts.into_iter().map(part).collect()
}

/// So many of them, each choice as likely as another.
fn chosen<T>(mut all: Vec<T>, many: usize, chance: Chance<'_>) -> Vec<T> {
    let count = all.len();
    for place in 0..many.min(count) {
        let other = place + chance(count - place);
        all.swap(place, other.min(count - 1));
    }
    all.truncate(many);
    all
}
