//! Asking the index: from a wish to candidates in the order of how well they fit.

use std::collections::BTreeMap;
use std::ops::Range;

use khidma_edge::query::Stop;
use khidma_kernel::Timestamp;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EnableScoring, Occur, PhrasePrefixQuery,
    PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, Searcher, SegmentReader, TERMINATED, TantivyError, Term};
use uuid::Uuid;

use super::facts::Sight;
use super::index::{ID, Reading, SUBMITTED};
use super::wish::{Part, Wish};

/// How many requests are ranked at the most: of more that fit, the newest. So the dearest query has a bound, however
/// many requests there are.
const RANKED: usize = 20_000;
/// The least share of a segment in that.
const LEAST_SHARE: usize = 200;
/// How many endings of an unfinished word are looked at, and how many of these, the most frequent, are searched for.
const ENDINGS_SEEN: usize = 1000;
const ENDINGS: usize = 24;
/// How much less a guessed ending counts than the word as it was written.
const GUESSED: f32 = 0.5;
/// How often a loop looks whether its caller is still there.
const LOOK: usize = 1024;

/// What is asked of the index.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The words.
    pub wish: Wish,
    /// What the caller may find.
    pub sight: Sight,
    /// What has to be known of the request: see [`super::facts`].
    pub facts: Vec<String>,
    /// When it was submitted.
    pub submitted: Range<Timestamp>,
}

/// A request that fits, says the index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// How well.
    pub score: f32,
    submitted: i64,
    place: DocAddress,
}

/// What fits a question, as the index stood when it was asked.
pub(crate) struct Found {
    searcher: Searcher,
    /// The best first; of equals, the newest.
    candidates: Vec<Candidate>,
    /// Whether some may fit by their notes only.
    pub by_notes: bool,
}

impl Found {
    /// What fits, from the `skip`th on.
    pub(crate) fn from(&self, skip: usize) -> &[Candidate] {
        self.candidates.get(skip..).unwrap_or_default()
    }

    /// Which request a candidate is.
    pub(crate) fn id(&self, candidate: &Candidate) -> Result<Option<Uuid>, TantivyError> {
        let DocAddress {
            segment_ord,
            doc_id,
        } = candidate.place;
        let fast = self.searcher.segment_reader(segment_ord).fast_fields();
        let half = |name| Ok::<_, TantivyError>(fast.u64(name)?.first(doc_id));
        let halves = half(ID[0])?.zip(half(ID[1])?);
        Ok(halves.map(|(high, low)| Uuid::from_u64_pair(high, low)))
    }
}

impl Reading {
    /// Finds what fits; the first `wanted` are in order. Blocks.
    pub(crate) fn ask(
        &self,
        question: &Question,
        wanted: usize,
        stop: &Stop,
    ) -> Result<Found, TantivyError> {
        let searcher = self.reader.searcher();
        let asking = Asking {
            reading: self,
            searcher: &searcher,
            question,
        };
        let (query, by_notes) = asking.query()?;
        let mut candidates = match query {
            Some(query) => asking.rank(&*query, stop)?,
            None => Vec::new(),
        };
        let order = |a: &Candidate, b: &Candidate| {
            let newest = b.submitted.cmp(&a.submitted);
            b.score
                .total_cmp(&a.score)
                .then(newest)
                .then(a.place.cmp(&b.place))
        };
        if wanted < candidates.len() {
            candidates.select_nth_unstable_by(wanted, order);
            candidates.truncate(wanted);
        }
        candidates.sort_unstable_by(order);
        Ok(Found {
            searcher,
            candidates,
            by_notes,
        })
    }
}

struct Asking<'a> {
    reading: &'a Reading,
    searcher: &'a Searcher,
    question: &'a Question,
}

