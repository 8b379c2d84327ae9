//! The clocks of one request: what they show, and to whom.

use khidma_proto::sla as pb;
use serde_json::json;
use tonic::Code;

use crate::query_stage::{Client, HOUR, Stage, refused, time};

fn list(id: &str) -> pb::ListClocksRequest {
    pb::ListClocksRequest {
        service_request_id: id.into(),
        ..Default::default()
    }
}

async fn sees(client: &mut Client, id: &str) -> bool {
    match client.list_clocks(list(id)).await {
        Ok(answer) => !answer.into_inner().clocks.is_empty(),
        Err(status) => {
            assert_eq!(
                refused::<()>(Err(status)),
                (Code::NotFound, "UNKNOWN_REQUEST".into())
            );
            false
        }
    }
}

#[tokio::test]
async fn clocks_show_what_has_elapsed_up_to_now_through_pauses_and_reopening() {
    let stage = Stage::set().await;
    // Monday, 9:00 in Rome.
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage.now("2026-03-02T10:30:00Z").await;
    let clock = stage.clock(&id, pb::Metric::Resolve).await;
    assert_eq!(clock.elapsed_micros, 5 * HOUR / 2);
    assert_eq!(
        (clock.state(), clock.verdict()),
        (pb::ClockState::Running, pb::Verdict::Unspecified)
    );
    assert_eq!(
        (clock.rule.as_str(), clock.calendar_id.as_str()),
        ("Everything", "rome-office")
    );
    // Tuesday, 16:00: 9 h of Monday and 7 h.
    assert_eq!(clock.due, time("2026-03-03T15:00:00Z"));

    stage.acknowledged(&id, "2026-03-02T11:00:00Z").await;
    stage.waits(&id, "2026-03-02T12:00:00Z").await;
    stage.now("2026-03-03T12:00:00Z").await;
    let clock = stage.clock(&id, pb::Metric::Resolve).await;
    assert_eq!(
        (clock.elapsed_micros, clock.state()),
        (4 * HOUR, pb::ClockState::Paused)
    );
    stage.resumed(&id, "2026-03-03T12:00:00Z").await;
    stage.resolved(&id, "2026-03-03T13:00:00Z").await;
    stage.now("2026-03-05T08:00:00Z").await;
    let clock = stage.clock(&id, pb::Metric::Resolve).await;
    assert_eq!(
        (clock.elapsed_micros, clock.verdict()),
        (5 * HOUR, pb::Verdict::Met)
    );

    // Two days and a holiday later it was not done after all.
    stage.reopened(&id, "2026-03-05T08:00:00Z").await;
    stage.now("2026-03-05T10:00:00Z").await;
    let clock = stage.clock(&id, pb::Metric::Resolve).await;
    assert_eq!(
        (clock.elapsed_micros, clock.state()),
        (7 * HOUR, pb::ClockState::Running)
    );
    let acknowledge = stage.clock(&id, pb::Metric::Acknowledge).await;
    assert_eq!(
        (acknowledge.elapsed_micros, acknowledge.verdict()),
        (3 * HOUR, pb::Verdict::Met)
    );
}

#[tokio::test]
async fn who_has_nothing_to_do_with_a_request_does_not_see_its_clocks() {
    let mut stage = Stage::set().await;
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage.now("2026-03-02T09:00:00Z").await;
    assert!(sees(&mut stage.amina, &id).await, "who asked");
    assert!(
        sees(&mut stage.linh, &id).await,
        "who leads their department"
    );
    assert!(sees(&mut stage.daniel, &id).await, "who is asked");
    assert!(sees(&mut stage.root, &id).await, "admins");
    assert!(!sees(&mut stage.olaf, &id).await);
    assert!(!sees(&mut stage.vera, &id).await);
    stage
        .transferred(&id, "2026-03-02T09:00:00Z", "it", "facilities")
        .await;
    stage.now("2026-03-02T09:00:00Z").await;
    assert!(sees(&mut stage.olaf, &id).await);
    assert!(!sees(&mut stage.daniel, &id).await, "it is theirs no more");

    // Each rpc about one request asks the same question.
    let explain = pb::ExplainRequest {
        service_request_id: id.clone(),
        metric: pb::Metric::Resolve.into(),
        ..Default::default()
    };
    let unknown = (Code::NotFound, "UNKNOWN_REQUEST".to_owned());
    assert_eq!(refused(stage.vera.explain(explain).await), unknown);
    let recompute = pb::RecomputeRequest {
        service_request_id: id.clone(),
        ..Default::default()
    };
    assert_eq!(refused(stage.vera.recompute(recompute).await), unknown);
    let get = pb::GetClockRequest {
        service_request_id: id,
        metric: pb::Metric::Resolve.into(),
        ..Default::default()
    };
    assert_eq!(refused(stage.vera.get_clock(get).await), unknown);
}

#[tokio::test]
async fn what_is_asked_anonymously_is_seen_by_the_provider_alone() {
    let mut stage = Stage::set().await;
    let id = uuid::Uuid::new_v4().to_string();
    let submitted = json!({
        "provider": "it", "title": "The VPN drops", "description": "",
        "priority": "normal", "tags": [], "channel": "web", "kind": "concern",
    });
    stage
        .happen(&id, "2026-03-02T08:00:00Z", "amina", "submitted", submitted)
        .await;
    stage.now("2026-03-02T09:00:00Z").await;
    assert!(sees(&mut stage.daniel, &id).await);
    for client in [&mut stage.amina, &mut stage.linh, &mut stage.vera] {
        assert!(!sees(client, &id).await);
    }
    let explain = pb::ExplainRequest {
        service_request_id: id,
        metric: pb::Metric::Resolve.into(),
        ..Default::default()
    };
    let told = stage.daniel.explain(explain).await.unwrap().into_inner();
    assert!(!format!("{told:?}").contains("amina"), "{told:?}");
    assert!(!format!("{told:?}").contains("\"hr\""), "{told:?}");
}

#[tokio::test]
async fn a_list_of_clocks_comes_page_by_page() {
    let stage = Stage::set().await;
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    for minute in 10..20 {
        let when = format!("2026-03-02T08:{minute}:00Z");
        let word = json!({ "side": "provider", "text": "We are at it." });
        stage.happen(&id, &when, "daniel", "replied", word).await;
    }
    stage.now("2026-03-02T09:00:00Z").await;
    let whole = stage
        .root
        .clone()
        .list_clocks(list(&id))
        .await
        .unwrap()
        .into_inner();
    // Two from the submission, and an update after each word.
    assert_eq!(whole.clocks.len(), 12);
    let (mut clocks, mut token) = (Vec::new(), String::new());
    loop {
        let page = pb::ListClocksRequest {
            page_size: 5,
            page_token: token,
            ..list(&id)
        };
        let page = stage
            .root
            .clone()
            .list_clocks(page)
            .await
            .unwrap()
            .into_inner();
        clocks.extend(page.clocks);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(clocks, whole.clocks);
}
