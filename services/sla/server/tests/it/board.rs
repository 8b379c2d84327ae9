//! What is due next, and what was late.

use khidma_proto::sla as pb;
use tonic::Code;

use crate::query_stage::{Client, Stage, refused, time};

fn board(departments: &[&str]) -> pb::BoardRequest {
    pb::BoardRequest {
        department_ids: departments.iter().map(|one| (*one).to_owned()).collect(),
        metrics: vec![pb::Metric::Resolve.into()],
        ..Default::default()
    }
}

async fn ids(client: &mut Client, request: pb::BoardRequest) -> Vec<String> {
    let answer = client.board(request).await.unwrap().into_inner();
    assert_eq!(answer.next_page_token, "");
    let clocks = answer.clocks.into_iter();
    clocks.map(|clock| clock.service_request_id).collect()
}

#[tokio::test]
async fn the_board_shows_what_is_due_first_of_all_departments_that_are_asked_for() {
    let mut stage = Stage::set().await;
    let second = stage.asked("2026-03-02T09:00:00Z", "it").await;
    let first = stage.asked("2026-03-02T08:00:00Z", "facilities").await;
    let third = stage.asked("2026-03-02T10:00:00Z", "it").await;
    let done = stage.asked("2026-03-02T08:30:00Z", "it").await;
    stage.resolved(&done, "2026-03-02T09:30:00Z").await;
    stage.now("2026-03-02T11:00:00Z").await;
    let all = [first.clone(), second.clone(), third.clone()];
    assert_eq!(ids(&mut stage.root, board(&[])).await, all);
    assert_eq!(
        ids(&mut stage.daniel, board(&[])).await,
        all[1..],
        "one's own"
    );
    assert_eq!(ids(&mut stage.olaf, board(&["facilities"])).await, all[..1]);
    assert_eq!(ids(&mut stage.vera, board(&[])).await, [""; 0]);
    let refusal = (Code::PermissionDenied, "NOT_YOUR_DEPARTMENT".to_owned());
    assert_eq!(
        refused(stage.daniel.board(board(&["it", "facilities"])).await),
        refusal
    );

    // The due of the second is 17:00 in Rome on Tuesday.
    let before = pb::BoardRequest {
        due_before: time("2026-03-03T16:00:00Z"),
        ..board(&[])
    };
    assert_eq!(ids(&mut stage.root, before).await, all[..1]);

    stage.waits(&second, "2026-03-02T11:00:00Z").await;
    // Thursday, after the holiday: first and third are late.
    stage.now("2026-03-05T12:00:00Z").await;
    let of = |state: pb::BoardState| pb::BoardRequest {
        states: vec![state.into()],
        ..board(&[])
    };
    assert_eq!(
        ids(&mut stage.root, of(pb::BoardState::Paused)).await,
        all[1..2]
    );
    assert_eq!(
        ids(&mut stage.root, of(pb::BoardState::Breached)).await,
        [first.clone(), third.clone()]
    );
    assert_eq!(
        ids(&mut stage.root, of(pb::BoardState::Running)).await,
        [""; 0]
    );

    stage
        .transferred(&third, "2026-03-05T12:00:00Z", "it", "facilities")
        .await;
    stage.now("2026-03-05T12:00:00Z").await;
    assert_eq!(ids(&mut stage.olaf, board(&[])).await, [first, third]);
    assert_eq!(ids(&mut stage.daniel, board(&[])).await, [second]);
}

#[tokio::test]
async fn pages_of_the_board_make_the_whole_and_belong_to_their_question() {
    let stage = Stage::set().await;
    for minute in 10..30 {
        let department = ["it", "facilities", "hr"][minute % 3];
        stage
            .asked(&format!("2026-03-02T08:{minute}:00Z"), department)
            .await;
    }
    stage.now("2026-03-02T09:00:00Z").await;
    let mut root = stage.root.clone();
    let whole = root.board(board(&[])).await.unwrap().into_inner().clocks;
    assert_eq!(whole.len(), 20);
    assert!(whole.is_sorted_by_key(|clock| clock.due.map(|due| due.seconds)));
    let (mut clocks, mut token) = (Vec::new(), String::new());
    loop {
        let page = pb::BoardRequest {
            page_size: 3,
            page_token: token,
            ..board(&[])
        };
        let page = root.board(page).await.unwrap().into_inner();
        clocks.extend(page.clocks);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
        let other = pb::BoardRequest {
            page_token: token.clone(),
            ..board(&["it"])
        };
        let mismatch = (Code::InvalidArgument, "PAGE_TOKEN_MISMATCH".to_owned());
        assert_eq!(refused(root.board(other).await), mismatch);
    }
    assert_eq!(clocks, whole);
}

async fn breaches(client: &mut Client, request: pb::ListBreachesRequest) -> Vec<pb::Breach> {
    client
        .list_breaches(request)
        .await
        .unwrap()
        .into_inner()
        .breaches
}

#[tokio::test]
async fn breaches_are_listed_with_who_owned_the_request_then() {
    let mut stage = Stage::set().await;
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage.now("2026-03-02T13:00:00Z").await;
    // Acknowledging was due at 13:00 in Rome; the request goes to facilities, then resolving is late too.
    stage
        .transferred(&id, "2026-03-02T14:00:00Z", "it", "facilities")
        .await;
    stage.now("2026-03-06T12:00:00Z").await;
    let all = breaches(&mut stage.root, Default::default()).await;
    let told: Vec<_> = all
        .iter()
        .map(|breach| {
            let clock = breach.clock.clone().unwrap();
            (clock.metric(), breach.owner_id.clone(), clock.breached)
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                pb::Metric::Resolve,
                "facilities".to_owned(),
                time("2026-03-03T15:00:00Z")
            ),
            (
                pb::Metric::Acknowledge,
                "it".to_owned(),
                time("2026-03-02T12:00:00Z")
            ),
        ],
        "the latest first"
    );
    assert_eq!(
        breaches(&mut stage.daniel, Default::default()).await,
        all[1..]
    );
    assert_eq!(
        breaches(&mut stage.olaf, Default::default()).await,
        all[..1]
    );
    let from = pb::ListBreachesRequest {
        from: time("2026-03-02T12:00:00.000001Z"),
        ..Default::default()
    };
    assert_eq!(breaches(&mut stage.root, from).await, all[..1]);
    let to = pb::ListBreachesRequest {
        to: time("2026-03-03T15:00:00Z"),
        ..Default::default()
    };
    assert_eq!(breaches(&mut stage.root, to).await, all[1..]);
    let metric = pb::ListBreachesRequest {
        metrics: vec![pb::Metric::Acknowledge.into()],
        ..Default::default()
    };
    assert_eq!(breaches(&mut stage.root, metric).await, all[1..]);
    let page = pb::ListBreachesRequest {
        page_size: 1,
        ..Default::default()
    };
    let first = stage
        .root
        .list_breaches(page.clone())
        .await
        .unwrap()
        .into_inner();
    let page = pb::ListBreachesRequest {
        page_token: first.next_page_token,
        ..page
    };
    let second = breaches(&mut stage.root, page).await;
    assert_eq!([first.breaches, second].concat(), all);
}
