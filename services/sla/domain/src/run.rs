//! Clocks at work: what they do is told as events, and taken in at once.

mod moves;
mod recount;
mod said;

use khidma_events::sla::*;
use khidma_kernel::{Position, Timestamp};

use crate::book::Matched;
use crate::command::Terms;
use crate::evolve::evolve;
use crate::fact::Fact;
use crate::gauge::Memory;
use crate::life::Life;
use crate::moves::{Matching, moves_by};
use crate::refusal::ClockRefusal;
use crate::state::{Clock, Clocks, SegmentKind};
use crate::threshold::{Threshold, ThresholdKind, crossing, unsaid};
use said::{is_said, outlook_of, said};

type Done = Result<(), ClockRefusal>;

/// Clocks at work.
pub(crate) struct Run<'a> {
    /// The clocks as they are after all that was told.
    pub(crate) clocks: Clocks,
    /// What was told.
    pub(crate) told: Vec<ClockEvent>,
    terms: &'a Terms,
    /// How many events are told at most, about.
    limit: usize,
    /// Whether nobody asks when a clock is due, or speaks next; nor what it tells, but for what people hear.
    brief: bool,
    memory: Memory<'a>,
    /// What was found to be ahead of clocks, since they last did something: calendars are not asked twice.
    ahead: Vec<Ahead<'a>>,
}

/// What is ahead of a clock if nothing happens.
struct Ahead<'a> {
    clock: ClockRef,
    due: Option<Timestamp>,
    next: Option<(Threshold<'a>, Timestamp)>,
}

