//! Drafts are tried out on what has happened: nothing is written, nobody is told, and what is said is what would come.

use std::collections::BTreeMap;

use khidma_events::requests::{Acknowledged, Assigned, Resolved, Resumed, Transferred, WaitBegan};
use khidma_kernel::Role;
use khidma_projection::dump;
use khidma_proto::directory;
use khidma_proto::sla as pb;
use khidma_proto::sla::simulate_response::Message;
use khidma_proto::sla::what_if_service_client::WhatIfServiceClient;
use khidma_testkit::eventually;
use tonic::Code;

use crate::policy_stage::{PATIENCE, Stage, draft, key, refused};

const EASY: &str = r#"
id = "it-promises"
name = "What IT promises"
providers = ["it"]
calendar = "rome-office"
[[rules]]
name = "Everything"
[rules.targets.acknowledge]
within = "4h"
[rules.targets.resolve]
within = "40h"
[[rules.targets.resolve.ladder]]
at = "75%"
to = ["assignee", "managers_of_provider", "person:mei"]
"#;

fn strict() -> String {
    EASY.replace("\"4h\"", "\"1h\"")
        .replace("\"40h\"", "\"8h\"")
}

/// A message and a call of it.
fn of(policy: &str) -> pb::SimulateRequest {
    pb::SimulateRequest {
        policy_toml: policy.into(),
        ..pb::SimulateRequest::default()
    }
}

type Changed = BTreeMap<(String, pb::Metric), (pb::Outcome, pb::Outcome)>;

/// What was told.
#[derive(Debug, Default)]
struct Told {
    clocks: Vec<pb::ClockCompared>,
    totals: pb::SimulateTotals,
}

impl Told {
    fn changed(&self) -> Changed {
        let outcome = |reading: &Option<pb::ClockReading>| {
            let reading = reading.as_ref();
            reading.map_or(pb::Outcome::Unspecified, pb::ClockReading::outcome)
        };
        let clocks = self.clocks.iter();
        clocks
            .map(|clock| {
                let which = (clock.service_request_id.clone(), clock.metric());
                (which, (outcome(&clock.before), outcome(&clock.after)))
            })
            .collect()
    }
}

async fn simulate(
    stage: &Stage,
    who: (&str, &str, &[Role]),
    mut request: pb::SimulateRequest,
) -> Result<Told, tonic::Status> {
    request.min_position = stage.host.log.head().await.unwrap().0;
    let connection = stage.host.connect(who.0, who.1, who.2).await;
    let mut client = WhatIfServiceClient::new(connection);
    let mut answers = client.simulate(request).await?.into_inner();
    let mut told = Told::default();
    while let Some(answer) = answers.message().await? {
        match answer.message.unwrap() {
            Message::Progress(progress) => assert!(progress.done <= progress.about),
            Message::Clock(clock) => told.clocks.push(clock),
            Message::Totals(totals) => {
                told.totals = totals;
                return Ok(told);
            }
        }
    }
    Err(tonic::Status::unavailable("it ended without totals"))
}

const ADMIN: (&str, &str, &[Role]) = ("root", "hr", &[Role::Admin]);
const MEI: (&str, &str, &[Role]) = ("mei", "it", &[Role::Manager]);

/// Three requests: a quick one, a slow one that waited, and one that finance finished. All in March before the stage's now.
async fn history(stage: &Stage) -> [String; 3] {
    let resolved = || Resolved {
        outcome: "Done".into(),
        auto_close_at: None,
    };
    let assigned = || Assigned {
        assignee: "daniel".parse().unwrap(),
        from: None,
    };
    let teller = &stage.teller;
    let quick = teller.submitted("2026-02-02T08:00:00Z").await;
    teller
        .daniel(&quick, "2026-02-02T08:30:00Z", Acknowledged { note: None })
        .await;
    teller
        .daniel(&quick, "2026-02-02T11:00:00Z", resolved())
        .await;
    let slow = teller.submitted("2026-02-03T08:00:00Z").await;
    teller
        .daniel(&slow, "2026-02-03T10:00:00Z", Acknowledged { note: None })
        .await;
    teller
        .daniel(&slow, "2026-02-03T10:00:00Z", assigned())
        .await;
    let question = "Which one?".to_owned();
    teller
        .daniel(&slow, "2026-02-03T11:00:00Z", WaitBegan { question })
        .await;
    teller
        .daniel(&slow, "2026-02-09T08:00:00Z", Resumed { note: None })
        .await;
    teller
        .daniel(&slow, "2026-02-10T11:00:00Z", resolved())
        .await;
    let passed = teller.submitted("2026-02-16T08:00:00Z").await;
    let transferred = Transferred {
        from: "it".parse().unwrap(),
        to: "finance".parse().unwrap(),
        reason: "Theirs".into(),
    };
    teller
        .daniel(&passed, "2026-02-16T08:30:00Z", transferred)
        .await;
    teller
        .daniel(&passed, "2026-02-27T08:30:00Z", resolved())
        .await;
    [quick, slow, passed]
}

