//! Asking the index: from a wish to candidates in the order of how well they fit.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

use khidma_edge::query::Stop;
use khidma_kernel::Timestamp;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, TantivyError, Term};

use super::any::AnyOf;
use super::facts::Sight;
use super::index::Reading;
use super::rank::{Found, Ranking};
use super::wish::{Part, Wish};

/// How many endings of an unfinished word are looked at, and how many of these, the most frequent, are searched for.
const ENDINGS_SEEN: usize = 600;
const ENDINGS: usize = 12;
/// The same for notes, of which there are fewer.
const NOTED_ENDINGS: usize = 6;
/// How much less a guessed ending counts than the word as it was written.
const GUESSED: f32 = 0.5;
/// How much dearer a word of a phrase is to look at than a word alone: where it stands has to be read.
const PHRASED: u64 = 4;

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

impl Reading {
    /// Finds what fits: the first `wanted`, in order. Blocks.
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
        let Some((query, by_notes)) = asking.query()? else {
            return Ok(Found::default());
        };
        let ranking = Ranking {
            searcher: &searcher,
            query: &*query.query,
            submitted: &question.submitted,
            looks: query.looks(),
            wanted,
        };
        ranking.found(by_notes, stop)
    }
}

/// A part of a query, and what it costs.
struct Clause {
    query: Box<dyn Query>,
    /// How many documents it fits at the most.
    docs: u64,
    /// The lists of documents it is made of.
    lists: Vec<List>,
}

/// The documents of a word.
#[derive(Clone, Copy)]
struct List {
    /// How many there are.
    docs: u64,
    /// What it costs to look at one.
    each: u64,
}

impl Clause {
    fn new(query: Box<dyn Query>, docs: u64, each: u64) -> Self {
        let lists = vec![List { docs, each }];
        Self { query, docs, lists }
    }

    /// What fits one at least; `None` if there are none.
    fn any(mut clauses: Vec<Self>) -> Option<Self> {
        if clauses.len() < 2 {
            return clauses.pop();
        }
        let docs = clauses.iter().map(|clause| clause.docs).sum();
        let (queries, lists) = Self::parted(clauses);
        let query = Box::new(AnyOf(queries));
        Some(Self { query, docs, lists })
    }

    /// What fits all.
    fn all(clauses: Vec<Self>) -> Self {
        let docs = clauses.iter().map(|clause| clause.docs).min().unwrap_or(0);
        let (queries, lists) = Self::parted(clauses);
        let query = Box::new(BooleanQuery::intersection(queries));
        Self { query, docs, lists }
    }

    fn parted(clauses: Vec<Self>) -> (Vec<Box<dyn Query>>, Vec<List>) {
        let parts = clauses
            .into_iter()
            .map(|clause| (clause.query, clause.lists));
        let (queries, lists): (Vec<_>, Vec<_>) = parts.unzip();
        (queries, lists.concat())
    }

    /// How much is looked at to find all that fit: in each list no more documents than can fit.
    fn looks(&self) -> u64 {
        let looks = |list: &List| list.docs.min(self.docs) * list.each;
        self.lists.iter().map(looks).sum()
    }

    /// What has to hold and says nothing of how well a request fits.
    fn unscored(mut self) -> Self {
        self.query = Box::new(ConstScoreQuery::new(self.query, 0.0));
        self
    }
}

struct Asking<'a> {
    reading: &'a Reading,
    searcher: &'a Searcher,
    question: &'a Question,
}

