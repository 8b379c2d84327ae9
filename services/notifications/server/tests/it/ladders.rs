//! Ladders, climbed until somebody acknowledges.

use std::sync::Arc;

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::Role;
use khidma_proto::notifications as pb;
use khidma_proto::notifications::EscalationState;
use serde_json::json;
use tonic::Code;

use crate::ladder_stage::{Stage, acknowledge, levels, percent, refused, seen_by};

/// IT: daniel reports to mei, who reports to omar above all.
async fn set() -> Stage {
    furnish(Stage::set().await).await
}

async fn furnish(stage: Stage) -> Stage {
    stage.department("it").await;
    stage.department("hr").await;
    stage.person("amina", "fa", None).await;
    stage.joins("amina", "hr").await;
    stage.person("omar", "ar", None).await;
    stage.person("mei", "ja", Some("omar")).await;
    stage.joins("mei", "it").await;
    stage.person("daniel", "en", Some("mei")).await;
    stage.joins("daniel", "it").await;
    stage
        .policy(json!([
            percent(75, json!(["assignee"])),
            percent(100, json!(["manager_of_assignee", "requester"])),
        ]))
        .await;
    stage
}

fn state(escalation: &pb::Escalation) -> EscalationState {
    escalation.state()
}

#[tokio::test]
async fn it_climbs_every_half_hour_until_there_is_nobody_above() {
    let stage = set().await;
    let id = stage.asked().await;
    stage.reaches(&id, 0, json!(["assignee"])).await;
    stage.quiet().await;
    let begun = stage.host.now();
    let raised = stage.escalations(&id).await;
    assert_eq!(levels(&raised[0]), [["daniel"]]);
    assert_eq!(state(&raised[0]), EscalationState::Open);

    stage.later(1799).await;
    assert_eq!(levels(&stage.escalations(&id).await[0]), [["daniel"]]);
    stage.later(1).await;
    assert_eq!(
        levels(&stage.escalations(&id).await[0]),
        [["daniel"], ["mei"]]
    );
    stage.later(7200).await;
    let all = stage.escalations(&id).await;
    assert_eq!(levels(&all[0]), [["daniel"], ["mei"], ["omar"]]);
    assert_eq!(state(&all[0]), EscalationState::Exhausted);
    assert_eq!(all[0].exhausted, "top");
    let last = all[0].levels[2].at.unwrap().seconds;
    assert_eq!(last, begun.as_seconds() + 3600);
}

#[tokio::test]
async fn whoever_acknowledges_ends_the_climbing_of_all_of_the_clock() {
    let stage = set().await;
    let (id, other) = (stage.asked().await, stage.asked().await);
    stage.reaches(&id, 0, json!(["assignee"])).await;
    stage
        .reaches(&id, 1, json!(["manager_of_assignee", "requester"]))
        .await;
    stage.reaches(&other, 0, json!(["assignee"])).await;
    stage.quiet().await;
    let raised = stage.escalations(&id).await;
    assert_eq!(levels(&raised[1]), [["mei", "amina"]]);

    let mut mei = stage.client("mei", "it", &[]).await;
    acknowledge(&mut mei, &raised[1].id).await.unwrap();
    stage.later(7200).await;
    for escalation in stage.escalations(&id).await {
        assert_eq!(state(&escalation), EscalationState::Acknowledged);
        assert_eq!(escalation.acknowledged_by, "mei");
        assert_eq!(escalation.levels.len(), 1, "{escalation:?}");
    }
    let other = stage.escalations(&other).await;
    assert_eq!(state(&other[0]), EscalationState::Exhausted);

    // What comes after that is new, and climbs again.
    stage.reaches(&id, 2, json!(["assignee"])).await;
    stage.later(1800).await;
    let later = stage.escalations(&id).await;
    assert_eq!(levels(&later[2]), [["daniel"], ["mei"]]);
}

#[tokio::test]
async fn it_ends_with_its_clock() {
    let stage = set().await;
    let (stopped, cancelled) = (stage.asked().await, stage.asked().await);
    for id in [&stopped, &cancelled] {
        stage.reaches(id, 0, json!(["assignee"])).await;
    }
    stage.quiet().await;
    stage.stops(&stopped).await;
    let data = json!({
        "at": stage.host.now(),
        "cause": { "position": 1, "index": 0, "event": "cancelled" },
        "elapsed_micros": 1,
    });
    stage.clock(&cancelled, "clock_cancelled", data).await;
    stage.later(7200).await;
    for id in [stopped, cancelled] {
        let all = stage.escalations(&id).await;
        assert_eq!(state(&all[0]), EscalationState::Ended);
        assert_eq!(levels(&all[0]), [["daniel"]]);
        let mut mei = stage.client("mei", "it", &[Role::Manager]).await;
        let late = acknowledge(&mut mei, &all[0].id).await;
        assert_eq!(
            refused(late),
            (Code::FailedPrecondition, "ESCALATION_OVER".into())
        );
    }
}

