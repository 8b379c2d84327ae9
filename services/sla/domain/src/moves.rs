//! What clocks do when something happens to their request: the table of the seven metrics, without any arithmetic.

use khidma_events::sla::{ClockRef, LifeState, Metric, Target};
use khidma_kernel::{CalendarId, PolicyId, Position};

use crate::book::{Book, Matched, PolicyVersion};
use crate::fact::{Deed, Fact, Profile};
use crate::life::Life;
use crate::state::{Clock, Clocks, SegmentKind};

/// What a clock does.
#[derive(Debug, Clone, Copy)]
pub enum Move<'a> {
    /// A new one starts.
    Start(Metric, Matched<'a>),
    /// A new one starts late: it counts from the event that starts it.
    StartLate(Metric, Matched<'a>),
    /// What was promised happened.
    Stop(ClockRef),
    /// It ends without a verdict.
    Cancel(ClockRef, Why),
    /// It goes on after its end.
    Continue(ClockRef),
    /// Its time is another department's from now on.
    HandOver(ClockRef),
    /// Another promise holds.
    Rematch(ClockRef, Matched<'a>),
    /// It does not count in that state.
    Pause(ClockRef, LifeState),
    /// It counts again.
    Resume(ClockRef),
}

/// Why a clock ends without a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The request ended otherwise.
    Over,
    /// No rule promises it any more.
    Withdrawn,
}

/// By which policies rules are found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Matching<'a> {
    /// Those that held when it happened.
    Held,
    /// Those that held when it happened, and this metric alone.
    Only(Metric),
    /// This rule alone, and this metric.
    Late(Matched<'a>, Metric),
}

impl<'a> Matching<'a> {
    fn find(self, book: &'a Book, position: Position, life: &Life) -> Option<Matched<'a>> {
        match self {
            Self::Held | Self::Only(_) => book.matched(position, life.profile.as_ref()?),
            Self::Late(matched, _) => Some(matched),
        }
    }

    fn concerns(self, metric: Metric) -> bool {
        match self {
            Self::Held => true,
            Self::Only(only) | Self::Late(_, only) => only == metric,
        }
    }
}

/// What `clocks` do at `fact`, which led to `life`, in the order in which they do it.
pub fn moves<'a>(clocks: &Clocks, fact: &Fact, life: &Life, book: &'a Book) -> Vec<Move<'a>> {
    moves_by(clocks, fact, life, book, Matching::Held)
}

/// Whether something happened to which `clocks` have still to react.
pub fn pending(clocks: &Clocks, facts: &[Fact], book: &Book) -> bool {
    let mut life = Life::default();
    facts.iter().any(|fact| {
        life.live(&fact.deed);
        (fact.position, fact.index) > clocks.followed
            && !moves(clocks, fact, &life, book).is_empty()
    })
}

pub(crate) fn moves_by<'a>(
    clocks: &Clocks,
    fact: &Fact,
    life: &Life,
    book: &'a Book,
    matching: Matching<'a>,
) -> Vec<Move<'a>> {
    let mut table = Table {
        clocks,
        fact,
        life,
        book,
        matching,
        moves: Vec::new(),
    };
    for clock in clocks
        .clocks
        .iter()
        .filter(|clock| matching.concerns(clock.metric))
    {
        match &clock.ended {
            None => table.go_on(clock),
            Some(_) => table.go_on_after_all(clock),
        }
    }
    table.start();
    table.moves
}

struct Table<'a, 'b> {
    clocks: &'b Clocks,
    fact: &'b Fact,
    life: &'b Life,
    book: &'a Book,
    matching: Matching<'a>,
    moves: Vec<Move<'a>>,
}

