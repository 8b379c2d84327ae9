//! Concerns, by name and in nobody's, and what comes of them.

use std::time::Duration;

use khidma_edge::client::Connection;
use khidma_proto::requests as pb;
use khidma_proto::requests::concerns_service_client::ConcernsServiceClient;
use khidma_testkit::eventually;
use tonic::Code;

use crate::links::{link, of};
use crate::stage::{Stage, key, refused};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) type Concerns = ConcernsServiceClient<Connection>;

async fn by(stage: &Stage, person: &str, department: &str) -> Concerns {
    Concerns::new(stage.host.connect(person, department, &[]).await)
}

pub(crate) fn raise(title: &str) -> pb::RaiseConcernRequest {
    pb::RaiseConcernRequest {
        request_id: key(),
        provider_id: "it".into(),
        title: title.into(),
        ..Default::default()
    }
}

pub(crate) fn anonymous(title: &str) -> pb::RaiseAnonymousConcernRequest {
    pb::RaiseAnonymousConcernRequest {
        request_id: key(),
        provider_id: "it".into(),
        title: title.into(),
        ..Default::default()
    }
}

/// The concern that IT finds in its list under this title.
async fn found(stage: &mut Stage, title: &str) -> pb::ServiceRequest {
    let list = pb::ListRequest {
        provider_id: "it".into(),
        text: title.into(),
        kind: pb::RequestKind::Concern.into(),
        min_position: stage.head().await,
        ..Default::default()
    };
    let list = stage.daniel.list(list).await.unwrap().into_inner();
    list.requests.into_iter().next().unwrap()
}

async fn resolve(stage: &mut Stage, id: &str, outcome: &str) {
    let resolve = pb::ResolveRequest {
        request_id: key(),
        id: id.into(),
        outcome: outcome.into(),
    };
    stage.daniel.resolve(resolve).await.unwrap();
}

async fn timeline(stage: &Stage, id: &str) -> Vec<pb::TimelineEntry> {
    let timeline = pb::TimelineRequest {
        id: id.into(),
        min_position: stage.head().await,
        page_size: 1000,
        ..Default::default()
    };
    let mut daniel = stage.daniel.clone();
    daniel
        .timeline(timeline)
        .await
        .unwrap()
        .into_inner()
        .entries
}

/// The outcomes of other concerns that were told here.
async fn told(stage: &Stage, id: &str) -> Vec<String> {
    let entries = timeline(stage, id).await.into_iter();
    let shared = entries.filter(|entry| entry.kind == "outcome_shared");
    shared.map(|entry| entry.text).collect()
}

/// Waits until nothing follows any more.
async fn settle(stage: &Stage) {
    let over = eventually(PATIENCE, || async {
        stage.host.caught_up().await;
        let reader = stage.host.projections[0].reader();
        // What is resolved closes by itself in a week: that is not what is waited for.
        let due = reader.next_due().unwrap();
        due.is_none_or(|due| due > khidma_kernel::Timestamp::EPOCH)
    });
    assert!(over.await, "something keeps following");
}

async fn outcomes(concerns: &mut Concerns, position: u64) -> Vec<pb::Outcome> {
    let ask = pb::ListOutcomesRequest {
        provider_id: "it".into(),
        min_position: position,
        ..Default::default()
    };
    concerns
        .list_outcomes(ask)
        .await
        .unwrap()
        .into_inner()
        .outcomes
}

