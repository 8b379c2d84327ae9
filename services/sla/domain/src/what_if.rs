//! What would have been, had another policy or another calendar held: a request's life is replayed under drafts and put
//! beside what was reported. Nothing is told to anybody.
//!
//! A draft of a policy stands in the place of the policy of its id, and of such as promise for one of its departments, as
//! if it had held since the beginning; what else holds, holds as it does, and since the beginning where nothing was in its
//! place before. A draft of a calendar stands in the place of all its revisions. Clocks that no draft has to do with are
//! left out, whatever their replay says: there is nothing to learn from them.

use std::collections::BTreeSet;
use std::sync::Arc;

use khidma_calendar::Calendar;
use khidma_events::sla::{ClockEvent, ClockRef, PolicySpec, Verdict};
use khidma_kernel::{CalendarId, DepartmentId, PersonId, PolicyId, Position, Timestamp};

use crate::almanac::Revision;
use crate::book::{Activation, Book, PolicyVersion};
use crate::command::Terms;
use crate::fact::{Deed, Fact};
use crate::refusal::ClockRefusal;
use crate::replay::{replay, replay_briefly};
use crate::state::{Clock, Clocks, Pinned};

/// Drafts that are tried out.
#[derive(Debug, Clone)]
pub struct Trial {
    terms: Terms,
    until: Timestamp,
    draft: Option<PolicyId>,
    replaced: BTreeSet<PolicyId>,
    calendars: BTreeSet<CalendarId>,
}

/// What a request's clocks would have done.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The clocks as they would be.
    pub clocks: Clocks,
    /// What they would have told, in order.
    pub told: Vec<ClockEvent>,
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// There is none, or it ended without a verdict.
    None,
    /// It goes on, and the promise is not broken.
    Running,
    /// It ended with its promise kept.
    Met,
    /// The promise is broken.
    Breached,
}

impl Outcome {
    /// How that clock stands.
    pub fn of(clock: Option<&Clock>) -> Self {
        match clock {
            None => Self::None,
            Some(clock) => match clock.verdict() {
                Some(Verdict::Met) => Self::Met,
                Some(Verdict::Breached) => Self::Breached,
                None if clock.ended.is_none() => Self::Running,
                None => Self::None,
            },
        }
    }
}

/// A clock as it was reported beside what it would be; at least one of them is there.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// Which clock.
    pub clock: ClockRef,
    /// As it was reported.
    pub before: Option<&'a Clock>,
    /// As it would be.
    pub after: Option<&'a Clock>,
    /// The department that owns the request, or did when the clock ended.
    pub owner: &'a DepartmentId,
}

impl Compared<'_> {
    /// Whether the verdict would be another.
    pub fn is_changed(&self) -> bool {
        Outcome::of(self.before) != Outcome::of(self.after)
    }
}

impl Trial {
    /// Tries drafts out on what `terms` hold, with clocks that go on counted until then.
    pub fn new(
        terms: &Terms,
        draft: Option<(PolicyId, PolicySpec)>,
        calendars: Vec<(CalendarId, Arc<Calendar>)>,
        until: Timestamp,
    ) -> Self {
        let draft = draft.map(|(policy, spec)| PolicyVersion {
            policy,
            version: 0,
            spec,
        });
        let mut almanac = (*terms.almanac).clone();
        let named = calendars.iter().map(|(id, _)| id.clone()).collect();
        for (id, calendar) in calendars {
            let revision = Revision {
                position: Position::START,
                revision: 0,
                calendar,
            };
            almanac.replace(id, revision);
        }
        let id = draft.as_ref().map(|draft| draft.policy.clone());
        let (book, replaced) = tried(&terms.book, draft);
        Self {
            terms: Terms {
                book: Arc::new(book),
                almanac: Arc::new(almanac),
            },
            until,
            draft: id,
            replaced,
            calendars: named,
        }
    }

    /// Under what requests are replayed.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Until when clocks are counted that go on.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// What the clocks of a request would have done.
    ///
    /// # Errors
    /// The terms name what they do not hold.
    pub fn replay(&self, facts: &[Fact]) -> Result<Tried, ClockRefusal> {
        let (clocks, told) = replay(facts, self.until, &self.terms)?;
        Ok(Tried { clocks, told })
    }

    /// As [`Trial::replay`], as far as verdicts go and what people hear; faster. When clocks are due it does not say.
    ///
    /// # Errors
    /// The terms name what they do not hold.
    pub fn judge(&self, facts: &[Fact]) -> Result<Tried, ClockRefusal> {
        let (clocks, told) = replay_briefly(facts, self.until, &self.terms)?;
        Ok(Tried { clocks, told })
    }

