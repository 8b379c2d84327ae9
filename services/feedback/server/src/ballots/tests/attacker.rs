//! The attacker who has the whole log: whether anything of the order in which people took their tokens is left in the order,
//! the make-up or the time of the batches.
//!
//! Each survey goes through the box and the commits that the service uses. The attacker sees what stands on the log (who took
//! a token when, each batch and between which of these it stands) and says of one answer of a batch whose it is. Of how often
//! they are right, it is asked how likely that or more would be by chance alone: where chance is one by the size of the batch;
//! and, sharper, where a traitor had told them for whom in the batch to look at all, so that a guess at somebody who is not in it
//! counts for nothing. All is seeded: what this says once it always says.

use std::collections::{BTreeMap, HashMap};

use khidma_events::feedback::BoxEvent;
use khidma_feedback_domain::ballot::{Batch, empty, let_go};
use khidma_kernel::{Position, RoundId, Timestamp};
use uuid::Uuid;

use super::statistics::{at_least, in_order};
use super::{Dice, held};
use crate::ballots::commit::{proposal, released};
use crate::ballots::held::{Held, RoundBox};

const SURVEYS: u64 = 320;
const PEOPLE: usize = 30;
const THRESHOLD: usize = 5;

/// What is let go of a box: as it is built, or worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Built {
    AsItIs,
    /// Batches are as they are, but in the order in which answers came.
    Unshuffled,
    /// Each answer goes at once.
    Unbatched,
    /// Not chance but age says which stay in the pool: the order within batches still says nothing.
    FirstComeFirstGo,
}

/// What stands on the log, in its order.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    Taken(usize),
    /// The tokens of a batch.
    Batch(Vec<String>),
}

/// One survey.
struct Survey {
    log: Vec<Seen>,
    /// Whose each token is: only the judge looks.
    truth: HashMap<String, usize>,
}

/// A guess of the attacker's: at which place of the batch is whose answer.
type Guess = (usize, usize);

/// How the attacker guesses at one batch; not every batch allows every way.
type Way = fn(&Sight<'_>) -> Option<Guess>;

/// A batch, as the attacker sees it.
struct Sight<'a> {
    answers: &'a [String],
    /// Who took a token before it, in order.
    before: &'a [usize],
    /// How many of them before the batch before.
    known: usize,
    /// How many answers were in batches before.
    gone: usize,
}

fn play(seed: u64, built: Built) -> Survey {
    let mut dice = Dice::new(seed);
    let mut world = World::new(seed, built);
    // Most answer as soon as they have their token, some a few others later, some never; days end now and then.
    let mut waiting: Vec<(usize, String)> = Vec::new();
    let mut order: Vec<usize> = (0..PEOPLE).collect();
    dice.shuffle(&mut order);
    for person in order {
        world.survey.log.push(Seen::Taken(person));
        let token = dice.token();
        world.survey.truth.insert(token.clone(), person);
        match dice.below(10) {
            0 => {}
            1 | 2 => waiting.push((person, token)),
            _ => world.answer(person, &token, &mut dice),
        }
        if !waiting.is_empty() && dice.below(4) == 0 {
            let (person, token) = waiting.swap_remove(dice.below(waiting.len()));
            world.answer(person, &token, &mut dice);
        }
        if dice.below(7) == 0 {
            world.end_day(&mut dice);
        }
    }
    for (person, token) in waiting {
        world.answer(person, &token, &mut dice);
    }
    world.close();
    world.survey
}

struct World {
    survey: Survey,
    built: Built,
    round: RoundId,
    held: RoundBox,
    /// The order in which answers came: nothing but the worse variants looks.
    came: Vec<String>,
    last: Position,
}

impl World {
    fn new(seed: u64, built: Built) -> Self {
        Self {
            survey: Survey {
                log: Vec::new(),
                truth: HashMap::new(),
            },
            built,
            round: RoundId(Uuid::from_u128(u128::from(seed))),
            held: RoundBox::default(),
            came: Vec::new(),
            last: Position::START,
        }
    }

