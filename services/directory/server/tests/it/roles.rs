//! Roles: given, read and confirmed, on duty; and so who handles what.

use std::time::Duration;

use khidma_proto::directory as pb;
use khidma_testkit::eventually;
use tonic::Code;

use crate::stage::{Stage, expect};

/// Each holder with whether they have confirmed the present description.
fn confirmed(role: &pb::Role) -> Vec<(&str, u32, bool)> {
    role.holders
        .iter()
        .map(|holder| {
            (
                holder.person_id.as_str(),
                holder.confirmed_revision,
                holder.confirmed,
            )
        })
        .collect()
}

#[tokio::test]
async fn a_revised_role_is_confirmed_anew() {
    let mut stage = Stage::with_desk().await;
    assert_eq!(
        confirmed(&stage.role("desk").await),
        [("amina", 0, false), ("bao", 0, false)]
    );
    change!(
        stage.amina,
        confirm_role,
        ConfirmRoleRequest {
            id: "desk",
            revision: 1_u32
        }
    )
    .unwrap();
    assert_eq!(
        confirmed(&stage.role("desk").await),
        [("amina", 1, true), ("bao", 0, false)]
    );

    change!(
        stage.admin,
        revise_role,
        ReviseRoleRequest {
            id: "desk",
            name: "Service desk",
            description: "Answers within the hour."
        }
    )
    .unwrap();
    let role = stage.role("desk").await;
    assert_eq!(
        (role.revision, confirmed(&role)),
        (2, vec![("amina", 1, false), ("bao", 0, false)])
    );
    let old = change!(
        stage.amina,
        confirm_role,
        ConfirmRoleRequest {
            id: "desk",
            revision: 1_u32
        }
    );
    expect(
        old,
        Code::FailedPrecondition,
        "REVISION_NOT_CURRENT",
        "revision",
    );
    change!(
        stage.amina,
        confirm_role,
        ConfirmRoleRequest {
            id: "desk",
            revision: 2_u32
        }
    )
    .unwrap();
    assert_eq!(
        confirmed(&stage.role("desk").await),
        [("amina", 2, true), ("bao", 0, false)]
    );
    let stranger = change!(
        stage.dao,
        confirm_role,
        ConfirmRoleRequest {
            id: "desk",
            revision: 2_u32
        }
    );
    expect(stranger, Code::FailedPrecondition, "NOT_A_HOLDER", "id");
}

#[tokio::test]
async fn only_who_leads_the_department_gives_a_role_there() {
    let mut stage = Stage::with_desk().await;
    let assign = |person: &'static str, department: &'static str| pb::AssignRoleRequest {
        request_id: crate::stage::key(),
        id: "desk".into(),
        person_id: person.into(),
        department_id: department.into(),
    };
    expect(
        stage.mina.assign_role(assign("dao", "finance")).await,
        Code::PermissionDenied,
        "NOT_ALLOWED",
        "",
    );
    expect(
        stage.bao.assign_role(assign("mina", "it")).await,
        Code::PermissionDenied,
        "NOT_ALLOWED",
        "",
    );
    expect(
        stage.mina.assign_role(assign("dao", "it")).await,
        Code::FailedPrecondition,
        "NOT_A_MEMBER",
        "person_id",
    );
    expect(
        stage.mina.assign_role(assign("nobody", "it")).await,
        Code::InvalidArgument,
        "UNKNOWN_PERSON",
        "person_id",
    );
    stage.mina.assign_role(assign("mina", "it")).await.unwrap();
    assert_eq!(stage.person("mina").await.roles.len(), 1);
}

/// Topic, department, role and the name of who is on duty.
fn handlers(answer: &pb::WhoHandlesResponse) -> Vec<(&str, &str, &str, &str)> {
    let all = answer.handlers.iter();
    all.map(|it| {
        (
            it.topic.as_str(),
            it.department_id.as_str(),
            it.role_id.as_str(),
            it.person_name.as_str(),
        )
    })
    .collect()
}

fn topic(name: &str, role: &str) -> pb::Topic {
    pb::Topic {
        name: name.into(),
        role_id: role.into(),
    }
}

