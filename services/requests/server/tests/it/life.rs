//! A request from asking to its confirmed end, as its two sides see it.

use khidma_proto::common::actor::Kind;
use khidma_proto::requests as pb;

use crate::stage::{Stage, key};

async fn timeline(
    client: &mut crate::stage::Client,
    id: &str,
    min_position: u64,
) -> Vec<pb::TimelineEntry> {
    let request = pb::TimelineRequest {
        id: id.into(),
        min_position,
        ..Default::default()
    };
    client.timeline(request).await.unwrap().into_inner().entries
}

fn kinds(entries: &[pb::TimelineEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.kind.as_str()).collect()
}

#[tokio::test]
async fn from_asking_to_its_confirmed_end() {
    let mut stage = Stage::set().await;
    let id = stage.asked("A laptop for Noor").await;
    let (request_id, id_) = (key, || id.clone());
    stage
        .daniel
        .start(pb::StartRequest {
            request_id: request_id(),
            id: id_(),
        })
        .await
        .unwrap();
    let question = "Which keyboard?".to_owned();
    let ask = pb::WaitOnRequesterRequest {
        request_id: request_id(),
        id: id_(),
        question,
    };
    stage.daniel.wait_on_requester(ask).await.unwrap();
    assert_eq!(stage.get(&id).await.state(), pb::State::Waiting);
    let text = "Persian".to_owned();
    stage
        .amina
        .reply(pb::ReplyRequest {
            request_id: request_id(),
            id: id_(),
            text,
        })
        .await
        .unwrap();
    let text = "Ask the warehouse".to_owned();
    stage
        .daniel
        .add_note(pb::AddNoteRequest {
            request_id: request_id(),
            id: id_(),
            text,
        })
        .await
        .unwrap();
    let outcome = "On the desk".to_owned();
    let resolve = pb::ResolveRequest {
        request_id: request_id(),
        id: id_(),
        outcome,
    };
    let resolved = stage.daniel.resolve(resolve).await.unwrap().into_inner();
    let shown = stage.get(&id).await;
    assert_eq!(
        (shown.state(), shown.position),
        (pb::State::Resolved, resolved.position)
    );
    let week = shown.auto_close_time.unwrap().seconds - shown.resolve_time.unwrap().seconds;
    assert_eq!(week, 7 * 24 * 3600);
    let confirm = pb::ConfirmRequest {
        request_id: request_id(),
        id: id_(),
        comment: String::new(),
    };
    let end = stage
        .amina
        .confirm(confirm)
        .await
        .unwrap()
        .into_inner()
        .position;

    let hers = timeline(&mut stage.amina, &id, end).await;
    let life = [
        "submitted",
        "receipt_issued",
        "acknowledged",
        "assigned",
        "started",
        "wait_began",
        "replied",
        "resumed",
    ];
    let rest = ["resolved", "confirmed"];
    assert_eq!(kinds(&hers), [&life[..], &rest[..]].concat());
    let his = timeline(&mut stage.daniel, &id, end).await;
    assert_eq!(
        kinds(&his),
        [&life[..], &["note_added"], &rest[..]].concat()
    );
    let note = his.iter().find(|entry| entry.internal).unwrap();
    assert_eq!(note.text, "Ask the warehouse");
    // Both sides see the same facts.
    assert_eq!(
        his.into_iter()
            .filter(|entry| !entry.internal)
            .collect::<Vec<_>>(),
        hers
    );
    assert_eq!(hers[5].text, "Which keyboard?");
    let receipt = hers[1].actor.as_ref().unwrap();
    assert_eq!(receipt.kind, Some(Kind::Service("requests".into())));
    assert_eq!(
        hers[5].actor.as_ref().unwrap().kind,
        Some(Kind::PersonId("daniel".into()))
    );
    assert_eq!(hers[3].particulars["assignee"], "daniel");
}