#[tokio::test]
async fn a_breach_that_is_taken_back_takes_back_what_followed_it() {
    let stage = set().await;
    let id = stage.asked().await;
    stage.later(10_800).await;
    stage.reaches(&id, 0, json!(["assignee"])).await;
    stage.later(60).await;
    let breached_at = stage.host.now();
    stage.reaches(&id, 1, json!(["manager_of_assignee"])).await;
    stage.quiet().await;
    let data = json!({
        "breached_at": breached_at,
        "cause": { "position": 1, "index": 0, "event": "wait_began" },
    });
    stage.clock(&id, "breach_retracted", data).await;
    stage.later(1800).await;
    let all = stage.escalations(&id).await;
    let states: Vec<_> = all.iter().map(state).collect();
    assert_eq!(states, [EscalationState::Open, EscalationState::Ended]);
    assert_eq!(levels(&all[0]), [["daniel"], ["mei"]]);
}

#[tokio::test]
async fn a_circle_in_the_reporting_line_is_gone_around_once_and_shown() {
    let stage = set().await;
    stage.reports_to("omar", "daniel").await;
    let id = stage.asked().await;
    stage.reaches(&id, 0, json!(["assignee"])).await;
    stage.later(36_000).await;
    let all = stage.escalations(&id).await;
    assert_eq!(levels(&all[0]), [["daniel"], ["mei"], ["omar"]]);
    assert_eq!(state(&all[0]), EscalationState::Exhausted);
    assert_eq!(all[0].exhausted, "circle");
}

#[tokio::test]
async fn a_step_that_names_nobody_is_there_for_people_to_see() {
    let stage = set().await;
    let id = stage.asked().await;
    let nobody = json!([{ "role": { "role": "nobody-holds-it" } }]);
    stage.reaches(&id, 0, nobody).await;
    stage.later(7200).await;
    let all = stage.escalations(&id).await;
    assert_eq!(state(&all[0]), EscalationState::Open);
    assert_eq!(levels(&all[0]), [Vec::<&str>::new()]);
    assert_eq!(all[0].climbs_at, None);
    // Who leads the department can take care of it.
    let mut mei = stage.client("mei", "it", &[]).await;
    acknowledge(&mut mei, &all[0].id).await.unwrap();
}

#[tokio::test]
async fn after_a_day_away_it_climbs_level_by_level_and_not_in_a_burst() {
    let stage = set().await;
    let id = stage.asked().await;
    stage.reaches(&id, 0, json!(["assignee"])).await;
    stage.quiet().await;
    // Nothing looked at the time for a day.
    stage
        .host
        .hand
        .set(stage.host.now().plus_seconds(24 * 3600));
    stage.quiet().await;
    let woken = stage.host.now();
    let all = stage.escalations(&id).await;
    assert_eq!(levels(&all[0]), [["daniel"], ["mei"]]);
    let next = all[0].climbs_at.unwrap().seconds;
    assert_eq!(next, woken.as_seconds() + 1800);
}

#[tokio::test]
async fn nothing_of_an_anonymous_concern_is_raised_or_shown() {
    let stage = set().await;
    let id = uuid::Uuid::new_v4().to_string();
    let submitted = json!({
        "provider": "it", "title": "The VPN drops", "kind": "concern",
        "priority": "normal", "channel": "web",
    });
    stage
        .say::<khidma_events::requests::RequestEvent>(&id, &[("submitted", submitted)])
        .await;
    stage.clock_starts(&id).await;
    stage.reaches(&id, 0, json!(["provider"])).await;
    stage.later(7200).await;
    assert_eq!(stage.escalations(&id).await, []);
    let preview = pb::PreviewEscalationRequest {
        service_request_id: id,
        ..Default::default()
    };
    let asked = stage.root().await.preview_escalation(preview).await;
    assert_eq!(refused(asked), (Code::NotFound, "UNKNOWN_REQUEST".into()));
}

