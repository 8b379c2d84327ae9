//! Rounds: launched, opened, reminded, closed and followed by themselves.

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::Profile;
use khidma_events::feedback::{
    Anonymity, Audience, Invited, PeopleInvited, RoundEvent, RoundLaunched, Thresholds,
    round_entity,
};
use khidma_kernel::{Position, RoundId, Timestamp};
use khidma_projection::rows_equal;
use khidma_proto::feedback as pb;
use khidma_testkit::{append, eventually};
use pb::RoundState;
use tonic::Code;
use uuid::Uuid;

use crate::stage::{department, employee, id};
use crate::survey_stage::*;

async fn mine(who: &Surveys, open_only: bool, min_position: u64) -> Vec<pb::MyRound> {
    let request = pb::ListMyRoundsRequest {
        open_only,
        min_position,
        ..Default::default()
    };
    who.clone()
        .list_my_rounds(request)
        .await
        .unwrap()
        .into_inner()
        .rounds
}

fn invited(events: &[RoundEvent]) -> Vec<String> {
    let people = events.iter().flat_map(|event| match event {
        RoundEvent::PeopleInvited(event) => event.people.clone(),
        _ => vec![],
    });
    people.map(|one| one.person.to_string()).collect()
}

#[tokio::test]
async fn a_round_asks_whom_it_names_and_ends_by_itself() {
    let stage = Stage::set().await;
    stage.defined().await;
    let id = stage.launched(stage.launch()).await;
    let planned = stage.round(&id).await;
    assert_eq!(planned.state(), RoundState::Planned);
    assert_eq!((planned.owner_id.as_str(), planned.version), ("it", 1));
    let usual = pb::Thresholds {
        ratings: 5,
        comments: 10,
    };
    assert_eq!(planned.thresholds, Some(usual));
    assert_eq!(mine(&stage.daniel, false, 0).await, vec![]);

    stage.go_to(1);
    let open = stage.until(&id, RoundState::Open).await;
    assert_eq!(open.opened_at, Some(stage.day(1)));
    let asked = ["daniel", "hoa", "mei", "omar", "sana", "yuki"];
    assert_eq!(invited(&stage.told(&id).await), asked);
    let head = stage.host.log.head().await.unwrap().0;
    let his = mine(&stage.daniel, true, head).await;
    assert_eq!(his.len(), 1);
    assert_eq!(his[0].answer(), pb::MyAnswer::None);
    assert_eq!(mine(&stage.linh, false, head).await, vec![]);
    // IT of four and its help desk of two are too few to be told apart.
    let turnout = stage.seen(&id).await.turnout.unwrap();
    assert_eq!((turnout.invited, turnout.answered), (6, 0));
    let told: Vec<_> = turnout.departments.iter().map(|one| one.invited).collect();
    assert_eq!(
        (told, turnout.departments[0].department_id.as_str()),
        (vec![6], "")
    );
    let request = pb::GetRoundRequest {
        id: id.clone(),
        min_position: 0,
    };
    let hers = stage.linh.clone().get_round(request).await.unwrap();
    assert_eq!(hers.into_inner().turnout, None);

    stage.go_to(4);
    let reminded = || async {
        let told = stage.told(&id).await;
        matches!(told.last(), Some(RoundEvent::RoundReminded(one)) if one.reminder == 1)
    };
    assert!(eventually(LONG, reminded).await);
    stage.go_to(8);
    let closed = stage.until(&id, RoundState::Closed).await;
    assert_eq!(closed.ended_at, Some(stage.day(8)));
    let head = stage.host.log.head().await.unwrap().0;
    assert_eq!(mine(&stage.daniel, true, head).await, vec![]);
    assert_eq!(mine(&stage.daniel, false, head).await.len(), 1);
}

