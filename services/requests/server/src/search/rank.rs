//! Ranking what fits, the newest requests first: of a question that very many fit, the older ones are only looked at
//! where the newer ones do not fill the page.
//!
//! All requests are thought of as cut into slices by when they were submitted, so many that one slice is not too much
//! work. Within a slice the best come first, and a slice comes before all older ones. A question that few fit has one
//! slice. Nothing that fits is ever left out, and the order stays the same from page to page.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use khidma_edge::query::Stop;
use khidma_kernel::Timestamp;
use tantivy::columnar::Column;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{EnableScoring, Query, Scorer};
use tantivy::{DocAddress, Searcher, SegmentOrdinal, SegmentReader, TERMINATED, TantivyError};
use uuid::Uuid;

use super::index::{ID, SUBMITTED};

/// How many entries of the index are looked at for one slice, about: some tenths of a
/// millisecond of work.
const SLICE: u64 = 6_000;
/// How many slices there are at the most.
const MOST_SLICES: u64 = 256;
/// How many requests are ranked at the most.
const RANKED: usize = 20_000;
/// How many candidates are kept at the least until the best of them are chosen.
const SPARE: usize = 256;
/// How often a loop looks whether its caller is still there.
const LOOK: usize = 1024;

/// A request that fits, says the index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// How well.
    pub score: f32,
    slice: usize,
    submitted: i64,
    place: DocAddress,
}

impl Candidate {
    /// Newer slices first; in each the best first; of equals, the newest.
    fn order(&self, other: &Self) -> Ordering {
        let newest = other.submitted.cmp(&self.submitted);
        let best = other.score.total_cmp(&self.score);
        let slices = self.slice.cmp(&other.slice);
        slices
            .then(best)
            .then(newest)
            .then(self.place.cmp(&other.place))
    }
}

/// What fits a question, as the index stood when it was asked.
#[derive(Default)]
pub(crate) struct Found {
    candidates: Vec<Candidate>,
    /// Both halves of the ids, of each segment with candidates.
    ids: BTreeMap<SegmentOrdinal, [Column<u64>; 2]>,
    /// Whether some may fit by their notes only.
    pub by_notes: bool,
}

impl Found {
    /// What fits, from the `skip`th on.
    pub(crate) fn from(&self, skip: usize) -> &[Candidate] {
        self.candidates.get(skip..).unwrap_or_default()
    }

    /// Which request a candidate is.
    pub(crate) fn id(&self, candidate: &Candidate) -> Option<Uuid> {
        let DocAddress {
            segment_ord,
            doc_id,
        } = candidate.place;
        let [high, low] = self.ids.get(&segment_ord)?;
        Some(Uuid::from_u64_pair(high.first(doc_id)?, low.first(doc_id)?))
    }
}

/// What is to be ranked.
pub(super) struct Ranking<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) query: &'a dyn Query,
    /// Within which instants requests were submitted.
    pub(super) submitted: &'a Range<Timestamp>,
    /// How many entries of the index are looked at for all that fit, about.
    pub(super) looks: u64,
    /// How many are wanted in order.
    pub(super) wanted: usize,
}

