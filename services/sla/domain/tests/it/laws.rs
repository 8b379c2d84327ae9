//! What holds for the clocks of every life, whenever and however often somebody looks at them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use khidma_events::sla::*;
use khidma_events::{Event, decode, encode};
use khidma_kernel::{
    Actor, CalendarId, Caller, Command, Commit, Decider, Meta, Position, Recorded, Timestamp,
};
use khidma_sla_domain::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::lives::{History, Item, calendars, changing, lives};
use crate::oracle::*;

/// How often something was seen.
type Seen = BTreeMap<&'static str, usize>;

/// Holds a law against so many lives, and says what they were full of.
fn law<S: Strategy>(
    name: &str,
    cases: u32,
    lives: S,
    holds: impl Fn(S::Value) -> Result<Seen, TestCaseError>,
) {
    let seen = Mutex::new(Seen::new());
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4096,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&lives, |life| {
        let of_life = holds(life)?;
        let mut seen = seen.lock().unwrap();
        for (what, times) in of_life {
            *seen.entry(what).or_default() += times;
        }
        Ok(())
    });
    println!("{name}: {cases} lives, {:?}", seen.into_inner().unwrap());
    if let Err(failure) = outcome {
        panic!("{name}: {failure}");
    }
}

/// The events of each kind.
fn kinds(told: &[ClockEvent]) -> Seen {
    let mut seen = Seen::new();
    for event in told {
        let kind = event.kind().type_name;
        *seen
            .entry(
                kind.trim_start_matches("khidma.sla.")
                    .trim_end_matches(".v1"),
            )
            .or_default() += 1;
    }
    seen
}

/// A process that follows a request.
struct Process {
    clocks: Clocks,
    facts: Vec<Fact>,
    activations: Vec<Activation>,
    almanac: Almanac,
    told: Vec<ClockEvent>,
}

fn office() -> CalendarId {
    "office".parse().unwrap()
}

impl Process {
    fn new(calendar: &Arc<khidma_calendar::Calendar>) -> Self {
        let mut almanac = Almanac::default();
        almanac.add(
            office(),
            Revision {
                position: Position(1),
                revision: 1,
                calendar: calendar.clone(),
            },
        );
        Self {
            clocks: Clocks::default(),
            facts: Vec::new(),
            activations: Vec::new(),
            almanac,
            told: Vec::new(),
        }
    }

    fn terms(&self) -> Terms {
        Terms {
            book: Arc::new(Book::new(self.activations.clone())),
            almanac: Arc::new(self.almanac.clone()),
        }
    }

    fn look(&mut self, until: Option<Timestamp>) -> Result<(), TestCaseError> {
        let (facts, terms) = (self.facts.clone().into(), self.terms());
        self.decide(
            Timestamp::EPOCH,
            Body::Look {
                facts,
                historic: Position::START,
                until,
                terms,
            },
        )
    }

    /// Decides, as the log keeps it; and again, as another process would: it has nothing to add.
    fn decide(&mut self, at: Timestamp, body: Body) -> Result<(), TestCaseError> {
        let command = Command {
            at,
            by: Caller::service("sla"),
            body,
        };
        let events = ClocksDecider::decide(&self.clocks, &command).unwrap();
        for recorded in through_the_log(at, &events) {
            ClocksDecider::evolve(&mut self.clocks, &recorded);
        }
        self.told.extend(events);
        let again = ClocksDecider::decide(&self.clocks, &command).unwrap();
        prop_assert_eq!(again, vec![]);
        Ok(())
    }

    /// Takes in what stands next on the log.
    fn take(&mut self, item: &Item) -> Result<(), TestCaseError> {
        match item {
            Item::Facts(facts) => {
                self.facts.extend(facts.iter().cloned());
                Ok(())
            }
            Item::Activation(activation, attach) => {
                self.activations.push(activation.clone());
                let policy = (activation.policy.clone(), activation.position);
                let (facts, terms) = (self.facts.clone().into(), self.terms());
                match attach {
                    Some(all) => self.decide(
                        Timestamp::EPOCH,
                        Body::Attach {
                            facts,
                            historic: Position::START,
                            policy,
                            all: *all,
                            terms,
                        },
                    ),
                    None => Ok(()),
                }
            }
            Item::Revision(at, position, calendar) => {
                // What was so by then is not undone by the revision.
                self.look(Some(*at))?;
                let revision = self.almanac.latest(&office()).unwrap().revision + 1;
                self.almanac.add(
                    office(),
                    Revision {
                        position: *position,
                        revision,
                        calendar: calendar.clone(),
                    },
                );
                let terms = self.terms();
                self.decide(
                    *at,
                    Body::Reschedule {
                        calendar: office(),
                        reason: "Revised".into(),
                        terms,
                    },
                )
            }
        }
    }