#[tokio::test]
async fn a_long_timeline_comes_in_pages_and_whole() {
    let mut stage = Stage::set().await;
    let id = stage.asked("A long story").await;
    for n in 0..100 {
        let reply = pb::ReplyRequest {
            request_id: key(),
            id: id.clone(),
            text: format!("reply {n}"),
        };
        stage.amina.reply(reply).await.unwrap();
    }
    let min_position = stage.head().await;
    let (mut page_token, mut texts) = (String::new(), Vec::new());
    loop {
        let request = pb::TimelineRequest {
            id: id.clone(),
            page_size: 7,
            page_token,
            min_position,
        };
        let page = stage.amina.timeline(request).await.unwrap().into_inner();
        assert!(page.entries.len() <= 7);
        texts.extend(page.entries.into_iter().map(|entry| entry.text));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let replies: Vec<_> = (0..100).map(|n| format!("reply {n}")).collect();
    assert_eq!(texts[2..], replies);
}

#[tokio::test]
async fn a_request_of_others_does_not_exist() {
    let mut stage = Stage::set().await;
    let id = stage.asked("Private").await;
    stage.host.caught_up().await;
    let get = pb::GetRequest {
        id: id.clone(),
        min_position: 0,
    };
    let seen = crate::stage::refused(stage.farid.get(get.clone()).await);
    let unknown = pb::GetRequest {
        id: key(),
        min_position: 0,
    };
    assert_eq!(seen, crate::stage::refused(stage.farid.get(unknown).await));
    let claim = pb::ClaimRequest {
        request_id: key(),
        id: id.clone(),
    };
    assert_eq!(
        crate::stage::refused(stage.farid.claim(claim).await).1,
        "UNKNOWN_REQUEST"
    );
    // Amina lets him follow it: then he reads, and no more.
    let watcher = pb::AddWatcherRequest {
        request_id: key(),
        id: id.clone(),
        person_id: "farid".into(),
    };
    let min_position = stage
        .amina
        .add_watcher(watcher)
        .await
        .unwrap()
        .into_inner()
        .position;
    stage
        .farid
        .get(pb::GetRequest {
            id: id.clone(),
            min_position,
        })
        .await
        .unwrap();
    let cancel = pb::CancelRequest {
        request_id: key(),
        id,
        reason: String::new(),
        tasks: pb::TasksFate::Unspecified.into(),
    };
    let (code, reason, _) = crate::stage::refused(stage.farid.cancel(cancel).await);
    assert_eq!(
        (code, reason.as_str()),
        (tonic::Code::PermissionDenied, "NOT_ALLOWED")
    );
}

#[tokio::test]
async fn a_transfer_moves_it_from_queue_to_queue_and_out_of_sight() {
    let mut stage = Stage::set().await;
    let id = stage.asked("A desk").await;
    let reason = "Desks are theirs".to_owned();
    let transfer = pb::TransferRequest {
        request_id: key(),
        id: id.clone(),
        provider_id: "finance".into(),
        reason,
    };
    let min_position = stage
        .daniel
        .transfer(transfer)
        .await
        .unwrap()
        .into_inner()
        .position;
    let queue = |department: &str| pb::GetQueueRequest {
        department_id: department.into(),
        min_position,
        ..Default::default()
    };
    assert_eq!(
        stage
            .daniel
            .get_queue(queue("it"))
            .await
            .unwrap()
            .into_inner()
            .requests,
        []
    );
    let theirs = stage
        .farid
        .get_queue(queue("finance"))
        .await
        .unwrap()
        .into_inner()
        .requests;
    assert_eq!(theirs.len(), 1);
    assert_eq!(theirs[0].id, id);
    let get = pb::GetRequest { id, min_position };
    assert_eq!(
        crate::stage::refused(stage.daniel.get(get).await).1,
        "UNKNOWN_REQUEST"
    );
}

#[tokio::test]
async fn an_internal_note_leaves_no_trace_on_the_requesters_side() {
    let mut stage = Stage::set().await;
    let id = stage.asked("Quiet").await;
    let before = stage.get(&id).await;
    stage.host.hand.advance_seconds(60);
    let text = "Ask the warehouse".to_owned();
    let note = pb::AddNoteRequest {
        request_id: key(),
        id: id.clone(),
        text,
    };
    stage.daniel.add_note(note).await.unwrap();
    assert_eq!(stage.get(&id).await, before);
    let page = pb::TimelineRequest {
        id,
        page_size: 2,
        ..Default::default()
    };
    let page = stage.amina.timeline(page).await.unwrap().into_inner();
    assert_eq!((page.entries.len(), page.next_page_token.as_str()), (2, ""));
}
