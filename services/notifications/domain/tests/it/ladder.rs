//! Whom a step means, and the way up from them.

use std::collections::BTreeSet;

use khidma_events::notifications::Exhausted;
use khidma_events::sla::Recipient;
use khidma_kernel::PersonId;
use khidma_notifications_domain::ladder::{Case, Named, Who, leaders, named, way_up};
use proptest::prelude::*;

use crate::people::{People, department, people, person};

/// IT: daniel and lena report to mei, who reports to omar above all.
fn it() -> People {
    People::default()
        .line("daniel > mei > omar")
        .line("lena > mei")
        .department("it", &["daniel", "lena", "mei"])
}

/// Who is told of a request that amina asked of IT, and `assignee` does.
fn told(who: &People, assignee: Option<&str>, recipients: &[Recipient]) -> Named {
    let (assignee, requester) = (assignee.map(person), person("amina"));
    let case = Case {
        assignee: assignee.as_ref(),
        requester: Some(&requester),
        provider: &department("it"),
    };
    named(who, case, recipients).unwrap()
}

fn role(name: &str, within: Option<&str>) -> Recipient {
    Recipient::Role {
        role: name.parse().unwrap(),
        department: within.map(department),
    }
}

#[test]
fn each_word_of_a_policy_means_those_it_says() {
    let who = it()
        .holds("zoe", "service-desk", "hr")
        .holds("lena", "service-desk", "it");
    let table = [
        (Recipient::Assignee, people(["daniel"])),
        (Recipient::ManagerOfAssignee, people(["mei"])),
        (Recipient::ManagersOfProvider, people(["mei"])),
        (Recipient::Provider, people(["daniel", "lena", "mei"])),
        (role("service-desk", None), people(["lena", "zoe"])),
        (role("service-desk", Some("it")), people(["lena"])),
        (role("nobody-holds-it", None), people([])),
        (Recipient::Person(person("kim")), people(["kim"])),
    ];
    for (recipient, expected) in table {
        let told = told(&who, Some("daniel"), std::slice::from_ref(&recipient));
        assert_eq!((told.to, told.requester), (expected, None), "{recipient:?}");
    }
}

#[test]
fn who_asked_only_hears_of_it_unless_it_is_theirs_to_take_care_of() {
    let told_of = |recipients: &[Recipient]| told(&it(), Some("daniel"), recipients);
    let only = told_of(&[Recipient::Requester, Recipient::Assignee]);
    assert_eq!(only.to, people(["daniel"]));
    assert_eq!(only.requester, Some(person("amina")));
    let both = told_of(&[Recipient::Requester, Recipient::Person(person("amina"))]);
    assert_eq!((both.to, both.requester), (people(["amina"]), None));
}

#[test]
fn nobody_hears_twice_and_nobody_who_left() {
    let everything = [
        Recipient::Assignee,
        Recipient::ManagerOfAssignee,
        Recipient::ManagersOfProvider,
        Recipient::Provider,
        Recipient::Person(person("daniel")),
    ];
    let told_all = told(&it(), Some("daniel"), &everything);
    assert_eq!(told_all.to, people(["daniel", "lena", "mei"]));
    let without_mei = told(&it().gone("mei"), Some("daniel"), &everything);
    assert_eq!(
        without_mei.to,
        people(["daniel", "lena", "omar"]),
        "whom mei reported to takes her place"
    );
}

#[test]
fn where_nobody_does_it_those_hear_who_lead_the_department() {
    for recipient in [Recipient::Assignee, Recipient::ManagerOfAssignee] {
        assert_eq!(told(&it(), None, &[recipient]).to, people(["mei"]));
    }
}

