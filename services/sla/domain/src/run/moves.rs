//! What clocks do when something happens: one function per move.

use khidma_calendar::tzdb_version;
use khidma_events::sla::*;
use khidma_kernel::Position;

use super::said::said;
use super::{Done, Now, Run};
use crate::book::Matched;
use crate::fact::{Deed, Fact};
use crate::moves::{Move, Why, calendar_of};
use crate::refusal::ClockRefusal;
use crate::threshold::{Threshold, ThresholdKind};

impl Run<'_> {
    /// Does what is to be done now.
    pub(super) fn make(&mut self, one: Move<'_>, now: &Now<'_>) -> Done {
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
        self.tell(reference, event.into())?;
        self.keep_up(reference, now)
    }

    /// Moves a clock to the revision that its calendar was given while it stood.
    fn keep_up(&mut self, reference: ClockRef, now: &Now<'_>) -> Done {
        let clock = self.clocks.get(reference);
        let by = clock.and_then(|clock| clock.promise()?.calendar.clone());
        let Some(by) = by else { return Ok(()) };
        match self.terms.almanac.at(&by.calendar, now.known) {
            Some(known) if known.revision > by.revision => {
                let revision = known.revision;
                let reason = format!(
                    "calendar {} was revised while the clock stood: revision {revision}",
                    by.calendar
                );
                self.reschedule(reference, CalendarRef { revision, ..by }, &reason)
            }
            _ => Ok(()),
        }
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
}

fn cause(fact: &Fact) -> Cause {
    Cause {
        position: fact.position,
        index: fact.index,
        event: fact.deed.name().into(),
    }
}