    /// The clocks that the drafts have to do with, as reported and as they would be.
    pub fn compare<'a>(
        &self,
        before: &'a Clocks,
        after: &'a Clocks,
    ) -> impl Iterator<Item = Compared<'a>> {
        let there = after.clocks.iter().map(|now| {
            let was = before.get(now.reference());
            (now.reference(), was, Some(now))
        });
        let gone = before.clocks.iter().filter_map(|was| {
            let is_gone = after.get(was.reference()).is_none();
            is_gone.then_some((was.reference(), Some(was), None))
        });
        there.chain(gone).filter_map(|(clock, was, now)| {
            if !self.concerns(was, now) {
                return None;
            }
            let owner = now.and_then(|now| owner_of(after, now));
            let owner = owner.or_else(|| was.and_then(|was| owner_of(before, was)))?;
            Some(Compared {
                clock,
                before: was,
                after: now,
                owner,
            })
        })
    }

    /// Whether a draft has to do with a clock.
    fn concerns(&self, before: Option<&Clock>, after: Option<&Clock>) -> bool {
        let by_draft = |promise: &Pinned| Some(&promise.policy) == self.draft.as_ref();
        let by_replaced = |promise: &Pinned| self.replaced.contains(&promise.policy);
        let by_calendar = |promise: &Pinned| {
            let calendar = promise.calendar.as_ref();
            calendar.is_some_and(|calendar| self.calendars.contains(&calendar.calendar))
        };
        let promised = |clock: Option<&Clock>, by: &dyn Fn(&Pinned) -> bool| {
            clock.is_some_and(|clock| clock.promises.iter().any(by))
        };
        promised(before, &by_replaced)
            || promised(after, &by_draft)
            || (before.is_some() && promised(after, &by_calendar))
    }

    /// What has elapsed on a clock that the replay gave, in microseconds.
    ///
    /// # Errors
    /// The terms name what they do not hold.
    pub fn elapsed(&self, clock: &Clock) -> Result<u64, ClockRefusal> {
        clock.elapsed_at(self.until, &self.terms)
    }

    /// When a stretch of a clock ended, of which there are so many before, and what it counted, in microseconds.
    ///
    /// # Errors
    /// The terms name what they do not hold.
    pub fn stretch(&self, clock: &Clock, number: usize) -> Result<(Timestamp, u64), ClockRefusal> {
        let Some(stretch) = clock.stretches().nth(number) else {
            return Ok((self.until, 0));
        };
        let counted = clock.counted_in(&stretch, self.until, &self.terms)?;
        Ok((stretch.to.unwrap_or(self.until), counted))
    }
}

/// Who did a request at `at`, and which department owned it, as its facts tell.
pub fn hands(facts: &[Fact], at: Timestamp) -> (Option<&PersonId>, Option<&DepartmentId>) {
    let (mut assignee, mut provider) = (None, None);
    for fact in facts.iter().take_while(|fact| fact.at <= at) {
        match &fact.deed {
            Deed::Submitted(profile) => provider = Some(&profile.provider),
            Deed::Assigned(person) => assignee = Some(person),
            Deed::Transferred(to) => (assignee, provider) = (None, Some(to)),
            _ => {}
        }
    }
    (assignee, provider)
}

fn owner_of<'a>(clocks: &'a Clocks, clock: &Clock) -> Option<&'a DepartmentId> {
    let last = clock.segments.last()?;
    clocks.owner_of(last)
}

/// The policies with a draft among them, and which of them it replaces.
fn tried(book: &Book, draft: Option<PolicyVersion>) -> (Book, BTreeSet<PolicyId>) {
    let activations = book.activations();
    let rivals = |one: &PolicyVersion, other: &PolicyVersion| {
        one.policy == other.policy
            || !one.spec.providers.is_disjoint(&other.spec.providers)
            || (one.spec.providers.is_empty() && other.spec.providers.is_empty())
    };
    let held = || activations.iter().filter_map(|one| one.holds.as_deref());
    let replaced: BTreeSet<PolicyId> = draft.iter().fold(BTreeSet::new(), |mut all, draft| {
        let theirs = held().filter(|held| rivals(held, draft));
        all.extend(theirs.map(|held| held.policy.clone()));
        all
    });
    let mut kept: Vec<Activation> = draft
        .map(|draft| Activation {
            position: Position::START,
            policy: draft.policy.clone(),
            holds: Some(Arc::new(draft)),
        })
        .into_iter()
        .collect();
    for one in activations
        .iter()
        .filter(|one| !replaced.contains(&one.policy))
    {
        let is_first = !kept.iter().any(|before| before.policy == one.policy);
        let alone = one.holds.as_deref().is_some_and(|one| {
            held().all(|other| other.policy == one.policy || !rivals(one, other))
        });
        let mut one = one.clone();
        if is_first && alone {
            one.position = Position::START;
        }
        kept.push(one);
    }
    kept.sort_by_key(|one| one.position);
    (Book::new(kept), replaced)
}