#[tokio::test]
async fn nobody_asks_the_wrong_one() {
    let mut stage = Stage::with_desk().await;
    let topics = vec![
        topic("Laptop", "desk"),
        topic("Laptop  bag", ""),
        topic("printer", ""),
    ];
    change!(
        stage.mina,
        set_department_topics,
        SetDepartmentTopicsRequest { id: "it", topics }
    )
    .unwrap();
    change!(
        stage.admin,
        set_department_topics,
        SetDepartmentTopicsRequest {
            id: "finance",
            topics: vec![topic("laptop", "")]
        }
    )
    .unwrap();
    change!(
        stage.mina,
        set_on_duty,
        SetOnDutyRequest {
            id: "desk",
            department_id: "it",
            person_id: "bao"
        }
    )
    .unwrap();

    let found = query!(
        stage,
        dao,
        who_handles,
        WhoHandlesRequest { topic: " LAPTOP " }
    )
    .unwrap();
    let exact_first = [
        ("laptop", "finance", "", ""),
        ("Laptop", "it", "desk", "Bao"),
        ("Laptop  bag", "it", "", ""),
    ];
    assert_eq!(handlers(&found), exact_first);
    let part = query!(
        stage,
        dao,
        who_handles,
        WhoHandlesRequest { topic: "laptop b" }
    )
    .unwrap();
    assert_eq!(handlers(&part), [("Laptop  bag", "it", "", "")]);
    assert!(
        query!(
            stage,
            dao,
            who_handles,
            WhoHandlesRequest { topic: "coffee" }
        )
        .unwrap()
        .handlers
        .is_empty()
    );
    expect(
        query!(stage, dao, who_handles, WhoHandlesRequest { topic: "  " }),
        Code::InvalidArgument,
        "MISSING_FIELD",
        "topic",
    );

    // What is not named any more is not found any more.
    change!(
        stage.mina,
        set_department_topics,
        SetDepartmentTopicsRequest {
            id: "it",
            topics: vec![topic("printer", "")]
        }
    )
    .unwrap();
    let found = query!(
        stage,
        dao,
        who_handles,
        WhoHandlesRequest { topic: "laptop" }
    )
    .unwrap();
    assert_eq!(handlers(&found), [("laptop", "finance", "", "")]);
    let unknown = change!(
        stage.mina,
        set_department_topics,
        SetDepartmentTopicsRequest {
            id: "it",
            topics: vec![topic("x", "nobody")]
        }
    );
    expect(unknown, Code::InvalidArgument, "UNKNOWN_ROLE", "topics");
    let other = change!(
        stage.mina,
        set_department_topics,
        SetDepartmentTopicsRequest { id: "finance" }
    );
    expect(other, Code::PermissionDenied, "NOT_ALLOWED", "");
}

#[tokio::test]
async fn only_a_holder_is_on_duty() {
    let mut stage = Stage::with_desk().await;
    let duty = change!(
        stage.mina,
        set_on_duty,
        SetOnDutyRequest {
            id: "desk",
            department_id: "it",
            person_id: "mina"
        }
    );
    expect(duty, Code::FailedPrecondition, "NOT_A_HOLDER", "person_id");
    change!(
        stage.mina,
        set_on_duty,
        SetOnDutyRequest {
            id: "desk",
            department_id: "it",
            person_id: "amina"
        }
    )
    .unwrap();
    assert!(stage.person("amina").await.roles[0].on_duty);
    change!(
        stage.mina,
        unassign_role,
        UnassignRoleRequest {
            id: "desk",
            department_id: "it",
            person_id: "amina"
        }
    )
    .unwrap();
    assert!(stage.person("amina").await.roles.is_empty());
    assert!(
        stage
            .role("desk")
            .await
            .holders
            .iter()
            .all(|holder| !holder.on_duty)
    );
}

/// Waits until nobody but Bao holds the desk.
async fn only_bao_is_left(stage: &Stage) -> bool {
    let admin = stage.admin.clone();
    eventually(Duration::from_secs(10), || {
        let mut admin = admin.clone();
        async move {
            let role = admin
                .get_role(pb::GetRoleRequest {
                    id: "desk".into(),
                    min_position: 0,
                })
                .await
                .unwrap();
            let holders = role.into_inner().role.unwrap().holders;
            holders
                .iter()
                .map(|holder| holder.person_id.as_str())
                .eq(["bao"])
        }
    })
    .await
}

#[tokio::test]
async fn who_leaves_holds_nothing_there_any_more() {
    let mut stage = Stage::with_desk().await;
    change!(
        stage.mina,
        set_on_duty,
        SetOnDutyRequest {
            id: "desk",
            department_id: "it",
            person_id: "amina"
        }
    )
    .unwrap();
    change!(
        stage.admin,
        deactivate_person,
        DeactivatePersonRequest { id: "amina" }
    )
    .unwrap();
    assert!(
        only_bao_is_left(&stage).await,
        "the role was not taken from who has left"
    );
    stage.host.caught_up().await;
    let amina = stage.person("amina").await;
    assert!(amina.deactivated && amina.roles.is_empty() && amina.department_ids.is_empty());
    let again = change!(
        stage.mina,
        assign_role,
        AssignRoleRequest {
            id: "desk",
            person_id: "amina",
            department_id: "it"
        }
    );
    expect(
        again,
        Code::FailedPrecondition,
        "PERSON_DEACTIVATED",
        "person_id",
    );
}

#[tokio::test]
async fn two_services_take_a_role_from_who_leaves_once() {
    let mut one = Stage::with_desk().await;
    let two = Stage::on(one.host.log.clone()).await;
    let head = one.head().await;
    change!(
        one.admin,
        leave_department,
        LeaveDepartmentRequest {
            id: "amina",
            department_id: "it"
        }
    )
    .unwrap();
    assert!(only_bao_is_left(&one).await && only_bao_is_left(&two).await);
    assert_eq!(one.head().await, head + 2, "one leave, one release");
}
