//! Random lives of requests, legal ones, under random policies and calendars.

use std::collections::BTreeSet;
use std::sync::Arc;

use khidma_calendar::{Calendar, CalendarSpec, Holiday, LocalInterval, WeeklyPattern};
use khidma_events::requests::Priority;
use khidma_events::sla::*;
use khidma_kernel::{DepartmentId, Position, Timestamp};
use khidma_sla_domain::{Activation, Deed, Fact, Life, PolicyVersion, Profile};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::support::profile;

/// Something on the log.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// Something happens to the request, in one commit.
    Facts(Vec<Fact>),
    /// A policy is activated, or retired; and applied to what was before: to all, to what is open, or to nothing.
    Activation(Activation, Option<bool>),
    /// The calendar is revised then.
    Revision(Timestamp, Position, Arc<Calendar>),
}

/// A request's life and what it was lived under.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) items: Vec<Item>,
    pub(crate) end: Timestamp,
}

impl History {
    /// All that happened to the request.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let facts = self.items.iter().filter_map(|item| match item {
            Item::Facts(facts) => Some(facts.clone()),
            Item::Activation(..) | Item::Revision(..) => None,
        });
        facts.flatten().collect()
    }
}

/// What may happen next, before it is known whether it can.
#[derive(Debug, Clone)]
enum Seed {
    Deed(Index, Index),
    Activation(PolicyVersion, Option<bool>),
    Retirement,
    Revision(Arc<Calendar>),
}

fn interval(start: &str, end: &str) -> LocalInterval {
    LocalInterval {
        start: start.into(),
        end: end.into(),
    }
}

/// Offices, shops, night shifts; weekends here and there; zones whose clocks change in the months of the lives.
pub(crate) fn calendars() -> impl Strategy<Value = Arc<Calendar>> {
    let zones = [
        "Europe/Rome",
        "Australia/Lord_Howe",
        "America/New_York",
        "Asia/Tehran",
        "UTC",
    ];
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let hours = vec![
        vec![interval("09:00", "17:00")],
        vec![interval("08:30", "12:30"), interval("13:30", "18:00")],
        vec![interval("22:00", "06:00")],
        vec![interval("00:00", "24:00")],
    ];
    let holidays = btree_set(1_u32..31, 0..6);
    (
        select(zones.to_vec()),
        subsequence(days.to_vec(), 1..=7),
        select(hours),
        holidays,
    )
        .prop_map(|(zone, days, hours, holidays)| {
            let date = |day: &u32| Holiday {
                date: format!(
                    "2026-{:02}-{day:02}",
                    if day.is_multiple_of(2) { 3 } else { 10 }
                ),
                name: String::new(),
            };
            let spec = CalendarSpec {
                name: "Random".into(),
                time_zone: zone.into(),
                weekly: vec![WeeklyPattern {
                    valid_from: None,
                    days: days
                        .into_iter()
                        .map(|day| (day.to_owned(), hours.clone()))
                        .collect(),
                }],
                holidays: holidays.iter().map(date).collect(),
                ..CalendarSpec::default()
            };
            Arc::new(Calendar::compile(&spec).unwrap())
        })
}

fn ladders() -> impl Strategy<Value = Vec<LadderStep>> {
    let at = prop_oneof![
        (1_u16..300).prop_map(LadderAt::Percent),
        Just(LadderAt::Percent(100)),
        (0_u64..20).prop_map(|hours| LadderAt::SecondsAfterBreach(hours * 1800)),
    ];
    vec(
        at.prop_map(|at| LadderStep {
            at,
            to: vec![Recipient::Provider],
        }),
        0..3,
    )
}

fn targets() -> impl Strategy<Value = Target> {
    let pauses = prop::option::of(subsequence(&LifeState::ALL[..], 0..4));
    let warnings = prop::option::of(btree_set(1_u16..=100, 0..4));
    let within = prop_oneof![(1_u64..60).prop_map(|halves| halves * 1800), 1_u64..100_000];
    (within, any::<bool>(), pauses, warnings, ladders()).prop_map(
        |(within_seconds, business, pauses, warnings, ladder)| Target {
            within_seconds,
            time: if business {
                TimeKind::Business
            } else {
                TimeKind::WallClock
            },
            calendar: None,
            pauses: pauses.map(BTreeSet::from_iter),
            warnings,
            ladder,
        },
    )
}

