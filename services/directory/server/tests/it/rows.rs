//! The read model equals a rebuild from nothing, row for row.

use khidma_projection::{dump, rows_equal};
use khidma_proto::directory as pb;

use crate::stage::Stage;

#[tokio::test]
async fn rows_written_live_equal_those_of_a_rebuild() {
    let mut stage = Stage::with_desk().await;
    let topics = vec![pb::Topic {
        name: "laptop".into(),
        role_id: "desk".into(),
    }];
    change!(
        stage.mina,
        set_department_topics,
        SetDepartmentTopicsRequest { id: "it", topics }
    )
    .unwrap();
    change!(
        stage.admin,
        join_department,
        JoinDepartmentRequest {
            id: "dao",
            department_id: "it",
            main: true
        }
    )
    .unwrap();
    change!(
        stage.admin,
        leave_department,
        LeaveDepartmentRequest {
            id: "dao",
            department_id: "finance"
        }
    )
    .unwrap();
    change!(
        stage.admin,
        close_department,
        CloseDepartmentRequest { id: "finance" }
    )
    .unwrap();
    change!(
        stage.mina,
        unassign_role,
        UnassignRoleRequest {
            id: "desk",
            person_id: "bao",
            department_id: "it"
        }
    )
    .unwrap();
    stage.host.caught_up().await;
    let projection = &stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    let after = projection.reader();
    // Departments, people and the role; children, members and topics.
    assert_eq!(dump(&after).unwrap().count(), 3 + 4 + 1 + 2 + 4 + 1);
    assert!(rows_equal(&before, &after).unwrap());
}
