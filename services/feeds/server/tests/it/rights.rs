//! Who may read a feed, and what is no question.

use khidma_edge::status::ErrorReport;
use khidma_kernel::Role;
use khidma_proto::feeds as pb;
use tonic::Code;

use crate::stage::{in_memory, next, subscribe_as, wish};

#[tokio::test]
async fn a_feed_is_read_by_who_leads_the_department_by_its_systems_and_by_admins() {
    let (host, _log) = in_memory().await;
    let table: [(&str, &[Role], bool); 9] = [
        ("it", &[], false),
        ("it", &[Role::Manager], true),
        ("it", &[Role::Feed], true),
        ("it", &[Role::Import], false),
        ("it", &[Role::Admin], true),
        ("hr", &[Role::Manager], false),
        ("hr", &[Role::Feed], false),
        ("hr", &[Role::Manager, Role::Feed, Role::Import], false),
        ("hr", &[Role::Admin], true),
    ];
    for (department, roles, allowed) in table {
        let opened = subscribe_as(&host, ("somebody", department, roles), wish("it", 0)).await;
        match opened {
            Ok(mut feed) if allowed => {
                next(&mut feed).await.unwrap();
            }
            Err(refused) if !allowed => {
                let report = ErrorReport::from_status(&refused);
                assert_eq!(report.code, Code::PermissionDenied);
                assert_eq!(report.reason.as_deref(), Some("NOT_ALLOWED"));
            }
            other => panic!("{department} {roles:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_no_question_is_refused_by_its_field() {
    let (host, _log) = in_memory().await;
    let list =
        |names: &[&str]| -> Vec<String> { names.iter().map(|&one| one.to_owned()).collect() };
    let it = || wish("it", 0);
    let table = [
        (wish("", 0), "department_id", "INVALID_ID"),
        (wish("it.>", 0), "department_id", "INVALID_ID"),
        (wish("it", 99), "after_position", "POSITION_AHEAD"),
        (
            pb::SubscribeRequest {
                from_now: true,
                ..wish("it", 1)
            },
            "after_position",
            "FROM_NOW",
        ),
        (
            pb::SubscribeRequest {
                contexts: list(&["requests", "payroll"]),
                ..it()
            },
            "contexts[1]",
            "UNKNOWN_NAME",
        ),
        (
            pb::SubscribeRequest {
                contexts: list(&["notifications"]),
                ..it()
            },
            "contexts[0]",
            "UNKNOWN_NAME",
        ),
        (
            pb::SubscribeRequest {
                types: list(&["khidma.requests.note_added.v1"]),
                ..it()
            },
            "types[0]",
            "UNKNOWN_NAME",
        ),
        (
            pb::SubscribeRequest {
                subjects: list(&["a b"]),
                ..it()
            },
            "subjects[0]",
            "UNKNOWN_NAME",
        ),
        (
            pb::SubscribeRequest {
                subjects: vec!["a".into(); 257],
                ..it()
            },
            "subjects",
            "TOO_MANY",
        ),
    ];
    for (request, field, reason) in table {
        let refused = subscribe_as(&host, ("root", "ops", &[Role::Admin]), request).await;
        let report = ErrorReport::from_status(&refused.unwrap_err());
        assert_eq!(report.code, Code::InvalidArgument, "{field}");
        assert_eq!(report.reason.as_deref(), Some(reason), "{field}");
        assert_eq!(report.violations[0].field, field);
    }
}

#[tokio::test]
async fn a_department_that_never_was_has_no_feed_and_a_new_one_has_at_once() {
    let (host, log) = in_memory().await;
    let root = ("root", "ops", &[Role::Admin][..]);
    let refused = subscribe_as(&host, root, wish("legal", 0))
        .await
        .unwrap_err();
    let report = ErrorReport::from_status(&refused);
    assert_eq!(report.code, Code::NotFound);
    assert_eq!(report.resource, Some(("department".into(), "legal".into())));

    log.departments(&["legal"]).await;
    let mut feed = subscribe_as(&host, root, wish("legal", 0)).await.unwrap();
    assert_eq!(next(&mut feed).await.unwrap().events.len(), 1);
}