impl Asking<'_> {
    /// The query, and whether notes are asked too; `None` if nothing can fit.
    fn query(&self) -> Result<Option<(Clause, bool)>, TantivyError> {
        let fields = self.reading.fields;
        let (mut clauses, mut by_notes) = (Vec::new(), false);
        if let Sight::Own { readable, .. } = &self.question.sight {
            let readable = readable.iter().map(|fact| self.fact(fact));
            let Some(readable) = Clause::any(readable.collect::<Result<_, _>>()?) else {
                return Ok(None);
            };
            clauses.push(readable.unscored());
        }
        for fact in &self.question.facts {
            clauses.push(self.fact(fact)?.unscored());
        }
        for part in &self.question.wish.parts {
            let public = self.part(fields.public, part)?;
            let notes = match self.part(fields.notes, part)? {
                Some(notes) => self.noted(notes)?,
                None => None,
            };
            by_notes |= notes.is_some();
            let Some(clause) = Clause::any(public.into_iter().chain(notes).collect()) else {
                return Ok(None);
            };
            clauses.push(clause);
        }
        Ok(Some((Clause::all(clauses), by_notes)))
    }

    /// `notes`, where the caller may see them; `None` if they may nowhere.
    fn noted(&self, notes: Clause) -> Result<Option<Clause>, TantivyError> {
        let Sight::Own { noted, asked, .. } = &self.question.sight else {
            return Ok(Some(notes));
        };
        let Some(noted) = noted else {
            return Ok(None);
        };
        let noted = self.fact(noted)?;
        if noted.docs == 0 {
            return Ok(None);
        }
        let mut seen = Clause::all(vec![notes, noted.unscored()]);
        if let Some(asked) = asked {
            let asked = self.fact(asked)?.query;
            let clauses = vec![(Occur::Must, seen.query), (Occur::MustNot, asked)];
            seen.query = Box::new(BooleanQuery::new(clauses));
        }
        Ok(Some(seen))
    }

    fn fact(&self, fact: &str) -> Result<Clause, TantivyError> {
        let term = Term::from_field_text(self.reading.fields.facts, fact);
        let docs = self.searcher.doc_freq(&term)?;
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        Ok(Clause::new(Box::new(query), docs, 1))
    }

    /// What finds `part` in a field; `None` if one of its words stands nowhere.
    fn part(&self, field: Field, part: &Part) -> Result<Option<Clause>, TantivyError> {
        let Some((last, before)) = part.words.split_last() else {
            return Ok(None);
        };
        let sure = if part.open { before } else { &part.words };
        let (mut terms, mut docs) = (Vec::new(), u64::MAX);
        for word in sure {
            let term = Term::from_field_text(field, word);
            docs = docs.min(self.searcher.doc_freq(&term)?);
            if docs == 0 {
                return Ok(None);
            }
            terms.push(term);
        }
        let words = part.words.len() as u64;
        let phrase = |query| Clause::new(query, docs, words * PHRASED);
        Ok(match (terms.len(), part.open) {
            (0, true) => self.unfinished(field, last)?,
            (_, true) => {
                terms.push(Term::from_field_text(field, last));
                Some(phrase(Box::new(PhrasePrefixQuery::new(terms))))
            }
            (1, false) => terms.pop().map(|term| word(term, docs)),
            (_, false) => Some(phrase(Box::new(PhraseQuery::new(terms)))),
        })
    }

    /// What finds words that begin with `stem`.
    fn unfinished(&self, field: Field, stem: &str) -> Result<Option<Clause>, TantivyError> {
        let most = match field == self.reading.fields.notes {
            true => NOTED_ENDINGS,
            false => ENDINGS,
        };
        let (mut whole, mut endings) = (0, BTreeMap::<Vec<u8>, u64>::new());
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            // No text has this character, so no word that begins with the stem sorts after it.
            let end = format!("{stem}{}", char::MAX);
            let mut words = index.terms().range().ge(stem).lt(&end).into_stream()?;
            let mut best = BinaryHeap::with_capacity(most + 1);
            let mut seen = 0;
            while seen < ENDINGS_SEEN && words.advance() {
                seen += 1;
                let count = words.value().doc_freq;
                if words.key() == stem.as_bytes() {
                    whole += u64::from(count);
                } else if best.len() < most {
                    best.push((Reverse(count), words.key().to_vec()));
                } else if best
                    .peek()
                    .is_some_and(|(Reverse(least), _)| count > *least)
                {
                    best.pop();
                    best.push((Reverse(count), words.key().to_vec()));
                }
            }
            for (Reverse(count), ending) in best {
                *endings.entry(ending).or_default() += u64::from(count);
            }
        }
        let mut endings: Vec<_> = endings.into_iter().collect();
        endings.sort_by_key(|(_, count)| Reverse(*count));
        let guessed = endings.iter().take(most).filter_map(|(ending, count)| {
            let term = Term::from_field_text(field, std::str::from_utf8(ending).ok()?);
            let mut clause = word(term, *count);
            clause.query = Box::new(BoostQuery::new(clause.query, GUESSED));
            Some(clause)
        });
        let whole = (whole > 0).then(|| word(Term::from_field_text(field, stem), whole));
        Ok(Clause::any(whole.into_iter().chain(guessed).collect()))
    }
}

fn word(term: Term, docs: u64) -> Clause {
    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
    Clause::new(Box::new(query), docs, 1)
}
