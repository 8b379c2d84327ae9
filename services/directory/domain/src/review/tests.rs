//! What happens to performance reviews.

use khidma_events::directory::{ReviewHeld, ThemesShared, ThemesTakenBack};
use khidma_kernel::{Caller, Date};
use khidma_testkit::Story;

use super::*;
use crate::facts::Presence;
use crate::fixtures::*;

fn record(on: &str, presence: Presence) -> ReviewCommand {
    ReviewCommand::Record {
        person: person("amina", presence, &["it", "lab"]),
        on: id(on),
    }
}

fn share(on: &str, themes: &[&str]) -> ReviewCommand {
    ReviewCommand::Share {
        person: person("amina", Present, &["it", "lab"]),
        on: id(on),
        themes: themes.iter().map(|&theme| theme.to_owned()).collect(),
    }
}

fn held(on: &str) -> ReviewEvent {
    ReviewHeld { on: id(on) }.into()
}

fn shared(on: &str, themes: &[&str]) -> ReviewEvent {
    let themes = themes.iter().map(|&theme| theme.to_owned()).collect();
    ThemesShared { on: id(on), themes }.into()
}

#[test]
fn others_write_down_that_it_was_held_and_only_oneself_shares_what_it_was_about() {
    let leads = || Caller::person(id("amina"), id("it"), [khidma_kernel::Role::Manager]);
    let callers = [
        (admin(), [true, false]),
        (manager("lab"), [true, false]),
        (manager("finance"), [false, false]),
        (member("bao", "it"), [false, false]),
        (member("amina", "it"), [false, true]),
        (leads(), [false, true]),
        (Caller::service("directory"), [false, false]),
    ];
    for (caller, expected) in callers {
        let may = |command| {
            let story = Story::<ReviewsDecider>::given([held("2026-02-02")]);
            story.by(caller.clone()).when(command).code() != Some("NOT_ALLOWED")
        };
        let row = [
            may(record("2026-03-01", Present)),
            may(share("2026-02-02", &["tools"])),
        ];
        assert_eq!(row, expected, "{caller:?}");
    }
}

#[test]
fn what_is_shared_can_be_taken_back() {
    let on = "2026-03-01";
    Story::<ReviewsDecider>::new()
        .by(manager("it"))
        .when(record(on, Present))
        .then([held(on)])
        .when(record(on, Present))
        .then_nothing()
        .by(member("amina", "it"))
        .when(share(on, &[]))
        .then_nothing()
        .when(share(on, &["Work  load", "tools"]))
        .then([shared(on, &["tools", "work load"])])
        .when(share(on, &["TOOLS", "work load"]))
        .then_nothing()
        .when(share(on, &["tools"]))
        .then([shared(on, &["tools"])])
        .by(manager("it"))
        // Written down twice, it takes nothing away.
        .when(record(on, Present))
        .then_nothing()
        .by(member("amina", "it"))
        .when(share(on, &[]))
        .then([ThemesTakenBack { on: id(on) }.into()])
        .when(share(on, &[]))
        .then_nothing();
}

#[test]
fn what_makes_no_sense_is_refused_by_field() {
    Story::<ReviewsDecider>::new()
        .by(manager("it"))
        .when(record("2026-03-04", Present))
        .then_refused_at("DATE_IN_FUTURE", "on")
        .when(record("2026-03-01", Ended))
        .then_refused_at("PERSON_DEACTIVATED", "id")
        .by(admin())
        .when(record("2026-03-01", Unknown))
        .then_refused_at("UNKNOWN_PERSON", "id")
        .by(member("amina", "it"))
        .when(share("2026-03-01", &["tools"]))
        .then_refused_at("NO_SUCH_REVIEW", "on");
    let story = || Story::<ReviewsDecider>::given([held("2026-03-01")]).by(member("amina", "it"));
    let long = "x".repeat(101);
    let many = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
    for (themes, code) in [
        (&["tools", "Tools "][..], "DUPLICATE"),
        (&[" "], "MISSING_FIELD"),
        (&["\u{0}"], "CONTROL_CHARACTER"),
        (&[&*long], "TOO_LONG"),
        (&many, "TOO_MANY"),
    ] {
        let refused = story().when(share("2026-03-01", themes));
        refused.then_refused_at(code, "themes");
    }
}

#[test]
fn there_is_an_end_to_the_reviews_of_one_person() {
    let first: Date = id("2020-01-01");
    let full = (0..500).map(|day| {
        ReviewHeld {
            on: first.plus_days(day),
        }
        .into()
    });
    Story::<ReviewsDecider>::given(full)
        .by(admin())
        .when(record("2026-03-01", Present))
        .then_refused_at("TOO_MANY", "id");
}

/// A person with reviews on these days, each with these themes.
fn reviewed(reviews: &[(&str, &[&str])]) -> Reviews {
    let held = reviews.iter().map(|(on, themes)| {
        let themes = themes.iter().map(|&theme| theme.to_owned()).collect();
        (id(on), themes)
    });
    Reviews {
        held: held.collect(),
    }
}

#[test]
fn a_theme_is_told_where_five_people_share_it_and_counted_in_fives() {
    let in_march = |day: Date| day.to_string().starts_with("2026-03");
    let mut people = vec![Reviews::default(), reviewed(&[("2026-02-28", &["tools"])])];
    let tools = || {
        reviewed(&[
            ("2026-03-01", &["tools"]),
            ("2026-03-31", &["tools", "pay"]),
        ])
    };
    people.extend(std::iter::repeat_with(tools).take(4));
    let before = figures(&people, in_march);
    assert_eq!((before.people, before.reviewed), (6, 4));
    assert_eq!(
        before.themes,
        [],
        "four are too few, though they say it twice"
    );
    for (all, told) in [(5, 5), (6, 5), (9, 5), (10, 10)] {
        people.resize_with(all + 2, tools);
        let told: Vec<_> = ["pay", "tools"]
            .map(|theme| (theme.to_owned(), told))
            .into();
        assert_eq!(figures(&people, in_march).themes, told, "{all} people");
    }
    people.push(reviewed(&[("2026-03-02", &["pay"])]));
    people.extend(std::iter::repeat_with(|| reviewed(&[("2026-03-02", &["pay"])])).take(4));
    let most_first = figures(&people, in_march).themes;
    assert_eq!(
        most_first,
        [("pay".to_owned(), 15), ("tools".to_owned(), 10)]
    );
}
