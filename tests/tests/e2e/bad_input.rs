//! What callers should not send, sent to the real program: each a refusal of its own, and nothing written.

use std::time::Duration;

use khidma_edge::Config;
use khidma_edge::client::{Target, connect};
use khidma_edge::identity::LocalAuthority;
use khidma_kernel::Timestamp;
use khidma_proto::requests::{ConfirmRequest, ListRequest, SubmitRequest};
use khidma_runtime::Tasks;
use serde_json::Value;
use tonic::Code;

use crate::clients::{Requests, get, key, refused, wish};
use crate::ledger::head;
use crate::process::Process;
use crate::seed;
use crate::site::{AMINA, DANIEL, Site};

struct Stage {
    site: Site,
    address: String,
    _process: Process,
}

impl Stage {
    async fn set() -> Self {
        let site = Site::new();
        site.seed_embedded().await;
        seed::requests(&site.embedded_log(&Tasks::new()), 5).await;
        let mut process = site.up("embedded");
        let address = process.address().await;
        Self {
            site,
            address,
            _process: process,
        }
    }

    /// Submits as whoever `token` makes of the caller.
    async fn submit_with(&self, token: Option<&str>) -> (Code, String) {
        let connection = connect(&Target::new(&self.address), token).await.unwrap();
        refused(Requests::new(connection).submit(wish("Let me in")).await)
    }

    async fn head(&self) -> u64 {
        head(&self.site, &self.address).await
    }

    /// Nothing stands on the log after `position` but that people were told of what stood there.
    async fn only_told_since(&self, position: u64) {
        let after = position.to_string();
        let tail = ["events", "tail", "--no-follow", "--json", "--after", &after];
        let server = ["--server", &self.address];
        let said = self.site.khidma(&[&tail[..], &server].concat()).await;
        assert_eq!(said.exit, Some(0), "{}", said.stderr);
        for line in said.stdout.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            assert_eq!(event["source"], "/khidma/notifications", "{line}");
        }
    }
}

/// A token for Amina, issued at `now`, good for an hour.
fn token(authority: &LocalAuthority, now: Timestamp) -> String {
    let (person, department) = ("amina".parse().unwrap(), "hr".parse().unwrap());
    let hour = Duration::from_secs(3600);
    let issued = authority.issue(&person, &department, &Default::default(), hour, now);
    issued.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_without_a_token_that_is_believed() {
    let stage = Stage::set().await;
    let (before, now) = (stage.head().await, stage.site.clock.now());
    let good = token(&stage.site.authority, now);
    let elsewhere = tempfile::tempdir().unwrap();
    let config = Config::in_folder(elsewhere.path());
    let stranger = LocalAuthority::open_or_create(elsewhere.path(), &config.identity).unwrap();
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let foreign = token(&stranger, now);
    let (_, other) = foreign.rsplit_once('.').unwrap();
    let cases = [
        (None, "MISSING_TOKEN"),
        (Some("rubbish".to_owned()), "MALFORMED_TOKEN"),
        (
            Some(token(&stage.site.authority, now.plus_seconds(-7200))),
            "EXPIRED_TOKEN",
        ),
        (Some(foreign.clone()), "FOREIGN_TOKEN"),
        (Some(format!("{head}.{body}.{other}")), "INVALID_SIGNATURE"),
        (Some(format!("{head}.{body}")), "MALFORMED_TOKEN"),
        // {"alg":"none"}
        (
            Some(format!("eyJhbGciOiJub25lIn0.{body}.{signature}")),
            "ALGORITHM_NOT_ALLOWED",
        ),
    ];
    for (token, reason) in cases {
        let refusal = stage.submit_with(token.as_deref()).await;
        assert_eq!(refusal, (Code::Unauthenticated, reason.to_owned()));
    }
    assert_eq!(stage.head().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_is_refused_and_the_next_one_is_not() {
    let stage = Stage::set().await;
    let before = stage.head().await;
    let mut amina = stage.site.requests(&stage.address, AMINA).await;
    let oversized = SubmitRequest {
        description: "x".repeat(2 << 20),
        ..wish("Too much")
    };
    let too_large = (Code::OutOfRange, "TOO_LARGE".to_owned());
    assert_eq!(refused(amina.submit(oversized).await), too_large);
    let cases = [
        (
            SubmitRequest {
                request_id: String::new(),
                ..wish("No key")
            },
            Code::InvalidArgument,
            "MISSING_REQUEST_ID",
        ),
        (
            SubmitRequest {
                provider_id: "nowhere".into(),
                ..wish("Nobody")
            },
            Code::InvalidArgument,
            "UNKNOWN_DEPARTMENT",
        ),
        (wish(""), Code::InvalidArgument, "MISSING_FIELD"),
        (wish(&"x".repeat(201)), Code::InvalidArgument, "TOO_LONG"),
    ];
    for (ask, code, reason) in cases {
        assert_eq!(refused(amina.submit(ask).await), (code, reason.to_owned()));
    }
    assert_eq!(stage.head().await, before, "something was written");

    let ask = wish("Just right");
    let answer = amina.submit(ask.clone()).await.unwrap().into_inner();
    assert_eq!(answer.position, before + 1);
    let other = SubmitRequest {
        request_id: ask.request_id,
        ..wish("Another thing")
    };
    let reused = (Code::AlreadyExists, "REQUEST_ID_REUSED".to_owned());
    assert_eq!(refused(amina.submit(other).await), reused);
    let confirm = ConfirmRequest {
        request_id: key(),
        id: answer.id.clone(),
        comment: String::new(),
    };
    let early = (Code::FailedPrecondition, "INVALID_TRANSITION".to_owned());
    assert_eq!(refused(amina.confirm(confirm.clone()).await), early);
    let mut daniel = stage.site.requests(&stage.address, DANIEL).await;
    let not_his = (Code::PermissionDenied, "NOT_ALLOWED".to_owned());
    assert_eq!(refused(daniel.confirm(confirm).await), not_his);
    stage.only_told_since(answer.position).await;
    assert_eq!(get(&mut daniel, &answer.id, 0).await.title, "Just right");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_token_goes_on_only_with_its_own_query() {
    let stage = Stage::set().await;
    let mut amina = stage.site.requests(&stage.address, AMINA).await;
    let mine = ListRequest {
        requester_id: "me".into(),
        page_size: 2,
        ..ListRequest::default()
    };
    let page = amina.list(mine.clone()).await.unwrap().into_inner();
    assert_eq!(page.requests.len(), 2);
    let next = ListRequest {
        page_token: page.next_page_token.clone(),
        ..mine.clone()
    };
    assert_eq!(
        amina.list(next).await.unwrap().into_inner().requests.len(),
        2
    );
    let other = ListRequest {
        page_token: page.next_page_token,
        text: "Laptop".into(),
        ..mine.clone()
    };
    let mismatch = (Code::InvalidArgument, "PAGE_TOKEN_MISMATCH".to_owned());
    assert_eq!(refused(amina.list(other).await), mismatch);
    let made_up = ListRequest {
        page_token: "made up".into(),
        ..mine
    };
    let malformed = (Code::InvalidArgument, "MALFORMED_PAGE_TOKEN".to_owned());
    assert_eq!(refused(amina.list(made_up).await), malformed);
}
