//! Clocks at work: what they do is told as events, and taken in at once.

use khidma_calendar::tzdb_version;
use khidma_events::sla::*;
use khidma_kernel::{Position, Timestamp};

use crate::book::Matched;
use crate::command::Terms;
use crate::evolve::evolve;
use crate::fact::{Deed, Fact};
use crate::life::Life;
use crate::moves::{Matching, Move, Why, calendar_of, moves_by};
use crate::refusal::ClockRefusal;
use crate::state::{Clock, Clocks, Pinned, SegmentKind};
use crate::threshold::{Threshold, ThresholdKind, crossing, unsaid};

type Done = Result<(), ClockRefusal>;

/// Clocks at work.
pub(crate) struct Run<'a> {
    /// The clocks as they are after all that was told.
    pub(crate) clocks: Clocks,
    /// What was told.
    pub(crate) told: Vec<ClockEvent>,
    terms: &'a Terms,
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
            ahead: Vec::new(),
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
            if (fact.position, fact.index) > seen {
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
        let mut first = None;
        let mut earliest = None;
        for clock in &self.clocks.clocks {
            let Some(next) = clock.next.filter(|next| *next <= until) else {
                continue;
            };
            if earliest.is_some_and(|earliest| earliest <= next) {
                continue;
            }
            if let Some((threshold, at)) = self.next_of(clock)?
                && (at < until || (at == until && !threshold.is_strict(clock.target_micros())))
            {
                earliest = Some(next);
                first = Some((clock.reference(), threshold, at));
            }
        }
        Ok(first)
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
                self.terms.gauge(clock.promise())?.elapsed(segment.from, at)
            }
            _ => 0,
        };
        Ok(clock.counted().saturating_add(under_way))
    }

    /// Tells what happened to a clock, with what is to come.
    fn tell(&mut self, reference: ClockRef, mut event: ClockEvent) -> Done {
        evolve(&mut self.clocks, &event);
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

    fn make(&mut self, one: Move<'_>, now: &Now<'_>) -> Done {
        match one {
            Move::Start(metric, matched) => self.start(metric, matched, now),
            Move::StartLate(metric, matched) => {
                let silent_until = now.silent_until.max(Some(now.fact.at));
                let late = Now {
                    silent_until,
                    ..*now
                };
                self.catch_up(&late, matched, metric)
            }
            Move::Stop(clock) => self.stop(clock, now),
            Move::Cancel(clock, why) => self.cancel(clock, why, now),
            Move::Continue(clock) => self.go_on(clock, now),
            Move::HandOver(clock) => self.hand_over(clock, now),
            Move::Rematch(clock, matched) => self.rematch(clock, matched, now),
            Move::Pause(clock, state) => self.pause(clock, state, now),
            Move::Resume(clock) => {
                let (at, cause) = (now.fact.at, cause(now.fact));
                let outlook = Outlook::default();
                self.tell(
                    clock,
                    ClockResumed {
                        clock,
                        at,
                        cause,
                        outlook,
                    }
                    .into(),
                )
            }
        }
    }

    fn start(&mut self, metric: Metric, matched: Matched<'_>, now: &Now<'_>) -> Done {
        let Some(profile) = &now.life.profile else {
            return Ok(());
        };
        let Some(target) = matched.rule.targets.get(&metric) else {
            return Ok(());
        };
        let number = self.clocks.last(metric).map_or(1, |clock| clock.number + 1);
        let clock = ClockRef { metric, number };
        let event = ClockStarted {
            clock,
            from: now.fact.at,
            cause: cause(now.seen),
            promise: self.promise(matched, target, now.known)?,
            owner: profile.provider.clone(),
            requester: profile.requester.clone(),
            paused: now
                .life
                .state
                .filter(|state| target.pauses_in(metric, *state)),
            silent_until: now.silent_until,
            outlook: Outlook::default(),
        };
        self.tell(clock, event.into())
    }

    fn promise(
        &self,
        matched: Matched<'_>,
        target: &Target,
        known: Position,
    ) -> Result<Promise, ClockRefusal> {
        let calendar = calendar_of(matched.policy, target).map(|calendar| {
            let revision = self.terms.almanac.at(calendar, known);
            let unknown = || ClockRefusal::UnknownCalendar {
                calendar: calendar.clone(),
            };
            let revision = revision.ok_or_else(unknown)?.revision;
            Ok(CalendarRef {
                calendar: calendar.clone(),
                revision,
            })
        });
        let calendar = calendar.transpose()?;
        let counted = calendar.is_some();
        Ok(Promise {
            policy: matched.policy.policy.clone(),
            version: matched.policy.version,
            rule: matched.number,
            target_seconds: target.within_seconds,
            calendar,
            time_zone_data: if counted {
                tzdb_version().to_owned()
            } else {
                String::new()
            },
        })
    }

    fn stop(&mut self, reference: ClockRef, now: &Now<'_>) -> Done {
        self.settle(reference, now)?;
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let elapsed_micros = self.elapsed(clock, now.fact.at)?;
        let broken = clock.breached.is_some() || elapsed_micros > clock.target_micros();
        let event = ClockStopped {
            clock: reference,
            at: now.fact.at,
            cause: cause(now.fact),
            elapsed_micros,
            verdict: if broken {
                Verdict::Breached
            } else {
                Verdict::Met
            },
        };
        self.tell(reference, event.into())
    }

    fn cancel(&mut self, reference: ClockRef, why: Why, now: &Now<'_>) -> Done {
        self.settle(reference, now)?;
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let event = ClockCancelled {
            clock: reference,
            at: now.fact.at,
            cause: cause(now.fact),
            elapsed_micros: self.elapsed(clock, now.fact.at)?,
            withdrawn: why == Why::Withdrawn,
        };
        self.tell(reference, event.into())
    }

    fn go_on(&mut self, reference: ClockRef, now: &Now<'_>) -> Done {
        let (Some(profile), Some(clock)) = (&now.life.profile, self.clocks.get(reference)) else {
            return Ok(());
        };
        let target = self.target(clock)?;
        let event = ClockContinued {
            clock: reference,
            at: now.fact.at,
            cause: cause(now.fact),
            owner: profile.provider.clone(),
            paused: now
                .life
                .state
                .filter(|state| target.pauses_in(reference.metric, *state)),
            outlook: Outlook::default(),
        };
        self.tell(reference, event.into())
    }

    fn hand_over(&mut self, reference: ClockRef, now: &Now<'_>) -> Done {
        let Deed::Transferred(to) = &now.fact.deed else {
            return Ok(());
        };
        // A breach that was told too early was told of the owner before.
        self.retract(reference, now)?;
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let event = ClockHandedOver {
            clock: reference,
            at: now.fact.at,
            cause: cause(now.fact),
            elapsed_micros: self.elapsed(clock, now.fact.at)?,
            owner: to.clone(),
        };
        self.tell(reference, event.into())
    }

    fn rematch(&mut self, reference: ClockRef, matched: Matched<'_>, now: &Now<'_>) -> Done {
        self.retract(reference, now)?;
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let Some(target) = matched.rule.targets.get(&reference.metric) else {
            return Ok(());
        };
        let event = ClockRematched {
            clock: reference,
            at: now.fact.at,
            cause: cause(now.fact),
            elapsed_micros: self.elapsed(clock, now.fact.at)?,
            promise: self.promise(matched, target, now.known)?,
            paused: now
                .life
                .state
                .filter(|state| target.pauses_in(reference.metric, *state)),
            due_before: clock.due,
            outlook: Outlook::default(),
        };
        self.tell(reference, event.into())
    }

    fn pause(&mut self, reference: ClockRef, state: LifeState, now: &Now<'_>) -> Done {
        self.settle(reference, now)?;
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let event = ClockPaused {
            clock: reference,
            at: now.fact.at,
            cause: cause(now.fact),
            state,
            elapsed_micros: self.elapsed(clock, now.fact.at)?,
        };
        self.tell(reference, event.into())
    }

    /// Sees that a breach is told before the clock stands if, and only if, it has counted too much by now.
    fn settle(&mut self, reference: ClockRef, now: &Now<'_>) -> Done {
        self.retract(reference, now)?;
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let is_over = self.elapsed(clock, now.fact.at)? > clock.target_micros();
        if !is_over || clock.breached.is_some() {
            return Ok(());
        }
        // Only where a shorter promise was made at this very instant: else it was told as the time passed.
        let owner = clock
            .segments
            .last()
            .and_then(|segment| self.clocks.owner_of(segment));
        let Some(owner) = owner.cloned() else {
            return Ok(());
        };
        let breach = Threshold {
            amount: clock.target_micros(),
            kind: ThresholdKind::Breach,
        };
        self.tell(reference, said(reference, &breach, now.fact.at, owner))
    }

    /// Takes a breach back that was told before this became known, and was not one yet when this happened: whoever told it
    /// could not know, or had a clock that was fast.
    fn retract(&mut self, reference: ClockRef, now: &Now<'_>) -> Done {
        let Some(clock) = self
            .clocks
            .get(reference)
            .filter(|clock| clock.is_running())
        else {
            return Ok(());
        };
        match clock.breached {
            Some(breached_at)
                if breached_at >= now.fact.at
                    && self.elapsed(clock, now.fact.at)? <= clock.target_micros() =>
            {
                let cause = cause(now.fact);
                let event = BreachRetracted {
                    clock: reference,
                    breached_at,
                    cause,
                };
                self.tell(reference, event.into())
            }
            _ => Ok(()),
        }
    }

    /// Counts a clock anew by the latest revision of its calendar.
    pub(crate) fn reschedule(&mut self, reference: ClockRef, revision: u32, reason: &str) -> Done {
        let Some(clock) = self.clocks.get(reference) else {
            return Ok(());
        };
        let Some(calendar) = clock.promise().and_then(|promise| promise.calendar.clone()) else {
            return Ok(());
        };
        let calendar = CalendarRef {
            revision,
            ..calendar
        };
        let event = ClockRescheduled {
            clock: reference,
            counted_micros: self.recount(clock, &calendar)?,
            calendar,
            time_zone_data: tzdb_version().to_owned(),
            due_before: clock.due.filter(|_| clock.is_running()),
            reason: reason.to_owned(),
            outlook: Outlook::default(),
        };
        self.tell(reference, event.into())
    }

    /// What each stretch counts by `calendar`, where it was counted by another revision of it.
    fn recount(&self, clock: &Clock, calendar: &CalendarRef) -> Result<Vec<u64>, ClockRefusal> {
        let ends = clock
            .segments
            .iter()
            .skip(1)
            .map(|segment| Some(segment.from))
            .chain([None]);
        let stretches = clock.segments.iter().zip(ends);
        let counted = stretches.map(|(segment, end)| {
            let promise = clock.promises.get(usize::from(segment.promise));
            let by_it = promise.and_then(|promise| promise.calendar.as_ref());
            let by_it = by_it.is_some_and(|by_it| by_it.calendar == calendar.calendar);
            match end {
                Some(end) if by_it && segment.kind == SegmentKind::Running => {
                    let promise = promise.map(|promise| Pinned {
                        calendar: Some(calendar.clone()),
                        ..promise.clone()
                    });
                    Ok(self
                        .terms
                        .gauge(promise.as_ref())?
                        .elapsed(segment.from, end))
                }
                _ => Ok(segment.counted),
            }
        });
        counted.collect()
    }
}