#[tokio::test]
async fn a_concern_goes_its_way_and_everybody_reads_what_came_of_it() {
    let mut stage = Stage::set().await;
    let mut amina = by(&stage, "amina", "hr").await;
    let ask = raise("The VPN drops");
    let raised = amina.raise_concern(ask.clone()).await.unwrap().into_inner();
    assert_eq!(amina.raise_concern(ask).await.unwrap().into_inner(), raised);
    stage.asked("A laptop").await;
    let concern = found(&mut stage, "").await;
    assert_eq!(
        (&concern.id, concern.kind()),
        (&raised.id, pb::RequestKind::Concern)
    );
    resolve(&mut stage, &raised.id, "A new router").await;
    let entries = timeline(&stage, &raised.id).await;
    let last = entries.last().unwrap();
    assert_eq!(
        (&*last.kind, &*last.text),
        ("outcome_published", "A new router")
    );
    let by_service = last.actor.as_ref().unwrap().kind.as_ref().unwrap();
    assert_eq!(
        *by_service,
        khidma_proto::common::actor::Kind::Service("requests".into())
    );
    let mut farid = by(&stage, "farid", "finance").await;
    let public = outcomes(&mut farid, stage.head().await).await;
    let expected = pb::Outcome {
        offering: String::new(),
        date: "2026-03-02".into(),
        outcome: "A new router".into(),
        acted: true,
    };
    assert_eq!(public, [expected]);
    // Reopened and resolved otherwise: only the last outcome is listed.
    let reopen = pb::ReopenRequest {
        request_id: key(),
        id: raised.id.clone(),
        reason: "Still".into(),
    };
    stage.amina.reopen(reopen).await.unwrap();
    let decline = pb::DeclineRequest {
        request_id: key(),
        id: raised.id.clone(),
        reason: "The line is old".into(),
        tasks: 0,
    };
    stage.daniel.decline(decline).await.unwrap();
    let public = outcomes(&mut farid, stage.head().await).await;
    assert_eq!(public.len(), 1);
    assert_eq!(
        (&*public[0].outcome, public[0].acted),
        ("The line is old", false)
    );
}

#[tokio::test]
async fn an_anonymous_concern_is_followed_and_answered_by_its_word() {
    let mut stage = Stage::set().await;
    let mut amina = by(&stage, "amina", "hr").await;
    let ask = anonymous("The VPN drops");
    let raised = amina
        .raise_anonymous_concern(ask.clone())
        .await
        .unwrap()
        .into_inner();
    let again = amina
        .raise_anonymous_concern(ask)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again, raised);
    let concern = found(&mut stage, "VPN").await;
    assert_eq!(
        (&*concern.requester_id, &*concern.requester_department_id),
        ("", "")
    );
    let wait = pb::WaitOnRequesterRequest {
        request_id: key(),
        id: concern.id.clone(),
        question: "When?".into(),
    };
    stage.daniel.wait_on_requester(wait).await.unwrap();
    let note = pb::AddNoteRequest {
        request_id: key(),
        id: concern.id.clone(),
        text: "Who might that be?".into(),
    };
    stage.daniel.add_note(note).await.unwrap();
    // From another desk, with the word alone; people write it as they like.
    let mut farid = by(&stage, "farid", "finance").await;
    let spelled = format!(" {} ", raised.follow_word.to_uppercase());
    let reply = pb::ReplyToConcernRequest {
        request_id: key(),
        follow_word: spelled.clone(),
        text: "At noon".into(),
    };
    let first = farid
        .reply_to_concern(reply.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        farid.reply_to_concern(reply).await.unwrap().into_inner(),
        first
    );
    resolve(&mut stage, &concern.id, "A new router").await;
    let follow = pb::FollowConcernRequest {
        follow_word: spelled,
        page_size: 5,
        min_position: stage.head().await,
        ..Default::default()
    };
    let page = farid
        .follow_concern(follow.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (page.state(), &*page.title),
        (pb::State::Resolved, "The VPN drops")
    );
    assert_eq!(page.outcome.as_ref().unwrap().outcome, "A new router");
    let rest = pb::FollowConcernRequest {
        page_token: page.next_page_token.clone(),
        ..follow
    };
    let rest = farid.follow_concern(rest).await.unwrap().into_inner();
    let entries: Vec<_> = page.entries.iter().chain(&rest.entries).collect();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "submitted",
            "receipt_issued",
            "wait_began",
            "replied",
            "resumed",
            "resolved",
            "outcome_published"
        ]
    );
    let anonymous = khidma_proto::common::actor::Kind::Anonymous(Default::default());
    for entry in [entries[0], entries[3]] {
        assert_eq!(entry.actor.as_ref().unwrap().kind, Some(anonymous.clone()));
    }
    // It closes by itself, as nobody confirms it.
    stage.host.hand.advance_seconds(7 * 24 * 3600);
    let closed = eventually(PATIENCE, || {
        let (mut daniel, id) = (stage.daniel.clone(), concern.id.clone());
        async move {
            let get = pb::GetRequest {
                id,
                min_position: 0,
            };
            let got = daniel.get(get).await.unwrap().into_inner();
            got.request.unwrap().state() == pb::State::Closed
        }
    });
    assert!(closed.await);
}

