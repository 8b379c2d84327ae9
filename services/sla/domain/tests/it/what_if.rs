//! What-if says what would really have been: beside it stands what the clocks do when the policy is there in truth.

use std::collections::BTreeMap;
use std::sync::Arc;

use khidma_calendar::{Calendar, CalendarSpec, Holiday, LocalInterval, WeeklyPattern};
use khidma_events::requests::Priority;
use khidma_events::sla::{Match, Metric, PolicySpec, Rule, Target, TimeKind};
use khidma_kernel::{Actor, Caller, Command, Decider, Position, Recorded, Timestamp};
use khidma_sla_domain::{
    Activation, Almanac, Body, Book, Clocks, ClocksDecider, Deed, Fact, Outcome, PolicyVersion,
    Profile, Revision, Terms, Trial,
};
use proptest::prelude::*;
use uuid::Uuid;

/// 2025-03-28T00:00Z, a Friday before the clocks go forward in Rome.
const BEGIN: i64 = 1_743_120_000_000_000;
const MINUTE: i64 = 60_000_000;

fn calendar(holidays: &[&str]) -> Arc<Calendar> {
    let hours = |start: &str, end: &str| LocalInterval {
        start: start.into(),
        end: end.into(),
    };
    let day = || vec![hours("09:00", "13:00"), hours("14:00", "18:00")];
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|name| (name.to_owned(), day()));
    let spec = CalendarSpec {
        name: "Rome".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days.into_iter().collect(),
        }],
        holidays: holidays
            .iter()
            .map(|date| Holiday {
                date: (*date).into(),
                name: String::new(),
            })
            .collect(),
        ..CalendarSpec::default()
    };
    Arc::new(Calendar::compile(&spec).unwrap())
}

fn almanac() -> Almanac {
    let mut almanac = Almanac::default();
    almanac.add(
        "rome".parse().unwrap(),
        Revision {
            position: Position(1),
            revision: 1,
            calendar: calendar(&[]),
        },
    );
    almanac
}

/// All metrics, some by business time and some by all time; urgent requests faster, if there are two rules.
fn spec(hours: u64, two_rules: bool) -> PolicySpec {
    let targets = |hours: u64| {
        let target = |metric: Metric| Target {
            within_seconds: hours * 3600,
            time: match metric {
                Metric::Update | Metric::Confirm => TimeKind::WallClock,
                _ => TimeKind::Business,
            },
            ..Target::default()
        };
        Metric::ALL.map(|metric| (metric, target(metric)))
    };
    let rule = |hours: u64, priorities: &[Priority]| Rule {
        name: "rule".into(),
        when: Match {
            priorities: priorities.iter().copied().collect(),
            ..Match::default()
        },
        targets: BTreeMap::from(targets(hours)),
    };
    let urgent = two_rules.then(|| rule(hours.div_ceil(3), &[Priority::Urgent]));
    PolicySpec {
        name: "Trial".into(),
        calendar: Some("rome".parse().unwrap()),
        rules: urgent.into_iter().chain([rule(hours, &[])]).collect(),
        ..PolicySpec::default()
    }
}

fn activated(spec: &PolicySpec, version: u32, position: u64) -> Activation {
    let policy = PolicyVersion {
        policy: "desk".parse().unwrap(),
        version,
        spec: spec.clone(),
    };
    Activation {
        position: Position(position),
        policy: "desk".parse().unwrap(),
        holds: Some(Arc::new(policy)),
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => Just(Deed::Acknowledged { said: true }),
        1 => Just(Deed::Assigned("mei".parse().unwrap())),
        2 => Just(Deed::Started),
        3 => Just(Deed::WaitBegan),
        3 => Just(Deed::Resumed { said: false }),
        1 => Just(Deed::ProviderReplied),
        2 => Just(Deed::RequesterReplied),
        1 => Just(Deed::PriorityChanged(Priority::Urgent)),
        1 => Just(Deed::PriorityChanged(Priority::Low)),
        1 => Just(Deed::Transferred("finance".parse().unwrap())),
        3 => Just(Deed::Resolved),
        1 => Just(Deed::Confirmed),
        2 => Just(Deed::Reopened { by_requester: true }),
        1 => Just(Deed::Cancelled),
        1 => Just(Deed::Declined),
    ]
}