/// What happened up to a position of the log, and what came after.
pub(crate) fn split(facts: &[Fact], position: Position) -> (&[Fact], &[Fact]) {
    facts.split_at(facts.partition_point(|fact| fact.position <= position))
}

fn cause(fact: &Fact) -> Cause {
    Cause {
        position: fact.position,
        index: fact.index,
        event: fact.deed.name().to_owned(),
    }
}

fn said(
    clock: ClockRef,
    threshold: &Threshold<'_>,
    at: Timestamp,
    owner: khidma_kernel::DepartmentId,
) -> ClockEvent {
    let outlook = Outlook::default();
    match threshold.kind {
        ThresholdKind::Warning(percent) => ClockWarned {
            clock,
            at,
            percent,
            outlook,
        }
        .into(),
        ThresholdKind::Breach => ClockBreached {
            clock,
            at,
            owner,
            outlook,
        }
        .into(),
        ThresholdKind::Step(step, to) => LadderStepReached {
            clock,
            at,
            step,
            to: to.to_vec(),
            outlook,
        }
        .into(),
    }
}

/// Whether a clock only says something by it: what it counts and towards what stays as it is.
fn is_said(event: &ClockEvent) -> bool {
    matches!(
        event,
        ClockEvent::ClockWarned(_)
            | ClockEvent::ClockBreached(_)
            | ClockEvent::LadderStepReached(_)
    )
}

/// Where an event says what is to come, if it does.
fn outlook_of(event: &mut ClockEvent) -> Option<&mut Outlook> {
    match event {
        ClockEvent::ClockStarted(event) => Some(&mut event.outlook),
        ClockEvent::ClockResumed(event) => Some(&mut event.outlook),
        ClockEvent::ClockWarned(event) => Some(&mut event.outlook),
        ClockEvent::ClockBreached(event) => Some(&mut event.outlook),
        ClockEvent::LadderStepReached(event) => Some(&mut event.outlook),
        ClockEvent::ClockContinued(event) => Some(&mut event.outlook),
        ClockEvent::ClockRematched(event) => Some(&mut event.outlook),
        ClockEvent::ClockRescheduled(event) => Some(&mut event.outlook),
        ClockEvent::ClockPaused(_)
        | ClockEvent::BreachRetracted(_)
        | ClockEvent::ClockStopped(_)
        | ClockEvent::ClockCancelled(_)
        | ClockEvent::ClockHandedOver(_) => None,
    }
}