#[tokio::test]
async fn who_does_not_know_the_word_learns_nothing() {
    let mut stage = Stage::set().await;
    let mut amina = by(&stage, "amina", "hr").await;
    amina
        .raise_anonymous_concern(anonymous("The VPN drops"))
        .await
        .unwrap();
    let concern = found(&mut stage, "VPN").await;
    let follow = |word: &str| pb::FollowConcernRequest {
        follow_word: word.into(),
        ..Default::default()
    };
    for word in [key(), concern.id.clone()] {
        let unknown = refused(amina.follow_concern(follow(&word)).await);
        assert_eq!(
            (unknown.0, &*unknown.1),
            (Code::NotFound, "UNKNOWN_REQUEST")
        );
        let reply = pb::ReplyToConcernRequest {
            request_id: key(),
            follow_word: word,
            text: "Me".into(),
        };
        assert_eq!(refused(amina.reply_to_concern(reply).await), unknown);
    }
    let malformed = amina.follow_concern(follow("please")).await;
    let message = malformed.as_ref().unwrap_err().message().to_owned();
    assert!(!message.contains("please"), "a word is a secret");
    assert_eq!(refused(malformed).1, "INVALID_FOLLOW_WORD");
    // Not even she may read it by its id: nobody knows that she raised it.
    let get = pb::GetRequest {
        id: concern.id,
        min_position: 0,
    };
    assert_eq!(refused(stage.amina.get(get).await).0, Code::NotFound);
    for request_id in ["00000000-0000-0000-0000-000000000000", "once"] {
        let guessable = pb::RaiseAnonymousConcernRequest {
            request_id: request_id.into(),
            ..anonymous("x")
        };
        assert_eq!(
            refused(amina.raise_anonymous_concern(guessable).await).1,
            "INVALID_REQUEST_ID"
        );
    }
}

#[tokio::test]
async fn what_came_of_a_concern_is_told_to_who_raised_a_similar_one() {
    let mut stage = Stage::set().await;
    let mut amina = by(&stage, "amina", "hr").await;
    let mut links = of(&stage, "daniel", "it").await;
    let first = amina
        .raise_concern(raise("first"))
        .await
        .unwrap()
        .into_inner()
        .id;
    let similar = pb::RaiseConcernRequest {
        similar_to_ids: vec![first.clone()],
        ..raise("second")
    };
    let second = amina.raise_concern(similar).await.unwrap().into_inner().id;
    let word = amina.raise_anonymous_concern(anonymous("third")).await;
    let word = word.unwrap().into_inner().follow_word;
    let third = found(&mut stage, "third").await.id;
    let fourth = amina
        .raise_concern(raise("fourth"))
        .await
        .unwrap()
        .into_inner()
        .id;
    let fifth = amina
        .raise_concern(raise("fifth"))
        .await
        .unwrap()
        .into_inner()
        .id;
    let (duplicate, caused) = (pb::LinkKind::DuplicateOf, pb::LinkKind::CausedBy);
    links.link(link(&first, duplicate, &third)).await.unwrap();
    links.link(link(&fifth, caused, &first)).await.unwrap();
    let merge = pb::MergeRequest {
        request_id: key(),
        id: fourth.clone(),
        into_id: first.clone(),
        reason: String::new(),
    };
    links.merge(merge).await.unwrap();
    resolve(&mut stage, &first, "A new router").await;
    settle(&stage).await;
    for id in [&second, &third, &fourth] {
        assert_eq!(told(&stage, id).await, ["A new router"]);
    }
    assert!(
        told(&stage, &fifth).await.is_empty(),
        "a consequence is another matter"
    );
    // Linked after the fact; and linked anew, which tells nothing anew.
    let similar = pb::LinkKind::SimilarTo;
    links.link(link(&first, similar, &fifth)).await.unwrap();
    links.link(link(&third, similar, &first)).await.unwrap();
    settle(&stage).await;
    assert_eq!(told(&stage, &fifth).await, ["A new router"]);
    assert_eq!(told(&stage, &third).await, ["A new router"]);
    // A later outcome is told as well, once.
    let reopen = pb::ReopenRequest {
        request_id: key(),
        id: first.clone(),
        reason: "Still".into(),
    };
    stage.amina.reopen(reopen).await.unwrap();
    resolve(&mut stage, &first, "Another router").await;
    settle(&stage).await;
    for id in [&second, &third, &fourth, &fifth] {
        assert_eq!(told(&stage, id).await, ["A new router", "Another router"]);
    }
    let follow = pb::FollowConcernRequest {
        follow_word: word,
        min_position: stage.head().await,
        ..Default::default()
    };
    let followed = amina.follow_concern(follow).await.unwrap().into_inner();
    assert_eq!(followed.entries.last().unwrap().kind, "outcome_shared");
    // All of this is found anew from the log alone.
    let projection = &stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    assert!(khidma_projection::rows_equal(&before, &projection.reader()).unwrap());
}

