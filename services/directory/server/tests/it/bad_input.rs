//! Bad input: a specific refusal that names field and rule, and nothing written.

use khidma_edge::client::{Target, connect};
use khidma_edge::status::ErrorReport;
use khidma_proto::directory as pb;
use tonic::{Code, Request};

use crate::stage::{Client, Stage, expect, key};

/// Every rpc that changes something: without a key, with a key that is none, and with an id that is none.
macro_rules! each_change {
    ($stage:expr, $($rpc:ident($message:ident { $($field:ident: $value:expr),* }),)*) => {$({
        let good = || pb::$message {
            request_id: key(),
            id: "it".into(),
            $($field: $value.into(),)*
            ..Default::default()
        };
        let cases = [
            (pb::$message { request_id: String::new(), ..good() }, "MISSING_REQUEST_ID", "request_id"),
            (pb::$message { request_id: "42".into(), ..good() }, "INVALID_REQUEST_ID", "request_id"),
            (pb::$message { id: String::new(), ..good() }, "MISSING_FIELD", "id"),
            (pb::$message { id: "I.T".into(), ..good() }, "INVALID_ID", "id"),
        ];
        for (message, reason, field) in cases {
            expect($stage.admin.$rpc(message).await, Code::InvalidArgument, reason, field);
        }
    })*};
}

#[tokio::test]
async fn every_change_needs_a_key_and_an_id() {
    let mut stage = Stage::set().await;
    let head = stage.head().await;
    let employee = pb::PersonKind::Employee;
    each_change!(
        stage,
        create_department(CreateDepartmentRequest { name: "x" }),
        rename_department(RenameDepartmentRequest { name: "x" }),
        move_department(MoveDepartmentRequest {}),
        set_department_topics(SetDepartmentTopicsRequest {}),
        close_department(CloseDepartmentRequest {}),
        set_department_calendar(SetDepartmentCalendarRequest {}),
        register_person(RegisterPersonRequest {
            display_name: "x",
            kind: employee
        }),
        update_person(UpdatePersonRequest {
            display_name: "x",
            kind: employee
        }),
        join_department(JoinDepartmentRequest {
            department_id: "it"
        }),
        leave_department(LeaveDepartmentRequest {
            department_id: "it"
        }),
        set_manager(SetManagerRequest {}),
        update_profile(UpdateProfileRequest {
            profile: Some(pb::Profile::default())
        }),
        deactivate_person(DeactivatePersonRequest {}),
        define_role(DefineRoleRequest {
            name: "x",
            description: "x"
        }),
        revise_role(ReviseRoleRequest {
            name: "x",
            description: "x"
        }),
        assign_role(AssignRoleRequest {
            person_id: "amina",
            department_id: "it"
        }),
        unassign_role(UnassignRoleRequest {
            person_id: "amina",
            department_id: "it"
        }),
        confirm_role(ConfirmRoleRequest { revision: 1_u32 }),
        set_on_duty(SetOnDutyRequest {
            department_id: "it"
        }),
    );
    let calendar = |id: &str| {
        Some(pb::Calendar {
            id: id.into(),
            ..Default::default()
        })
    };
    expect(
        change!(stage.admin, put_calendar, PutCalendarRequest {}),
        Code::InvalidArgument,
        "MISSING_FIELD",
        "calendar",
    );
    for (id, reason) in [("", "MISSING_FIELD"), ("Off.ice", "INVALID_ID")] {
        let put = change!(
            stage.admin,
            put_calendar,
            PutCalendarRequest {
                calendar: calendar(id)
            }
        );
        expect(put, Code::InvalidArgument, reason, "calendar.id");
    }
    let put = pb::PutCalendarRequest {
        request_id: String::new(),
        calendar: calendar("office"),
    };
    expect(
        stage.admin.put_calendar(put).await,
        Code::InvalidArgument,
        "MISSING_REQUEST_ID",
        "request_id",
    );
    assert_eq!(stage.head().await, head, "nothing was written");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let mut stage = Stage::set().await;
    let head = stage.head().await;
    let found = Code::NotFound;
    expect(
        change!(
            stage.admin,
            rename_department,
            RenameDepartmentRequest { id: "x", name: "X" }
        ),
        found,
        "UNKNOWN_DEPARTMENT",
        "id",
    );
    expect(
        change!(
            stage.admin,
            deactivate_person,
            DeactivatePersonRequest { id: "x" }
        ),
        found,
        "UNKNOWN_PERSON",
        "id",
    );
    expect(
        change!(
            stage.admin,
            revise_role,
            ReviseRoleRequest {
                id: "x",
                name: "X",
                description: "X"
            }
        ),
        found,
        "UNKNOWN_ROLE",
        "id",
    );
    expect(
        query!(stage, dao, get_department, GetDepartmentRequest { id: "x" }),
        found,
        "NOT_FOUND",
        "",
    );
    expect(
        query!(stage, dao, get_person, GetPersonRequest { id: "x" }),
        found,
        "NOT_FOUND",
        "",
    );
    expect(
        query!(stage, dao, get_role, GetRoleRequest { id: "x" }),
        found,
        "NOT_FOUND",
        "",
    );
    let wrong = Code::InvalidArgument;
    expect(
        query!(stage, dao, get_person, GetPersonRequest { id: "" }),
        wrong,
        "MISSING_FIELD",
        "id",
    );
    expect(
        query!(
            stage,
            dao,
            get_org_chart,
            GetOrgChartRequest { root_id: "A B" }
        ),
        wrong,
        "INVALID_ID",
        "root_id",
    );
    let parent = change!(
        stage.admin,
        create_department,
        CreateDepartmentRequest {
            id: "y",
            name: "Y",
            parent_id: "x"
        }
    );
    expect(parent, wrong, "UNKNOWN_DEPARTMENT", "parent_id");
    let parent = change!(
        stage.admin,
        create_department,
        CreateDepartmentRequest {
            id: "y",
            name: "Y",
            parent_id: "X!"
        }
    );
    expect(parent, wrong, "INVALID_ID", "parent_id");
    let kindless = change!(
        stage.admin,
        register_person,
        RegisterPersonRequest {
            id: "y",
            display_name: "Y"
        }
    );
    expect(kindless, wrong, "MISSING_FIELD", "kind");
    let odd = change!(
        stage.admin,
        register_person,
        RegisterPersonRequest {
            id: "y",
            display_name: "Y",
            kind: 99
        }
    );
    expect(odd, wrong, "UNKNOWN_VALUE", "kind");
    let nameless = change!(
        stage.admin,
        rename_department,
        RenameDepartmentRequest {
            id: "it",
            name: " "
        }
    );
    expect(nameless, wrong, "MISSING_FIELD", "name");
    let endless = change!(
        stage.admin,
        rename_department,
        RenameDepartmentRequest {
            id: "it",
            name: "x".repeat(201)
        }
    );
    expect(endless, wrong, "TOO_LONG", "name");
    assert_eq!(stage.head().await, head, "nothing was written");
}