fn rules() -> impl Strategy<Value = Rule> {
    let matches = select(vec![
        Match {
            priorities: [Priority::High, Priority::Urgent].into(),
            ..Match::default()
        },
        Match {
            providers: ["facilities".parse().unwrap()].into(),
            ..Match::default()
        },
        Match {
            tags: ["vip".to_owned()].into(),
            ..Match::default()
        },
        Match {
            tasks: Some(true),
            ..Match::default()
        },
        Match::default(),
    ]);
    let metrics = subsequence(&Metric::ALL[..], 1..=7);
    (matches, metrics, vec(targets(), 7)).prop_map(|(when, metrics, targets)| Rule {
        name: "Rule".into(),
        when,
        targets: metrics.into_iter().zip(targets).collect(),
    })
}

fn policies() -> impl Strategy<Value = PolicyVersion> {
    let general = vec(targets(), 7).prop_map(|targets| Rule {
        targets: Metric::ALL.into_iter().zip(targets).collect(),
        ..Rule::default()
    });
    let rules = (vec(rules(), 0..3), prop::option::weighted(0.8, general)).prop_map(
        |(mut rules, general)| {
            rules.extend(general);
            rules
        },
    );
    (rules, prop::bool::weighted(0.3)).prop_map(|(rules, named)| PolicyVersion {
        policy: if named { "own" } else { "desk" }.parse().unwrap(),
        version: 1,
        spec: PolicySpec {
            name: "Policy".into(),
            providers: if named {
                ["it".parse().unwrap()].into()
            } else {
                BTreeSet::new()
            },
            calendar: Some("office".parse().unwrap()),
            rules,
        },
    })
}

/// Seconds until the next thing happens: moments, whole half hours (so that boundaries are met), nights, weekends.
fn gaps() -> impl Strategy<Value = i64> {
    prop_oneof![2 => 1_i64..200, 6 => (1_i64..40).prop_map(|halves| halves * 1800), 2 => 1_i64..200_000]
}

fn beginnings() -> impl Strategy<Value = Timestamp> {
    // The last working days before clocks change in Rome, New York and on Lord Howe, and an ordinary Monday.
    let days = [
        "2026-03-27T08:00:00Z",
        "2026-10-23T07:00:00Z",
        "2026-03-06T13:00:00Z",
        "2026-04-03T22:00:00Z",
        "2026-03-02T08:00:00Z",
    ];
    (select(days.to_vec()), 0_i64..48).prop_map(|(day, halves)| {
        day.parse::<Timestamp>()
            .unwrap()
            .plus_seconds(halves * 1800)
    })
}

/// Lives under one policy and one calendar.
pub(crate) fn lives() -> impl Strategy<Value = History> {
    histories(0)
}

/// Lives during which policies are activated, applied and retired, and the calendar is revised.
pub(crate) fn changing() -> impl Strategy<Value = History> {
    histories(1)
}

fn histories(changes: u32) -> impl Strategy<Value = History> {
    let seed = prop_oneof![
        20 => (any::<Index>(), any::<Index>()).prop_map(|(deed, variant)| Seed::Deed(deed, variant)),
        changes * 2 => calendars().prop_map(Seed::Revision),
        changes => (policies(), prop::option::of(any::<bool>())).prop_map(|(policy, attach)| Seed::Activation(policy, attach)),
        changes => Just(Seed::Retirement),
    ];
    (
        calendars(),
        policies(),
        beginnings(),
        vec((seed, gaps()), 1..30),
    )
        .prop_map(|(calendar, policy, begin, seeds)| build(calendar, policy, begin, seeds))
}

fn build(
    calendar: Arc<Calendar>,
    policy: PolicyVersion,
    begin: Timestamp,
    seeds: Vec<(Seed, i64)>,
) -> History {
    let first = Activation {
        position: Position(5),
        policy: policy.policy.clone(),
        holds: Some(Arc::new(policy)),
    };
    let mut items = vec![Item::Activation(first, None)];
    let (mut at, mut position, mut versions) = (begin, 10, 1);
    let mut life = Life::default();
    let mut fate = None;
    for (seed, gap) in seeds {
        at = at.plus_seconds(gap);
        position += 1;
        match seed {
            Seed::Deed(index, variant) => {
                let able = possible(&life, fate.as_ref(), variant);
                if able.is_empty() {
                    continue;
                }
                let deeds = able[index.index(able.len())].clone();
                let facts = (0..).zip(deeds).map(|(index, deed)| Fact {
                    at,
                    position: Position(position),
                    index,
                    deed,
                });
                let facts: Vec<_> = facts.collect();
                for fact in &facts {
                    life.live(&fact.deed);
                    fate = Some(fact.deed.clone());
                }
                items.push(Item::Facts(facts));
            }
            Seed::Activation(mut policy, attach) => {
                versions += 1;
                policy.version = versions;
                let id = policy.policy.clone();
                let activation = Activation {
                    position: Position(position),
                    policy: id,
                    holds: Some(Arc::new(policy)),
                };
                items.push(Item::Activation(activation, attach));
            }
            Seed::Retirement => {
                let activation = Activation {
                    position: Position(position),
                    policy: "desk".parse().unwrap(),
                    holds: None,
                };
                items.push(Item::Activation(activation, None));
            }
            Seed::Revision(calendar) => {
                items.push(Item::Revision(at, Position(position), calendar))
            }
        }
    }
    History {
        calendar,
        items,
        end: at.plus_seconds(40 * 86_400),
    }
}

