//! Once, whatever is retried.

use khidma_proto::directory as pb;
use tonic::Code;

use crate::stage::{Stage, expect, key};

fn create(name: &str, request_id: &str) -> pb::CreateDepartmentRequest {
    pb::CreateDepartmentRequest {
        request_id: request_id.into(),
        id: "legal".into(),
        name: name.into(),
        parent_id: "operations".into(),
    }
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_no_other_command() {
    let mut stage = Stage::set().await;
    let key = key();
    let first = stage
        .admin
        .create_department(create("Legal", &key))
        .await
        .unwrap()
        .into_inner();
    let head = stage.head().await;
    assert_eq!(first.position, head);
    change!(
        stage.admin,
        rename_department,
        RenameDepartmentRequest {
            id: "legal",
            name: "Law"
        }
    )
    .unwrap();
    let again = stage
        .admin
        .create_department(create("Legal", &key))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again, first, "though it exists by now");
    assert_eq!(stage.head().await, head + 1);
    let other = stage.admin.create_department(create("Lawyers", &key)).await;
    expect(
        other,
        Code::AlreadyExists,
        "REQUEST_ID_REUSED",
        "request_id",
    );
    let exists = stage
        .admin
        .create_department(create("Legal", &crate::stage::key()))
        .await;
    expect(exists, Code::AlreadyExists, "DEPARTMENT_EXISTS", "id");

    let mut later = Stage::on(stage.host.log.clone()).await;
    let again = later
        .admin
        .create_department(create("Legal", &key))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again, first, "also after a restart");
    assert_eq!(stage.head().await, head + 1);
}
