//! Which figures are taken, and from whom.

use khidma_events::feedback::{FiguresEvent, FiguresSet};
use khidma_kernel::{Caller, Role};
use khidma_testkit::Story;

use super::{AT_ONCE, Figures, FiguresCommand, FiguresDecider, Month, PEOPLE};

type Counting = Story<FiguresDecider>;

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(
        person.parse().unwrap(),
        department.parse().unwrap(),
        roles.iter().copied(),
    )
}

/// Mei leads IT.
fn mei() -> Counting {
    Counting::new().by(caller("mei", "it", &[Role::Manager]))
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn figures(headcount: u32, joiners: u32, leavers: u32, among: u32) -> Figures {
    Figures {
        headcount,
        joiners,
        leavers,
        leavers_among_joiners: among,
    }
}

fn set(months: &[(&str, Figures)]) -> FiguresCommand {
    let months = months.iter();
    FiguresCommand::Set {
        department: "it".parse().unwrap(),
        months: months.map(|(at, figures)| (month(at), *figures)).collect(),
        known: true,
    }
}

fn was_set(month: &str, figures: Figures) -> FiguresEvent {
    FiguresSet {
        month: month.into(),
        headcount: figures.headcount,
        joiners: figures.joiners,
        leavers: figures.leavers,
        leavers_among_joiners: figures.leavers_among_joiners,
    }
    .into()
}

#[test]
fn months_are_said_and_put_right() {
    let (january, february) = (figures(40, 4, 3, 1), figures(41, 0, 1, 0));
    mei()
        .when(set(&[("2026-02", february), ("2026-01", january)]))
        .then([was_set("2026-01", january), was_set("2026-02", february)])
        // Said again it is nothing new.
        .when(set(&[("2026-01", january), ("2026-02", february)]))
        .then_nothing()
        .when(set(&[("2026-02", figures(41, 2, 1, 0))]))
        .then([was_set("2026-02", figures(41, 2, 1, 0))]);
}

#[test]
fn a_month_begins_with_whom_the_one_before_ended_with() {
    let story = || mei().and([was_set("2026-01", figures(40, 4, 3, 1))]);
    let refused = |months: &[(&str, Figures)]| {
        story()
            .when(set(months))
            .then_refused_at("INCONSISTENT_MONTHS", "months.headcount");
    };
    refused(&[("2026-02", figures(40, 0, 0, 0))]);
    refused(&[("2025-12", figures(38, 1, 0, 0))]);
    // Both put right together, or with a month between them that nobody knows.
    let both = [
        ("2026-01", figures(40, 4, 4, 1)),
        ("2026-02", figures(40, 0, 0, 0)),
    ];
    assert_eq!(story().when(set(&both)).code(), None);
    let apart = set(&[("2025-11", figures(12, 0, 0, 0))]);
    assert_eq!(story().when(apart).code(), None);
}

#[test]
fn figures_of_one_month_fit_each_other() {
    let table = [
        (figures(40, 2, 5, 3), "MORE_LEFT_THAN_CAME"),
        (figures(40, 5, 2, 3), "MORE_LEFT_THAN_CAME"),
        (figures(3, 5, 5, 1), "MORE_LEFT_THAN_WERE_THERE"),
        (figures(PEOPLE + 1, 0, 0, 0), "TOO_MANY_PEOPLE"),
        (figures(0, u32::MAX, u32::MAX, 0), "TOO_MANY_PEOPLE"),
    ];
    for (figures, code) in table {
        let outcome = mei().when(set(&[("2026-01", figures)]));
        assert_eq!(outcome.code(), Some(code), "{figures:?}");
    }
    // All left, also who had only just come.
    let all = set(&[("2026-01", figures(3, 5, 8, 5))]);
    assert_eq!(mei().when(all).code(), None);
}

#[test]
fn some_months_cannot_be_said() {
    let plain = figures(1, 0, 0, 0);
    mei()
        .when(set(&[]))
        .then_refused_at("MISSING_FIELD", "months")
        // The story is told in March 2026.
        .when(set(&[("2026-04", plain)]))
        .then_refused_at("FUTURE_MONTH", "months.month")
        .when(set(&[("2026-03", plain), ("2026-03", plain)]))
        .then_refused_at("MONTH_TWICE", "months.month");
    let many = vec![(month("2026-01"), plain); AT_ONCE + 1];
    let many = FiguresCommand::Set {
        department: "it".parse().unwrap(),
        months: many,
        known: true,
    };
    mei().when(many).then_refused_at("TOO_MANY", "months");
    for text in [
        "2026-13", "2026-00", "26-01", "2026-1", "2026-+1", "1899-12", "",
    ] {
        assert_eq!(Month::parse(text), None, "{text}");
    }
    assert_eq!(month("2025-12").next(), month("2026-01"));
    assert_eq!(month("2026-01").plus(-13).to_string(), "2024-12");
}

/// The table of who may say IT's figures.
#[test]
fn who_may_say_them() {
    let table = [
        (caller("mei", "it", &[Role::Manager]), None),
        (caller("daniel", "it", &[]), Some("NOT_ALLOWED")),
        (caller("linh", "hr", &[Role::Manager]), Some("NOT_ALLOWED")),
        (caller("payroll", "hr", &[Role::Import]), None),
        (caller("root", "hr", &[Role::Admin]), None),
        (caller("feed", "it", &[Role::Feed]), Some("NOT_ALLOWED")),
        (Caller::service("feedback"), Some("NOT_ALLOWED")),
    ];
    for (by, expected) in table {
        let story = Counting::new().by(by.clone());
        let outcome = story.when(set(&[("2026-01", figures(1, 0, 0, 0))]));
        assert_eq!(outcome.code(), expected, "{by:?}");
    }
}

#[test]
fn of_a_department_that_is_not_there_nothing_is_said() {
    let FiguresCommand::Set {
        department, months, ..
    } = set(&[("2026-01", figures(1, 0, 0, 0))]);
    let unknown = FiguresCommand::Set {
        department,
        months,
        known: false,
    };
    mei()
        .when(unknown)
        .then_refused_at("UNKNOWN_DEPARTMENT", "department_id");
}