    /// What was so in the end, whatever was said on the way.
    fn verdicts(&self) -> Vec<Clock> {
        let silent = |clock: &Clock| Clock {
            warned: [].into(),
            climbed: [].into(),
            next: None,
            ..clock.clone()
        };
        let mut clocks: Vec<_> = self.clocks.clocks.iter().map(silent).collect();
        clocks.sort_by_key(Clock::reference);
        clocks
    }
}

/// The events as the log gives them back.
fn through_the_log(at: Timestamp, events: &[ClockEvent]) -> Vec<Recorded<ClockEvent>> {
    if events.is_empty() {
        return Vec::new();
    }
    let by = Actor::Service("sla".into());
    let recorded = |event: &ClockEvent| Recorded {
        id: uuid::Uuid::nil(),
        at,
        by: by.clone(),
        event: event.clone(),
    };
    let commit = Commit {
        entity: uuid::Uuid::nil().to_string(),
        meta: Meta {
            correlation: uuid::Uuid::nil(),
            causation: None,
            traceparent: None,
            audience: [].into(),
            once: None,
        },
        events: events.iter().map(recorded).collect::<Vec<_>>(),
    };
    decode(&encode(&commit).unwrap()).unwrap().events
}

/// All that happened, as it happened.
fn lived(history: &History) -> Result<Process, TestCaseError> {
    let mut process = Process::new(&history.calendar);
    for item in &history.items {
        process.take(item)?;
        process.look(None)?;
    }
    process.look(Some(history.end))?;
    Ok(process)
}

/// When somebody looks, between two things on the log: hours after the last of them that is known.
fn looks() -> impl Strategy<Value = Vec<Vec<(bool, i64)>>> {
    let look = (
        any::<bool>(),
        prop_oneof![Just(0), 1_i64..7200, 1_i64..400_000],
    );
    vec(vec(look, 0..3), 30)
}

/// The same, but somebody looks at odd times, and now and then sees what happened only later.
fn followed(history: &History, looks: &[Vec<(bool, i64)>]) -> Result<Process, TestCaseError> {
    let mut process = Process::new(&history.calendar);
    for (index, item) in history.items.iter().enumerate() {
        process.take(item)?;
        // The revision of a calendar is waited for: nobody foresees it.
        let revised = history.items[index..].iter().find_map(|item| match item {
            Item::Revision(at, ..) => Some(*at),
            _ => None,
        });
        let Some(last) = process.facts.last().map(|fact| fact.at) else {
            continue;
        };
        for (time_passes, seconds) in &looks[index % looks.len()] {
            let until = last.plus_seconds(*seconds);
            let until = revised.map_or(until, |revised| until.min(revised));
            process.look(time_passes.then_some(until))?;
        }
    }
    process.look(Some(history.end))?;
    Ok(process)
}

#[test]
fn who_looks_when_makes_no_difference() {
    law("following", 600, (lives(), looks()), |(history, looks)| {
        let process = followed(&history, &looks)?;
        let (replayed, told) = replay(&history.facts(), history.end, &process.terms()).unwrap();
        let replayed = Process {
            clocks: replayed,
            told,
            ..Process::new(&history.calendar)
        };
        prop_assert_eq!(process.verdicts(), replayed.verdicts());
        prop_assert_eq!(
            process.clocks.owners.first(),
            replayed.clocks.owners.first()
        );
        once(&process.told)?;
        once(&replayed.told)?;
        Ok(kinds(&process.told))
    });
}

#[test]
fn who_looks_when_makes_no_difference_as_policies_and_calendars_change() {
    law(
        "changing",
        500,
        (changing(), looks()),
        |(history, looks)| {
            let (process, clean) = (followed(&history, &looks)?, lived(&history)?);
            prop_assert_eq!(process.verdicts(), clean.verdicts());
            once(&process.told)?;
            Ok(kinds(&process.told))
        },
    );
}