impl Ranking<'_> {
    /// The first that are wanted, in order; fewer only if no more fit.
    pub(super) fn found(&self, by_notes: bool, stop: &Stop) -> Result<Found, TantivyError> {
        let candidates = self.candidates(stop)?.in_order();
        let mut ids = BTreeMap::new();
        for candidate in &candidates {
            let ord = candidate.place.segment_ord;
            if let Entry::Vacant(missing) = ids.entry(ord) {
                let fast = self.searcher.segment_reader(ord).fast_fields();
                let [high, low] = ID;
                missing.insert([fast.u64(high)?, fast.u64(low)?]);
            }
        }
        Ok(Found {
            candidates,
            ids,
            by_notes,
        })
    }

    /// The first that are wanted.
    fn candidates(&self, stop: &Stop) -> Result<Best, TantivyError> {
        let weight = self
            .query
            .weight(EnableScoring::enabled_from_searcher(self.searcher))?;
        let mut segments = Vec::new();
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let scorer = weight.scorer(segment, 1.0)?;
            if scorer.doc() != TERMINATED {
                segments.push(Searched::new(ord, segment, scorer)?);
            }
        }
        let (mut found, enough) = (Best::new(self.wanted), self.wanted.min(RANKED));
        for (slice, oldest) in self.slices(&segments).into_iter().enumerate() {
            for segment in &mut segments {
                segment.take(slice, oldest, self.submitted, &mut found, stop);
            }
            if found.seen >= enough || stop.is_set() {
                break;
            }
        }
        Ok(found)
    }

    /// When the oldest request of each slice was submitted at the earliest.
    fn slices(&self, segments: &[Searched<'_>]) -> Vec<i64> {
        let count = self.looks.div_ceil(SLICE).clamp(1, MOST_SLICES);
        // The instants that divide the documents of each segment equally, with how many stand between them.
        let mut instants: Vec<(i64, u64)> = Vec::new();
        for segment in segments {
            let all = u64::from(segment.documents);
            instants.extend((1..count).filter_map(|number| {
                let doc = u32::try_from(all * number / count).ok()?;
                Some((segment.submitted.first(doc)?, all))
            }));
        }
        instants.sort_unstable_by_key(|(instant, _)| std::cmp::Reverse(*instant));
        let all: u64 = instants.iter().map(|(_, weight)| weight).sum();
        let (mut slices, mut before) = (Vec::new(), 0);
        for (instant, weight) in instants {
            before += weight;
            if before * count >= all * (slices.len() as u64 + 1) {
                slices.push(instant);
            }
        }
        slices.push(i64::MIN);
        slices
    }
}

/// The first so many of those it was given.
struct Best {
    wanted: usize,
    kept: Vec<Candidate>,
    /// None from this one on is wanted.
    last: Option<Candidate>,
    /// How many it was given.
    seen: usize,
}

impl Best {
    fn new(wanted: usize) -> Self {
        Self {
            wanted,
            kept: Vec::new(),
            last: None,
            seen: 0,
        }
    }

    fn put(&mut self, candidate: Candidate) {
        self.seen += 1;
        if self.last.is_some_and(|last| candidate.order(&last).is_ge()) {
            return;
        }
        self.kept.push(candidate);
        if self.kept.len() > self.wanted.saturating_mul(2).max(SPARE) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.wanted < self.kept.len() {
            let (_, last, _) = self
                .kept
                .select_nth_unstable_by(self.wanted, Candidate::order);
            self.last = Some(*last);
            self.kept.truncate(self.wanted);
        }
    }

    fn in_order(mut self) -> Vec<Candidate> {
        self.cut();
        self.kept.sort_unstable_by(Candidate::order);
        self.kept
    }
}

/// A segment on the way from its newest document to its oldest.
struct Searched<'a> {
    ord: SegmentOrdinal,
    scorer: Box<dyn Scorer>,
    submitted: Column<i64>,
    alive: Option<&'a AliveBitSet>,
    documents: u32,
}

impl<'a> Searched<'a> {
    fn new(
        ord: SegmentOrdinal,
        segment: &'a SegmentReader,
        scorer: Box<dyn Scorer>,
    ) -> Result<Self, TantivyError> {
        Ok(Self {
            ord,
            scorer,
            submitted: segment.fast_fields().i64(SUBMITTED)?,
            alive: segment.alive_bitset(),
            documents: segment.max_doc(),
        })
    }