    fn answer(&mut self, person: usize, token: &str, dice: &mut Dice) {
        // What they say tells nothing of who they are, here.
        let mood = i32::try_from(person % 5).unwrap() + 1;
        self.held.put(held(token, mood, None));
        self.came.push(token.to_owned());
        if self.built == Built::Unbatched {
            self.end_day(dice);
        }
    }

    fn tokens(&mut self) -> BTreeMap<Option<khidma_events::feedback::Segment>, Vec<String>> {
        let tokens: Vec<String> = self
            .held
            .look()
            .into_iter()
            .map(|one| one.answer.token)
            .collect();
        BTreeMap::from([(None, tokens)])
    }

    fn end_day(&mut self, dice: &mut Dice) {
        let tokens = self.tokens();
        let batches = match self.built {
            Built::Unbatched => tokens
                .into_values()
                .flatten()
                .map(|token| Batch {
                    segment: None,
                    answers: vec![token],
                })
                .collect(),
            Built::AsItIs | Built::Unshuffled => {
                let_go(tokens, THRESHOLD, &mut |below| dice.below(below))
            }
            Built::FirstComeFirstGo => {
                let there: Vec<String> = tokens.values().flatten().cloned().collect();
                let mut batches = let_go(tokens, THRESHOLD, &mut |below| dice.below(below));
                for batch in &mut batches {
                    let oldest = self.came.iter().filter(|token| there.contains(token));
                    batch.answers = oldest.take(batch.answers.len()).cloned().collect();
                    batch.answers.sort_unstable();
                }
                batches
            }
        };
        self.store(batches);
    }

    fn close(&mut self) {
        let tokens = self.tokens();
        if let Some(batches) = empty(tokens, THRESHOLD) {
            self.store(batches);
        }
    }

    /// Puts batches on the log, and reads back what stands there.
    fn store(&mut self, batches: Vec<Batch<String>>) {
        let now = Timestamp::from_micros(1_772_442_000_000_000);
        for mut batch in batches {
            if self.built == Built::Unshuffled {
                let place = |token: &String| self.came.iter().position(|came| came == token);
                batch.answers.sort_by_key(place);
            }
            let all = self.held.look();
            let find = |token: &String| all.iter().find(|one| one.answer.token == *token);
            let answers: Vec<Held> = batch.answers.iter().filter_map(find).cloned().collect();
            let event = released(
                self.round,
                Batch {
                    segment: batch.segment,
                    answers,
                },
            );
            let proposal = proposal(self.round, self.last, now, event).unwrap();
            self.last = Position(self.last.0 + 1);
            let stored = khidma_events::decode::<BoxEvent>(&proposal.payload).unwrap();
            for recorded in stored.events {
                if let BoxEvent::AnswersReleased(event) = recorded.event {
                    let tokens = event.answers.into_iter().map(|answer| answer.token);
                    self.survey.log.push(Seen::Batch(tokens.collect()));
                }
            }
            batch
                .answers
                .iter()
                .for_each(|token| self.held.remove(token));
        }
    }
}

/// Goes through the batches of a survey with what the attacker sees of each.
fn look(survey: &Survey, mut each: impl FnMut(&Sight<'_>)) {
    let (mut before, mut known, mut gone) = (Vec::new(), 0, 0);
    for seen in &survey.log {
        match seen {
            Seen::Taken(person) => before.push(*person),
            Seen::Batch(answers) => {
                each(&Sight {
                    answers,
                    before: &before,
                    known,
                    gone,
                });
                known = before.len();
                gone += answers.len();
            }
        }
    }
}

/// The ways of the attacker, by name: of each batch one guess.
fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("the last who took a token gave the last answer", |sight| {
            Some((sight.answers.len() - 1, *sight.before.last()?))
        }),
        ("the last who took a token gave the first answer", |sight| {
            Some((0, *sight.before.last()?))
        }),
        (
            "the first since the last batch gave the first answer",
            |sight| Some((0, *sight.before.get(sight.known)?)),
        ),
        (
            "the middle one since the last batch gave the middle answer",
            |sight| {
                let new = sight.before.get(sight.known..)?;
                Some((sight.answers.len() / 2, *new.get(new.len() / 2)?))
            },
        ),
        (
            "first come, first let go: the first of the queue",
            |sight| Some((0, *sight.before.get(sight.gone)?)),
        ),
        ("first come, first let go: the last of the queue", |sight| {
            let last = sight.answers.len() - 1;
            Some((last, *sight.before.get(sight.gone + last)?))
        }),
        ("last come, first let go", |sight| {
            let place = sight.before.len().checked_sub(sight.answers.len())?;
            Some((0, *sight.before.get(place)?))
        }),
        ("tokens and people are in the same order", |sight| {
            Some((0, *sight.before.get(sight.known..)?.iter().min()?))
        }),
    ]
}