#[tokio::test]
async fn two_services_tell_an_outcome_once() {
    let mut one = Stage::set().await;
    let _two = Stage::on(one.host.log.clone()).await;
    let mut amina = by(&one, "amina", "hr").await;
    let first = amina
        .raise_concern(raise("first"))
        .await
        .unwrap()
        .into_inner()
        .id;
    let mut others = Vec::new();
    for number in 0..20 {
        let similar = pb::RaiseConcernRequest {
            similar_to_ids: vec![first.clone()],
            ..raise(&format!("like it {number}"))
        };
        others.push(amina.raise_concern(similar).await.unwrap().into_inner().id);
    }
    resolve(&mut one, &first, "A new router").await;
    settle(&one).await;
    for id in &others {
        assert_eq!(told(&one, id).await, ["A new router"]);
    }
}

#[tokio::test]
async fn outcomes_come_in_pages_that_give_nothing_away() {
    let mut stage = Stage::set().await;
    let mut amina = by(&stage, "amina", "hr").await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let id = amina
            .raise_concern(raise("one"))
            .await
            .unwrap()
            .into_inner()
            .id;
        resolve(&mut stage, &id, &format!("Outcome {number}")).await;
        ids.push(id);
    }
    let mut ask = pb::ListOutcomesRequest {
        provider_id: "it".into(),
        page_size: 2,
        min_position: stage.head().await,
        ..Default::default()
    };
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = amina.list_outcomes(ask.clone()).await.unwrap().into_inner();
        seen.extend(page.outcomes.into_iter().map(|outcome| outcome.outcome));
        pages += 1;
        assert!(ids.iter().all(|id| !page.next_page_token.contains(id)));
        if page.next_page_token.is_empty() {
            break;
        }
        ask.page_token = page.next_page_token;
    }
    seen.sort();
    let all: Vec<_> = (0..5).map(|number| format!("Outcome {number}")).collect();
    assert_eq!((seen, pages), (all, 3));
}

#[tokio::test]
async fn what_a_concern_is_about_is_looked_up() {
    let stage = Stage::set().await;
    let mut amina = by(&stage, "amina", "hr").await;
    let unknown = |code: &(Code, String, String)| (code.0, &*code.1 == "UNKNOWN_OFFERING");
    let named = pb::RaiseConcernRequest {
        offering: "vpn".into(),
        ..raise("x")
    };
    let hidden = pb::RaiseAnonymousConcernRequest {
        offering: "vpn".into(),
        ..anonymous("x")
    };
    let expected = (Code::InvalidArgument, true);
    assert_eq!(
        unknown(&refused(amina.raise_concern(named).await)),
        expected
    );
    let refusal = refused(amina.raise_anonymous_concern(hidden).await);
    assert_eq!(unknown(&refusal), expected);
    // Too many are not even looked up: these are no ids at all.
    let many = pb::RaiseConcernRequest {
        similar_to_ids: vec!["?".into(); 51],
        ..raise("x")
    };
    assert_eq!(refused(amina.raise_concern(many).await).1, "TOO_MANY_LINKS");
}