impl<'a> Table<'a, '_> {
    fn matched(&self) -> Option<Matched<'a>> {
        self.matching.find(self.book, self.fact.position, self.life)
    }

    /// What a clock does that has not ended.
    fn go_on(&mut self, clock: &Clock) {
        let (reference, deed) = (clock.reference(), &self.fact.deed);
        if stops(clock.metric, deed) {
            return self.moves.push(Move::Stop(reference));
        }
        let Some(state) = self.life.state else {
            return self.moves.push(Move::Cancel(reference, Why::Over));
        };
        if matches!(deed, Deed::Transferred(_)) {
            self.moves.push(Move::HandOver(reference));
        }
        if deed.changes_profile()
            && let Some(matched) = self.matched()
        {
            match matched.rule.targets.get(&clock.metric) {
                None => return self.moves.push(Move::Cancel(reference, Why::Withdrawn)),
                Some(target) if !self.is_promised(clock, target, matched.policy) => {
                    return self.moves.push(Move::Rematch(reference, matched));
                }
                Some(_) => {}
            }
        }
        let pauses = clock
            .promise()
            .and_then(|promise| self.book.target(promise, clock.metric));
        let pauses = pauses.is_some_and(|target| target.pauses_in(clock.metric, state));
        match clock.segments.last().map(|segment| segment.kind) {
            Some(SegmentKind::Running) if pauses => self.moves.push(Move::Pause(reference, state)),
            Some(SegmentKind::Paused(_)) if !pauses => self.moves.push(Move::Resume(reference)),
            _ => {}
        }
    }

    /// Whether the clock counts towards just that already.
    fn is_promised(&self, clock: &Clock, target: &Target, policy: &PolicyVersion) -> bool {
        let Some(promise) = clock.promise() else {
            return false;
        };
        let calendar = promise.calendar.as_ref().map(|calendar| &calendar.calendar);
        self.book.target(promise, clock.metric) == Some(target)
            && calendar == calendar_of(policy, target)
    }

    /// What a clock does that has ended.
    fn go_on_after_all(&mut self, clock: &Clock) {
        let is_last =
            self.clocks.last(clock.metric).map(Clock::reference) == Some(clock.reference());
        let withdrawn = clock.ended.is_some_and(|ended| ended.withdrawn);
        if !is_last || self.life.state.is_none() {
            return;
        }
        match &self.fact.deed {
            Deed::Reopened { .. } if !withdrawn && goes_on(clock, self.life) => {
                self.moves.push(Move::Continue(clock.reference()));
            }
            // One that begins anew by itself does not go on.
            deed if deed.changes_profile()
                && withdrawn
                && is_owed(clock.metric, self.life)
                && !self.starts(clock.metric) =>
            {
                let matched = self.matched();
                let promised =
                    |matched: &Matched<'_>| matched.rule.targets.contains_key(&clock.metric);
                if let Some(matched) = matched.filter(promised) {
                    self.moves.push(Move::Continue(clock.reference()));
                    self.moves.push(Move::Rematch(clock.reference(), matched));
                }
            }
            _ => {}
        }
    }

    /// Which clocks start.
    fn start(&mut self) {
        let deed = &self.fact.deed;
        let begun = Metric::ALL.map(|metric| self.matching.concerns(metric) && self.starts(metric));
        let begins = |metric: Metric| begun[metric as usize];
        let late = deed.changes_profile() && matches!(self.matching, Matching::Held);
        if !late && !begun.contains(&true) {
            return;
        }
        let Some(matched) = self.matched() else {
            return;
        };
        let promised = |metric: &Metric| matched.rule.targets.contains_key(metric);
        let starts = Metric::ALL.into_iter().filter(|metric| begins(*metric));
        let starts = starts.filter(promised);
        self.moves
            .extend(starts.map(|metric| Move::Start(metric, matched)));
        if late && self.life.state.is_some() {
            let missing = Metric::ALL.into_iter().filter(|metric| {
                promised(metric)
                    && !begins(*metric)
                    && self.clocks.last(*metric).is_none()
                    && is_owed(*metric, self.life)
            });
            let missing: Vec<_> = missing.collect();
            self.moves.extend(
                missing
                    .into_iter()
                    .map(|metric| Move::StartLate(metric, matched)),
            );
        }
    }

    fn starts(&self, metric: Metric) -> bool {
        let deed = &self.fact.deed;
        let is_open = !matches!(self.life.state, None | Some(LifeState::Resolved));
        match metric {
            Metric::Acknowledge | Metric::FirstResponse | Metric::Resolve | Metric::Confirm => {
                matches!(deed, Deed::Submitted(_))
            }
            Metric::Ownership => matches!(deed, Deed::Submitted(_) | Deed::Transferred(_)),
            Metric::NextResponse => {
                let asks = matches!(
                    deed,
                    Deed::RequesterReplied | Deed::Reopened { by_requester: true }
                );
                // A clock without a verdict goes on when the request is reopened.
                let waits = self.clocks.last(metric).is_some_and(|clock| {
                    clock
                        .ended
                        .is_none_or(|ended| ended.verdict.is_none() && !ended.withdrawn)
                });
                // Before the provider's first word, it is that word which is waited for.
                asks && self.life.responded && self.life.state.is_some() && !waits
            }
            Metric::Update => is_open && informs(deed),
        }
    }
}

