//! Bad input: a specific refusal that names field and rule, and nothing written.

use std::time::Duration;

use khidma_proto::requests as pb;
use tonic::{Code, Request, Status};

use crate::stage::{Stage, key, laptop, refused};

type Refusal = (Code, &'static str, &'static str);

#[track_caller]
fn expect<T: std::fmt::Debug>(result: Result<T, Status>, (code, reason, field): Refusal) {
    assert_eq!(refused(result), (code, reason.to_owned(), field.to_owned()));
}

#[tokio::test]
async fn a_submission_that_cannot_be() {
    let mut stage = Stage::set().await;
    let head = stage.head().await;
    let good = || laptop("Fine");
    let cases: Vec<(pb::SubmitRequest, Refusal)> = vec![
        (
            pb::SubmitRequest {
                request_id: String::new(),
                ..good()
            },
            (Code::InvalidArgument, "MISSING_REQUEST_ID", "request_id"),
        ),
        (
            pb::SubmitRequest {
                request_id: "42".into(),
                ..good()
            },
            (Code::InvalidArgument, "INVALID_REQUEST_ID", "request_id"),
        ),
        (
            pb::SubmitRequest {
                provider_id: String::new(),
                ..good()
            },
            (Code::InvalidArgument, "MISSING_FIELD", "provider_id"),
        ),
        (
            pb::SubmitRequest {
                provider_id: "a.b".into(),
                ..good()
            },
            (Code::InvalidArgument, "INVALID_ID", "provider_id"),
        ),
        (
            pb::SubmitRequest {
                provider_id: "nowhere".into(),
                ..good()
            },
            (Code::InvalidArgument, "UNKNOWN_DEPARTMENT", "provider_id"),
        ),
        (
            pb::SubmitRequest {
                title: String::new(),
                ..good()
            },
            (Code::InvalidArgument, "MISSING_FIELD", "title"),
        ),
        (
            pb::SubmitRequest {
                title: "x".repeat(201),
                ..good()
            },
            (Code::InvalidArgument, "TOO_LONG", "title"),
        ),
        (
            pb::SubmitRequest {
                description: "x".repeat(20_001),
                ..good()
            },
            (Code::InvalidArgument, "TOO_LONG", "description"),
        ),
        (
            pb::SubmitRequest {
                offering: "x".repeat(101),
                ..good()
            },
            (Code::InvalidArgument, "INVALID_ID", "offering"),
        ),
        (
            pb::SubmitRequest {
                priority: 99,
                ..good()
            },
            (Code::InvalidArgument, "UNKNOWN_VALUE", "priority"),
        ),
        (
            pb::SubmitRequest {
                channel: -1,
                ..good()
            },
            (Code::InvalidArgument, "UNKNOWN_VALUE", "channel"),
        ),
        (
            pb::SubmitRequest {
                tags: vec!["two words".into()],
                ..good()
            },
            (Code::InvalidArgument, "INVALID_TAGS", "tags"),
        ),
        (
            pb::SubmitRequest {
                requester_id: "linh".into(),
                ..good()
            },
            (Code::PermissionDenied, "NOT_ALLOWED", ""),
        ),
    ];
    for (message, refusal) in cases {
        expect(stage.amina.submit(message).await, refusal);
    }
    let nobody = pb::SubmitRequest {
        requester_id: "nobody".into(),
        ..good()
    };
    expect(
        stage.daniel.submit(nobody).await,
        (Code::InvalidArgument, "UNKNOWN_PERSON", "requester_id"),
    );
    assert_eq!(stage.head().await, head, "something was written");
}

#[tokio::test]
async fn a_change_that_cannot_be() {
    let mut stage = Stage::set().await;
    let id = stage.asked("Fine").await;
    let head = stage.head().await;
    let start = |request_id: String, id: &str| pb::StartRequest {
        request_id,
        id: id.into(),
    };
    expect(
        stage.daniel.start(start(String::new(), &id)).await,
        (Code::InvalidArgument, "MISSING_REQUEST_ID", "request_id"),
    );
    expect(
        stage.daniel.start(start(key(), "")).await,
        (Code::InvalidArgument, "MISSING_FIELD", "id"),
    );
    expect(
        stage.daniel.start(start(key(), "seven")).await,
        (Code::InvalidArgument, "INVALID_ID", "id"),
    );
    expect(
        stage.daniel.start(start(key(), &key())).await,
        (Code::NotFound, "UNKNOWN_REQUEST", ""),
    );
    expect(
        stage.amina.start(start(key(), &id)).await,
        (Code::PermissionDenied, "NOT_ALLOWED", ""),
    );
    let confirm = pb::ConfirmRequest {
        request_id: key(),
        id: id.clone(),
        comment: String::new(),
    };
    expect(
        stage.amina.confirm(confirm).await,
        (Code::FailedPrecondition, "INVALID_TRANSITION", ""),
    );
    let assign = |person: &str| pb::AssignRequest {
        request_id: key(),
        id: id.clone(),
        assignee_id: person.into(),
    };
    expect(
        stage.mei.assign(assign("")).await,
        (Code::InvalidArgument, "MISSING_FIELD", "assignee_id"),
    );
    expect(
        stage.mei.assign(assign("nobody")).await,
        (Code::InvalidArgument, "UNKNOWN_PERSON", "assignee_id"),
    );
    expect(
        stage.mei.assign(assign("farid")).await,
        (
            Code::FailedPrecondition,
            "ASSIGNEE_NOT_MEMBER",
            "assignee_id",
        ),
    );
    let reply = |text: String| pb::ReplyRequest {
        request_id: key(),
        id: id.clone(),
        text,
    };
    expect(
        stage.amina.reply(reply(String::new())).await,
        (Code::InvalidArgument, "MISSING_FIELD", "text"),
    );
    expect(
        stage.amina.reply(reply("x".repeat(20_001))).await,
        (Code::InvalidArgument, "TOO_LONG", "text"),
    );
    let priority = pb::SetPriorityRequest {
        request_id: key(),
        id: id.clone(),
        priority: 42,
        reason: String::new(),
    };
    expect(
        stage.daniel.set_priority(priority).await,
        (Code::InvalidArgument, "UNKNOWN_VALUE", "priority"),
    );
    assert_eq!(stage.head().await, head, "something was written");
}

#[tokio::test]
async fn a_query_for_what_is_not_yet_there_waits_as_long_as_its_caller_and_says_so() {
    let mut stage = Stage::set().await;
    let id = stage.asked("Fine").await;
    let mut request = Request::new(pb::GetRequest {
        id,
        min_position: u64::MAX,
    });
    request.set_timeout(Duration::from_secs(1));
    let late = (
        Code::DeadlineExceeded,
        "MIN_POSITION_NOT_REACHED",
        "min_position",
    );
    expect(stage.amina.get(request).await, late);
}

#[tokio::test]
async fn without_a_token_there_is_no_answer() {
    let stage = Stage::set().await;
    let target = khidma_edge::client::Target::new(stage.host.address());
    let nobody = khidma_edge::client::connect(&target, None).await.unwrap();
    let mut nobody = crate::stage::Client::new(nobody);
    let (code, reason, _) = refused(nobody.submit(laptop("Fine")).await);
    assert_eq!(
        (code, reason.as_str()),
        (Code::Unauthenticated, "MISSING_TOKEN")
    );
}
