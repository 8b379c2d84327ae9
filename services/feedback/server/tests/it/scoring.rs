//! The scorecard: what counts, where and when, and what is taken back.

use khidma_events::feedback::*;
use khidma_events::requests::RequestKind;
use khidma_events::sla::{ClockRef, Metric, Verdict};
use khidma_kernel::{ActionId, Position, ThanksId};
use khidma_proto::feedback as pb;
use khidma_proto::sla::Metric as Shown;
use tonic::Code;
use uuid::Uuid;

use crate::score_stage::{Life, Stage, asking, on, say};
use crate::stage::{id, key, refused};

const RESOLVE: ClockRef = ClockRef {
    metric: Metric::Resolve,
    number: 1,
};
const ACKNOWLEDGE: ClockRef = ClockRef {
    metric: Metric::Acknowledge,
    number: 1,
};

/// The interval that statsmodels gives: confint_proportions_2indep(3, 4, 1, 3, method="newcomb", compare="diff").
const NEWCOMBE: (f64, f64) = (-0.225_680_778_374_866_6, 0.756_787_687_049_546_4);

/// Met, breached, running, excluded.
fn went(period: &pb::ScorecardPeriod, metric: Shown) -> [u64; 4] {
    let mut attainment = period.attainment.iter();
    let one = attainment.find(|one| one.metric() == metric);
    one.map_or([0; 4], |one| {
        [one.met, one.breached, one.running, one.excluded]
    })
}

#[tokio::test]
async fn promises_count_as_the_report_counts_them() {
    let stage = Stage::set().await;
    let log = &*stage.host.log;
    let mut mouse = Life::of_it(log, on(3, 0)).await;
    mouse.promised(RESOLVE, "it").await;
    let card = stage.january().await;
    // It goes on, and now is in March.
    assert_eq!(went(&card.periods[0], Shown::Resolve), [0; 4]);
    assert_eq!(card.periods[0].submitted, 1);

    mouse.breached(RESOLVE, on(4, 0)).await;
    mouse.retracted(RESOLVE, on(4, 0)).await;
    mouse.stopped(RESOLVE, on(5, 0), Verdict::Met).await;
    let january = &stage.january().await.periods[0];
    assert_eq!(went(january, Shown::Resolve), [1, 0, 0, 0]);

    // It was not done after all, and the help desk goes on: nothing of it is left where it was.
    mouse.continued(RESOLVE, "helpdesk", on(6, 0)).await;
    mouse.breached(RESOLVE, on(7, 0)).await;
    let january = &stage.january().await.periods[0];
    assert_eq!(went(january, Shown::Resolve), [0; 4]);
    let march = asking("helpdesk", "2026-03-01", "2026-04-01");
    let march = stage.card(&stage.mei, march).await.unwrap();
    assert_eq!(went(&march.periods[0], Shown::Resolve), [0, 1, 0, 0]);
    let above = pb::GetScorecardRequest {
        with_below: true,
        ..asking("it", "2026-03-01", "2026-04-01")
    };
    let above = stage.card(&stage.mei, above).await.unwrap();
    assert_eq!(above.department_ids, ["helpdesk", "it"]);
    assert_eq!(went(&above.periods[0], Shown::Resolve), [0, 1, 0, 0]);
}

