//! What may be launched, how a round opens, reminds and closes, and who follows it.

mod chance;
mod launching;

use std::collections::BTreeSet;

use khidma_events::feedback::*;
use khidma_kernel::{Caller, RoundId, Timestamp};
use khidma_kernel::{PersonId, Role};
use khidma_testkit::Story;
use uuid::Uuid;

use super::*;
use crate::survey::Survey;

type Asking = Story<RoundDecider>;

const DAY: i64 = 24 * 3600;

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    let roles = roles.iter().copied();
    Caller::person(person.parse().unwrap(), department.parse().unwrap(), roles)
}

fn mei() -> Caller {
    caller("mei", "it", &[Role::Manager])
}

fn service() -> Caller {
    Caller::service("feedback")
}

/// When stories begin, and so many days later.
fn day(days: i64) -> Timestamp {
    let begins: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    begins.plus_seconds(days * DAY)
}

fn survey(retired: bool) -> Survey {
    use khidma_events::feedback::{SurveyDefined, SurveyEvent, SurveyRetired};
    use khidma_kernel::Decider;

    use crate::survey::SurveyDecider;
    let definition = crate::survey::definition::tests::definition();
    let defined = |version| {
        let defined = SurveyDefined {
            survey: "service".parse().unwrap(),
            version,
            owner: "it".parse().unwrap(),
            definition: definition.clone(),
        };
        SurveyEvent::from(defined)
    };
    let story = Story::<SurveyDecider>::given([defined(1), defined(2)]);
    let story = match retired {
        true => story.and([SurveyRetired {}.into()]),
        false => story,
    };
    let state: &<SurveyDecider as Decider>::State = story.state();
    state.clone().unwrap()
}

/// IT asks everybody for a week from tomorrow on, with a reminder in the middle.
fn launch() -> Launch {
    Launch {
        round: RoundId(Uuid::from_u128(7)),
        survey: "service".parse().unwrap(),
        version: 0,
        anonymity: Anonymity::Confidential,
        audience: Audience::default(),
        thresholds: THRESHOLDS,
        break_down_by: BTreeSet::from([Dimension::Department]),
        opens_at: Some(day(1)),
        closes_at: day(8),
        remind_at: vec![day(4)],
        recurrence: None,
        facts: LaunchFacts {
            survey: Some(survey(false)),
            open: ["it", "hr"].map(|id| id.parse().unwrap()).into(),
            fitting: 12,
            public_key: None,
        },
    }
}

fn launched() -> RoundLaunched {
    let launch = launch();
    RoundLaunched {
        round: launch.round,
        survey: launch.survey,
        version: 2,
        owner: "it".parse().unwrap(),
        anonymity: launch.anonymity,
        audience: launch.audience,
        thresholds: launch.thresholds,
        break_down_by: launch.break_down_by,
        opens_at: day(1),
        closes_at: day(8),
        remind_at: vec![day(4)],
        recurrence: None,
        previous: None,
        public_key: None,
    }
}

fn person(number: usize) -> Invited {
    Invited {
        person: format!("p{number:03}").parse().unwrap(),
        department: Some("it".parse().unwrap()),
        kind: khidma_events::directory::PersonKind::Employee,
    }
}

fn people(from: usize, to: usize) -> Vec<Invited> {
    (from..to).map(person).collect()
}

/// A step of inviting behind `after`, of 12 people.
fn step(after: Option<usize>, people: Vec<Invited>, last: bool) -> RoundCommand {
    RoundCommand::Invite(Invitation {
        after: after.map(|number| person(number).person),
        people,
        last,
        chosen: 12,
        retired: false,
    })
}

fn planned() -> Asking {
    Asking::given([launched().into()]).by(service())
}

fn opened() -> Asking {
    let people = people(0, 12);
    planned().at(day(1)).and([
        PeopleInvited { people }.into(),
        RoundOpened { invited: 12 }.into(),
    ])
}

fn cancelled(reason: &str) -> RoundEvent {
    let reason = reason.to_owned();
    RoundCancelled { reason }.into()
}

#[test]
fn a_round_lives_its_week() {
    let all = people(0, 12);
    planned()
        .when(step(None, all.clone(), true))
        .then([])
        .at(day(1))
        .when(step(None, all.clone(), true))
        .then([
            PeopleInvited { people: all }.into(),
            RoundOpened { invited: 12 }.into(),
        ])
        .when(RoundCommand::Remind)
        .then([])
        .at(day(4))
        .when(RoundCommand::Remind)
        .then([RoundReminded { reminder: 1 }.into()])
        .when(RoundCommand::Remind)
        .then([])
        .when(RoundCommand::Close)
        .then([])
        .at(day(8))
        .when(RoundCommand::Close)
        .then([RoundClosed {}.into()])
        .when(RoundCommand::Close)
        .then([])
        .when(RoundCommand::Remind)
        .then([]);
}

