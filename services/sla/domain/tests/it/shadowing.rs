//! Whether a rule matches nothing, held against trying every request of a small world.

use std::collections::BTreeSet;
use std::str::FromStr;

use khidma_events::requests::Priority;
use khidma_events::sla::{Match, Metric, PolicySpec, Rule};
use khidma_kernel::DepartmentId;
use khidma_sla_domain::policy::{PolicyDefect, PolicyFacts, check};
use khidma_sla_domain::{PolicyVersion, Profile};
use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::support::{rule, wall};

const PRIORITIES: [Priority; 4] = [
    Priority::Low,
    Priority::Normal,
    Priority::High,
    Priority::Urgent,
];

fn ids<T: FromStr<Err: std::fmt::Debug> + Ord + std::fmt::Debug>(
    names: &[&'static str],
) -> impl Strategy<Value = BTreeSet<T>> + use<T> {
    let all = names.to_vec();
    let some = subsequence(all.clone(), 0..=all.len());
    some.prop_map(|names| names.iter().map(|name| name.parse().unwrap()).collect())
}

/// Of every list two things can be named, and there is at least one more.
fn matches() -> impl Strategy<Value = Match> {
    let tags = subsequence(vec!["t", "u"], 0..=2);
    let tags = tags.prop_map(|tags| tags.into_iter().map(str::to_owned).collect());
    let priorities = subsequence(PRIORITIES.to_vec(), 0..=4);
    (
        ids(&["x", "y"]),
        ids(&["a", "b"]),
        ids(&["h", "i"]),
        priorities.prop_map(|some| some.into_iter().collect()),
        tags,
        proptest::option::of(any::<bool>()),
    )
        .prop_map(
            |(offerings, providers, requesters, priorities, tags, tasks)| Match {
                offerings,
                providers,
                requesters,
                priorities,
                tags,
                tasks,
            },
        )
}

fn named(when: Match) -> Rule {
    Rule {
        when,
        ..rule([(Metric::Resolve, wall(1))])
    }
}

fn some<T: FromStr<Err: std::fmt::Debug>>(names: &[&str]) -> Vec<Option<T>> {
    let named = names.iter().map(|name| Some(name.parse().unwrap()));
    named.chain([None]).collect()
}

/// Every request of the world that comes to a policy for `providers`.
fn world(providers: &BTreeSet<DepartmentId>) -> Vec<Profile> {
    let mut all = Vec::new();
    let asked = ["a", "b", "c"].map(|name| name.parse::<DepartmentId>().unwrap());
    let asked = asked
        .into_iter()
        .filter(|one| providers.is_empty() || providers.contains(one));
    for provider in asked {
        for requester in some(&["h", "i", "j"]) {
            for offering in some(&["x", "y", "z"]) {
                for priority in PRIORITIES {
                    for tags in [vec![], vec!["t"], vec!["u"], vec!["t", "u"], vec!["v"]] {
                        for task in [true, false] {
                            all.push(Profile {
                                provider: provider.clone(),
                                requester: requester.clone(),
                                offering: Option::clone(&offering),
                                priority,
                                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                                task,
                                concern: false,
                            });
                        }
                    }
                }
            }
        }
    }
    all
}

fn facts() -> PolicyFacts {
    let departments = ["a", "b", "c", "h", "i"];
    PolicyFacts {
        departments: departments.map(|name| (name.parse().unwrap(), true)).into(),
        offerings: ["x", "y"].map(|name| name.parse().unwrap()).into(),
        ..PolicyFacts::default()
    }
}

/// Which rules the check says match nothing.
fn said(spec: &PolicySpec) -> BTreeSet<usize> {
    let never = |defect: &PolicyDefect| {
        matches!(
            defect,
            PolicyDefect::Covered { .. } | PolicyDefect::ForeignProviders
        )
    };
    let checked = check(spec, &facts(), khidma_kernel::Timestamp::EPOCH);
    let problems = checked.problems.into_iter();
    problems
        .map(|problem| {
            assert!(never(&problem.defect), "{problem}");
            let number = problem.field.trim_start_matches("rules[");
            number.split(']').next().unwrap().parse().unwrap()
        })
        .collect()
}

/// Which rules match nothing.
fn found(spec: &PolicySpec) -> BTreeSet<usize> {
    let policy = PolicyVersion {
        policy: "p".parse().unwrap(),
        version: 1,
        spec: spec.clone(),
    };
    let mut never: BTreeSet<usize> = (0..spec.rules.len()).collect();
    for profile in world(&spec.providers) {
        if let Some(matched) = policy.matched(&profile) {
            never.remove(&(matched.number as usize));
        }
    }
    never
}

fn policy(rules: usize) -> impl Strategy<Value = PolicySpec> {
    let rules = proptest::collection::vec(matches(), rules);
    (ids(&["a", "b"]), rules).prop_map(|(providers, rules)| PolicySpec {
        name: "P".into(),
        providers,
        calendar: None,
        rules: rules.into_iter().map(named).collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Of two rules, the check says just what is so.
    #[test]
    fn of_two_rules_it_is_known_exactly(spec in policy(2)) {
        prop_assert_eq!(said(&spec), found(&spec));
    }

    /// A later rule that is made narrower than an earlier one is always found out.
    #[test]
    fn a_narrower_rule_after_a_wider_one_is_found(wide in matches(), narrow in matches(), providers in ids(&["a", "b"])) {
        let both = Match {
            offerings: if wide.offerings.is_empty() { narrow.offerings } else { wide.offerings.clone() },
            providers: wide.providers.clone(),
            requesters: if wide.requesters.is_empty() { narrow.requesters } else { wide.requesters.clone() },
            priorities: if wide.priorities.is_empty() { narrow.priorities } else { wide.priorities.clone() },
            tags: if wide.tags.is_empty() { narrow.tags } else { wide.tags.clone() },
            tasks: wide.tasks.or(narrow.tasks),
        };
        let rules = [wide, both].map(named).into();
        let spec = PolicySpec { name: "P".into(), providers, calendar: None, rules };
        prop_assert!(said(&spec).contains(&1));
        prop_assert_eq!(said(&spec), found(&spec));
    }

    /// Of more rules, nothing is refused that could match.
    #[test]
    fn of_more_rules_none_is_refused_that_matches(spec in policy(5)) {
        let (said, found) = (said(&spec), found(&spec));
        prop_assert!(said.is_subset(&found), "{:?} of {:?}", said, found);
    }
}
