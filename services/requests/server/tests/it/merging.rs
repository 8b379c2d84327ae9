//! One request goes on for another, also where two processes merge at once.

use std::time::Duration;

use khidma_proto::requests as pb;
use khidma_testkit::eventually;

use crate::links::{Links, of};
use crate::stage::{Client, Stage, key, laptop, refused};

const PATIENCE: Duration = Duration::from_secs(20);

fn merge(id: &str, into: &str) -> pb::MergeRequest {
    pb::MergeRequest {
        request_id: key(),
        id: id.into(),
        into_id: into.into(),
        reason: "The same".into(),
    }
}

async fn get(client: &mut Client, id: &str) -> Option<pb::ServiceRequest> {
    let request = pb::GetRequest {
        id: id.into(),
        min_position: 0,
    };
    client.get(request).await.ok()?.into_inner().request
}

/// Whether the request comes to be followed by these, soon.
async fn followed_by(stage: &Stage, id: &str, people: &[&str]) -> bool {
    eventually(PATIENCE, || {
        let mut mei = stage.mei.clone();
        async move {
            let found = get(&mut mei, id).await;
            found.is_some_and(|found| found.watcher_ids == people)
        }
    })
    .await
}

#[tokio::test]
async fn who_asked_and_who_followed_go_along_and_through_a_second_merge_too() {
    let mut stage = Stage::set().await;
    let mut daniel = of(&stage, "daniel", "it").await;
    let mine = stage.asked("No sound").await;
    let watch = pb::AddWatcherRequest {
        request_id: key(),
        id: mine.clone(),
        person_id: "farid".into(),
    };
    stage.amina.add_watcher(watch).await.unwrap();
    let mut lists = Vec::new();
    for title in ["No sound at all", "The sound card"] {
        lists.push(
            stage
                .linh
                .submit(laptop(title))
                .await
                .unwrap()
                .into_inner()
                .id,
        );
    }
    let (second, third) = (&lists[0], &lists[1]);
    daniel.merge(merge(&mine, second)).await.unwrap();
    let ended = stage.get(&mine).await;
    assert_eq!(ended.state(), pb::State::Merged);
    assert_eq!(&ended.merged_into_id, second);
    assert!(followed_by(&stage, second, &["amina", "farid"]).await);
    assert_eq!(
        refused(daniel.merge(merge(third, &mine)).await).1,
        "MERGE_TARGET_OVER"
    );
    daniel.merge(merge(second, third)).await.unwrap();
    assert!(followed_by(&stage, third, &["amina", "farid"]).await);
    // Once each, however often it fires.
    stage.host.caught_up().await;
    let timeline = pb::TimelineRequest {
        id: third.clone(),
        ..Default::default()
    };
    let entries = stage
        .mei
        .timeline(timeline)
        .await
        .unwrap()
        .into_inner()
        .entries;
    let received = entries
        .iter()
        .filter(|entry| entry.kind == "merge_received");
    assert_eq!(received.count(), 1);
}

/// In what state the request is once nothing more follows.
async fn settled(stage: &Stage, ids: &[&str]) -> Vec<pb::ServiceRequest> {
    let over = eventually(PATIENCE, || async {
        stage.host.caught_up().await;
        let reader = stage.host.projections[0].reader();
        reader.next_due().unwrap().is_none()
    });
    assert!(over.await, "something keeps following");
    let mut found = Vec::new();
    for id in ids {
        found.push(get(&mut stage.mei.clone(), id).await.unwrap());
    }
    found
}

#[tokio::test]
async fn of_merges_that_cross_in_two_processes_just_one_stands() {
    let mut one = Stage::set().await;
    let two = Stage::on(one.host.log.clone()).await;
    let (here, there) = (of(&one, "daniel", "it").await, of(&two, "mei", "it").await);
    let mut crossed = 0;
    for round in 0..20 {
        let a = one.asked(&format!("One {round}")).await;
        let b = one
            .linh
            .submit(laptop("Other"))
            .await
            .unwrap()
            .into_inner()
            .id;
        two.host.caught_up().await;
        one.host.caught_up().await;
        let (mut left, mut right): (Links, Links) = (here.clone(), there.clone());
        let (ab, ba) = tokio::join!(left.merge(merge(&a, &b)), right.merge(merge(&b, &a)));
        crossed += usize::from(ab.is_ok() && ba.is_ok());
        let found = settled(&one, &[&a, &b]).await;
        let merged = found.iter().filter(|it| it.state() == pb::State::Merged);
        assert_eq!(merged.count(), 1, "{ab:?} {ba:?} {found:?}");
        let goes_on = found
            .iter()
            .find(|it| it.state() != pb::State::Merged)
            .unwrap();
        assert_eq!(goes_on.state(), pb::State::Submitted);
        let other = if goes_on.id == a { "linh" } else { "amina" };
        assert_eq!(goes_on.watcher_ids, [other], "{goes_on:?}");
    }
    assert!(crossed > 0, "no two merges ever crossed");
}

#[tokio::test]
async fn of_merges_that_close_a_circle_the_last_does_not_stand() {
    let mut stage = Stage::set().await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c"] {
        ids.push(stage.asked(title).await);
    }
    stage.host.caught_up().await;
    // Three processes that know nothing of each other's merges yet.
    let merges: Vec<_> = (0..3).map(|n| merge(&ids[n], &ids[(n + 1) % 3])).collect();
    let mut clients = Vec::new();
    for _ in 0..3 {
        let other = Stage::on(stage.host.log.clone()).await;
        clients.push((of(&other, "daniel", "it").await, other));
    }
    let calls = clients
        .iter_mut()
        .zip(merges)
        .map(|((links, _), ask)| links.merge(ask));
    futures::future::join_all(calls).await;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found = settled(&stage, &ids).await;
    let goes_on = found.iter().filter(|it| it.state() != pb::State::Merged);
    assert_eq!(goes_on.count(), 1, "{found:?}");
}

#[tokio::test]
async fn a_merge_into_what_had_been_declined_a_moment_before_is_taken_back() {
    let mut one = Stage::set().await;
    let mut two = Stage::on(one.host.log.clone()).await;
    let mut daniel = of(&one, "daniel", "it").await;
    for round in 0..10 {
        let a = one.asked(&format!("One {round}")).await;
        let b = one.asked(&format!("Other {round}")).await;
        two.host.caught_up().await;
        let decline = pb::DeclineRequest {
            request_id: key(),
            id: b.clone(),
            reason: "No".into(),
            tasks: 0,
        };
        let (merged, declined) =
            tokio::join!(daniel.merge(merge(&a, &b)), two.daniel.decline(decline));
        declined.unwrap();
        let found = settled(&one, &[&a, &b]).await;
        // Either it was merged before the other ended, or it goes on by itself.
        let order = merged.map(|merged| merged.into_inner().position);
        let declined_at = found[1].position;
        match order {
            Ok(position) if position < declined_at => {
                assert_eq!(found[0].state(), pb::State::Merged);
            }
            _ => assert_eq!(found[0].state(), pb::State::Submitted, "{found:?}"),
        }
    }
}