/// What happened, in whatever order: clocks make something of every one.
fn lives() -> impl Strategy<Value = Vec<Fact>> {
    let steps = prop::collection::vec((deed(), 0..4_000_i64), 0..12);
    (steps, 0..10_000_i64).prop_map(|(steps, begin)| {
        let profile = Profile {
            provider: "it".parse().unwrap(),
            requester: Some("hr".parse().unwrap()),
            offering: None,
            priority: Priority::Normal,
            tags: Vec::new(),
            task: false,
            concern: false,
        };
        let mut minute = begin;
        let first = (Deed::Submitted(Box::new(profile)), 0);
        let told = std::iter::once(first).chain(steps).zip(10..);
        told.map(|((deed, later), position)| {
            minute += later;
            Fact {
                at: Timestamp::from_micros(BEGIN + minute * MINUTE),
                position: Position(position),
                index: 0,
                deed,
            }
        })
        .collect()
    })
}

fn until() -> Timestamp {
    Timestamp::from_micros(BEGIN + 60 * 1440 * MINUTE)
}

/// Lets the clocks do what is asked, as the service does.
fn carry_out(clocks: &mut Clocks, at: Timestamp, body: Body) {
    let by = Caller::service("sla");
    let told = ClocksDecider::decide(clocks, &Command { at, by, body }).unwrap();
    for event in told {
        let recorded = Recorded {
            id: Uuid::nil(),
            at,
            by: Actor::Service("sla".into()),
            event,
        };
        ClocksDecider::evolve(clocks, &recorded);
    }
}

fn look(facts: &[Fact], until: Option<Timestamp>, terms: &Terms) -> Body {
    Body::Look {
        facts: facts.into(),
        historic: Position::START,
        until,
        terms: terms.clone(),
    }
}

type Shown = (
    Metric,
    u32,
    Outcome,
    u64,
    Option<Timestamp>,
    Option<Timestamp>,
);

fn shown(clocks: &Clocks, terms: &Terms) -> Vec<Shown> {
    let mut shown: Vec<_> = clocks
        .clocks
        .iter()
        .map(|clock| {
            let elapsed = clock.elapsed_at(until(), terms).unwrap();
            let outcome = Outcome::of(Some(clock));
            (
                clock.metric,
                clock.number,
                outcome,
                elapsed,
                clock.due,
                clock.breached,
            )
        })
        .collect();
    shown.sort();
    shown
}

/// What a what-if says of a draft, while something quite different holds.
fn tried(facts: &[Fact], draft: &PolicySpec) -> (Clocks, Trial) {
    let terms = Terms {
        book: Arc::new(Book::new(vec![activated(&spec(100, false), 1, 2)])),
        almanac: Arc::new(almanac()),
    };
    let draft = ("desk".parse().unwrap(), draft.clone());
    let trial = Trial::new(&terms, Some(draft), Vec::new(), until());
    (trial.replay(facts).unwrap().clocks, trial)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// The policy held before anything happened, and the clocks followed step by step.
    #[test]
    fn it_is_what_would_have_come_step_by_step(facts in lives(), hours in 1..60_u64) {
        let draft = spec(hours, true);
        let terms = Terms {
            book: Arc::new(Book::new(vec![activated(&draft, 1, 2)])),
            almanac: Arc::new(almanac()),
        };
        let mut clocks = Clocks::default();
        for known in 1..=facts.len() {
            let at = facts[known - 1].at;
            carry_out(&mut clocks, at, look(&facts[..known], Some(at), &terms));
        }
        carry_out(&mut clocks, until(), look(&facts, Some(until()), &terms));
        let (after, trial) = tried(&facts, &draft);
        prop_assert_eq!(shown(&after, trial.terms()), shown(&clocks, &terms));
    }

    /// The policy came when all was over, and was applied to all of it. Such a clock counts towards what the rule promises
    /// that fits at last, so there is one rule.
    #[test]
    fn it_is_what_comes_of_applying_the_policy_to_all(facts in lives(), hours in 1..60_u64) {
        let draft = spec(hours, false);
        let activation = (until(), Position(100));
        let terms = Terms {
            book: Arc::new(Book::new(vec![activated(&draft, 1, 100)])),
            almanac: Arc::new(almanac()),
        };
        let mut clocks = Clocks::default();
        let attach = Body::Attach {
            facts: facts.clone().into(),
            historic: Position::START,
            policy: ("desk".parse().unwrap(), activation.1),
            all: true,
            terms: terms.clone(),
        };
        carry_out(&mut clocks, activation.0, attach);
        carry_out(&mut clocks, until(), look(&facts, Some(until()), &terms));
        let (after, trial) = tried(&facts, &draft);
        prop_assert_eq!(shown(&after, trial.terms()), shown(&clocks, &terms));
    }

    /// What has the same terms gives the same verdicts: nothing is changed.
    #[test]
    fn the_policy_that_holds_changes_nothing(facts in lives(), hours in 1..60_u64) {
        let same = spec(hours, true);
        let terms = Terms {
            book: Arc::new(Book::new(vec![activated(&same, 1, 2)])),
            almanac: Arc::new(almanac()),
        };
        let mut clocks = Clocks::default();
        carry_out(&mut clocks, until(), look(&facts, Some(until()), &terms));
        let draft = ("desk".parse().unwrap(), same);
        let trial = Trial::new(&terms, Some(draft), Vec::new(), until());
        let after = trial.replay(&facts).unwrap().clocks;
        prop_assert_eq!(trial.compare(&clocks, &after).count(), clocks.clocks.len());
        prop_assert!(trial.compare(&clocks, &after).all(|compared| !compared.is_changed()));
    }
}