/// One thing that happened, and what it led to.
struct Now<'a> {
    facts: &'a [Fact],
    fact: &'a Fact,
    life: &'a Life,
    /// The last that is known to have happened: a clock that starts has seen it.
    seen: &'a Fact,
    /// What stands on the log before is known: which revisions of calendars there are.
    known: Position,
    silent_until: Option<Timestamp>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(clocks: Clocks, terms: &'a Terms) -> Self {
        Self {
            clocks,
            told: Vec::new(),
            terms,
            limit: usize::MAX,
            brief: false,
            memory: Memory::default(),
            ahead: Vec::new(),
        }
    }

    /// Tells about so many events at most: what is told together has to fit one commit.
    pub(crate) fn at_most(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Whether no more shall be told.
    pub(crate) fn is_full(&self) -> bool {
        self.told.len() >= self.limit
    }

    /// One of which only verdicts are wanted, what elapsed, and what people hear: clocks are not asked what is ahead of
    /// them, but whether they have something to say by now.
    pub(crate) fn brief(clocks: Clocks, terms: &'a Terms) -> Self {
        Self {
            brief: true,
            ..Self::new(clocks, terms)
        }
    }

    /// Reacts to what happened to the request and was not seen before. Of what is silent, nobody is warned any more:
    /// `silent` says for a fact until when.
    pub(crate) fn follow(
        &mut self,
        facts: &[Fact],
        silent: impl Fn(&Fact) -> Option<Timestamp>,
    ) -> Done {
        let seen = self.clocks.followed;
        let mut life = Life::default();
        for (index, fact) in facts.iter().enumerate() {
            life.live(&fact.deed);
            if (fact.position, fact.index) > seen && !self.is_full() {
                let facts = facts.get(..=index).unwrap_or_default();
                let silent_until = silent(fact);
                self.react(
                    &Now {
                        facts,
                        fact,
                        life: &life,
                        seen: fact,
                        known: fact.position,
                        silent_until,
                    },
                    Matching::Held,
                )?;
            }
        }
        Ok(())
    }

    /// Lets one clock live through all that happened, from the beginning, under one rule.
    fn catch_up(&mut self, now: &Now<'_>, matched: Matched<'_>, metric: Metric) -> Done {
        let mut life = Life::default();
        for fact in now.facts {
            life.live(&fact.deed);
            let at = Now {
                fact,
                life: &life,
                ..*now
            };
            self.react(&at, Matching::Late(matched, metric))?;
        }
        Ok(())
    }

    /// Starts a clock late, under a policy activated at `activation`: it counts from the event that starts it, as if the
    /// rule had held since; of what happened after the activation, the rules decide that held then.
    pub(crate) fn start_late(
        &mut self,
        facts: &[Fact],
        (matched, activation): (Matched<'_>, Position),
        metric: Metric,
        silent_until: Timestamp,
    ) -> Done {
        let (before, since) = split(facts, activation);
        let Some(fact) = before.last() else {
            return Ok(());
        };
        let mut life = Life::of(before);
        let now = Now {
            facts: before,
            fact,
            life: &life,
            seen: fact,
            known: Position(u64::MAX),
            silent_until: Some(silent_until),
        };
        self.catch_up(&now, matched, metric)?;
        for fact in since {
            life.live(&fact.deed);
            let now = Now {
                facts,
                fact,
                life: &life,
                seen: fact,
                known: Position(u64::MAX),
                silent_until: Some(silent_until),
            };
            self.react(&now, Matching::Only(metric))?;
        }
        Ok(())
    }

    fn react(&mut self, now: &Now<'_>, matching: Matching<'_>) -> Done {
        self.pass(now.fact.at)?;
        let moves = moves_by(&self.clocks, now.fact, now.life, &self.terms.book, matching);
        moves.into_iter().try_for_each(|one| self.make(one, now))
    }

    /// Lets time pass: what is reached until then is said, in the order of time.
    pub(crate) fn pass(&mut self, until: Timestamp) -> Done {
        while let Some((reference, threshold, at)) = self.first_to_speak(until)? {
            let Some(clock) = self.clocks.get(reference) else {
                break;
            };
            let owner = clock
                .segments
                .last()
                .and_then(|segment| self.clocks.owner_of(segment));
            let Some(owner) = owner.cloned() else { break };
            let event = said(reference, &threshold, at, owner);
            self.tell(reference, event)?;
        }
        Ok(())
    }

    /// The clock that is the first to say something until then, with what it says, and when.
    fn first_to_speak(
        &self,
        until: Timestamp,
    ) -> Result<Option<(ClockRef, Threshold<'a>, Timestamp)>, ClockRefusal> {
        let is_near = |next: &Timestamp| *next <= until || (self.brief && *next == UNKNOWN);
        let mut first = None;
        let mut earliest = None;
        for clock in &self.clocks.clocks {
            let Some(next) = clock.next.filter(is_near) else {
                continue;
            };
            let is_later = |instant| earliest.is_some_and(|earliest| earliest <= instant);
            let has_nothing = if self.brief {
                !self.may_speak(clock, until)?
            } else {
                is_later(next)
            };
            if has_nothing {
                continue;
            }
            if let Some((threshold, at)) = self.next_of(clock)?
                && (at < until || (at == until && !threshold.is_strict(clock.target_micros())))
            {
                let instant = if self.brief { at } else { next };
                if !is_later(instant) {
                    earliest = Some(instant);
                    first = Some((clock.reference(), threshold, at));
                }
            }
        }
        Ok(first)
    }

    /// Whether so much has elapsed by then that a clock may have something to say: cheaper to ask than when that is.
    fn may_speak(&self, clock: &Clock, until: Timestamp) -> Result<bool, ClockRefusal> {
        let Some(first) = unsaid(clock, self.target(clock)?).next() else {
            return Ok(false);
        };
        let elapsed = self.elapsed(clock, until)?;
        Ok(match first.is_strict(clock.target_micros()) {
            true => elapsed > first.amount,
            false => elapsed >= first.amount,
        })
    }

    /// What a clock says next, and when.
    fn next_of(&self, clock: &Clock) -> Result<Option<(Threshold<'a>, Timestamp)>, ClockRefusal> {
        match self.ahead_of(clock.reference()) {
            Some(ahead) => Ok(ahead.next),
            None => self.find_next(clock),
        }
    }

    fn ahead_of(&self, clock: ClockRef) -> Option<&Ahead<'a>> {
        self.ahead.iter().find(|ahead| ahead.clock == clock)
    }

    fn find_next(&self, clock: &Clock) -> Result<Option<(Threshold<'a>, Timestamp)>, ClockRefusal> {
        let silent = |at| clock.silent_until.is_some_and(|until| at <= until);
        for threshold in unsaid(clock, self.target(clock)?) {
            match crossing(clock, &threshold, self.terms)? {
                None => return Ok(None),
                Some(at) if silent(at) && threshold.kind != ThresholdKind::Breach => {}
                Some(at) => return Ok(Some((threshold, at))),
            }
        }
        Ok(None)
    }

    fn target(&self, clock: &Clock) -> Result<&'a Target, ClockRefusal> {
        let terms: &'a Terms = self.terms;
        let target = clock
            .promise()
            .and_then(|promise| terms.book.target(promise, clock.metric));
        target.ok_or_else(|| ClockRefusal::UnknownPolicy {
            policy: clock.promise().map(|promise| promise.policy.clone()),
            version: clock.promise().map_or(0, |promise| promise.version),
        })
    }

    /// What is ahead of a clock; `due` if it is known already.
    fn look_ahead(
        &self,
        clock: &Clock,
        due: Option<Option<Timestamp>>,
    ) -> Result<Ahead<'a>, ClockRefusal> {
        let whole = Threshold {
            amount: clock.target_micros(),
            kind: ThresholdKind::Warning(100),
        };
        let due = match due {
            Some(due) => due,
            None if clock.is_running() => crossing(clock, &whole, self.terms)?,
            None => None,
        };
        // One that is paused has something to say as well, if what it counted is too much under a new promise.
        let next = self.find_next(clock)?;
        let clock = clock.reference();
        Ok(Ahead { clock, due, next })
    }

    /// What has counted until then, in microseconds.
    fn elapsed(&self, clock: &Clock, at: Timestamp) -> Result<u64, ClockRefusal> {
        let under_way = match clock.segments.last() {
            Some(segment) if segment.kind == SegmentKind::Running => {
                let gauge = self.terms.gauge(clock.promise())?;
                self.memory.elapsed(gauge, segment.from, at)
            }
            _ => 0,
        };
        Ok(clock.counted().saturating_add(under_way))
    }

    /// Keeps what people hear; whoever would say what is to come is asked later.
    fn tell_briefly(&mut self, reference: ClockRef, mut event: ClockEvent) {
        if outlook_of(&mut event).is_some()
            && let Some(clock) = self.clocks.get_mut(reference)
        {
            clock.next = Some(UNKNOWN);
        }
        if matches!(
            event,
            ClockEvent::ClockWarned(_) | ClockEvent::LadderStepReached(_)
        ) {
            self.told.push(event);
        }
    }

    /// Tells what happened to a clock, with what is to come.
    fn tell(&mut self, reference: ClockRef, mut event: ClockEvent) -> Done {
        evolve(&mut self.clocks, &event);
        if self.brief {
            self.tell_briefly(reference, event);
            return Ok(());
        }
        let before = self
            .ahead
            .iter()
            .position(|ahead| ahead.clock == reference)
            .map(|place| self.ahead.swap_remove(place));
        // What a clock says does not change when it is due.
        let due = before.filter(|_| is_said(&event)).map(|before| before.due);
        if let (Some(clock), Some(told)) = (self.clocks.get(reference), outlook_of(&mut event)) {
            let ahead = self.look_ahead(clock, due)?;
            let outlook = Outlook {
                due: ahead.due,
                next: ahead.next.map(|(_, at)| at),
            };
            *told = outlook;
            self.ahead.push(ahead);
            if let Some(clock) = self.clocks.get_mut(reference) {
                clock.look(outlook);
            }
        }
        self.told.push(event);
        Ok(())
    }
}

/// In a brief run, what stands for an instant nobody has asked for.
const UNKNOWN: Timestamp = Timestamp::EPOCH;

/// What happened up to a position of the log, and what came after.
pub(crate) fn split(facts: &[Fact], position: Position) -> (&[Fact], &[Fact]) {
    facts.split_at(facts.partition_point(|fact| fact.position <= position))
}