/// What came of a way.
#[derive(Debug, Default)]
struct Tries {
    hits: usize,
    /// By the size of each batch.
    chances: Vec<f64>,
    /// The same where whom they named is in the batch, else none.
    sharper: Vec<f64>,
}

fn tries(surveys: &[Survey], way: impl Fn(&Sight<'_>) -> Option<Guess>) -> Tries {
    let mut tries = Tries::default();
    for survey in surveys {
        look(survey, |sight| {
            if let Some((place, person)) = way(sight) {
                tries.hits += usize::from(survey.truth[&sight.answers[place]] == person);
                let chance = 1.0 / sight.answers.len() as f64;
                // To be right of a batch of one is no feat: as if it were one.
                tries.chances.push(chance.min(1.0 / THRESHOLD as f64));
                let there = sight
                    .answers
                    .iter()
                    .any(|token| survey.truth[token] == person);
                tries.sharper.push(if there { chance } else { 0.0 });
            }
        });
    }
    tries
}

/// A place in the batch, from its beginning or its end.
type Place = (bool, usize);
/// A person: from the last who took a token backwards, from the first since the last batch on, or from the first for whom there
/// was no answer yet if all went as they came.
type Person = (u8, usize);

fn guess(sight: &Sight<'_>, (place, person): (Place, Person)) -> Option<Guess> {
    let place = match place {
        (true, place) => (place < sight.answers.len()).then_some(place)?,
        (false, place) => sight.answers.len().checked_sub(place + 1)?,
    };
    let person = match person {
        (0, back) => sight.before.iter().rev().nth(back),
        (1, on) => sight.before.get(sight.known + on),
        (_, on) => sight.before.get(sight.gone + on),
    };
    Some((place, *person?))
}

/// The way of all these that is best on surveys of which the attacker knows the truth.
fn learned(surveys: &[Survey]) -> (Place, Person) {
    let places = [true, false]
        .into_iter()
        .flat_map(|from| (0..5).map(move |at| (from, at)));
    let people = (0..3).flat_map(|from| (0..6).map(move |at| (from, at)));
    let all = places.flat_map(|place| people.clone().map(move |person| (place, person)));
    let mut ways: Vec<((Place, Person), usize)> = all.map(|way| (way, 0)).collect();
    for survey in surveys {
        look(survey, |sight| {
            let whose: Vec<usize> = sight
                .answers
                .iter()
                .map(|token| survey.truth[token])
                .collect();
            for (way, hits) in &mut ways {
                let right =
                    guess(sight, *way).is_some_and(|(place, person)| whose[place] == person);
                *hits += usize::from(right);
            }
        });
    }
    ways.into_iter().max_by_key(|(_, hits)| *hits).unwrap().0
}

fn surveys(many: u64, built: Built) -> Vec<Survey> {
    (0..many).map(|seed| play(seed, built)).collect()
}

/// What is found by a way: how often they were right, how often by chance, and how likely that or more is by each chance.
struct Found {
    way: &'static str,
    hits: usize,
    expected: f64,
    likely: f64,
    sharper: f64,
}

impl Found {
    fn of(way: &'static str, tries: &Tries) -> Self {
        let found = Self {
            way,
            hits: tries.hits,
            expected: tries.chances.iter().sum(),
            likely: at_least(tries.hits, &tries.chances),
            sharper: at_least(tries.hits, &tries.sharper),
        };
        println!(
            "{way}: {} right of {}, {:.1} by chance (p = {:.3e}), {:.1} by the sharper one (p = {:.3e})",
            found.hits,
            tries.chances.len(),
            found.expected,
            found.likely,
            tries.sharper.iter().sum::<f64>(),
            found.sharper,
        );
        found
    }
}

/// The named ways, and the learned one.
fn attack(surveys: &[Survey]) -> Vec<Found> {
    let mut found: Vec<_> = ways()
        .into_iter()
        .map(|(name, way)| Found::of(name, &tries(surveys, way)))
        .collect();
    let (known, unknown) = surveys.split_at(surveys.len() / 2);
    let best = learned(known);
    let learned = tries(unknown, |sight| guess(sight, best));
    found.push(Found::of("learned from half of the surveys", &learned));
    found
}

/// How likely it is by chance that places in batches and the order of the tokens go together so much.
fn together(surveys: &[Survey]) -> f64 {
    let mut groups = Vec::new();
    for survey in surveys {
        look(survey, |sight| {
            let rank = |token: &String| {
                let mut before = sight.before.iter();
                before.position(|one| *one == survey.truth[token]).unwrap() as f64
            };
            groups.push(sight.answers.iter().map(rank).collect::<Vec<_>>());
        });
    }
    let likely = in_order(&groups, 1);
    println!("places and ranks go together: p = {likely:.4}");
    likely
}

/// Below this it is not chance. Nineteen times it is asked: that one is there by chance is one of fifty.
const SURE: f64 = 0.001;

#[test]
fn who_has_the_whole_log_guesses_no_better_than_chance() {
    let surveys = surveys(SURVEYS, Built::AsItIs);
    let mut sizes = Vec::new();
    for survey in &surveys {
        look(survey, |sight| sizes.push(sight.answers.len()));
    }
    assert!(sizes.len() > 700, "{} batches", sizes.len());
    assert!(sizes.iter().all(|size| *size >= THRESHOLD));
    let all: usize = sizes.iter().sum();
    assert!(all > 24 * surveys.len(), "answers were lost: {all}");
    for found in attack(&surveys) {
        assert!(found.likely > SURE && found.sharper > SURE, "{}", found.way);
    }
    assert!(together(&surveys) > SURE);
}

fn find(found: &[Found], way: &str) -> (f64, f64, f64, f64) {
    let found = found.iter().find(|found| found.way == way).unwrap();
    (
        found.hits as f64,
        found.expected,
        found.likely,
        found.sharper,
    )
}

/// The same attacker finds people where the box is built worse: the test above is able to fail.
#[test]
fn the_attacker_is_no_fool() {
    let learned = "learned from half of the surveys";
    let last = "the last who took a token gave the last answer";
    let first = "the first since the last batch gave the first answer";

    let unshuffled = surveys(SURVEYS, Built::Unshuffled);
    let found = attack(&unshuffled);
    for way in [learned, last] {
        let (hits, expected, likely, sharper) = find(&found, way);
        assert!(
            hits > 2.0 * expected && likely < 1e-20 && sharper < 1e-20,
            "{way}"
        );
    }
    assert!(find(&found, first).3 < 1e-20);
    assert!(together(&unshuffled) < SURE);

    // Who answers at once and is let go at once is found nearly always.
    let found = attack(&surveys(40, Built::Unbatched));
    for way in [learned, last] {
        let (hits, expected, likely, _) = find(&found, way);
        assert!(hits > 3.0 * expected && likely < 1e-50, "{way}");
    }
}

/// Even where age and not chance says who goes, so that one knows who is in a batch, the order says nothing of which is whose.
#[test]
fn who_knows_who_is_in_a_batch_does_not_know_which_is_whose() {
    let surveys = surveys(SURVEYS, Built::FirstComeFirstGo);
    let found = attack(&surveys);
    for found in &found {
        assert!(found.likely > SURE && found.sharper > SURE, "{}", found.way);
    }
    assert!(together(&surveys) > SURE);
}