/// Each thing is said once; a breach may be taken back and told again.
fn once(told: &[ClockEvent]) -> Result<(), TestCaseError> {
    let mut said = BTreeMap::new();
    let mut broken = BTreeMap::new();
    for event in told {
        match event {
            ClockEvent::ClockWarned(event) => {
                *said
                    .entry((event.clock, false, u32::from(event.percent)))
                    .or_insert(0) += 1
            }
            ClockEvent::LadderStepReached(event) => {
                *said.entry((event.clock, true, event.step)).or_insert(0) += 1
            }
            ClockEvent::ClockBreached(event) => *broken.entry(event.clock).or_insert(0) += 1,
            ClockEvent::BreachRetracted(event) => *broken.entry(event.clock).or_insert(0) -= 1,
            _ => {}
        }
        prop_assert!(
            broken.values().all(|times| (0..=1).contains(times)),
            "{:?}",
            event
        );
    }
    prop_assert!(said.values().all(|times| *times == 1), "{:?}", said);
    Ok(())
}

#[test]
fn all_time_is_counted_paused_closed_or_stopped_and_somebodys() {
    law(
        "conservation",
        500,
        (lives(), looks()),
        |(history, looks)| {
            let process = followed(&history, &looks)?;
            for clock in &process.clocks.clocks {
                conserved(&process, clock, history.end)?;
            }
            Ok(kinds(&process.told))
        },
    );
}

fn conserved(process: &Process, clock: &Clock, end: Timestamp) -> Result<(), TestCaseError> {
    let terms = process.terms();
    let end = clock.ended.map_or(end, |ended| ended.at);
    let (mut counted_in_all, mut closed, mut stood) = (0, 0, 0);
    let mut of_owners: BTreeMap<_, i64> = BTreeMap::new();
    for (segment, until) in stretches(clock, end) {
        let length = until.micros_since(segment.from);
        prop_assert!(length >= 0);
        if segment.kind != SegmentKind::Running {
            stood += length;
            prop_assert_eq!(segment.counted, 0);
        } else {
            let calendar = calendar_of(clock, &segment, &terms);
            let runs = counted(calendar, segment.from, until);
            let under_way = clock.ended.is_none() && until == end && segment.counted == 0;
            prop_assert!(under_way || i64::try_from(segment.counted).unwrap() == runs);
            counted_in_all += runs;
            closed += length - runs;
            *of_owners
                .entry(process.clocks.owner_of(&segment))
                .or_default() += length;
        }
        if length > 0 && segment.kind != SegmentKind::Stopped {
            let life = at_that_time(&process.facts, segment.from);
            prop_assert_eq!(
                process.clocks.owner_of(&segment).cloned(),
                owner(&process.facts, segment.from)
            );
            let pauses = pauses(clock, &segment, &life, &terms.book);
            // A pause keeps the name of the state in which it began.
            prop_assert_eq!(matches!(segment.kind, SegmentKind::Paused(_)), pauses);
        }
    }
    let whole = end.micros_since(clock.started().unwrap());
    prop_assert_eq!(whole, counted_in_all + closed + stood);
    prop_assert_eq!(whole, of_owners.values().sum::<i64>() + stood);
    Ok(())
}

#[test]
fn every_counted_minute_is_business_time() {
    law("minutes", 150, lives(), |history| {
        let process = lived(&history)?;
        let terms = process.terms();
        let mut compared = 0;
        for clock in &process.clocks.clocks {
            for (segment, until) in stretches(clock, history.end) {
                let ended = clock.ended.is_some() || segment != *clock.segments.last().unwrap();
                if ended
                    && segment.kind == SegmentKind::Running
                    && is_whole(segment.from)
                    && is_whole(until)
                {
                    let calendar = calendar_of(clock, &segment, &terms);
                    prop_assert_eq!(
                        i64::try_from(segment.counted).unwrap(),
                        counted_by_minutes(calendar, segment.from, until)
                    );
                    compared += 1;
                }
            }
        }
        Ok(Seen::from([("stretches", compared)]))
    });
}