/// Lets a policy hold, for all that came before.
async fn activate(stage: &mut Stage, text: &str) {
    let drafted = stage
        .admin
        .draft_policy(draft(text))
        .await
        .unwrap()
        .into_inner();
    let (id, version) = (drafted.id, drafted.version);
    let validate = pb::ValidatePolicyRequest {
        request_id: key(),
        id: id.clone(),
        version,
    };
    stage.admin.validate_policy(validate).await.unwrap();
    let activate = pb::ActivatePolicyRequest {
        request_id: key(),
        id: id.clone(),
        version,
        attach: pb::Attach::All.into(),
    };
    stage.admin.activate_policy(activate).await.unwrap();
    let applied = async |teller: &crate::policy_stage::Teller| {
        let said = teller.policy(&id).await;
        let is_applied = |event: &khidma_events::sla::PolicyEvent| {
            matches!(event, khidma_events::sla::PolicyEvent::PolicyApplied(_))
        };
        said.iter().any(is_applied)
    };
    stage.teller.until("the policy is applied", applied).await;
}

#[tokio::test]
async fn what_it_says_of_a_draft_is_what_comes_when_it_holds_and_nothing_is_written_before() {
    let mut stage = Stage::set().await;
    let [quick, slow, passed] = history(&stage).await;
    stage.host.caught_up().await;
    let head = stage.host.log.head().await.unwrap();
    let rows = |stage: &Stage| -> Vec<_> {
        let reader = stage.host.projections[0].reader();
        dump(&reader).unwrap().map(Result::unwrap).collect()
    };
    let before = rows(&stage);
    let general = strict().replace("providers = [\"it\"]", "");
    let would = simulate(&stage, ADMIN, of(&general)).await.unwrap();
    assert_eq!(
        stage.host.log.head().await.unwrap(),
        head,
        "nothing is written"
    );
    assert_eq!(rows(&stage), before, "nor in the read model");

    use pb::{Metric, Outcome};
    let none = Outcome::Unspecified;
    let (met, broken) = ((none, Outcome::Met), (none, Outcome::Breached));
    let expected: Changed = [
        ((quick.clone(), Metric::Acknowledge), met),
        ((quick.clone(), Metric::Resolve), met),
        ((slow.clone(), Metric::Acknowledge), broken),
        ((slow.clone(), Metric::Resolve), broken),
        ((passed.clone(), Metric::Acknowledge), broken),
        ((passed.clone(), Metric::Resolve), broken),
    ]
    .into();
    assert_eq!(would.changed(), expected);
    assert_eq!((would.totals.requests, would.totals.position), (3, head.0));

    activate(&mut stage, &general).await;
    let is = simulate(&stage, ADMIN, of(&general)).await.unwrap();
    assert!(
        is.changed().is_empty(),
        "it is as it was said: {:?}",
        is.changed()
    );
    let sum = |told: &Told| -> Vec<_> {
        let rows = told.totals.rows.iter();
        rows.map(|row| (row.department_id.clone(), row.metric, row.after))
            .collect()
    };
    assert_eq!(sum(&is), sum(&would));
}