/// Whether the provider tells the requester how it stands.
fn informs(deed: &Deed) -> bool {
    deed.is_word() || matches!(deed, Deed::Acknowledged { .. })
}

/// What ends a clock with a verdict.
fn stops(metric: Metric, deed: &Deed) -> bool {
    match metric {
        Metric::Acknowledge => {
            matches!(
                deed,
                Deed::Acknowledged { .. } | Deed::Resolved | Deed::Declined
            )
        }
        Metric::FirstResponse | Metric::Update => informs(deed),
        Metric::NextResponse => deed.is_word(),
        Metric::Resolve => matches!(deed, Deed::Resolved),
        Metric::Confirm => matches!(deed, Deed::Confirmed),
        Metric::Ownership => {
            matches!(deed, Deed::Transferred(_) | Deed::Resolved | Deed::Declined)
        }
    }
}

/// Whether a clock that ended goes on when the request does.
fn goes_on(clock: &Clock, life: &Life) -> bool {
    let undecided = clock.ended.is_some_and(|ended| ended.verdict.is_none());
    match clock.metric {
        Metric::Resolve | Metric::Confirm | Metric::Ownership => true,
        Metric::Acknowledge => undecided && !life.acknowledged,
        Metric::FirstResponse => undecided && !life.responded,
        // What the requester was still owed when it ended, they are again.
        Metric::NextResponse | Metric::Update => undecided,
    }
}

/// Whether what a metric measures is still to come.
fn is_owed(metric: Metric, life: &Life) -> bool {
    match metric {
        Metric::Acknowledge => !life.acknowledged,
        Metric::FirstResponse => !life.responded,
        Metric::Resolve | Metric::Ownership => life.state != Some(LifeState::Resolved),
        Metric::Confirm => true,
        Metric::NextResponse | Metric::Update => false,
    }
}

/// The calendar by which a target is counted; `None` where all time is.
pub(crate) fn calendar_of<'a>(
    policy: &'a PolicyVersion,
    target: &'a Target,
) -> Option<&'a CalendarId> {
    match target.time {
        khidma_events::sla::TimeKind::WallClock => None,
        khidma_events::sla::TimeKind::Business => {
            target.calendar.as_ref().or(policy.spec.calendar.as_ref())
        }
    }
}

/// The rule of a policy activated at `activation` that fits, if it is that policy's.
pub(crate) fn newly_matched<'a>(
    book: &'a Book,
    policy: &(PolicyId, Position),
    profile: &Profile,
) -> Option<Matched<'a>> {
    let after = Position(policy.1.0.saturating_add(1));
    book.matched(after, profile)
        .filter(|matched| matched.policy.policy == policy.0)
}
