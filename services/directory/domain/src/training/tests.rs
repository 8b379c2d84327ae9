//! What happens to trainings.

use khidma_events::directory::{
    Money, SkillGain, SkillLevel, SkillSubject, TrainingAttended, TrainingCancelled, TrainingHeld,
    TrainingKind, TrainingPlan, TrainingPlanned, TrainingRevised,
};
use khidma_kernel::Caller;
use khidma_testkit::Story;

use super::*;
use crate::facts::PersonFact;
use crate::fixtures::*;

fn gain(topic: &str) -> SkillGain {
    SkillGain {
        subject: SkillSubject::Topic(topic.into()),
        level: SkillLevel::Alone,
        lasts_days: None,
    }
}

fn plan() -> TrainingPlan {
    TrainingPlan {
        title: "Laptops".into(),
        kind: TrainingKind::Skill,
        on: id("2026-03-01"),
        places: 2,
        cost: Some(Money {
            currency: "EUR".into(),
            minor: 12_000,
        }),
        gives: vec![gain("laptops")],
    }
}

fn plan_it(plan: TrainingPlan) -> TrainingCommand {
    TrainingCommand::Plan {
        id: id("laptops-1"),
        department: department("it", Present),
        plan,
        unknown_offerings: vec![],
    }
}

fn revise(plan: TrainingPlan) -> TrainingCommand {
    TrainingCommand::Revise {
        plan,
        unknown_offerings: vec![],
    }
}

fn cancel(reason: &str) -> TrainingCommand {
    TrainingCommand::Cancel {
        reason: reason.into(),
    }
}

fn hold(on: &str, people: &[&str]) -> TrainingCommand {
    let people = people.iter().map(|one| person(one, Present, &[]));
    TrainingCommand::Hold {
        on: id(on),
        people: people.collect(),
    }
}

fn planned(plan: TrainingPlan) -> TrainingEvent {
    TrainingPlanned {
        training: id("laptops-1"),
        department: id("it"),
        plan,
    }
    .into()
}

fn held(on: &str) -> TrainingEvent {
    TrainingHeld { on: id(on) }.into()
}

fn attended(people: &[&str]) -> TrainingEvent {
    let people = people.iter().map(|one| id(one)).collect();
    TrainingAttended { people }.into()
}

fn story() -> Story<TrainingDecider> {
    Story::given([planned(plan())]).by(manager("it"))
}

#[test]
fn who_may() {
    let callers = [
        (admin(), true),
        (manager("it"), true),
        (manager("finance"), false),
        (member("amina", "it"), false),
        (Caller::service("directory"), false),
    ];
    for (caller, expected) in callers {
        let may = |story: Story<TrainingDecider>, command| {
            story.by(caller.clone()).when(command).code() != Some("NOT_ALLOWED")
        };
        assert_eq!(may(Story::new(), plan_it(plan())), expected, "{caller:?}");
        for command in [
            revise(plan()),
            cancel("No trainer."),
            hold("2026-03-01", &["amina"]),
        ] {
            assert_eq!(may(story(), command), expected, "{caller:?}");
        }
    }
}

#[test]
fn a_training_is_planned_revised_and_held_and_what_was_written_down_is_put_right() {
    let dearer = TrainingPlan {
        places: 3,
        ..plan()
    };
    let revised = TrainingRevised {
        plan: dearer.clone(),
    };
    Story::<TrainingDecider>::new()
        .by(manager("it"))
        .when(revise(plan()))
        .then_refused("NOT_ALLOWED")
        .when(plan_it(plan()))
        .then([planned(plan())])
        .when(plan_it(plan()))
        .then_refused_at("TRAINING_EXISTS", "id")
        .when(revise(plan()))
        .then_nothing()
        .when(revise(dearer))
        .then([revised.into()])
        .when(hold("2026-03-01", &["bao", "amina"]))
        .then([held("2026-03-01"), attended(&["amina", "bao"])])
        .when(hold("2026-03-01", &["amina", "bao"]))
        .then_nothing()
        .when(hold("2026-03-02", &["amina", "bao"]))
        .then([held("2026-03-02")])
        .when(hold("2026-03-02", &["amina"]))
        .then([attended(&["amina"])])
        .when(revise(plan()))
        .then_refused_at("TRAINING_HELD", "id")
        .when(cancel("No trainer."))
        .then_refused_at("TRAINING_HELD", "id");
}

#[test]
fn nobody_may_have_come() {
    story()
        .when(hold("2026-03-01", &[]))
        .then([held("2026-03-01"), attended(&[])]);
}

#[test]
fn a_cancelled_training_is_over() {
    let cancelled = TrainingCancelled {
        reason: "No trainer.".into(),
    };
    story()
        .when(cancel(" "))
        .then_refused_at("MISSING_FIELD", "reason")
        .when(cancel("No trainer."))
        .then([cancelled.into()])
        .when(cancel("Still none."))
        .then_nothing()
        .when(hold("2026-03-01", &["amina"]))
        .then_refused_at("TRAINING_CANCELLED", "id")
        .when(revise(plan()))
        .then_refused_at("TRAINING_CANCELLED", "id");
}