#[tokio::test]
async fn a_verdict_comes_with_what_adds_up_to_it_and_with_who_would_have_heard() {
    let mut stage = Stage::set().await;
    activate(&mut stage, EASY).await;
    let [_, slow, _] = history(&stage).await;
    let all_ended =
        async |teller: &crate::policy_stage::Teller| teller.clocks(&slow).await.len() > 4;
    stage.teller.until("the clocks follow", all_ended).await;
    let one = pb::SimulateRequest {
        service_request_id: slow.clone(),
        ..of(&strict())
    };
    let told = simulate(&stage, ADMIN, one).await.unwrap();
    let resolve = told
        .clocks
        .iter()
        .find(|clock| clock.metric() == pb::Metric::Resolve);
    let resolve = resolve.unwrap();
    let (before, after) = (
        resolve.before.as_ref().unwrap(),
        resolve.after.as_ref().unwrap(),
    );
    assert_eq!(
        (before.outcome(), before.target_seconds),
        (pb::Outcome::Met, 40 * 3600)
    );
    assert_eq!(
        (after.outcome(), after.target_seconds),
        (pb::Outcome::Breached, 8 * 3600)
    );
    // Three hours before it waited; then 09:00 to 18:00 and three hours more.
    let hour = 3_600_000_000_u64;
    let counted: Vec<_> = resolve
        .stretches
        .iter()
        .map(|one| one.counted_micros / hour)
        .collect();
    assert_eq!(counted, [3, 0, 12]);
    let sum: u64 = resolve.stretches.iter().map(|one| one.counted_micros).sum();
    assert_eq!(
        (after.elapsed_micros, before.elapsed_micros),
        (sum, 15 * hour)
    );
    let said: Vec<_> = resolve.said.iter().map(|said| said.percent).collect();
    assert_eq!(
        said,
        [50, 75, 0, 90],
        "warnings, and the ladder's step at 75 %"
    );
    let heard: Vec<_> = told
        .totals
        .heard
        .iter()
        .map(|one| (&*one.to, &*one.department_id, &*one.person_id, one.times))
        .collect();
    let expected = [
        ("warning", "it", "", 6),
        ("assignee", "it", "daniel", 1),
        ("managers_of_provider", "it", "", 1),
        ("person:mei", "", "mei", 1),
    ];
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn other_hours_move_verdicts() {
    let mut stage = Stage::set().await;
    activate(&mut stage, &strict()).await;
    let [_, slow, _] = history(&stage).await;
    let broken = async |teller: &crate::policy_stage::Teller| teller.clocks(&slow).await.len() > 6;
    stage.teller.until("the clocks follow", broken).await;
    let hours = directory::LocalInterval {
        start: "09:00".into(),
        end: "10:00".into(),
    };
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|day| directory::WeekdayHours {
        weekday: day.into(),
        intervals: vec![hours.clone()],
    });
    let short = directory::Calendar {
        id: "rome-office".into(),
        name: "An hour a day".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![directory::WeeklyPattern {
            valid_from: String::new(),
            days: days.into(),
        }],
        ..directory::Calendar::default()
    };
    let request = pb::SimulateRequest {
        calendars: vec![short.clone()],
        ..pb::SimulateRequest::default()
    };
    let told = simulate(&stage, ADMIN, request).await.unwrap();
    let (met, broken) = (pb::Outcome::Met, pb::Outcome::Breached);
    let changed = told.changed();
    assert_eq!(changed[&(slow.clone(), pb::Metric::Resolve)], (broken, met));
    assert_eq!(changed[&(slow, pb::Metric::Acknowledge)], (broken, met));

    let wrong = directory::Calendar {
        time_zone: "Europe/Roma".into(),
        ..short
    };
    let request = pb::SimulateRequest {
        calendars: vec![wrong],
        ..pb::SimulateRequest::default()
    };
    let report = refused(simulate(&stage, ADMIN, request).await);
    assert_eq!(report.reason.as_deref(), Some("INVALID_CALENDAR"));
    assert_eq!(report.violations[0].field, "calendars[0].time_zone");
}