#[test]
fn who_holds_the_role_leads_and_else_the_line_says_it() {
    let lead = |who: &People| leaders(who, &department("it")).unwrap();
    assert_eq!(lead(&it()), people(["mei"]));
    assert_eq!(lead(&it().holds("lena", "manager", "it")), people(["lena"]));
    // To lead another department is something else, and who left leads nothing.
    assert_eq!(lead(&it().holds("lena", "manager", "hr")), people(["mei"]));
    let left = it().holds("lena", "manager", "it").gone("lena");
    assert_eq!(lead(&left), people(["mei"]));
    // In a circle nobody is above the others.
    let circle = People::default()
        .line("daniel > mei > daniel")
        .department("it", &["daniel", "mei"]);
    assert_eq!(lead(&circle), people([]));
}

#[test]
fn a_circle_is_gone_around_once_and_said_so() {
    let up = |who: &People| way_up(who, people(["daniel"])).unwrap();
    let (levels, why) = up(&it());
    assert_eq!(
        levels,
        [people(["daniel"]), people(["mei"]), people(["omar"])]
    );
    assert_eq!(why, Exhausted::Top);
    let (levels, why) = up(&it().line("omar > mei"));
    assert_eq!(levels.len(), 3);
    assert_eq!(why, Exhausted::Circle);
    let (levels, why) = up(&People::default().line("daniel > daniel"));
    assert_eq!((levels.len(), why), (1, Exhausted::Circle));
    // One above who was told at once with those below is no circle.
    let (levels, why) = way_up(&it(), people(["daniel", "mei"])).unwrap();
    assert_eq!(levels, [people(["daniel", "mei"]), people(["omar"])]);
    assert_eq!(why, Exhausted::Top);
}

/// Reporting lines of some people, any of whom may have left: circles of any length.
fn organisations() -> impl Strategy<Value = (People, BTreeSet<PersonId>)> {
    let all = 1..12_usize;
    all.prop_flat_map(|all| {
        let managers = prop::collection::vec(prop::option::weighted(0.8, 0..all), all);
        let gone = prop::collection::vec(prop::bool::weighted(0.2), all);
        let first = prop::collection::btree_set(0..all, 0..3);
        (managers, gone, first)
    })
    .prop_map(|(managers, gone, first)| {
        let name = |number: usize| format!("p{number}");
        let mut who = People::default();
        for (number, manager) in managers.iter().enumerate() {
            if let Some(manager) = manager {
                who = who.line(&format!("{} > {}", name(number), name(*manager)));
            }
        }
        for (number, _) in gone.iter().enumerate().filter(|(_, gone)| **gone) {
            who = who.gone(&name(number));
        }
        let first = first.into_iter().filter(|number| !gone[*number]);
        (who, first.map(|number| person(&name(number))).collect())
    })
}

/// Everybody above `first` who is here, by the plainest way to find them; and whether any line goes in a circle.
fn everyone_above(who: &People, first: &BTreeSet<PersonId>) -> (BTreeSet<PersonId>, bool) {
    let (mut all, mut circle) = (BTreeSet::new(), false);
    for person in first {
        let mut line = vec![person.clone()];
        while let Some(next) = who.reports_to(line.last().unwrap()).unwrap() {
            if line.contains(&next) {
                circle = true;
                break;
            }
            line.push(next);
        }
        all.extend(line.into_iter().filter(|one| who.is_here(one).unwrap()));
    }
    (all, circle)
}

proptest! {
    #[test]
    fn the_way_up_ends_tells_nobody_twice_and_leaves_nobody_out((who, first) in organisations()) {
        let (levels, why) = way_up(&who, first.clone()).unwrap();
        let told: Vec<_> = levels.iter().flatten().cloned().collect();
        let distinct: BTreeSet<_> = told.iter().cloned().collect();
        prop_assert_eq!(told.len(), distinct.len(), "somebody is told twice: {:?}", levels);
        prop_assert!(levels.iter().skip(1).all(|level| !level.is_empty()));
        let (everyone, circle) = everyone_above(&who, &first);
        prop_assert_eq!(distinct, everyone);
        prop_assert_eq!(why == Exhausted::Circle, circle);
    }
}
