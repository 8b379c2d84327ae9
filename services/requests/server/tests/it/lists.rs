//! Lists, queues, workloads.

use khidma_proto::requests as pb;
use tonic::Code;

use crate::stage::{Stage, key, laptop, refused};

async fn fifty(stage: &mut Stage) {
    for n in 0..50 {
        stage.host.hand.advance_seconds(60);
        let mut ask = laptop(&format!("Laptop {n}"));
        ask.priority = if n % 10 == 0 {
            pb::Priority::Urgent
        } else {
            pb::Priority::Normal
        }
        .into();
        ask.tags = vec![if n % 2 == 0 { "even" } else { "odd" }.into()];
        stage.amina.submit(ask).await.unwrap();
    }
    stage.host.caught_up().await;
}

async fn all(stage: &mut Stage, mut request: pb::ListRequest) -> Vec<String> {
    let mut titles = Vec::new();
    loop {
        let page = stage
            .amina
            .list(request.clone())
            .await
            .unwrap()
            .into_inner();
        titles.extend(page.requests.into_iter().map(|request| request.title));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return titles;
        }
    }
}

#[tokio::test]
async fn a_list_comes_newest_first_page_by_page_each_once() {
    let mut stage = Stage::set().await;
    fifty(&mut stage).await;
    let mine = pb::ListRequest {
        requester_id: "me".into(),
        page_size: 7,
        ..Default::default()
    };
    let titles = all(&mut stage, mine).await;
    let expected: Vec<_> = (0..50).rev().map(|n| format!("Laptop {n}")).collect();
    assert_eq!(titles, expected);
}

#[tokio::test]
async fn filters_are_joined() {
    let mut stage = Stage::set().await;
    fifty(&mut stage).await;
    let request = pb::ListRequest {
        provider_id: "it".into(),
        text: "LAPTOP 4".into(),
        tag: "even".into(),
        states: vec![pb::State::Submitted.into()],
        ..Default::default()
    };
    let expected = [
        "Laptop 48",
        "Laptop 46",
        "Laptop 44",
        "Laptop 42",
        "Laptop 40",
        "Laptop 4",
    ];
    assert_eq!(all(&mut stage, request.clone()).await, expected);
    let none = pb::ListRequest {
        states: vec![pb::State::Resolved.into()],
        ..request
    };
    assert_eq!(all(&mut stage, none).await, [""; 0]);
}

#[tokio::test]
async fn a_list_shows_only_what_its_caller_may_read() {
    let mut stage = Stage::set().await;
    fifty(&mut stage).await;
    let theirs = pb::ListRequest {
        provider_id: "it".into(),
        ..Default::default()
    };
    assert_eq!(
        stage
            .farid
            .list(theirs.clone())
            .await
            .unwrap()
            .into_inner()
            .requests,
        []
    );
    assert_eq!(
        stage
            .linh
            .list(theirs)
            .await
            .unwrap()
            .into_inner()
            .requests
            .len(),
        50
    );
    let nothing = pb::ListRequest::default();
    let missing = (
        Code::InvalidArgument,
        "MISSING_FILTER".into(),
        "provider_id".into(),
    );
    assert_eq!(refused(stage.amina.list(nothing).await), missing);
}

#[tokio::test]
async fn a_page_token_belongs_to_its_query() {
    let mut stage = Stage::set().await;
    fifty(&mut stage).await;
    let first = pb::ListRequest {
        requester_id: "me".into(),
        page_size: 5,
        ..Default::default()
    };
    let page_token = stage
        .amina
        .list(first.clone())
        .await
        .unwrap()
        .into_inner()
        .next_page_token;
    let other = pb::ListRequest {
        tag: "even".into(),
        page_token: page_token.clone(),
        ..first.clone()
    };
    assert_eq!(
        refused(stage.amina.list(other).await).1,
        "PAGE_TOKEN_MISMATCH"
    );
    let garbled = pb::ListRequest {
        page_token: "abc".into(),
        ..first.clone()
    };
    assert_eq!(
        refused(stage.amina.list(garbled).await).1,
        "MALFORMED_PAGE_TOKEN"
    );
    let negative = pb::ListRequest {
        page_size: -1,
        ..first
    };
    assert_eq!(refused(stage.amina.list(negative).await).2, "page_size");
}

#[tokio::test]
async fn a_queue_has_the_urgent_first_and_counts_by_state() {
    let mut stage = Stage::set().await;
    fifty(&mut stage).await;
    let queue = pb::GetQueueRequest {
        department_id: "it".into(),
        page_size: 6,
        ..Default::default()
    };
    let page = stage
        .daniel
        .get_queue(queue.clone())
        .await
        .unwrap()
        .into_inner();
    let titles: Vec<_> = page
        .requests
        .iter()
        .map(|request| request.title.as_str())
        .collect();
    assert_eq!(
        titles,
        [
            "Laptop 0",
            "Laptop 10",
            "Laptop 20",
            "Laptop 30",
            "Laptop 40",
            "Laptop 1"
        ]
    );
    assert_eq!(
        page.counts,
        [pb::StateCount {
            state: pb::State::Submitted.into(),
            count: 50
        }]
    );
    let next = pb::GetQueueRequest {
        page_token: page.next_page_token,
        ..queue.clone()
    };
    let page = stage.daniel.get_queue(next).await.unwrap().into_inner();
    assert_eq!(page.requests[0].title, "Laptop 2");
    assert_eq!(
        refused(stage.farid.get_queue(queue).await).0,
        Code::PermissionDenied
    );
}

#[tokio::test]
async fn the_workload_says_who_has_how_much() {
    let mut stage = Stage::set().await;
    let mut position = 0;
    for n in 0..3 {
        let id = stage.asked(&format!("Laptop {n}")).await;
        if n > 0 {
            let claim = pb::ClaimRequest {
                request_id: key(),
                id: id.clone(),
            };
            stage.daniel.claim(claim).await.unwrap();
        }
        if n > 1 {
            let ask = pb::WaitOnRequesterRequest {
                request_id: key(),
                id,
                question: "?".into(),
            };
            position = stage
                .daniel
                .wait_on_requester(ask)
                .await
                .unwrap()
                .into_inner()
                .position;
        }
    }
    let request = pb::GetWorkloadRequest {
        department_id: "it".into(),
        min_position: position,
    };
    let loads = stage
        .mei
        .get_workload(request)
        .await
        .unwrap()
        .into_inner()
        .workloads;
    let daniel = pb::Workload {
        person_id: "daniel".into(),
        open: 2,
        waiting: 1,
    };
    assert_eq!(
        loads,
        [
            daniel,
            pb::Workload {
                person_id: String::new(),
                open: 1,
                waiting: 0
            }
        ]
    );
}

#[tokio::test]
async fn a_forged_token_opens_no_other_list() {
    let mut stage = Stage::set().await;
    let secret = stage.asked("A secret of IT").await;
    stage.host.caught_up().await;
    let digest = khidma_kernel::digest(b"queue finance");
    for cursor in ["e/", "p/it", "q/it"] {
        let queue = pb::GetQueueRequest {
            department_id: "finance".into(),
            page_token: khidma_edge::page::PageToken::encode(digest, cursor.as_bytes()),
            ..Default::default()
        };
        let page = stage.farid.get_queue(queue).await.unwrap().into_inner();
        assert_eq!(page.requests, [], "{secret} was shown");
    }
}