#[test]
fn many_are_invited_step_by_step_and_each_once_whoever_asks() {
    let (first, second) = (people(0, 8), people(8, 12));
    planned()
        .at(day(1))
        .when(step(None, first.clone(), false))
        .then([PeopleInvited {
            people: first.clone(),
        }
        .into()])
        // Another process asks for the same step, and this one for one that is not next.
        .when(step(None, first, false))
        .then([])
        .when(step(Some(3), second.clone(), true))
        .then([])
        .when(step(Some(7), second.clone(), true))
        .then([
            PeopleInvited {
                people: second.clone(),
            }
            .into(),
            RoundOpened { invited: 12 }.into(),
        ])
        .when(step(Some(7), second, true))
        .then([]);
}

#[test]
fn a_round_that_lost_its_people_is_called_off() {
    let few = |chosen: u32, people: Vec<Invited>| {
        RoundCommand::Invite(Invitation {
            after: None,
            people,
            last: true,
            chosen,
            retired: false,
        })
    };
    let reason = "4 people were left to be asked, and 5 are needed";
    planned()
        .at(day(1))
        .when(few(4, people(0, 4)))
        .then([cancelled(reason)])
        .when(few(12, people(0, 12)))
        .then([]);
    // They left between two steps.
    planned()
        .at(day(1))
        .when(few(5, people(0, 4)))
        .then([cancelled(reason)]);
    planned()
        .at(day(1))
        .and([PeopleInvited {
            people: people(0, 4),
        }
        .into()])
        .when(step(Some(3), vec![], true))
        .then([cancelled(reason)]);
    planned()
        .at(day(1))
        .and([PeopleInvited {
            people: people(0, 5),
        }
        .into()])
        .when(step(Some(4), vec![], true))
        .then([RoundOpened { invited: 5 }.into()]);
}

#[test]
fn what_cannot_be_asked_any_more_is_called_off() {
    planned()
        .at(day(8))
        .when(step(None, people(0, 12), true))
        .then([cancelled("it could not be opened before it was to close")]);
    let retired = RoundCommand::Invite(Invitation {
        after: None,
        people: people(0, 12),
        last: true,
        chosen: 12,
        retired: true,
    });
    planned()
        .at(day(1))
        .when(retired)
        .then([cancelled("the survey was retired")]);
}

#[test]
fn after_a_long_night_there_is_one_reminder() {
    let thrice = RoundLaunched {
        remind_at: vec![day(2), day(4), day(6)],
        ..launched()
    };
    Asking::given([thrice.into()])
        .by(service())
        .and([RoundOpened { invited: 12 }.into()])
        .at(day(5))
        .when(RoundCommand::Remind)
        .then([RoundReminded { reminder: 2 }.into()])
        .at(day(6))
        .when(RoundCommand::Remind)
        .then([RoundReminded { reminder: 3 }.into()]);
}

#[test]
fn nobody_answers_before_it_opens_or_after_it_closes() {
    let takes = |story: &Asking, at| {
        let state: &Option<Round> = story.state();
        state.as_ref().unwrap().takes_answers(at)
    };
    assert!(!takes(&planned(), day(2)));
    let open = opened();
    assert!(takes(&open, day(1)) && takes(&open, day(7)));
    // The timer that closes it may come late.
    assert!(!takes(&open, day(8)));
    let closed = open.and([RoundClosed {}.into()]);
    assert!(!takes(&closed, day(2)));
}

/// The table of who may close an open round early, call off a planned one, and what only the service does.
#[test]
fn who_may_what() {
    let (no, own) = (Some("NOT_ALLOWED"), None);
    let table = [
        (mei(), [own, own, no, no, no]),
        (caller("root", "hr", &[Role::Admin]), [own, own, no, no, no]),
        (caller("linh", "hr", &[Role::Manager]), [no; 5]),
        (caller("daniel", "it", &[]), [no; 5]),
        (caller("past", "it", &[Role::Import, Role::Feed]), [no; 5]),
        (Caller::anonymous(), [no; 5]),
        (service(), [own, no, own, own, own]),
    ];
    let call_off = || RoundCommand::Cancel {
        reason: "Too soon".into(),
    };
    let follow = RoundCommand::Follow(Box::new(Follow {
        round: RoundId(Uuid::from_u128(8)),
        previous: launched(),
        retired: false,
        public_key: None,
    }));
    for (who, expected) in table {
        let outcomes = [
            opened().by(who.clone()).when(RoundCommand::Close).code(),
            planned().by(who.clone()).when(call_off()).code(),
            planned()
                .by(who.clone())
                .when(step(None, vec![], true))
                .code(),
            opened().by(who.clone()).when(RoundCommand::Remind).code(),
            Asking::new().by(who.clone()).when(follow.clone()).code(),
        ];
        assert_eq!(outcomes, expected, "{who:?}");
    }
}

