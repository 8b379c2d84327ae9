//! Taking over history over gRPC: many cases on one stream, each with its own fate.

use futures::{StreamExt, stream};
use khidma_kernel::Role;
use khidma_proto::requests as pb;
use khidma_proto::requests::history_service_client::HistoryServiceClient;
use khidma_proto::requests::{HistoryCondition as When, HistoryVerb as Verb};

use crate::stage::{Stage, refused};

fn action(verb: Verb, when: &[When]) -> pb::HistoryAction {
    pb::HistoryAction {
        verb: verb.into(),
        when: when.iter().map(|one| i32::from(*one)).collect(),
        ..Default::default()
    }
}

fn record(seconds: i64, actions: Vec<pb::HistoryAction>) -> pb::HistoryRecord {
    pb::HistoryRecord {
        time: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        actor_id: "daniel".into(),
        actions,
        note: "As it says".into(),
    }
}

/// A case of 2012: taken in charge, waited for twice, closed.
fn case(name: &str) -> pb::ImportHistoryRequest {
    let begin = 1_349_794_217;
    let wait = || vec![action(Verb::Wait, &[When::InProgress])];
    let closed = vec![
        action(Verb::Resolve, &[When::Open]),
        action(Verb::Confirm, &[When::Resolved]),
    ];
    pb::ImportHistoryRequest {
        source: "desk".into(),
        external_id: name.into(),
        provider_id: "it".into(),
        requester_id: "amina".into(),
        requester_department_id: "hr".into(),
        title: format!("Ticket {name}"),
        submit_time: Some(prost_types::Timestamp {
            seconds: begin,
            nanos: 0,
        }),
        records: vec![
            record(begin, vec![action(Verb::Start, &[])]),
            record(begin + 60, wait()),
            record(begin + 120, wait()),
            record(begin + 180, closed),
        ],
        ..Default::default()
    }
}

async fn import(
    stage: &Stage,
    cases: Vec<pb::ImportHistoryRequest>,
) -> Vec<pb::ImportHistoryResponse> {
    let connection = stage.host.connect("robot", "hr", &[Role::Import]).await;
    let mut client = HistoryServiceClient::new(connection);
    let answers = client
        .import_history(stream::iter(cases))
        .await
        .unwrap()
        .into_inner();
    let mut answers: Vec<_> = answers.map(Result::unwrap).collect().await;
    answers.sort_by(|a, b| a.external_id.cmp(&b.external_id));
    answers
}

#[tokio::test]
async fn a_case_is_taken_over_with_its_own_times_and_nothing_fires() {
    let mut stage = Stage::set().await;
    let head = stage.head().await;
    let answers = import(&stage, vec![case("Case 1")]).await;
    let [answer] = &answers[..] else {
        panic!("{answers:?}")
    };
    assert_eq!(
        (answer.outcome(), answer.state()),
        (pb::HistoryOutcome::New, pb::State::Confirmed)
    );
    assert_eq!(
        answer.adapted,
        [pb::AdaptedRecord {
            record: 3,
            code: "NOTHING_TO_DO".into()
        }]
    );
    assert_eq!(
        (answer.events["wait_began"], answer.events["note_added"]),
        (1, 1)
    );
    assert_eq!(
        (answer.position, stage.head().await),
        (head + 1, head + 1),
        "one commit"
    );
    let shown = stage.get(&answer.id).await;
    assert_eq!(shown.submit_time.unwrap().seconds, 1_349_794_217);
    assert_eq!(shown.resolve_time.unwrap().seconds, 1_349_794_397);
    assert_eq!(shown.auto_close_time, None);
    let from = shown.imported.unwrap();
    assert_eq!(
        (from.source.as_str(), from.external_id.as_str()),
        ("desk", "Case 1")
    );
    // Years later: no timer was set.
    stage.host.hand.advance_seconds(10 * 365 * 24 * 3600);
    stage.host.caught_up().await;
    assert_eq!(stage.head().await, head + 1);
}

