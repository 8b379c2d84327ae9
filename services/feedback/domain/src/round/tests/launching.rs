//! What may be launched.

use super::*;

#[track_caller]
fn refused(code: &str, field: &str, change: impl FnOnce(&mut Launch)) {
    let mut launch = launch();
    change(&mut launch);
    Asking::new()
        .by(mei())
        .when(RoundCommand::Launch(Box::new(launch)))
        .then_refused_at(code, field);
}

fn accepted(change: impl FnOnce(&mut Launch)) -> RoundLaunched {
    let mut launch = launch();
    change(&mut launch);
    let story = Asking::new().by(mei());
    let command = RoundCommand::Launch(Box::new(launch));
    let decided = RoundDecider::decide(
        &None,
        &Command {
            at: day(0),
            by: mei(),
            body: command.clone(),
        },
    );
    let events = decided.unwrap();
    let [RoundEvent::RoundLaunched(event)] = &events[..] else {
        panic!("{events:?}");
    };
    story.when(command).then(events.clone());
    event.clone()
}

#[test]
fn what_is_launched_is_fixed() {
    assert_eq!(accepted(|_| {}), launched());
    let at_once = accepted(|it| it.opens_at = None);
    assert_eq!(at_once.opens_at, day(0));
    let first = accepted(|it| it.version = 1);
    assert_eq!(first.version, 1);
    Asking::given([launched().into()])
        .by(mei())
        .when(RoundCommand::Launch(Box::new(launch())))
        .then_refused("ALREADY_LAUNCHED");
}

#[test]
fn who_may_launch() {
    let no = Some("NOT_ALLOWED");
    let table = [
        (mei(), None),
        (caller("root", "hr", &[Role::Admin]), None),
        (caller("linh", "hr", &[Role::Manager]), no),
        (caller("daniel", "it", &[]), no),
        (caller("past", "it", &[Role::Import, Role::Feed]), no),
        (service(), no),
        (Caller::anonymous(), no),
    ];
    for (who, expected) in table {
        let launch = RoundCommand::Launch(Box::new(launch()));
        let outcome = Asking::new().by(who.clone()).when(launch);
        assert_eq!(outcome.code(), expected, "{who:?}");
    }
}

#[test]
fn there_is_something_to_be_asked() {
    refused("UNKNOWN_SURVEY", "survey_id", |it| it.facts.survey = None);
    refused("UNKNOWN_VERSION", "version", |it| it.version = 3);
    refused("SURVEY_RETIRED", "survey_id", |it| {
        it.facts.survey = Some(survey(true));
    });
}

#[test]
fn too_few_are_not_asked() {
    refused("TOO_FEW_PEOPLE", "audience", |it| it.facts.fitting = 4);
    refused("TOO_FEW_PEOPLE", "audience", |it| {
        it.audience.sample = Some(Sample { people: 4, seed: 1 });
    });
    refused("TOO_FEW_PEOPLE", "audience", |it| {
        it.thresholds.ratings = 13;
    });
    accepted(|it| it.thresholds.ratings = 12);
    let refused = RoundRefusal::TooFewPeople {
        people: 4,
        needed: 5,
    };
    let reason = refused.to_string();
    assert!(reason.contains("4 people") && reason.contains("at least 5"));
}

#[test]
fn audiences_name_departments_there_are() {
    let field = "audience.department_ids";
    refused("UNKNOWN_DEPARTMENT", field, |it| {
        it.audience.departments = ["it", "nowhere"].map(|id| id.parse().unwrap()).into();
    });
    let many = |it: &mut Launch| {
        let ids = (0..=NAMED).map(|number| format!("d{number}").parse().unwrap());
        it.audience.departments = ids.collect();
    };
    refused("TOO_MANY", field, many);
    refused("TOO_MANY", "audience.role_ids", |it| {
        let ids = (0..=NAMED).map(|number| format!("r{number}").parse().unwrap());
        it.audience.roles = ids.collect();
    });
}

#[test]
fn thresholds_have_bounds_that_nobody_goes_below() {
    for number in [0, LEAST - 1, MOST + 1] {
        refused("OUT_OF_RANGE", "thresholds.ratings", |it| {
            it.thresholds.ratings = number;
        });
        refused("OUT_OF_RANGE", "thresholds.comments", |it| {
            it.thresholds.comments = number;
        });
    }
    accepted(|it| {
        it.thresholds.ratings = LEAST;
        it.facts.fitting = LEAST;
    });
}

#[test]
fn of_who_is_nobody_little_is_known() {
    let anonymous = |it: &mut Launch, by: &[Dimension]| {
        it.anonymity = Anonymity::Anonymous;
        it.break_down_by = by.iter().copied().collect();
        it.facts.public_key = Some("a key".into());
    };
    let field = "break_down_by";
    for by in [Dimension::Language, Dimension::Day] {
        refused("DIMENSION_NOT_ANONYMOUS", field, |it| anonymous(it, &[by]));
    }
    let both = [Dimension::Department, Dimension::Kind];
    refused("TOO_MANY_DIMENSIONS", field, |it| anonymous(it, &both));
    for by in [&[][..], &both[..1], &both[1..]] {
        let launched = accepted(|it| anonymous(it, by));
        assert_eq!(launched.public_key.as_deref(), Some("a key"));
    }
    let mut keyless = launch();
    anonymous(&mut keyless, &[]);
    keyless.facts.public_key = None;
    Asking::new()
        .by(mei())
        .when(RoundCommand::Launch(Box::new(keyless)))
        .then_refused("MISSING_KEY");
    let named = accepted(|it| {
        it.facts.public_key = Some("a key".into());
        it.break_down_by = [Dimension::Day, Dimension::Language, Dimension::Kind].into();
    });
    assert_eq!(named.public_key, None);
}

#[test]
fn times_are_in_order() {
    refused("OPENS_IN_THE_PAST", "opens_at", |it| {
        it.opens_at = Some(day(0).plus_seconds(-1));
    });
    for closes_at in [day(1), day(0)] {
        refused("CLOSES_BEFORE_IT_OPENS", "closes_at", |it| {
            it.closes_at = closes_at;
        });
    }
    refused("CLOSES_TOO_LATE", "closes_at", |it| {
        it.closes_at = day(DAYS).plus_seconds(1);
    });
    accepted(|it| it.closes_at = day(DAYS));
    for remind_at in [
        vec![day(1)],
        vec![day(8)],
        vec![day(4), day(4)],
        vec![day(4), day(3)],
    ] {
        refused("REMINDER_OUTSIDE", "remind_at", |it| {
            it.remind_at = remind_at;
        });
    }
    refused("TOO_MANY", "remind_at", |it| {
        let hours = (1..=11).map(|hour| day(1).plus_seconds(hour * 3600));
        it.remind_at = hours.collect();
    });
}

#[test]
fn rounds_do_not_overlap() {
    let every = |every_days: u16, times: Option<u16>| {
        move |it: &mut Launch| {
            it.recurrence = Some(Recurrence { every_days, times });
        }
    };
    refused("OVERLAPS", "recurrence.every_days", every(6, None));
    accepted(every(7, None));
    for days in [0, 367] {
        refused("OUT_OF_RANGE", "recurrence.every_days", every(days, None));
    }
    refused("OUT_OF_RANGE", "recurrence.times", every(7, Some(0)));
}