/// Monday 2025-03-31, 10:00 in Rome, and resolved eight business hours later.
fn short_life() -> Vec<Fact> {
    let life = |minutes: i64, position: u64, deed: Deed| Fact {
        at: Timestamp::from_micros(BEGIN + minutes * MINUTE),
        position: Position(position),
        index: 0,
        deed,
    };
    let profile = Profile {
        provider: "it".parse().unwrap(),
        requester: None,
        offering: None,
        priority: Priority::Normal,
        tags: Vec::new(),
        task: false,
        concern: false,
    };
    let monday = 3 * 1440;
    vec![
        life(monday + 8 * 60, 10, Deed::Submitted(Box::new(profile))),
        life(monday + 1440 + 8 * 60, 11, Deed::Resolved),
    ]
}

#[test]
fn a_draft_of_a_calendar_moves_verdicts_of_the_policy_that_holds() {
    let terms = Terms {
        book: Arc::new(Book::new(vec![activated(&spec(7, false), 1, 2)])),
        almanac: Arc::new(almanac()),
    };
    let facts = short_life();
    let mut clocks = Clocks::default();
    carry_out(&mut clocks, until(), look(&facts, Some(until()), &terms));
    let closed = ("rome".parse().unwrap(), calendar(&["2025-03-31"]));
    let trial = Trial::new(&terms, None, vec![closed], until());
    let after = trial.replay(&facts).unwrap().clocks;
    let changed: Vec<_> = trial
        .compare(&clocks, &after)
        .filter(khidma_sla_domain::Compared::is_changed)
        .map(|one| {
            (
                one.clock.metric,
                Outcome::of(one.before),
                Outcome::of(one.after),
            )
        })
        .collect();
    let (broken, kept) = (Outcome::Breached, Outcome::Met);
    let expected = [
        Metric::Acknowledge,
        Metric::FirstResponse,
        Metric::Resolve,
        Metric::Ownership,
    ];
    assert_eq!(changed, expected.map(|metric| (metric, broken, kept)));
}

#[test]
fn policies_that_no_draft_has_to_do_with_are_left_out() {
    let other = PolicySpec {
        providers: ["it".parse().unwrap()].into(),
        ..spec(1, false)
    };
    let terms = Terms {
        // It was applied to what came before it, so that a replay from the log alone would not find its clocks.
        book: Arc::new(Book::new(vec![activated(&other, 1, 100)])),
        almanac: Arc::new(almanac()),
    };
    let draft = PolicySpec {
        providers: ["finance".parse().unwrap()].into(),
        ..spec(2, false)
    };
    let draft = ("finance".parse().unwrap(), draft);
    let trial = Trial::new(&terms, Some(draft), Vec::new(), until());
    let after = trial.replay(&short_life()).unwrap().clocks;
    assert!(!after.clocks.is_empty(), "the other policy holds");
    assert_eq!(trial.compare(&after, &after).count(), 0);
}