#[test]
fn a_promise_is_broken_exactly_if_more_than_it_has_elapsed() {
    law("breaches", 600, (lives(), looks()), |(history, looks)| {
        let process = followed(&history, &looks)?;
        let terms = process.terms();
        for clock in &process.clocks.clocks {
            let broken = is_broken(clock, history.end, &terms);
            prop_assert_eq!(clock.breached.is_some(), broken, "{:?}", clock);
            prop_assert_eq!(clock.verdict() == Some(Verdict::Breached), broken);
            if let Some(at) = clock.breached {
                first_broken(clock, at, history.end, &terms)?;
            }
        }
        Ok(kinds(&process.told))
    });
}

/// Just then, more than what was promised had elapsed, or a promise was made that was broken already.
fn first_broken(
    clock: &Clock,
    at: Timestamp,
    end: Timestamp,
    terms: &Terms,
) -> Result<(), TestCaseError> {
    let then = stretches(clock, end)
        .into_iter()
        .rfind(|(segment, until)| segment.from <= at && *until > segment.from);
    let promise = then.unwrap().0.promise;
    let target =
        i64::try_from(clock.promises[usize::from(promise)].target_seconds).unwrap() * 1_000_000;
    let (before, after) = around(clock, at, end, terms);
    let made = clock
        .segments
        .iter()
        .find(|segment| segment.promise == promise)
        .map(|segment| segment.from);
    prop_assert!(after > target, "{after} {target} {clock:?}");
    prop_assert!(
        before == target || made == Some(at),
        "{before} {target} {clock:?}"
    );
    Ok(())
}

#[test]
fn a_revision_that_changes_nothing_changes_no_due() {
    law("same revision", 200, lives(), |history| {
        let mut process = Process::new(&history.calendar);
        for item in &history.items {
            process.take(item)?;
            process.look(None)?;
        }
        let before = process.clocks.clone();
        let same = Item::Revision(
            history.facts().last().map_or(history.end, |last| last.at),
            Position(1_000_000),
            history.calendar.clone(),
        );
        process.told.clear();
        process.take(&same)?;
        for (before, after) in before.clocks.iter().zip(&process.clocks.clocks) {
            prop_assert_eq!((before.due, before.counted()), (after.due, after.counted()));
            prop_assert_eq!(before.segments.clone(), after.segments.clone());
        }
        for event in &process.told {
            if let ClockEvent::ClockRescheduled(event) = event {
                prop_assert_eq!(event.due_before, event.outlook.due);
            }
        }
        Ok(kinds(&process.told))
    });
}

#[test]
fn clocks_wait_exactly_if_they_have_something_to_do() {
    law("pending", 400, (changing(), looks()), |(history, looks)| {
        let mut process = Process::new(&history.calendar);
        for (item, looks) in history.items.iter().zip(looks.iter().cycle()) {
            process.take(item)?;
            let waits = pending(&process.clocks, &process.facts, &process.terms().book);
            let (facts, terms) = (process.facts.clone().into(), process.terms());
            let body = Body::Look {
                facts,
                historic: Position::START,
                until: None,
                terms,
            };
            let command = Command {
                at: Timestamp::EPOCH,
                by: Caller::service("sla"),
                body,
            };
            let told = ClocksDecider::decide(&process.clocks, &command).unwrap();
            let threshold = |event: &ClockEvent| {
                matches!(
                    event,
                    ClockEvent::ClockWarned(_)
                        | ClockEvent::ClockBreached(_)
                        | ClockEvent::LadderStepReached(_)
                )
            };
            prop_assert_eq!(
                waits,
                told.iter().any(|event| !threshold(event)),
                "{:?}",
                told
            );
            if !looks.is_empty() {
                process.look(None)?;
                prop_assert!(!pending(
                    &process.clocks,
                    &process.facts,
                    &process.terms().book
                ));
            }
        }
        Ok(kinds(&process.told))
    });
}

#[test]
fn a_replay_tells_what_it_comes_to() {
    law("replay", 200, (lives(), calendars()), |(history, other)| {
        for calendar in [&history.calendar, &other] {
            let mut process = Process::new(calendar);
            process
                .activations
                .extend(history.items.iter().filter_map(|item| match item {
                    Item::Activation(activation, _) => Some(activation.clone()),
                    _ => None,
                }));
            let (clocks, told) = replay(&history.facts(), history.end, &process.terms()).unwrap();
            for recorded in through_the_log(history.end, &told) {
                ClocksDecider::evolve(&mut process.clocks, &recorded);
            }
            prop_assert_eq!(&clocks, &process.clocks);
        }
        Ok(Seen::new())
    });
}