#[tokio::test]
async fn satisfaction_stands_beside_whether_the_promise_was_kept() {
    let stage = Stage::set().await;
    let log = &*stage.host.log;
    for (number, score) in [5, 5, 4, 2, 1, 2, 4].into_iter().enumerate() {
        let mut life = Life::of_it(log, on(1, 0)).await;
        life.promised(ACKNOWLEDGE, "it").await;
        life.stopped(ACKNOWLEDGE, on(1, 60), Verdict::Met).await;
        life.promised(RESOLVE, "it").await;
        let verdict = match number < 4 {
            true => Verdict::Met,
            false => Verdict::Breached,
        };
        life.stopped(RESOLVE, on(2, 0), verdict).await;
        life.asked("it", on(2, 60)).await;
        life.answered(score, Some(6), on(3, 0)).await;
    }
    let mut silent = Life::of_it(log, on(1, 0)).await;
    silent.asked("it", on(2, 0)).await;
    silent.expired(on(16, 0)).await;
    let mut made_up = Life::of_it(log, on(1, 0)).await;
    made_up.imported("it", (1, None), true, on(4, 0)).await;

    let january = &stage.january().await.periods[0];
    let responses = january.responses.as_ref().unwrap();
    assert_eq!((responses.asked, responses.answered), (8, 7));
    let rate = responses.rate.as_ref().unwrap();
    assert_eq!((rate.value, rate.method.as_str()), (7.0 / 8.0, "wilson"));

    let [heard, synthetic] = &january.satisfaction[..] else {
        panic!("{:?}", january.satisfaction);
    };
    assert!(!heard.synthetic && synthetic.synthetic);
    assert_eq!(heard.scores, [1, 2, 0, 2, 2]);
    assert_eq!(synthetic.scores, [1, 0, 0, 0, 0]);
    assert_eq!(heard.csat.as_ref().unwrap().value, 4.0 / 7.0);
    let effort = heard.effort.as_ref().unwrap();
    assert_eq!((effort.value, effort.count), (6.0, 7));

    let metrics: Vec<_> = heard.joined.iter().map(pb::Joined::metric).collect();
    let expected = [Shown::Unspecified, Shown::Acknowledge, Shown::Resolve];
    assert_eq!(metrics, expected);
    let all = &heard.joined[0];
    assert_eq!(
        all,
        &pb::Joined {
            metric: all.metric,
            ..heard.joined[2].clone()
        }
    );
    let (kept, broken) = (all.kept.as_ref().unwrap(), all.broken.as_ref().unwrap());
    assert_eq!((kept.value, kept.count), (0.75, 4));
    assert_eq!((broken.value, broken.count), (1.0 / 3.0, 3));
    let difference = all.difference.as_ref().unwrap();
    assert_eq!(difference.method, "newcombe");
    assert!((difference.value - 5.0 / 12.0).abs() < 1e-12);
    assert!((difference.low - NEWCOMBE.0).abs() < 1e-9, "{difference:?}");
    assert!(
        (difference.high - NEWCOMBE.1).abs() < 1e-9,
        "{difference:?}"
    );
    assert_eq!(heard.joined[1].broken, None);
    assert_eq!(synthetic.joined, []);
}

#[tokio::test]
async fn earlier_periods_stand_beside_it() {
    let stage = Stage::set().await;
    let log = &*stage.host.log;
    for (day, score) in [(0, 5), (1, 5), (31, 5), (32, 1), (33, 2)] {
        let mut life = Life::of_it(log, on(day, 0)).await;
        life.confirmed(on(day, 60)).await;
        life.asked("it", on(day, 120)).await;
        life.answered(score, None, on(day, 180)).await;
    }
    let asked = pb::GetScorecardRequest {
        periods_before: 2,
        ..asking("it", "2026-02-01", "2026-03-04")
    };
    let card = stage.card(&stage.mei, asked).await.unwrap();
    let completed: Vec<_> = card.periods.iter().map(|one| one.completed).collect();
    assert_eq!(completed, [3, 2, 0]);
    assert_eq!(card.periods[1].from, "2026-01-01");
    let change = card.periods[0].satisfaction[0].change.as_ref().unwrap();
    assert!((change.value - (1.0 / 3.0 - 1.0)).abs() < 1e-12);
    // Nothing was before January.
    assert_eq!(card.periods[1].satisfaction[0].change, None);
    assert!(card.periods[2].satisfaction.is_empty());
}

