//! Lists: filters and pages.

use khidma_proto::directory as pb;
use tonic::Code;

use crate::stage::{Stage, expect};

async fn people(stage: &mut Stage, filter: pb::ListPeopleRequest) -> Vec<String> {
    let min_position = stage.head().await;
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListPeopleRequest {
            page_token,
            min_position,
            page_size: 2,
            ..filter.clone()
        };
        let page = stage.dao.list_people(request).await.unwrap().into_inner();
        assert!(page.people.len() <= 2);
        ids.extend(page.people.into_iter().map(|person| person.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}

#[tokio::test]
async fn people_are_listed_page_by_page() {
    let mut stage = Stage::set().await;
    change!(
        stage.admin,
        register_person,
        RegisterPersonRequest {
            id: "acme",
            display_name: "ACME Paper",
            kind: pb::PersonKind::Supplier
        }
    )
    .unwrap();
    change!(
        stage.admin,
        deactivate_person,
        DeactivatePersonRequest { id: "bao" }
    )
    .unwrap();
    let all = pb::ListPeopleRequest::default;
    assert_eq!(
        people(&mut stage, all()).await,
        ["acme", "amina", "dao", "mina"]
    );
    let with_left = pb::ListPeopleRequest {
        include_deactivated: true,
        ..all()
    };
    assert_eq!(
        people(&mut stage, with_left).await,
        ["acme", "amina", "bao", "dao", "mina"]
    );
    let of_it = pb::ListPeopleRequest {
        department_id: "it".into(),
        ..all()
    };
    assert_eq!(people(&mut stage, of_it).await, ["amina", "mina"]);
    let suppliers = pb::ListPeopleRequest {
        kind: pb::PersonKind::Supplier.into(),
        ..all()
    };
    assert_eq!(people(&mut stage, suppliers).await, ["acme"]);
    let named = |text: &str| pb::ListPeopleRequest {
        text: text.into(),
        ..all()
    };
    assert_eq!(people(&mut stage, named("MINA")).await, ["amina", "mina"]);
    assert_eq!(people(&mut stage, named("đạo")).await, ["dao"]);
    assert!(
        people(
            &mut stage,
            pb::ListPeopleRequest {
                department_id: "nowhere".into(),
                ..all()
            }
        )
        .await
        .is_empty()
    );
}

#[tokio::test]
async fn departments_and_roles_are_listed() {
    let mut stage = Stage::with_desk().await;
    change!(
        stage.admin,
        create_department,
        CreateDepartmentRequest {
            id: "archive",
            name: "Archive"
        }
    )
    .unwrap();
    change!(
        stage.admin,
        close_department,
        CloseDepartmentRequest { id: "archive" }
    )
    .unwrap();
    let ids = |list: &pb::ListDepartmentsResponse| {
        list.departments
            .iter()
            .map(|one| one.id.clone())
            .collect::<Vec<_>>()
    };
    let open = query!(stage, dao, list_departments, ListDepartmentsRequest {}).unwrap();
    assert_eq!(ids(&open), ["finance", "it", "operations"]);
    let all = query!(
        stage,
        dao,
        list_departments,
        ListDepartmentsRequest {
            include_closed: true
        }
    )
    .unwrap();
    assert_eq!(ids(&all), ["archive", "finance", "it", "operations"]);
    let roles = query!(stage, dao, list_roles, ListRolesRequest {}).unwrap();
    assert_eq!(
        (roles.roles[0].id.as_str(), roles.roles[0].holders.len()),
        ("desk", 0)
    );
}

#[tokio::test]
async fn a_page_token_goes_on_with_its_own_list_only() {
    let mut stage = Stage::set().await;
    let first = query!(stage, dao, list_people, ListPeopleRequest { page_size: 1 }).unwrap();
    let token = first.next_page_token;
    assert!(!token.is_empty());
    let other_filter = query!(
        stage,
        dao,
        list_people,
        ListPeopleRequest {
            page_token: token.clone(),
            text: "a"
        }
    );
    expect(
        other_filter,
        Code::InvalidArgument,
        "PAGE_TOKEN_MISMATCH",
        "page_token",
    );
    let other_list = query!(
        stage,
        dao,
        list_departments,
        ListDepartmentsRequest {
            page_token: token.clone()
        }
    );
    expect(
        other_list,
        Code::InvalidArgument,
        "PAGE_TOKEN_MISMATCH",
        "page_token",
    );
    let other_roles = query!(
        stage,
        dao,
        list_roles,
        ListRolesRequest {
            page_token: token.clone()
        }
    );
    expect(
        other_roles,
        Code::InvalidArgument,
        "PAGE_TOKEN_MISMATCH",
        "page_token",
    );
    let broken = query!(
        stage,
        dao,
        list_people,
        ListPeopleRequest { page_token: "xyz" }
    );
    expect(
        broken,
        Code::InvalidArgument,
        "MALFORMED_PAGE_TOKEN",
        "page_token",
    );
    let negative = query!(stage, dao, list_people, ListPeopleRequest { page_size: -1 });
    expect(
        negative,
        Code::InvalidArgument,
        "NEGATIVE_PAGE_SIZE",
        "page_size",
    );
    let other_size = query!(
        stage,
        dao,
        list_people,
        ListPeopleRequest {
            page_token: token,
            page_size: 10
        }
    )
    .unwrap();
    assert_eq!(other_size.people.len(), 3, "another size is the same list");
}
