//! Which offerings too few people can serve, and which training would change that cheapest.
//!
//! Amounts in different currencies are not compared: each currency in which a gap can be closed has a proposal of its
//! own. What is free is free in all of them. Each gap is looked at by itself: a place that closes two gaps is counted
//! in both.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use khidma_events::directory::{Money, SkillLevel};
use khidma_kernel::{Date, PersonId, TrainingId};

/// So many can serve an offering that is covered: one may be ill.
pub const ENOUGH: usize = 2;
/// From this level on somebody serves without help.
pub const ABLE: SkillLevel = SkillLevel::Alone;

/// Somebody who could serve an offering: of the department that offers it, or of one below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// How well they can serve it; `None` if not at all.
    pub level: Option<SkillLevel>,
    /// How well they could serve it once, where that counts no longer.
    pub lapsed: Option<SkillLevel>,
}

/// A training by which somebody who attends can serve the offering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Which.
    pub training: TrainingId,
    /// The day for which it is planned, or on which it was given.
    pub on: Date,
    /// How many can attend, where it is planned; `None` if it was given before, and would be given again for as many
    /// as it takes.
    pub places: Option<u32>,
    /// What a place costs; `None` if nothing.
    pub cost: Option<Money>,
}

/// An offering that fewer than [`ENOUGH`] people can serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Who can.
    pub able: Vec<PersonId>,
    /// How many more it takes.
    pub missing: usize,
    /// The others, who comes closest first: by what they can do, then by what they could once.
    pub closest: Vec<Candidate>,
    /// How it would be closed, cheapest in each currency; or why no training closes it.
    pub closing: Result<Vec<Closing>, Unclosed>,
}

/// A way to close a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Who would attend what.
    pub places: Vec<(PersonId, Course)>,
    /// What that costs, by currency; nothing if it is free. More than one only where no single currency pays for all.
    pub cost: Vec<Money>,
}

/// Why no training closes a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclosed {
    /// There are too few people who could be trained.
    TooFewPeople,
    /// No training gives it.
    NoTraining,
    /// What is planned has too few places.
    TooFewPlaces,
}

/// The gap of an offering that `candidates` could serve and to which `courses` lead; `None` if it is covered.
pub fn gap(candidates: Vec<Candidate>, courses: &[Course]) -> Option<Gap> {
    let is_able = |one: &Candidate| one.level.is_some_and(|level| level >= ABLE);
    let (able, mut closest): (Vec<_>, Vec<_>) = candidates.into_iter().partition(is_able);
    let missing = ENOUGH.checked_sub(able.len()).filter(|more| *more > 0)?;
    closest.sort_by(|one, other| rank(one).cmp(&rank(other)));
    let trainees = closest.get(..missing).unwrap_or_default();
    let closing = if trainees.is_empty() {
        Err(Unclosed::TooFewPeople)
    } else {
        closings(trainees, courses)
    };
    Some(Gap {
        able: able.into_iter().map(|one| one.person).collect(),
        missing,
        closest,
        closing,
    })
}

fn rank(
    one: &Candidate,
) -> (
    Reverse<Option<SkillLevel>>,
    Reverse<Option<SkillLevel>>,
    &PersonId,
) {
    (Reverse(one.level), Reverse(one.lapsed), &one.person)
}

/// How all of `trainees` would get a place, cheapest in each currency.
fn closings(trainees: &[Candidate], courses: &[Course]) -> Result<Vec<Closing>, Unclosed> {
    let places = places(trainees.len(), courses);
    if places.is_empty() {
        return Err(Unclosed::NoTraining);
    }
    let currencies: BTreeSet<_> = places.iter().filter_map(|one| currency(one)).collect();
    let with = |own: Option<&str>| {
        let affordable = places
            .iter()
            .filter(|one| currency(one).is_none_or(|other| Some(other) == own));
        closing(trainees, affordable.copied())
    };
    if let Some(free) = with(None) {
        return Ok(vec![free]);
    }
    let each: Vec<_> = currencies
        .into_iter()
        .filter_map(|own| with(Some(own)))
        .collect();
    if !each.is_empty() {
        return Ok(each);
    }
    // No single currency will do: the soonest, whatever it is paid in.
    let mut soonest = places.clone();
    soonest.sort_by_key(|one| (one.on, &one.training));
    let mixed = closing(trainees, soonest.into_iter());
    mixed.map(|mixed| vec![mixed]).ok_or(Unclosed::TooFewPlaces)
}

/// Every place that could be taken, at most `wanted` of each course; the cheapest first, then what is planned, then
/// what is soonest.
fn places(wanted: usize, courses: &[Course]) -> Vec<&Course> {
    let mut courses: Vec<_> = courses.iter().collect();
    courses.sort_by_key(|one| {
        let cost = one.cost.as_ref().map_or(0, |cost| cost.minor);
        (cost, one.places.is_none(), one.on, &one.training)
    });
    let seats = |course: &Course| {
        let free = course.places.map(usize::try_from);
        free.map_or(wanted, |free| free.unwrap_or(wanted).min(wanted))
    };
    courses
        .into_iter()
        .flat_map(|course| std::iter::repeat_n(course, seats(course)))
        .collect()
}

fn currency(course: &Course) -> Option<&str> {
    course.cost.as_ref().map(|cost| cost.currency.as_str())
}

/// Everybody on the first places, if there are enough.
fn closing<'a>(
    trainees: &[Candidate],
    places: impl Iterator<Item = &'a Course>,
) -> Option<Closing> {
    let places: Vec<_> = places.take(trainees.len()).collect();
    if places.len() < trainees.len() {
        return None;
    }
    let mut cost: BTreeMap<&str, u64> = BTreeMap::new();
    for money in places.iter().filter_map(|course| course.cost.as_ref()) {
        let sum = cost.entry(&money.currency).or_default();
        *sum = sum.saturating_add(money.minor);
    }
    let cost = cost.into_iter().map(|(currency, minor)| Money {
        currency: currency.to_owned(),
        minor,
    });
    let cost = cost.collect();
    let trainees = trainees.iter().map(|one| one.person.clone());
    Some(Closing {
        places: trainees.zip(places.into_iter().cloned()).collect(),
        cost,
    })
}

#[cfg(test)]
mod tests;