#[tokio::test]
async fn concerns_actions_and_thanks_are_counted() {
    let stage = Stage::set().await;
    let log = &*stage.host.log;
    let mut told = Life::begin(log, "it", RequestKind::Concern, on(2, 0)).await;
    told.published(on(9, 0)).await;
    told.closed(on(9, 60)).await;
    let mut passed_on = Life::begin(log, "it", RequestKind::Concern, on(3, 0)).await;
    passed_on.transferred("helpdesk", on(4, 0)).await;
    Life::begin(log, "it", RequestKind::Concern, on(5, 0)).await;

    // Due on the 11th: done in time, late, dropped, and one that is late still.
    let ends: [Option<(ActionEvent, i64)>; 4] = [
        Some((done(), 8)),
        Some((done(), 12)),
        Some((
            ActionDropped {
                reason: "No".into(),
            }
            .into(),
            9,
        )),
        None,
    ];
    for end in ends {
        let action = ActionId(Uuid::new_v4());
        let entity = action_entity(action);
        let opened = ActionOpened {
            action,
            department: id("it"),
            title: "Second screens".into(),
            origin: Origin::Other("A walk".into()),
            owner: id("mei"),
            due: on(10, 0),
        };
        let last = say(
            log,
            entity.clone(),
            Position::START,
            on(1, 0),
            opened_as(opened),
        )
        .await;
        if let Some((event, day)) = end {
            say(log, entity, last, on(day, 0), event).await;
        }
    }
    let mut last = Position::START;
    let thanks = [Some("it"), Some("it"), None].map(|wall| (ThanksId(Uuid::new_v4()), wall));
    for (thanks, wall) in thanks {
        let given = ThanksGiven {
            thanks,
            to: Thanked::Team(id("it")),
            wall: wall.map(id),
            request: None,
            text: "Quick!".into(),
        };
        let given = ThanksEvent::from(given);
        last = say(log, thanks_entity(&id("amina")), last, on(6, 0), given).await;
    }
    let withdrawn = ThanksEvent::from(ThanksWithdrawn {
        thanks: thanks[0].0,
    });
    say(log, thanks_entity(&id("amina")), last, on(7, 0), withdrawn).await;

    let january = &stage.january().await.periods[0];
    let concerns = january.concerns.as_ref().unwrap();
    let counted = (concerns.raised, concerns.published, concerns.open);
    assert_eq!(counted, (2, 1, 1));
    assert_eq!(january.submitted, 0);
    let actions = january.actions.as_ref().unwrap();
    assert_eq!((actions.opened, actions.dropped), (4, 1));
    assert_eq!((actions.done_in_time, actions.done_late), (1, 1));
    assert_eq!((actions.open, actions.overdue), (1, 1));
    assert_eq!(actions.punctual.as_ref().unwrap().value, 0.5);
    assert_eq!(january.thanks, 1);
    // When the first nine days were over, three were open and none overdue.
    let early = asking("it", "2026-01-01", "2026-01-10");
    let early = stage.card(&stage.mei, early).await.unwrap();
    let actions = early.periods[0].actions.as_ref().unwrap();
    assert_eq!((actions.open, actions.overdue), (3, 0));
}

fn done() -> ActionEvent {
    let outcome = "They are there".into();
    let evidence = Vec::new();
    ActionDone { outcome, evidence }.into()
}

fn opened_as(opened: ActionOpened) -> ActionEvent {
    opened.into()
}

#[tokio::test]
async fn figures_of_people_stand_in_it() {
    let stage = Stage::set().await;
    let figures = pb::MonthFigures {
        month: "2026-01".into(),
        headcount: 40,
        joiners: 4,
        leavers: 3,
        leavers_among_joiners: 1,
    };
    let request = pb::SetFiguresRequest {
        request_id: key(),
        department_id: "it".into(),
        months: vec![figures],
    };
    stage
        .mei
        .figures
        .clone()
        .set_figures(request)
        .await
        .unwrap();
    let people = stage.january().await.periods[0].people.unwrap();
    assert_eq!((people.months, people.headcount), (1, 40));
    assert_eq!(people.retention, Some(0.95));
    // A month of which a day is missing is none.
    let short = asking("it", "2026-01-02", "2026-02-01");
    let short = stage.card(&stage.mei, short).await.unwrap();
    assert_eq!(short.periods[0].people, None);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_its_field() {
    let stage = Stage::set().await;
    let table = [
        (
            asking("it", "2026-02-01", "2026-02-01"),
            "EMPTY_PERIOD",
            "to",
        ),
        (asking("it", "2026-02-30", ""), "INVALID_DAY", "from"),
        (asking("it", "", "2026-02-01T00:00"), "INVALID_DAY", "to"),
        (
            asking("it", "1900-01-01", "2026-01-01"),
            "PERIOD_TOO_LONG",
            "from",
        ),
        (asking("", "", ""), "MISSING_FIELD", "department_id"),
        (asking("I T", "", ""), "INVALID_ID", "department_id"),
        (
            pb::GetScorecardRequest {
                periods_before: 25,
                ..asking("it", "", "")
            },
            "TOO_MANY",
            "periods_before",
        ),
    ];
    for (asked, reason, field) in table {
        let outcome = refused(stage.card(&stage.mei, asked).await);
        let expected = (Code::InvalidArgument, reason.into(), field.into());
        assert_eq!(outcome, expected);
    }
    let others = stage.card(&stage.linh, asking("it", "", "")).await;
    assert_eq!(refused(others).1, "NOT_ALLOWED");
}
