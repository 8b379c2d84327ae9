//! Departments: the tree, the chart, closing.

use khidma_proto::directory as pb;
use tonic::Code;

use crate::stage::{Stage, expect};

/// A unit as `it[amina bao](desk)`: its members and what is under it.
fn sketch(units: &[pb::OrgUnit]) -> String {
    let one = |unit: &pb::OrgUnit| {
        let mut text = unit.department.as_ref().unwrap().id.clone();
        let members: Vec<_> = unit
            .members
            .iter()
            .map(|person| person.id.as_str())
            .collect();
        if !members.is_empty() {
            text += &format!("[{}]", members.join(" "));
        }
        if !unit.units.is_empty() {
            text += &format!("({})", sketch(&unit.units));
        }
        text
    };
    units.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn departments_stand_in_a_tree_that_can_be_drawn() {
    let mut stage = Stage::set().await;
    let chart = query!(
        stage,
        dao,
        get_org_chart,
        GetOrgChartRequest { people: true }
    )
    .unwrap();
    assert_eq!(
        sketch(&chart.units),
        "operations(finance[dao] it[amina bao mina])"
    );
    assert!(
        chart
            .dot
            .contains(r#""department-operations" -> "department-it";"#),
        "{}",
        chart.dot
    );
    assert!(
        chart
            .dot
            .contains(r#""person-dao" [label="Đạo", shape=ellipse];"#),
        "{}",
        chart.dot
    );
    let amina = &chart.units[0].units[1].members[0];
    assert_eq!(
        (amina.profile.clone(), amina.manager_id.as_str()),
        (None, ""),
        "a chart shows who they are only"
    );

    change!(
        stage.admin,
        move_department,
        MoveDepartmentRequest {
            id: "it",
            parent_id: "finance"
        }
    )
    .unwrap();
    let part = query!(
        stage,
        dao,
        get_org_chart,
        GetOrgChartRequest { root_id: "finance" }
    )
    .unwrap();
    assert_eq!(sketch(&part.units), "finance(it)");
    change!(
        stage.admin,
        move_department,
        MoveDepartmentRequest {
            id: "finance",
            parent_id: ""
        }
    )
    .unwrap();
    let whole = query!(stage, dao, get_org_chart, GetOrgChartRequest {}).unwrap();
    assert_eq!(sketch(&whole.units), "finance(it) operations");
    expect(
        query!(
            stage,
            dao,
            get_org_chart,
            GetOrgChartRequest { root_id: "nowhere" }
        ),
        Code::NotFound,
        "NOT_FOUND",
        "",
    );
}

#[tokio::test]
async fn no_department_stands_under_itself() {
    let mut stage = Stage::set().await;
    change!(
        stage.admin,
        create_department,
        CreateDepartmentRequest {
            id: "network",
            name: "Network",
            parent_id: "it"
        }
    )
    .unwrap();
    let under = |parent: &'static str| pb::MoveDepartmentRequest {
        request_id: crate::stage::key(),
        id: "operations".into(),
        parent_id: parent.into(),
    };
    for parent in ["operations", "it", "network"] {
        expect(
            stage.admin.move_department(under(parent)).await,
            Code::FailedPrecondition,
            "DEPARTMENT_CYCLE",
            "parent_id",
        );
    }
}

#[tokio::test]
async fn only_an_empty_department_is_closed_and_takes_nobody_then() {
    let mut stage = Stage::set().await;
    let close = |id: &'static str| pb::CloseDepartmentRequest {
        request_id: crate::stage::key(),
        id: id.into(),
    };
    expect(
        stage.admin.close_department(close("operations")).await,
        Code::FailedPrecondition,
        "DEPARTMENT_HAS_CHILDREN",
        "",
    );
    expect(
        stage.admin.close_department(close("finance")).await,
        Code::FailedPrecondition,
        "DEPARTMENT_HAS_MEMBERS",
        "",
    );
    change!(
        stage.admin,
        leave_department,
        LeaveDepartmentRequest {
            id: "dao",
            department_id: "finance"
        }
    )
    .unwrap();
    // What the caller was told is done counts at once, though no view has shown it yet.
    stage
        .admin
        .close_department(close("finance"))
        .await
        .unwrap();
    let join = change!(
        stage.admin,
        join_department,
        JoinDepartmentRequest {
            id: "dao",
            department_id: "finance"
        }
    );
    expect(
        join,
        Code::FailedPrecondition,
        "DEPARTMENT_CLOSED",
        "department_id",
    );
    let under = change!(
        stage.admin,
        create_department,
        CreateDepartmentRequest {
            id: "payroll",
            name: "Payroll",
            parent_id: "finance"
        }
    );
    expect(
        under,
        Code::FailedPrecondition,
        "DEPARTMENT_CLOSED",
        "parent_id",
    );
    assert!(stage.department("finance").await.closed);
    let chart = query!(stage, dao, get_org_chart, GetOrgChartRequest {}).unwrap();
    assert_eq!(sketch(&chart.units), "operations(it)");
}

#[tokio::test]
async fn a_department_is_renamed_and_counts_its_members() {
    let mut stage = Stage::set().await;
    change!(
        stage.admin,
        rename_department,
        RenameDepartmentRequest {
            id: "it",
            name: "Information technology"
        }
    )
    .unwrap();
    change!(
        stage.admin,
        join_department,
        JoinDepartmentRequest {
            id: "dao",
            department_id: "it"
        }
    )
    .unwrap();
    let it = stage.department("it").await;
    assert_eq!(
        (it.name.as_str(), it.members, it.parent_id.as_str()),
        ("Information technology", 4, "operations")
    );
    change!(
        stage.admin,
        deactivate_person,
        DeactivatePersonRequest { id: "dao" }
    )
    .unwrap();
    assert_eq!(
        (
            stage.department("it").await.members,
            stage.department("finance").await.members
        ),
        (3, 0)
    );
}

#[tokio::test]
async fn a_department_may_be_closed_when_the_last_under_it_has_moved_away() {
    let mut stage = Stage::set().await;
    for (id, parent_id) in [("archive", ""), ("store", ""), ("shelf", "archive")] {
        change!(
            stage.admin,
            create_department,
            CreateDepartmentRequest {
                id,
                name: id,
                parent_id
            }
        )
        .unwrap();
    }
    change!(
        stage.admin,
        rename_department,
        RenameDepartmentRequest {
            id: "shelf",
            name: "Shelves"
        }
    )
    .unwrap();
    change!(
        stage.admin,
        move_department,
        MoveDepartmentRequest {
            id: "shelf",
            parent_id: "store"
        }
    )
    .unwrap();
    let close = |id: &'static str| pb::CloseDepartmentRequest {
        request_id: crate::stage::key(),
        id: id.into(),
    };
    stage
        .admin
        .close_department(close("archive"))
        .await
        .unwrap();
    expect(
        stage.admin.close_department(close("store")).await,
        Code::FailedPrecondition,
        "DEPARTMENT_HAS_CHILDREN",
        "",
    );
    stage.admin.close_department(close("shelf")).await.unwrap();
    stage.admin.close_department(close("store")).await.unwrap();
}
