//! The read model equals a rebuild from nothing, row for row.

use khidma_projection::{dump, rows_equal};
use khidma_proto::requests as pb;

use crate::stage::{Stage, key, laptop};

#[tokio::test]
async fn rows_written_live_equal_those_of_a_rebuild() {
    let mut stage = Stage::set().await;
    for n in 0..40 {
        let id = stage.asked(&format!("Laptop {n}")).await;
        if n % 2 == 0 {
            stage
                .daniel
                .start(pb::StartRequest {
                    request_id: key(),
                    id: id.clone(),
                })
                .await
                .unwrap();
        }
        if n % 3 == 0 {
            let resolve = pb::ResolveRequest {
                request_id: key(),
                id,
                outcome: "Done".into(),
            };
            stage.daniel.resolve(resolve).await.unwrap();
        }
    }
    stage.host.caught_up().await;
    let projection = &stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    let after = projection.reader();
    assert!(dump(&after).unwrap().count() > 40 * 3);
    assert!(rows_equal(&before, &after).unwrap());
}

#[tokio::test]
async fn queries_and_commands_go_on_while_the_read_model_is_rebuilt() {
    let mut stage = Stage::set().await;
    for n in 0..200 {
        stage.asked(&format!("Laptop {n}")).await;
    }
    stage.host.caught_up().await;
    let projection = stage.host.projections[0].clone();
    let rebuild = projection.rebuild(|_| {});
    let calls = async {
        let (mut amina, mut seen) = (stage.amina.clone(), 0);
        for _ in 0..100 {
            let position = amina
                .submit(laptop("During"))
                .await
                .unwrap()
                .into_inner()
                .position;
            let mine = pb::ListRequest {
                requester_id: "me".into(),
                page_size: 1000,
                min_position: position,
                ..Default::default()
            };
            let found = amina.list(mine).await.unwrap().into_inner();
            assert!(found.position >= position);
            assert!(found.requests.len() > seen, "a view went back");
            seen = found.requests.len();
        }
        seen
    };
    let (rebuilt, seen) = tokio::join!(rebuild, calls);
    rebuilt.unwrap();
    assert_eq!(seen, 300);
}
