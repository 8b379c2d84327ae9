//! By which rules is asked, who sets them, and whom they choose.

use khidma_events::feedback::AskingRuleSet;
use khidma_kernel::{Caller, Role};
use khidma_testkit::Story;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

type Rule = Story<AskingDecider>;

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(
        person.parse().unwrap(),
        department.parse().unwrap(),
        roles.iter().copied(),
    )
}

fn set(rule: AskingRule) -> SetRule {
    SetRule {
        department: "it".parse().unwrap(),
        rule,
        open: true,
    }
}

fn mei() -> Rule {
    Rule::new().by(caller("mei", "it", &[Role::Manager]))
}

#[test]
fn who_leads_the_department_and_admins_set_its_rule() {
    let no = Some("NOT_ALLOWED");
    let table = [
        (caller("mei", "it", &[Role::Manager]), None),
        (caller("root", "hr", &[Role::Admin]), None),
        (caller("daniel", "it", &[]), no),
        (caller("linh", "hr", &[Role::Manager]), no),
        (caller("mover", "it", &[Role::Import, Role::Feed]), no),
        (Caller::service("feedback"), no),
        (Caller::anonymous(), no),
    ];
    for (by, expected) in table {
        let who = by.actor.to_string();
        assert_eq!(
            Rule::new().by(by).when(set(DEFAULT)).code(),
            expected,
            "{who}"
        );
    }
}

#[test]
fn a_rule_is_set_once_and_the_usual_one_fits() {
    mei()
        .when(set(DEFAULT))
        .then([AskingRuleSet { rule: DEFAULT }.into()])
        .when(set(DEFAULT))
        .then_nothing();
    let closed = SetRule {
        open: false,
        ..set(DEFAULT)
    };
    mei()
        .when(closed)
        .then_refused_at("UNKNOWN_DEPARTMENT", "department_id");
}

#[test]
fn its_numbers_have_bounds() {
    let with = |change: fn(&mut AskingRule)| {
        let mut rule = DEFAULT;
        change(&mut rule);
        mei().when(set(rule)).code()
    };
    assert_eq!(
        with(|rule| rule.asking = Asking::Sampled(0)),
        Some("NO_SAMPLE")
    );
    assert_eq!(with(|rule| rule.asking = Asking::Sampled(1)), None);
    assert_eq!(with(|rule| rule.asking = Asking::Sampled(99)), None);
    assert_eq!(
        with(|rule| rule.asking = Asking::Sampled(100)),
        Some("NO_SAMPLE")
    );
    let peace = Some("PEACE_OUT_OF_RANGE");
    assert_eq!(with(|rule| rule.at_most_every_days = Some(0)), peace);
    assert_eq!(with(|rule| rule.at_most_every_days = Some(366)), None);
    assert_eq!(with(|rule| rule.at_most_every_days = Some(367)), peace);
    let expiry = Some("EXPIRY_OUT_OF_RANGE");
    assert_eq!(with(|rule| rule.expires_after_days = 0), expiry);
    assert_eq!(with(|rule| rule.expires_after_days = 90), None);
    assert_eq!(with(|rule| rule.expires_after_days = 91), expiry);
    let reminder = Some("REMINDER_OUT_OF_RANGE");
    assert_eq!(with(|rule| rule.remind_after_days = Some(0)), reminder);
    assert_eq!(with(|rule| rule.remind_after_days = Some(13)), None);
    assert_eq!(with(|rule| rule.remind_after_days = Some(14)), reminder);
    assert_eq!(with(|rule| rule.remind_after_days = None), None);
}

fn request(number: u128) -> ServiceRequestId {
    ServiceRequestId(Uuid::from_u128(number))
}

fn at(day: u16) -> Timestamp {
    days_after(Timestamp::EPOCH, day)
}

#[test]
fn a_sample_is_about_as_large_as_it_says() {
    for percent in [1, 20, 50, 99] {
        let rule = AskingRule {
            asking: Asking::Sampled(percent),
            ..DEFAULT
        };
        let asked = (0..20_000).filter(|number| asks(&rule, request(*number), at(0), None));
        let asked = asked.count() as f64 / 20_000.0;
        let expected = f64::from(percent) / 100.0;
        // Four standard errors of a fair draw.
        let off = 4.0 * (expected * (1.0 - expected) / 20_000.0).sqrt();
        assert!((asked - expected).abs() < off, "{percent}: {asked}");
    }
}

#[test]
fn a_person_is_left_in_peace_for_as_long_as_the_rule_says() {
    let rule = AskingRule {
        at_most_every_days: Some(30),
        ..DEFAULT
    };
    assert!(asks(&rule, request(1), at(0), None));
    assert!(!asks(&rule, request(2), at(29), Some(at(0))));
    assert!(asks(&rule, request(3), at(30), Some(at(0))));
    assert!(asks(&DEFAULT, request(2), at(0), Some(at(0))));
}

proptest! {
    /// Asking more of a hundred asks all who were asked before, too; and never asks nobody.
    #[test]
    fn samples_grow(number: u128, less in 1_u8..=99, more in 1_u8..=99) {
        prop_assume!(less <= more);
        let chosen = |asking| {
            let rule = AskingRule { asking, ..DEFAULT };
            asks(&rule, request(number), at(0), None)
        };
        prop_assert!(!chosen(Asking::Sampled(less)) || chosen(Asking::Sampled(more)));
        prop_assert!(chosen(Asking::Always) && !chosen(Asking::Never));
    }
}