#[tokio::test]
async fn who_may_not_is_told_who_may() {
    let mut stage = Stage::set().await;
    let head = stage.head().await;
    let rename = pb::RenameDepartmentRequest {
        request_id: key(),
        id: "it".into(),
        name: "ICT".into(),
    };
    for caller in [&stage.mina, &stage.amina, &stage.dao] {
        let status = caller
            .clone()
            .rename_department(rename.clone())
            .await
            .unwrap_err();
        assert_eq!(status.message(), "renaming a department is for admins");
        expect(
            Err::<(), _>(status),
            Code::PermissionDenied,
            "NOT_ALLOWED",
            "",
        );
    }
    let mut nobody = Client::new(
        connect(&Target::new(stage.host.address()), None)
            .await
            .unwrap(),
    );
    expect(
        nobody.rename_department(rename).await,
        Code::Unauthenticated,
        "MISSING_TOKEN",
        "",
    );
    let unknown = nobody.get_person(pb::GetPersonRequest::default()).await;
    expect(unknown, Code::Unauthenticated, "MISSING_TOKEN", "");
    assert_eq!(stage.head().await, head, "nothing was written");
    assert_eq!(stage.department("it").await.name, "IT");
}

#[tokio::test]
async fn a_position_that_does_not_come_is_waited_for_until_the_deadline() {
    let mut stage = Stage::set().await;
    let mut request = Request::new(pb::GetDepartmentRequest {
        id: "it".into(),
        min_position: 1_000_000,
    });
    request.set_timeout(std::time::Duration::from_millis(200));
    let status = stage.dao.get_department(request).await.unwrap_err();
    // The client's own timer may ring first: then it gives up by itself.
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status:?}"
    );
    let reason = ErrorReport::from_status(&status).reason;
    assert!(
        reason.is_none_or(
            |reason| reason == "MIN_POSITION_NOT_REACHED" || reason == "DEADLINE_EXCEEDED"
        )
    );
}