impl Asking<'_> {
    /// The query, and whether notes are asked too; `None` if nothing can fit.
    fn query(&self) -> Result<(Option<Box<dyn Query>>, bool), TantivyError> {
        let fields = self.reading.fields;
        let (mut clauses, mut by_notes) = (Vec::new(), false);
        for part in &self.question.wish.parts {
            let public = self.part(fields.public, part)?;
            let notes = self.part(fields.notes, part)?;
            let notes = notes.and_then(|notes| self.noted(notes));
            by_notes |= notes.is_some();
            let clause = match (public, notes) {
                (None, None) => return Ok((None, false)),
                (Some(one), None) | (None, Some(one)) => one,
                (Some(public), Some(notes)) => any(vec![public, notes]),
            };
            clauses.push((Occur::Must, clause));
        }
        if let Sight::Own { readable, .. } = &self.question.sight {
            let readable = readable.iter().map(|fact| self.fact(fact)).collect();
            clauses.push((Occur::Must, unscored(any(readable))));
        }
        for fact in &self.question.facts {
            clauses.push((Occur::Must, unscored(self.fact(fact))));
        }
        Ok((Some(Box::new(BooleanQuery::new(clauses))), by_notes))
    }

    /// `notes`, where the caller may see them; `None` if they may nowhere.
    fn noted(&self, notes: Box<dyn Query>) -> Option<Box<dyn Query>> {
        match &self.question.sight {
            Sight::All => Some(notes),
            Sight::Own { noted, asked, .. } => {
                let noted = self.fact(noted.as_deref()?);
                let mut clauses = vec![(Occur::Must, notes), (Occur::Must, unscored(noted))];
                clauses.extend(
                    asked
                        .as_ref()
                        .map(|asked| (Occur::MustNot, self.fact(asked))),
                );
                Some(Box::new(BooleanQuery::new(clauses)))
            }
        }
    }

    fn fact(&self, fact: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(self.reading.fields.facts, fact);
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    }

    /// What finds `part` in a field; `None` if one of its words stands nowhere.
    fn part(&self, field: Field, part: &Part) -> Result<Option<Box<dyn Query>>, TantivyError> {
        let Some((last, before)) = part.words.split_last() else {
            return Ok(None);
        };
        let sure = if part.open { before } else { &part.words };
        let terms: Vec<Term> = sure
            .iter()
            .map(|word| Term::from_field_text(field, word))
            .collect();
        for term in &terms {
            if self.searcher.doc_freq(term)? == 0 {
                return Ok(None);
            }
        }
        Ok(match (terms.len(), part.open) {
            (0, true) => self.unfinished(field, last)?,
            (_, true) => {
                let last = Term::from_field_text(field, last);
                let terms = terms.into_iter().chain([last]).collect();
                Some(Box::new(PhrasePrefixQuery::new(terms)))
            }
            (1, false) => terms.into_iter().next().map(scored),
            (_, false) => Some(Box::new(PhraseQuery::new(terms))),
        })
    }

    /// What finds words that begin with `stem`.
    fn unfinished(&self, field: Field, stem: &str) -> Result<Option<Box<dyn Query>>, TantivyError> {
        let mut endings: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            // No text has this character, so no word that begins with the stem sorts after it.
            let end = format!("{stem}{}", char::MAX);
            let mut words = index.terms().range().ge(stem).lt(&end).into_stream()?;
            let mut seen = 0;
            while seen < ENDINGS_SEEN && words.advance() {
                *endings.entry(words.key().to_vec()).or_default() += words.value().doc_freq;
                seen += 1;
            }
        }
        let whole = endings.remove(stem.as_bytes()).is_some();
        let mut endings: Vec<_> = endings.into_iter().collect();
        endings.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let guessed = endings.iter().take(ENDINGS).filter_map(|(word, _)| {
            let term = Term::from_field_text(field, std::str::from_utf8(word).ok()?);
            Some(Box::new(BoostQuery::new(scored(term), GUESSED)) as Box<dyn Query>)
        });
        let whole = whole.then(|| scored(Term::from_field_text(field, stem)));
        let mut queries: Vec<_> = whole.into_iter().chain(guessed).collect();
        Ok(match queries.len() {
            0 => None,
            1 => queries.pop(),
            _ => Some(any(queries)),
        })
    }

    /// What fits `query`, in no order.
    fn rank(&self, query: &dyn Query, stop: &Stop) -> Result<Vec<Candidate>, TantivyError> {
        let weight = query.weight(EnableScoring::enabled_from_searcher(self.searcher))?;
        let all = self.searcher.num_docs().max(1);
        let mut found = Vec::new();
        for (segment_ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            if stop.is_set() {
                break;
            }
            // Where requests abound, each segment gives the newest of its share.
            let part = RANKED as u64 * u64::from(segment.num_docs()) / all;
            let share = usize::try_from(part).unwrap_or(RANKED).max(LEAST_SHARE);
            let mut scorer = weight.scorer(segment, 1.0)?;
            let fits = self.fits(segment)?;
            let (mut doc_id, mut seen, full) = (scorer.doc(), 0, found.len() + share);
            while doc_id != TERMINATED && found.len() < full {
                if let Some(submitted) = fits(doc_id) {
                    found.push(Candidate {
                        score: scorer.score(),
                        submitted,
                        place: DocAddress {
                            segment_ord,
                            doc_id,
                        },
                    });
                }
                seen += 1;
                if seen % LOOK == 0 && stop.is_set() {
                    break;
                }
                doc_id = scorer.advance();
            }
        }
        Ok(found)
    }

    /// Whether a document counts: then when its request was submitted.
    fn fits<'s>(
        &self,
        segment: &'s SegmentReader,
    ) -> Result<impl Fn(u32) -> Option<i64> + use<'s>, TantivyError> {
        let submitted = segment.fast_fields().i64(SUBMITTED)?;
        let Range { start, end } = self.question.submitted;
        let times = start.as_micros()..end.as_micros();
        let alive = segment.alive_bitset();
        Ok(move |doc_id| {
            if !alive.is_none_or(|alive| alive.is_alive(doc_id)) {
                return None;
            }
            let at = submitted.first(doc_id)?;
            times.contains(&at).then_some(at)
        })
    }
}

fn scored(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn any(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(BooleanQuery::union(queries))
}

/// What has to hold and says nothing of how well a request fits.
fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