/// What can happen to a request now: each as the deeds of one commit.
fn possible(life: &Life, fate: Option<&Deed>, variant: Index) -> Vec<Vec<Deed>> {
    let said = variant.index(2) == 0;
    let again = |by_requester| vec![Deed::Reopened { by_requester }];
    match (&life.profile, life.state, fate) {
        (None, ..) => beginnings_of(variant),
        (Some(asked), Some(state), _) => {
            let mut able = whenever(asked, state, variant);
            able.extend(match state {
                LifeState::AwaitingApproval if is_rare(variant) => vec![vec![Deed::Rejected]],
                LifeState::AwaitingApproval => vec![vec![Deed::Approved], vec![Deed::Approved]],
                LifeState::Resolved => vec![
                    vec![Deed::Confirmed],
                    vec![Deed::AutoClosed],
                    again(said),
                    vec![Deed::ProviderReplied],
                ],
                _ => at_work(life, asked, variant),
            });
            able
        }
        (_, None, Some(Deed::AutoClosed)) => vec![vec![Deed::Confirmed], again(said)],
        (_, None, Some(Deed::Confirmed)) => vec![again(said)],
        (_, None, Some(Deed::Merged)) => vec![again(false)],
        _ => vec![],
    }
}

/// Few lives end early.
fn is_rare(variant: Index) -> bool {
    variant.index(5) == 0
}

fn department(variant: Index) -> DepartmentId {
    ["it", "facilities", "hr"][variant.index(3)]
        .parse()
        .unwrap()
}

fn priority(variant: Index) -> Priority {
    [
        Priority::Low,
        Priority::Normal,
        Priority::High,
        Priority::Urgent,
    ][variant.index(4)]
}

fn beginnings_of(variant: Index) -> Vec<Vec<Deed>> {
    let mut asked = profile();
    asked.priority = priority(variant);
    asked.task = variant.index(8) == 0;
    asked.provider = department(variant);
    let submitted = Deed::Submitted(Box::new(asked));
    vec![
        vec![submitted.clone()],
        vec![submitted.clone()],
        vec![submitted, Deed::ApprovalsRequired],
    ]
}

fn whenever(asked: &Profile, state: LifeState, variant: Index) -> Vec<Vec<Deed>> {
    let tags = ["printer", "vip"][..variant.index(3)]
        .iter()
        .map(|tag| (*tag).to_owned());
    let mut able = vec![
        vec![Deed::RequesterReplied],
        vec![Deed::PriorityChanged(priority(variant))],
        vec![Deed::TagsChanged(tags.collect())],
    ];
    if is_rare(variant) {
        able.push(vec![Deed::Merged]);
    }
    if is_rare(variant) && state != LifeState::Resolved {
        able.push(vec![Deed::Cancelled]);
    }
    if asked.task {
        able.push(vec![Deed::Released]);
    }
    able
}

fn at_work(life: &Life, asked: &Profile, variant: Index) -> Vec<Vec<Deed>> {
    let said = variant.index(2) == 0;
    let mut able = vec![
        vec![Deed::ProviderReplied],
        vec![Deed::Assigned("sana".parse().unwrap())],
        vec![Deed::Started],
        vec![Deed::Resolved],
        vec![Deed::Resolved],
    ];
    if is_rare(variant) {
        able.push(vec![Deed::Declined]);
    }
    if asked.provider != department(variant) {
        able.push(vec![Deed::Transferred(department(variant))]);
    }
    if life.state == Some(LifeState::Waiting) {
        able.push(vec![Deed::Resumed { said }]);
        able.push(vec![Deed::RequesterReplied, Deed::Resumed { said: false }]);
    } else {
        able.extend([vec![Deed::WaitBegan], vec![Deed::WaitBegan]]);
    }
    if !life.acknowledged {
        able.push(vec![Deed::Acknowledged { said }]);
    }
    able
}