/// What is changed about a good plan, and how that is refused.
type Oddity = (fn(&mut TrainingPlan), &'static str, &'static str);

fn currency(plan: &mut TrainingPlan, code: &str) {
    plan.cost = Some(Money {
        currency: code.into(),
        minor: 1,
    });
}

fn lasting(plan: &mut TrainingPlan, days: u32) {
    plan.gives[0].lasts_days = Some(days);
}

const ODDITIES: [Oddity; 14] = [
    (
        |plan| plan.title = " ".into(),
        "MISSING_FIELD",
        "plan.title",
    ),
    (
        |plan| plan.title = "x".repeat(201),
        "TOO_LONG",
        "plan.title",
    ),
    (|plan| plan.places = 0, "OUT_OF_RANGE", "plan.places"),
    (|plan| plan.places = 10_001, "OUT_OF_RANGE", "plan.places"),
    (
        |plan| currency(plan, "eur"),
        "INVALID_CURRENCY",
        "plan.cost.currency",
    ),
    (
        |plan| currency(plan, "QQQ"),
        "INVALID_CURRENCY",
        "plan.cost.currency",
    ),
    (
        |plan| plan.gives.clear(),
        "TRAINING_GIVES_NOTHING",
        "plan.gives",
    ),
    (
        |plan| plan.kind = TrainingKind::Awareness,
        "AWARENESS_GIVES_SKILLS",
        "plan.gives",
    ),
    (
        |plan| plan.gives.push(gain(" ")),
        "MISSING_FIELD",
        "plan.gives",
    ),
    (
        |plan| plan.gives.push(gain(" LAPTOPS")),
        "DUPLICATE",
        "plan.gives",
    ),
    (|plan| lasting(plan, 0), "OUT_OF_RANGE", "plan.gives"),
    (|plan| lasting(plan, 36_501), "OUT_OF_RANGE", "plan.gives"),
    (
        |plan| plan.gives = vec![gain("x"); 51],
        "TOO_MANY",
        "plan.gives",
    ),
    (
        |plan| plan.gives[0].subject = SkillSubject::Offering(id("laptop")),
        "UNKNOWN_OFFERING",
        "plan.gives",
    ),
];

#[test]
fn a_plan_that_makes_no_sense_is_refused_by_field() {
    for (change, code, field) in ODDITIES {
        let mut plan = plan();
        change(&mut plan);
        let unknown_offerings = vec![id("laptop")];
        let plan_it = TrainingCommand::Plan {
            id: id("laptops-1"),
            department: department("it", Present),
            plan: plan.clone(),
            unknown_offerings: unknown_offerings.clone(),
        };
        let new = Story::<TrainingDecider>::new().by(manager("it"));
        new.when(plan_it).then_refused_at(code, field);
        let revise = TrainingCommand::Revise {
            plan,
            unknown_offerings,
        };
        story().when(revise).then_refused_at(code, field);
    }
}

#[test]
fn a_closed_department_gives_no_training_and_an_unknown_one_neither() {
    for (presence, code) in [
        (Ended, "DEPARTMENT_CLOSED"),
        (Unknown, "UNKNOWN_DEPARTMENT"),
    ] {
        let command = TrainingCommand::Plan {
            id: id("laptops-1"),
            department: department("it", presence),
            plan: plan(),
            unknown_offerings: vec![],
        };
        Story::<TrainingDecider>::new()
            .by(admin())
            .when(command)
            .then_refused_at(code, "department_id");
    }
}

#[test]
fn attendance_that_cannot_be_is_refused_by_field() {
    let people = |people: Vec<PersonFact>| TrainingCommand::Hold {
        on: id("2026-03-01"),
        people,
    };
    story()
        .when(hold("2026-03-04", &["amina"]))
        .then_refused_at("DATE_IN_FUTURE", "on")
        .when(hold("2026-03-01", &["amina", "bao", "chen"]))
        .then_refused_at("TOO_MANY", "person_ids")
        .when(hold("2026-03-01", &["amina", "amina"]))
        .then_refused_at("DUPLICATE", "person_ids")
        .when(people(vec![person("amina", Unknown, &[])]))
        .then_refused_at("UNKNOWN_PERSON", "person_ids")
        // Who has left since was there all the same.
        .when(people(vec![person("amina", Ended, &[])]))
        .then([held("2026-03-01"), attended(&["amina"])]);
    Story::<TrainingDecider>::new()
        .by(admin())
        .when(hold("2026-03-01", &[]))
        .then_refused_at("UNKNOWN_TRAINING", "id");
}

#[test]
fn it_concerns_the_department_that_gives_it() {
    let training = story().state().clone();
    let audience = TrainingDecider::audience(&None, &training);
    assert_eq!(audience, [id("it")].into());
}