#[tokio::test]
async fn each_reads_the_form_in_their_language_and_others_do_not_see_it() {
    let stage = Stage::set().await;
    stage.defined().await;
    let id = stage.launched(stage.launch()).await;
    stage.go_to(1);
    stage.until(&id, RoundState::Open).await;
    let form = |languages: &[&str]| pb::GetRoundFormRequest {
        id: id.clone(),
        languages: languages.iter().map(|tag| (*tag).to_owned()).collect(),
        min_position: 0,
    };
    let hers = stage.sana.clone().get_round_form(form(&[])).await.unwrap();
    let hers = hers.into_inner();
    let read = hers.form.unwrap();
    assert_eq!(hers.language, "fa");
    assert_eq!(read.title, [("fa".into(), "خدمت ما".into())].into());
    // What is not there in it is read in the language to fall back to.
    assert_eq!(
        read.sections[0].title,
        [("en".into(), "All of it".into())].into()
    );
    let labels = read.sections[0]
        .items
        .iter()
        .filter_map(|item| match &item.answer {
            Some(pb::survey_item::Answer::Scale(scale)) => Some(scale.labels.clone()),
            _ => None,
        });
    let labels: Vec<_> = labels.flatten().collect();
    assert_eq!(labels[0].text, [("fa".into(), "بد".into())].into());
    let chosen = stage
        .sana
        .clone()
        .get_round_form(form(&["ja", "en-GB"]))
        .await;
    assert_eq!(chosen.unwrap().into_inner().language, "en");

    let unknown = no(Code::NotFound, "UNKNOWN_ROUND", "id");
    let others = stage.linh.clone().get_round_form(form(&[])).await;
    assert_eq!(refused(others), unknown);
    assert!(stage.root.clone().get_round_form(form(&[])).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_promised() {
    let stage = Stage::set().await;
    stage.defined().await;
    let few = pb::Audience {
        department_ids: vec!["hr".into()],
        ..Default::default()
    };
    let with = |change: &dyn Fn(&mut pb::LaunchRoundRequest)| {
        let mut launch = stage.launch();
        change(&mut launch);
        launch
    };
    let wrong = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    let too_few = || no(Code::FailedPrecondition, "TOO_FEW_PEOPLE", "audience");
    let sample = Some(pb::Sample {
        people: 4,
        seed: Some(7),
    });
    let table = [
        (with(&|it| it.audience = Some(few.clone())), too_few()),
        (
            with(&|it| it.audience.as_mut().unwrap().sample = sample),
            too_few(),
        ),
        (
            with(&|it| it.audience.as_mut().unwrap().role_ids = vec!["fire-warden".into()]),
            too_few(),
        ),
        (
            with(&|it| it.audience.as_mut().unwrap().department_ids = vec!["nowhere".into()]),
            wrong("UNKNOWN_DEPARTMENT", "audience.department_ids"),
        ),
        (
            with(&|it| it.anonymity = 0),
            wrong("MISSING_FIELD", "anonymity"),
        ),
        (
            with(&|it| {
                it.thresholds = Some(pb::Thresholds {
                    ratings: 2,
                    comments: 0,
                });
            }),
            wrong("OUT_OF_RANGE", "thresholds.ratings"),
        ),
        (
            with(&|it| {
                it.anonymity = pb::Anonymity::Anonymous.into();
                it.break_down_by = vec![pb::Dimension::Day.into()];
            }),
            wrong("DIMENSION_NOT_ANONYMOUS", "break_down_by"),
        ),
        (
            with(&|it| it.closes_at = Some(stage.day(1))),
            wrong("CLOSES_BEFORE_IT_OPENS", "closes_at"),
        ),
        (
            with(&|it| it.closes_at = Some(stage.day(367))),
            wrong("CLOSES_TOO_LATE", "closes_at"),
        ),
        (
            with(&|it| it.closes_at = None),
            wrong("MISSING_FIELD", "closes_at"),
        ),
        (
            with(&|it| it.opens_at = Some(stage.day(-1))),
            wrong("OPENS_IN_THE_PAST", "opens_at"),
        ),
        (
            with(&|it| it.remind_at = vec![stage.day(9)]),
            wrong("REMINDER_OUTSIDE", "remind_at"),
        ),
        (
            with(&|it| {
                it.recurrence = Some(pb::Recurrence {
                    every_days: 6,
                    times: None,
                });
            }),
            wrong("OVERLAPS", "recurrence.every_days"),
        ),
        (
            with(&|it| it.survey_id = "nothing".into()),
            wrong("UNKNOWN_SURVEY", "survey_id"),
        ),
        (
            with(&|it| it.version = 2),
            wrong("UNKNOWN_VERSION", "version"),
        ),
    ];
    for (launch, expected) in table {
        let launched = stage.mei.clone().launch_round(launch).await;
        assert_eq!(refused(launched), expected);
    }
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    for who in [&stage.daniel, &stage.linh] {
        let launched = who.clone().launch_round(stage.launch()).await;
        assert_eq!(refused(launched), denied);
    }
    let few = with(&|it| it.audience = Some(few.clone()));
    let reason = stage.mei.clone().launch_round(few).await.unwrap_err();
    let said = reason.message();
    assert!(
        said.contains("3 people") && said.contains("at least 5"),
        "{said}"
    );
    assert_eq!(stage.rounds().await, vec![]);
}

#[tokio::test]
async fn the_same_call_launches_once_also_when_its_time_has_passed() {
    let stage = Stage::set().await;
    stage.defined().await;
    let launch = stage.launch();
    let first = stage.launched(launch.clone()).await;
    stage.go_to(2);
    assert_eq!(stage.launched(launch).await, first);
    assert_eq!(stage.rounds().await.len(), 1);
}

#[tokio::test]
async fn a_round_that_lost_its_people_is_called_off_with_the_reason() {
    let stage = Stage::set().await;
    stage.defined().await;
    let id = stage.launched(stage.launch()).await;
    let log = &*stage.host.log;
    for person in ["omar", "yuki"] {
        let last = last_of(log, &format!("person-{person}")).await;
        leaves(log, person, last).await;
    }
    stage.go_to(1);
    let cancelled = stage.until(&id, RoundState::Cancelled).await;
    assert_eq!(
        cancelled.cancel_reason,
        "4 people were left to be asked, and 5 are needed"
    );
    assert_eq!(invited(&stage.told(&id).await), Vec::<String>::new());
}

/// Where the last commit of an entity stands.
async fn last_of(log: &dyn EventLog, entity: &str) -> Position {
    let head = log.head().await.unwrap();
    let mut commits = log.follow(Position::START);
    let (mut at, mut last) = (Position::START, Position::START);
    while at < head {
        let commit = commits.next().await.unwrap().unwrap();
        at = commit.position;
        if commit.entity == entity {
            last = at;
        }
    }
    last
}

#[tokio::test]
async fn rounds_are_called_off_and_closed_by_who_launched_them() {
    let stage = Stage::set().await;
    stage.defined().await;
    let first = stage.launched(stage.launch()).await;
    let cancel = |id: &str| pb::CancelRoundRequest {
        request_id: key(),
        id: id.to_owned(),
        reason: "Too soon".into(),
    };
    let close = |id: &str| pb::CloseRoundRequest {
        request_id: key(),
        id: id.to_owned(),
    };
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    let (mut mei, mut linh) = (stage.mei.clone(), stage.linh.clone());
    assert_eq!(refused(linh.cancel_round(cancel(&first)).await), denied);
    mei.cancel_round(cancel(&first)).await.unwrap();
    assert_eq!(stage.round(&first).await.cancel_reason, "Too soon");
    stage.go_to(1);
    let second = pb::LaunchRoundRequest {
        opens_at: None,
        ..stage.launch()
    };
    let second = stage.launched(second).await;
    stage.until(&second, RoundState::Open).await;
    let late = no(Code::FailedPrecondition, "ALREADY_OPENED", "");
    assert_eq!(refused(mei.cancel_round(cancel(&second)).await), late);
    assert_eq!(refused(linh.close_round(close(&second)).await), denied);
    mei.close_round(close(&second)).await.unwrap();
    assert_eq!(stage.round(&second).await.state(), RoundState::Closed);
    let unknown = no(Code::NotFound, "UNKNOWN_ROUND", "");
    let nothing = Uuid::from_u128(7).to_string();
    assert_eq!(refused(mei.close_round(close(&nothing)).await), unknown);
    let states: Vec<_> = stage.rounds().await.iter().map(pb::Round::state).collect();
    assert_eq!(states, [RoundState::Closed, RoundState::Cancelled]);
}

#[tokio::test]
async fn what_recurs_goes_on_once_in_two_processes_until_the_survey_is_retired() {
    let stage = Stage::set().await;
    let other = Stage::on(stage.host.log.clone()).await;
    stage.defined().await;
    let launch = pb::LaunchRoundRequest {
        recurrence: Some(pb::Recurrence {
            every_days: 10,
            times: None,
        }),
        ..stage.launch()
    };
    let first = stage.launched(launch).await;
    let go_to = |days| {
        stage.go_to(days);
        other.go_to(days);
    };
    let next_of = async |previous: &str| {
        let follows = || async { stage.rounds().await[0].previous_id == previous };
        assert!(eventually(LONG, follows).await);
        stage.rounds().await[0].clone()
    };
    go_to(1);
    stage.until(&first, RoundState::Open).await;
    go_to(8);
    stage.until(&first, RoundState::Closed).await;
    let second = next_of(&first).await;
    assert_eq!(second.opens_at, Some(stage.day(11)));
    assert_eq!(second.remind_at, [stage.day(14)]);
    go_to(11);
    stage.until(&second.id, RoundState::Open).await;
    assert_eq!(invited(&stage.told(&second.id).await).len(), 6);
    let retire = pb::RetireSurveyRequest {
        request_id: key(),
        survey_id: "service".into(),
    };
    stage.mei.clone().retire_survey(retire).await.unwrap();
    go_to(18);
    stage.until(&second.id, RoundState::Closed).await;
    let last = next_of(&second.id).await;
    assert_eq!(last.cancel_reason, "the survey was retired");
    for process in [&stage, &other] {
        process.host.caught_up().await;
    }
    go_to(300);
    assert_eq!(stage.rounds().await.len(), 3);
    for round in [&first, &second.id] {
        let told = stage.told(round).await;
        let ends = told
            .iter()
            .filter(|event| matches!(event, RoundEvent::RoundClosed(_)));
        assert_eq!(ends.count(), 1);
        assert_eq!(invited(&told).len(), 6);
    }
}

#[tokio::test]
async fn each_anonymous_round_has_a_key_of_its_own() {
    let stage = Stage::set().await;
    stage.defined().await;
    let launch = pb::LaunchRoundRequest {
        anonymity: pb::Anonymity::Anonymous.into(),
        recurrence: Some(pb::Recurrence {
            every_days: 10,
            times: Some(1),
        }),
        ..stage.launch()
    };
    let first = stage.launched(launch).await;
    stage.go_to(1);
    let first = stage.until(&first, RoundState::Open).await;
    assert!(!first.public_key.is_empty());
    stage.go_to(8);
    let follows = || async { stage.rounds().await.len() == 2 };
    assert!(eventually(LONG, follows).await);
    let second = stage.rounds().await[0].clone();
    assert_eq!(second.recurrence, None);
    assert!(!second.public_key.is_empty());
    assert_ne!(first.public_key, second.public_key);
}

#[tokio::test]
async fn some_are_chosen_by_a_seed_that_all_can_see() {
    let stage = Stage::set().await;
    stage.defined().await;
    let launch = pb::LaunchRoundRequest {
        audience: Some(pb::Audience {
            kinds: vec![khidma_proto::directory::PersonKind::Employee.into()],
            sample: Some(pb::Sample {
                people: 5,
                seed: None,
            }),
            ..Default::default()
        }),
        ..stage.launch()
    };
    let id = stage.launched(launch).await;
    stage.go_to(1);
    let open = stage.until(&id, RoundState::Open).await;
    let sample = open.audience.unwrap().sample.unwrap();
    let all = [
        "daniel", "hoa", "ines", "linh", "mei", "omar", "root", "sana", "yuki",
    ];
    let fitting = all.map(|person| Invited {
        person: person.parse().unwrap(),
        department: None,
        kind: khidma_events::directory::PersonKind::Employee,
    });
    let sample = khidma_events::feedback::Sample {
        people: sample.people,
        seed: sample.seed.unwrap(),
    };
    let expected = khidma_feedback_domain::round::chosen(fitting.to_vec(), Some(sample));
    let expected: Vec<_> = expected.iter().map(|one| one.person.to_string()).collect();
    assert_eq!(invited(&stage.told(&id).await), expected);
}

const MANY: usize = 2_300;

/// Two thousand and three hundred people, of whom a process had invited the first thousand when it died.
#[tokio::test(flavor = "multi_thread")]
async fn many_are_invited_step_by_step_from_where_somebody_died() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    department(&*log, "it", None).await;
    let name = |number: usize| format!("p{number:05}");
    stream::iter(0..MANY)
        .for_each_concurrent(64, |number| {
            let log = log.clone();
            async move { employee(&*log, &name(number), Some("it"), Profile::default()).await }
        })
        .await;
    let stage = Stage::on(log.clone()).await;
    let defined = pb::DefineSurveyRequest {
        owner_id: "it".into(),
        ..define(definition())
    };
    stage.root.clone().define_survey(defined).await.unwrap();
    let begins: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let round = RoundId(Uuid::from_u128(7));
    let launched = RoundLaunched {
        round,
        survey: id("service"),
        version: 1,
        owner: id("it"),
        anonymity: Anonymity::Named,
        audience: Audience::default(),
        thresholds: Thresholds {
            ratings: 5,
            comments: 10,
        },
        break_down_by: Default::default(),
        opens_at: begins.plus_seconds(DAY),
        closes_at: begins.plus_seconds(2 * DAY),
        remind_at: vec![],
        recurrence: None,
        previous: None,
        public_key: None,
    };
    let people = (0..1_000).map(|number| Invited {
        person: id(&name(number)),
        department: Some(id("it")),
        kind: khidma_events::directory::PersonKind::Employee,
    });
    let people = people.collect();
    let events: Vec<RoundEvent> = vec![launched.into(), PeopleInvited { people }.into()];
    append(&*log, round_entity(round), events).await;
    let other = Stage::on(log.clone()).await;
    for process in [&stage, &other] {
        process.go_to(1);
    }
    let id = round.to_string();
    stage.until(&id, RoundState::Open).await;
    let told = stage.told(&id).await;
    let everybody: Vec<_> = (0..MANY).map(name).collect();
    assert_eq!(invited(&told), everybody);
    let pages = told.iter().filter_map(|event| match event {
        RoundEvent::PeopleInvited(event) => Some(event.people.len()),
        _ => None,
    });
    assert_eq!(pages.collect::<Vec<_>>(), [1_000, 1_000, 300]);
    let turnout = stage.seen(&id).await.turnout.unwrap();
    assert_eq!((turnout.invited, turnout.departments.len()), (2_300, 1));
}

#[tokio::test]
async fn rows_that_are_built_again_are_the_same() {
    let stage = Stage::set().await;
    stage.defined().await;
    let launch = pb::LaunchRoundRequest {
        recurrence: Some(pb::Recurrence {
            every_days: 10,
            times: None,
        }),
        ..stage.launch()
    };
    stage.launched(launch).await;
    for day in [1, 4, 8, 11] {
        stage.go_to(day);
        let open = || async {
            let due = stage.host.projections[0].reader().next_due().unwrap();
            due.is_none_or(|due| due > stage.host.now())
        };
        assert!(eventually(LONG, open).await, "day {day}");
    }
    assert_eq!(stage.rounds().await.len(), 2);
    let projection = stage.host.projections[0].clone();
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    assert!(rows_equal(&before, &projection.reader()).unwrap());
    assert_eq!(stage.rounds().await.len(), 2);
}