#[tokio::test]
async fn who_has_nothing_to_do_with_it_neither_sees_nor_acknowledges_it() {
    let stage = set().await;
    let id = stage.asked().await;
    stage
        .reaches(&id, 0, json!(["assignee", "requester"]))
        .await;
    stage.quiet().await;
    let escalation = stage.escalations(&id).await.remove(0);
    let unknown = (Code::NotFound, "UNKNOWN_ESCALATION".to_owned());
    let forbidden = (Code::PermissionDenied, "NOT_ALLOWED".to_owned());
    for (person, department, sees, refusal) in [
        ("vera", "sales", false, &unknown),
        ("amina", "hr", true, &forbidden),
        ("lena", "it", true, &forbidden),
    ] {
        let mut client = stage.client(person, department, &[]).await;
        assert_eq!(
            !seen_by(&mut client, &id).await.is_empty(),
            sees,
            "{person}"
        );
        let asked = acknowledge(&mut client, &escalation.id).await;
        assert_eq!(refused(asked), *refusal, "{person}");
    }
    let mut omar = stage.client("omar", "board", &[]).await;
    assert_eq!(seen_by(&mut omar, &id).await, []);
    stage.later(3600).await;
    // Now it has come to him.
    assert_eq!(seen_by(&mut omar, &id).await.len(), 1);
    acknowledge(&mut omar, &escalation.id).await.unwrap();
}

#[tokio::test]
async fn who_leads_by_the_directory_sees_what_they_may_acknowledge() {
    let stage = set().await;
    let id = stage.asked().await;
    stage.reaches(&id, 0, json!(["assignee"])).await;
    stage.quiet().await;
    // Their token knows them in another department.
    let mut vera = stage.client("vera", "sales", &[]).await;
    assert_eq!(seen_by(&mut vera, &id).await, []);
    stage.person("vera", "en", None).await;
    stage.holds("vera", "manager", "it").await;
    stage.quiet().await;
    let seen = seen_by(&mut vera, &id).await;
    assert_eq!(seen, stage.escalations(&id).await);
    acknowledge(&mut vera, &seen[0].id).await.unwrap();
}

#[tokio::test]
async fn a_list_comes_page_by_page_and_can_show_only_what_waits() {
    let stage = set().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let id = stage.asked().await;
        stage.reaches(&id, 0, json!(["assignee"])).await;
        stage.quiet().await;
        ids.push(id);
    }
    stage.stops(&ids[2]).await;
    stage.quiet().await;
    let mut root = stage.root().await;
    for (open_only, expected) in [(false, vec![4, 3, 2, 1, 0]), (true, vec![4, 3, 1, 0])] {
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let list = pb::ListEscalationsRequest {
                open_only,
                page_size: 2,
                page_token: token,
                ..Default::default()
            };
            let page = root.list_escalations(list).await.unwrap().into_inner();
            assert!(page.escalations.len() <= 2);
            seen.extend(page.escalations);
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        let seen: Vec<_> = seen.iter().map(|one| &one.service_request_id).collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|number: usize| &ids[number])
            .collect();
        assert_eq!(seen, expected, "only open ones: {open_only}");
    }
    let bad = pb::ListEscalationsRequest {
        service_request_id: "a laptop".into(),
        ..Default::default()
    };
    let refusal = refused(root.list_escalations(bad).await);
    assert_eq!(refusal, (Code::InvalidArgument, "INVALID_ID".into()));
}

#[tokio::test]
async fn two_processes_climb_once_and_one_that_begins_anew_tells_nothing_again() {
    let log = Arc::new(MemoryLog::new());
    let one = furnish(Stage::on(log.clone()).await).await;
    let other = Stage::on(log.clone()).await;
    let id = one.asked().await;
    one.reaches(&id, 0, json!(["assignee"])).await;
    for _ in 0..3 {
        let later = one.host.now().plus_seconds(1800);
        one.quiet().await;
        other.quiet().await;
        one.host.hand.set(later);
        other.host.hand.set(later);
    }
    one.quiet().await;
    other.quiet().await;
    let all = one.escalations(&id).await;
    assert_eq!(levels(&all[0]), [["daniel"], ["mei"], ["omar"]]);
    let told = one.told(&id).await;
    assert_eq!(told, ["daniel", "mei", "omar"], "each once");

    let head = log.head().await.unwrap();
    let anew = Stage::on(log.clone()).await;
    anew.host.hand.set(one.host.now());
    anew.quiet().await;
    assert_eq!(log.head().await.unwrap(), head, "something was said again");
    assert_eq!(anew.escalations(&id).await, all);
}