#[tokio::test]
async fn a_period_a_department_and_a_limit_say_what_is_looked_at() {
    let stage = Stage::set().await;
    let [_, slow, _] = history(&stage).await;
    let day = |day: i64| prost_types::Timestamp {
        seconds: 1_769_904_000 + (day - 1) * 86_400,
        nanos: 0,
    };
    let february_third = pb::SimulateRequest {
        from: Some(day(3)),
        to: Some(day(4)),
        ..of(EASY)
    };
    let told = simulate(&stage, ADMIN, february_third).await.unwrap();
    assert_eq!(told.totals.requests, 1);
    assert!(
        told.clocks
            .iter()
            .all(|clock| clock.service_request_id == slow)
    );

    let general = EASY.replace("providers = [\"it\"]", "");
    let finance = pb::SimulateRequest {
        department_id: "finance".into(),
        ..of(&general)
    };
    let told = simulate(&stage, ADMIN, finance).await.unwrap();
    assert_eq!(told.totals.requests, 1, "only one was ever theirs");
    assert!(
        told.totals
            .rows
            .iter()
            .all(|row| row.department_id == "finance")
    );
    let it = pb::SimulateRequest {
        department_id: "it".into(),
        limit: Some(1),
        ..of(&general)
    };
    let told = simulate(&stage, MEI, it).await.unwrap();
    assert_eq!((told.clocks.len(), told.totals.changed), (1, 4));
}

#[tokio::test]
async fn it_is_for_admins_and_for_managers_of_their_department() {
    let stage = Stage::set().await;
    let [_, _, passed] = history(&stage).await;
    let of_it = || pb::SimulateRequest {
        department_id: "it".into(),
        ..of(EASY)
    };
    let no_one: &[Role] = &[];
    for (who, request) in [
        (("amina", "hr", no_one), of_it()),
        (("daniel", "it", no_one), of_it()),
        (("linh", "hr", &[Role::Manager][..]), of_it()),
        (MEI, of(EASY)),
    ] {
        assert_eq!(
            refused(simulate(&stage, who, request).await).code,
            Code::PermissionDenied
        );
    }
    assert!(simulate(&stage, MEI, of_it()).await.is_ok());
    let theirs = pb::SimulateRequest {
        department_id: "hr".into(),
        service_request_id: passed,
        ..of(EASY)
    };
    let linh = ("linh", "hr", &[Role::Manager][..]);
    assert_eq!(
        refused(simulate(&stage, linh, theirs).await).code,
        Code::NotFound
    );
}

#[tokio::test]
async fn a_draft_is_refused_as_when_it_is_drafted() {
    let stage = Stage::set().await;
    let wrong = EASY.replace("\"40h\"", "\"0h\"");
    let report = refused(simulate(&stage, ADMIN, of(&wrong)).await);
    assert_eq!(report.reason.as_deref(), Some("INVALID_POLICY"));
    let violation = &report.violations[0];
    assert_eq!(violation.field, "rules[0].targets.resolve.within");
    assert!(
        violation.description.starts_with("line 11: "),
        "{}",
        violation.description
    );
    let nothing = refused(simulate(&stage, ADMIN, pb::SimulateRequest::default()).await);
    assert_eq!(nothing.reason.as_deref(), Some("MISSING_FIELD"));
    let turned = pb::SimulateRequest {
        from: Some(prost_types::Timestamp {
            seconds: 9,
            nanos: 0,
        }),
        to: Some(prost_types::Timestamp {
            seconds: 9,
            nanos: 0,
        }),
        ..of(EASY)
    };
    let report = refused(simulate(&stage, ADMIN, turned).await);
    assert_eq!(report.reason.as_deref(), Some("EMPTY_PERIOD"));
}

#[tokio::test]
async fn whoever_hangs_up_stops_it() {
    let stage = Stage::set().await;
    // More clocks than the server keeps ready for a slow caller, so that it waits for one who does not read.
    for number in 0..600 {
        let at = format!("2026-02-{:02}T08:00:00Z", 1 + number % 27);
        stage.teller.submitted(&at).await;
    }
    stage.host.caught_up().await;
    let connection = stage.host.connect(ADMIN.0, ADMIN.1, ADMIN.2).await;
    let simulation = async || {
        let mut client = WhatIfServiceClient::new(connection.clone());
        client
            .simulate(of(EASY))
            .await
            .map(tonic::Response::into_inner)
    };
    let held = [simulation().await.unwrap(), simulation().await.unwrap()];
    drop(held);
    let room = eventually(PATIENCE, async || simulation().await.is_ok()).await;
    assert!(room, "those that nobody listens to have made room");
}
