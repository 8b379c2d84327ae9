//! A query for what fits any of several, as cheap for one document as for many.
//!
//! The library's own union reads some thousand documents ahead at every step. That is fast where all of them are asked
//! for, and slow where something else says which few can fit, as it does for everybody who may read a part only.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{
    DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError, Term,
};

/// Fits where one of its queries does; the more of them, the better.
#[derive(Debug)]
pub(super) struct AnyOf(pub Vec<Box<dyn Query>>);

impl Clone for AnyOf {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|query| query.box_clone()).collect())
    }
}

impl Query for AnyOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> Result<Box<dyn Weight>, TantivyError> {
        let weights = self.0.iter().map(|query| query.weight(scoring));
        Ok(Box::new(AnyWeight(weights.collect::<Result<_, _>>()?)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.iter().for_each(|query| query.query_terms(visitor));
    }
}

struct AnyWeight(Vec<Box<dyn Weight>>);

impl Weight for AnyWeight {
    fn scorer(
        &self,
        segment: &SegmentReader,
        boost: Score,
    ) -> Result<Box<dyn Scorer>, TantivyError> {
        let mut scorer = AnyScorer::new(&self.0, segment, 0, boost)?;
        scorer.go_to(0);
        Ok(Box::new(scorer))
    }

    fn scorer_danger(
        &self,
        segment: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> Result<(SeekDangerResult, Box<dyn Scorer>), TantivyError> {
        let mut scorer = AnyScorer::new(&self.0, segment, target, boost)?;
        Ok((scorer.try_at(target), Box::new(scorer)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> Result<Explanation, TantivyError> {
        let mut scorer = AnyScorer::new(&self.0, segment, doc, 1.0)?;
        let score = match scorer.try_at(doc) {
            SeekDangerResult::Found => scorer.score(),
            SeekDangerResult::SeekLowerBound(_) => 0.0,
        };
        Ok(Explanation::new("any of several", score))
    }
}

/// One of the queries, on its way through the documents of a segment.
struct Part {
    scorer: Box<dyn Scorer>,
    /// It fits no document between the one last asked about and this one.
    next: DocId,
    /// Whether it fits that one.
    fits: bool,
}

struct AnyScorer {
    parts: Vec<Part>,
    doc: DocId,
}

impl AnyScorer {
    fn new(
        weights: &[Box<dyn Weight>],
        segment: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> Result<Self, TantivyError> {
        let mut parts = Vec::with_capacity(weights.len());
        for weight in weights {
            let (found, scorer) = weight.scorer_danger(segment, target, boost)?;
            let mut part = Part {
                scorer,
                next: target,
                fits: false,
            };
            part.set(target, found);
            if part.next < TERMINATED {
                parts.push(part);
            }
        }
        Ok(Self { parts, doc: target })
    }

    /// Whether any fits `target`; if not, from where on to look.
    fn try_at(&mut self, target: DocId) -> SeekDangerResult {
        let (mut found, mut next) = (false, TERMINATED);
        for part in &mut self.parts {
            if part.next < target || (part.next == target && !part.fits) {
                let result = part.scorer.seek_danger(target);
                part.set(target, result);
            }
            found |= part.fits && part.next == target;
            next = next.min(part.next);
        }
        if found {
            self.doc = target;
            return SeekDangerResult::Found;
        }
        SeekDangerResult::SeekLowerBound(next)
    }

    /// Goes to the first document from `target` on that fits.
    fn go_to(&mut self, mut target: DocId) -> DocId {
        while target < TERMINATED {
            match self.try_at(target) {
                SeekDangerResult::Found => return target,
                SeekDangerResult::SeekLowerBound(next) => target = next,
            }
        }
        self.doc = TERMINATED;
        TERMINATED
    }
}

impl Part {
    fn set(&mut self, target: DocId, found: SeekDangerResult) {
        (self.next, self.fits) = match found {
            SeekDangerResult::Found => (target, true),
            SeekDangerResult::SeekLowerBound(next) => (next, false),
        };
    }
}

impl DocSet for AnyScorer {
    fn advance(&mut self) -> DocId {
        self.go_to(self.doc.saturating_add(1).min(TERMINATED))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc {
            return self.doc;
        }
        self.go_to(target)
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        self.try_at(target)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let hints = self.parts.iter().map(|part| part.scorer.size_hint());
        hints.fold(0, u32::saturating_add)
    }

    fn cost(&self) -> u64 {
        self.parts.iter().map(|part| part.scorer.cost()).sum()
    }
}

impl Scorer for AnyScorer {
    fn score(&mut self) -> Score {
        let doc = self.doc;
        let here = self
            .parts
            .iter_mut()
            .filter(|part| part.fits && part.next == doc);
        here.map(|part| part.scorer.score()).sum()
    }
}
