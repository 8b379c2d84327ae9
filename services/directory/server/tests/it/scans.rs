//! Long reads: how many at once, and how much on a page.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use khidma_edge::query::Scans;
use khidma_edge::status::ErrorReport;
use khidma_eventlog::MemoryLog;
use khidma_kernel::Role;
use khidma_proto::directory as pb;
use khidma_testkit::Host;
use prost::Message;
use tokio::task::JoinSet;
use tonic::{Code, Request};

use crate::stage::{Client, Stage};

const LONG: Duration = Duration::from_secs(20);

/// Begins scans until there is room for no more; they end when what is returned is dropped.
async fn fill(scans: &Scans) -> (mpsc::Sender<()>, JoinSet<()>) {
    let (let_go, held) = mpsc::channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let mut holding = JoinSet::new();
    while scans.run(Duration::ZERO, |_| Ok(())).await.is_ok() {
        let (scans, held) = (scans.clone(), held.clone());
        let (began, has_begun) = tokio::sync::oneshot::channel();
        holding.spawn(async move {
            let wait = move |_: &_| {
                began.send(()).unwrap();
                // All wait for the same end, one after another.
                held.lock().unwrap().recv_timeout(LONG).unwrap_err();
                Ok(())
            };
            scans.run(LONG, wait).await.unwrap();
        });
        has_begun.await.unwrap();
    }
    (let_go, holding)
}

#[tokio::test]
async fn a_query_that_finds_no_room_is_told_when_to_try_again_while_others_are_answered() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let host = Host::on(Arc::new(MemoryLog::new()), |deps| async move {
        tell.send(deps.scans.clone()).ok();
        Ok(vec![khidma_directory::start(&deps).await?])
    })
    .await;
    let scans = told.await.unwrap();
    let mut admin = Client::new(host.connect("root", "hr", &[Role::Admin]).await);
    change!(
        admin,
        create_department,
        CreateDepartmentRequest {
            id: "it",
            name: "IT"
        }
    )
    .unwrap();
    let (let_go, mut holding) = fill(&scans).await;
    let mut list = Request::new(pb::ListDepartmentsRequest::default());
    list.set_timeout(Duration::from_secs(1));
    let report = ErrorReport::from_status(&admin.list_departments(list).await.unwrap_err());
    assert_eq!(report.code, Code::ResourceExhausted);
    assert_eq!(report.reason.as_deref(), Some("TOO_MANY_SCANS"));
    assert!(report.retry_after.is_some());
    let one = pb::GetDepartmentRequest {
        id: "it".into(),
        ..Default::default()
    };
    admin.get_department(one).await.unwrap();

    drop(let_go);
    while let Some(ended) = holding.join_next().await {
        ended.unwrap();
    }
    let list = admin.list_departments(pb::ListDepartmentsRequest::default());
    assert_eq!(list.await.unwrap().into_inner().departments.len(), 1);
}

#[tokio::test]
async fn a_page_of_large_items_is_short_and_its_token_goes_on() {
    let mut stage = Stage::set().await;
    // As long as may be, in letters of three bytes: 60 kB each, 2.4 MB together.
    let description = "語".repeat(20_000);
    let ids: Vec<_> = (10..50).map(|number| format!("role-{number}")).collect();
    for id in &ids {
        let (id, description) = (id.as_str(), description.as_str());
        change!(
            stage.admin,
            define_role,
            DefineRoleRequest {
                id,
                name: id,
                description
            }
        )
        .unwrap();
    }
    let first = query!(stage, dao, list_roles, ListRolesRequest { page_size: 1000 }).unwrap();
    let bytes = first.encoded_len();
    assert!((2_000_000..2_200_000).contains(&bytes), "{bytes}");
    let page_token = first.next_page_token;
    let second = query!(
        stage,
        dao,
        list_roles,
        ListRolesRequest {
            page_size: 1000,
            page_token
        }
    )
    .unwrap();
    assert_eq!(second.next_page_token, "");
    let listed: Vec<_> = first
        .roles
        .into_iter()
        .chain(second.roles)
        .map(|role| role.id)
        .collect();
    assert_eq!(listed, ids);
}