    /// Takes what fits and is no older than `oldest`.
    fn take(
        &mut self,
        slice: usize,
        oldest: i64,
        within: &Range<Timestamp>,
        found: &mut Best,
        stop: &Stop,
    ) {
        let (mut doc_id, mut seen) = (self.scorer.doc(), 0);
        while doc_id != TERMINATED {
            let submitted = self.submitted.first(doc_id).unwrap_or(i64::MIN);
            seen += 1;
            if submitted < oldest || (seen % LOOK == 0 && stop.is_set()) {
                break;
            }
            let alive = self.alive.is_none_or(|alive| alive.is_alive(doc_id));
            if alive && within.contains(&Timestamp::from_micros(submitted)) {
                found.put(Candidate {
                    score: self.scorer.score(),
                    slice,
                    submitted,
                    place: DocAddress {
                        segment_ord: self.ord,
                        doc_id,
                    },
                });
            }
            doc_id = self.scorer.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use khidma_edge::query::Scans;
    use khidma_runtime::Tasks;

    use super::super::facts::Sight;
    use super::super::index::{Document, Opened, Reading};
    use super::*;
    use crate::search::Question;

    /// So many that three words of all of them are too much for one slice.
    const MANY: u64 = 3000;
    /// One of so many is about little else.
    const BETTER: u64 = 50;

    /// An index of pieces, in each requests of all ages.
    fn many(folder: &std::path::Path) -> Reading {
        let Opened {
            reading,
            mut writing,
            ..
        } = Opened::open(folder).unwrap();
        for piece in 0..3 {
            for number in (0..MANY).filter(|number| number % 3 == piece) {
                let better = number % BETTER == 0;
                let text = if better {
                    "a b c"
                } else {
                    "a b c and much else"
                };
                let document = Document {
                    id: Uuid::from_u64_pair(1, number),
                    submitted: Timestamp::from_micros(number as i64),
                    title: text.to_owned(),
                    ..Document::default()
                };
                writing.put(&document).unwrap();
            }
            writing.commit(None).unwrap();
        }
        reading
    }

    /// The numbers of the first `wanted` that have all `words`.
    async fn asked(reading: &Reading, words: &str, wanted: usize) -> Vec<u64> {
        let question = Question {
            wish: words.parse().unwrap(),
            sight: Sight::All,
            facts: Vec::new(),
            submitted: Timestamp::from_micros(i64::MIN)..Timestamp::from_micros(i64::MAX),
        };
        let reading = reading.clone();
        let numbers = move |stop: &Stop| {
            let found = reading.ask(&question, wanted, stop).unwrap();
            let ids = found.from(0).iter().map(|candidate| found.id(candidate));
            Ok(ids.map(|id| id.unwrap().as_u64_pair().1).collect())
        };
        let scans = Scans::new(Tasks::new());
        scans.run(Duration::from_secs(10), numbers).await.unwrap()
    }

    #[tokio::test]
    async fn of_many_the_best_of_the_newest_come_first_and_none_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let reading = many(folder.path());
        let all = asked(&reading, "a b c", usize::MAX).await;
        let mut sorted = all.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..MANY).collect::<Vec<_>>());
        for wanted in [1, 21, 1000, 2000] {
            let first = asked(&reading, "a b c", wanted).await;
            assert_eq!(first, all[..wanted], "pages follow one another");
        }
        // The better ones of the newer half, then the others of it, then the older half alike.
        let expected = |half: std::ops::Range<u64>| {
            let (better, others): (Vec<u64>, Vec<u64>) =
                half.rev().partition(|number| number % BETTER == 0);
            [better, others].concat()
        };
        let halves = [expected(MANY / 2..MANY), expected(0..MANY / 2)].concat();
        let older = all.iter().position(|number| *number < MANY / 2 - 10);
        assert!(older.unwrap() >= MANY as usize / 2 - 10, "{older:?}");
        assert_eq!(all[..20], halves[..20]);
    }

    #[tokio::test]
    async fn where_few_fit_the_best_come_first_however_old_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let reading = many(folder.path());
        let best = asked(&reading, "a", 60).await;
        let expected: Vec<u64> = (0..MANY)
            .rev()
            .filter(|number| number % BETTER == 0)
            .collect();
        assert_eq!(best, expected);
    }
}
