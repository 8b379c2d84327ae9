//! Moves that cross may make a cycle, which no single entity can see. What reads the tree bears it.

use std::sync::Arc;

use khidma_eventlog::MemoryLog;
use khidma_events::directory::{
    DepartmentCreated, DepartmentEvent, DepartmentMoved, ManagerSet, PersonEvent, PersonKind,
    PersonRegistered, department_entity, person_entity,
};
use khidma_testkit::append;
use tonic::Code;

use crate::stage::{Stage, expect};

/// A above B above A; and Amina reports to Bao, who reports to Amina.
async fn crossed() -> Stage {
    let log = MemoryLog::new();
    for (id, parent) in [("a", "b"), ("b", "a")] {
        let department = id.parse().unwrap();
        let entity = department_entity(&department);
        let created = DepartmentCreated {
            department,
            name: id.to_uppercase(),
            parent: None,
        };
        let moved = DepartmentMoved {
            from: None,
            to: Some(parent.parse().unwrap()),
        };
        append::<DepartmentEvent>(&log, entity, vec![created.into(), moved.into()]).await;
    }
    for (id, manager) in [("amina", "bao"), ("bao", "amina")] {
        let person = id.parse().unwrap();
        let entity = person_entity(&person);
        let registered = PersonRegistered {
            person,
            display_name: id.into(),
            kind: PersonKind::Employee,
        };
        let set = ManagerSet {
            manager: Some(manager.parse().unwrap()),
        };
        append::<PersonEvent>(&log, entity, vec![registered.into(), set.into()]).await;
    }
    Stage::on(Arc::new(log)).await
}

#[tokio::test]
async fn a_cycle_is_shown_once_and_can_be_undone() {
    let mut stage = crossed().await;
    let chart = query!(stage, dao, get_org_chart, GetOrgChartRequest {}).unwrap();
    let top = &chart.units[0];
    assert_eq!(
        (
            chart.units.len(),
            top.department.as_ref().unwrap().id.as_str()
        ),
        (1, "a")
    );
    assert_eq!(top.units[0].department.as_ref().unwrap().id, "b");
    assert!(top.units[0].units.is_empty());
    let line = query!(
        stage,
        dao,
        get_reporting_line,
        GetReportingLineRequest { id: "amina" }
    )
    .unwrap();
    assert_eq!(
        line.managers
            .iter()
            .map(|one| one.id.as_str())
            .collect::<Vec<_>>(),
        ["bao"]
    );

    change!(
        stage.admin,
        create_department,
        CreateDepartmentRequest {
            id: "c",
            name: "C",
            parent_id: "b"
        }
    )
    .unwrap();
    change!(
        stage.admin,
        move_department,
        MoveDepartmentRequest {
            id: "a",
            parent_id: ""
        }
    )
    .unwrap();
    let chart = query!(stage, dao, get_org_chart, GetOrgChartRequest {}).unwrap();
    assert_eq!(chart.dot.matches("->").count(), 2);
    let back = change!(
        stage.admin,
        move_department,
        MoveDepartmentRequest {
            id: "a",
            parent_id: "c"
        }
    );
    expect(
        back,
        Code::FailedPrecondition,
        "DEPARTMENT_CYCLE",
        "parent_id",
    );
}