#[tokio::test]
async fn the_same_again_changes_nothing_a_longer_one_goes_on_another_is_refused() {
    let stage = Stage::set().await;
    let first = import(&stage, vec![case("Case 1")]).await;
    let head = stage.head().await;
    let again = import(&stage, vec![case("Case 1")]).await;
    assert_eq!(
        (again[0].outcome(), again[0].position),
        (pb::HistoryOutcome::Unchanged, first[0].position)
    );
    assert_eq!(
        (again[0].state(), again[0].events.len()),
        (pb::State::Confirmed, 0)
    );
    // Also to a service that knows it only from the log.
    let later = Stage::on(stage.host.log.clone()).await;
    assert_eq!(
        import(&later, vec![case("Case 1")]).await[0].outcome(),
        pb::HistoryOutcome::Unchanged
    );
    assert_eq!(stage.head().await, head);
    let mut longer = case("Case 1");
    longer
        .records
        .push(record(1_349_799_999, vec![action(Verb::Reopen, &[])]));
    let extended = import(&stage, vec![longer.clone()]).await;
    assert_eq!(
        (extended[0].outcome(), extended[0].state()),
        (pb::HistoryOutcome::Extended, pb::State::InProgress)
    );
    assert_eq!(stage.head().await, head + 1);
    longer.records[0].note = "Something else".into();
    let other = import(&stage, vec![longer]).await;
    assert_eq!(other[0].refusal.as_ref().unwrap().code, "HISTORY_DIFFERS");
    assert_eq!(stage.head().await, head + 1);
}

#[tokio::test]
async fn a_case_that_is_refused_does_not_end_the_stream() {
    let stage = Stage::set().await;
    let change = |name: &str, change: &dyn Fn(&mut pb::ImportHistoryRequest)| {
        let mut case = case(name);
        change(&mut case);
        case
    };
    let cases = vec![
        change("a", &|case| case.records[2].time = case.records[0].time),
        change("b", &|case| case.records[1].actor_id = "nobody".into()),
        change("c", &|case| case.provider_id = "moon".into()),
        change("d", &|case| case.records[3].actions[0].verb = 0),
        change("e", &|case| case.submit_time = None),
        change("f", &|case| case.requester_id = "nobody".into()),
        change("g", &|case| case.records[0].note.clear()),
        case("h"),
    ];
    let answers = import(&stage, cases).await;
    let told: Vec<_> = answers
        .iter()
        .map(|answer| {
            answer
                .refusal
                .as_ref()
                .map(|refusal| (refusal.code.as_str(), refusal.record))
        })
        .collect();
    let expected = [
        Some(("HISTORY_UNORDERED", 3)),
        Some(("UNKNOWN_PERSON", 2)),
        Some(("UNKNOWN_DEPARTMENT", 0)),
        Some(("UNKNOWN_VALUE", 0)),
        Some(("MISSING_FIELD", 0)),
        Some(("UNKNOWN_PERSON", 0)),
        Some(("MISSING_FIELD", 1)),
        None,
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn many_cases_and_a_very_long_one_come_in_on_one_stream() {
    let stage = Stage::set().await;
    let head = stage.head().await;
    let mut long = case("long");
    let notes = (1..=500).map(|n| record(1_349_800_000 + n, vec![action(Verb::Note, &[])]));
    long.records.extend(notes);
    let mut cases: Vec<_> = (0..200).map(|n| case(&format!("case {n:03}"))).collect();
    cases.push(long);
    let answers = import(&stage, cases.clone()).await;
    assert_eq!(answers.len(), 201);
    assert!(
        answers
            .iter()
            .all(|answer| answer.outcome() == pb::HistoryOutcome::New),
        "{answers:?}"
    );
    let long = answers.last().unwrap();
    assert_eq!(
        (long.events["history_imported"], long.events["note_added"]),
        (3, 501)
    );
    assert_eq!(stage.head().await, head + 200 + 3);
    let again = import(&stage, cases).await;
    assert!(
        again
            .iter()
            .all(|answer| answer.outcome() == pb::HistoryOutcome::Unchanged),
        "{again:?}"
    );
    assert_eq!(stage.head().await, head + 200 + 3);
}

#[tokio::test]
async fn only_importers_may() {
    let stage = Stage::set().await;
    for roles in [&[][..], &[Role::Manager], &[Role::Admin]] {
        let connection = stage.host.connect("linh", "hr", roles).await;
        let mut client = HistoryServiceClient::new(connection);
        let answer = client.import_history(stream::iter([case("Case 1")])).await;
        let (code, reason, _) = refused(answer.map(|_| ()));
        assert_eq!(
            (code, reason.as_str()),
            (tonic::Code::PermissionDenied, "NOT_ALLOWED")
        );
    }
}