#[test]
fn a_round_is_called_off_before_it_opens_and_closed_after() {
    let call_off = |reason: &str| RoundCommand::Cancel {
        reason: reason.into(),
    };
    let at_once = || opened().by(mei()).at(day(2));
    planned()
        .by(mei())
        .when(RoundCommand::Close)
        .then_refused("NOT_OPEN")
        .when(call_off(&"x".repeat(REASON + 1)))
        .then_refused_at("TOO_LONG", "reason")
        .when(call_off("Too soon"))
        .then([cancelled("Too soon")])
        .when(call_off("Too soon"))
        .then([])
        .when(RoundCommand::Close)
        .then_refused("NOT_OPEN");
    at_once()
        .when(call_off(""))
        .then_refused("ALREADY_OPENED")
        .when(RoundCommand::Close)
        .then([RoundClosed {}.into()])
        .when(call_off(""))
        .then_refused("OVER");
    for command in [RoundCommand::Close, RoundCommand::Remind, call_off("")] {
        Asking::new()
            .by(mei())
            .when(command)
            .then_refused("UNKNOWN_ROUND");
    }
}

/// What follows `previous`, at `at`.
fn next(previous: &RoundLaunched, at: Timestamp, retired: bool) -> Vec<RoundEvent> {
    let follow = Follow {
        round: RoundId(Uuid::from_u128(8)),
        previous: previous.clone(),
        retired,
        public_key: Some("another key".into()),
    };
    super::follow::follow(&follow, at)
}

fn recurring(times: Option<u16>) -> RoundLaunched {
    let recurrence = Recurrence {
        every_days: 10,
        times,
    };
    RoundLaunched {
        recurrence: Some(recurrence),
        public_key: Some("a key".into()),
        ..launched()
    }
}

#[test]
fn what_recurs_is_launched_anew_with_a_key_of_its_own() {
    let previous = recurring(Some(2));
    let second = RoundLaunched {
        round: RoundId(Uuid::from_u128(8)),
        opens_at: day(11),
        closes_at: day(18),
        remind_at: vec![day(14)],
        recurrence: recurring(Some(1)).recurrence,
        previous: Some(previous.round),
        public_key: Some("another key".into()),
        ..previous.clone()
    };
    assert_eq!(next(&previous, day(8), false), [second.into()]);
    let [RoundEvent::RoundLaunched(last)] = &next(&recurring(Some(1)), day(8), false)[..] else {
        panic!("one round follows");
    };
    assert_eq!(last.recurrence, None);
    assert_eq!(next(last, day(18), false), []);
    // Two rounds were missed while nobody looked; the third can still be answered.
    let [RoundEvent::RoundLaunched(third)] = &next(&recurring(Some(9)), day(28), false)[..] else {
        panic!("one round follows");
    };
    assert_eq!((third.opens_at, third.closes_at), (day(31), day(38)));
    assert_eq!(third.recurrence, recurring(Some(6)).recurrence);
    // All were missed: the last comes, and is called off when it is to open.
    let [RoundEvent::RoundLaunched(last)] = &next(&recurring(Some(1)), day(300), false)[..] else {
        panic!("one round follows");
    };
    assert_eq!((last.opens_at, last.recurrence), (day(11), None));
}

#[test]
fn what_recurs_ends_in_sight_where_the_survey_was_retired() {
    let events = next(&recurring(None), day(8), true);
    let [
        RoundEvent::RoundLaunched(_),
        RoundEvent::RoundCancelled(end),
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(end.reason, "the survey was retired");
}

#[test]
fn each_time_others_are_chosen() {
    let mut previous = recurring(None);
    let (people, seed) = (20, 7);
    previous.audience.sample = Some(Sample { people, seed });
    let seeds: Vec<_> = next(&previous, day(8), false)
        .into_iter()
        .filter_map(|event| match event {
            RoundEvent::RoundLaunched(event) => event.audience.sample,
            _ => None,
        })
        .collect();
    assert_eq!(seeds.len(), 1);
    assert_eq!(seeds[0].people, people);
    assert_ne!(seeds[0].seed, seed);
}

/// Only so that the compiler says it here if ids stop being ordered as they are written.
#[test]
fn people_are_invited_in_the_order_of_their_ids() {
    let ids: Vec<PersonId> = people(0, 300).into_iter().map(|one| one.person).collect();
    assert!(ids.is_sorted());
}
