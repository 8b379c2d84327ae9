//! Webhooks, checked by the library of Standard Webhooks.

use std::io::Write;
use std::process::{Command, Stdio};

use khidma_events::notifications::{Arg, MessageKind};
use khidma_kernel::Timestamp;
use khidma_notifications_channels::{Keyring, PostConfig, Poster, Secret};
use khidma_runtime::Clock;
use serde_json::{Value, json};

use crate::letters::Sent;
use crate::mail_server::python;
use crate::receiver::{Conduct, Receiver, Request};

/// Posts to this machine.
pub(crate) fn config() -> PostConfig {
    PostConfig {
        allow_http: true,
        allow_private: vec!["127.0.0.1".parse().unwrap()],
        ..PostConfig::default()
    }
}

pub(crate) fn poster() -> Poster {
    Poster::new(&config(), Clock::system()).unwrap()
}

pub(crate) fn secrets(generations: &[u32]) -> Vec<Secret> {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::open_or_create(&folder.path().join("keyring")).unwrap();
    let secrets = generations.iter();
    secrets
        .map(|generation| keyring.secret("hook", *generation))
        .collect()
}

/// What the library says of a request, for each secret. `None` where there is no Python.
fn verify(request: &Request, secrets: &[Secret]) -> Option<Vec<Value>> {
    let mut verifier = Command::new(python()?)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/python/verify.py"
        ))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = verifier.stdin.take().unwrap();
    for secret in secrets {
        let headers: serde_json::Map<_, _> = request
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let asked = json!({ "secret": secret.reveal(), "headers": headers, "body": request.body });
        writeln!(input, "{asked}").unwrap();
    }
    drop(input);
    let output = verifier.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    Some(
        said.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

#[tokio::test]
async fn a_receiver_with_the_standard_library_believes_a_post_and_reads_it() {
    let receiver = Receiver::new(Conduct::status(200, &[]));
    let sent = Sent::of(MessageKind::Breach, "fa");
    let secrets = secrets(&[1]);
    poster()
        .webhook(&receiver.url(), &secrets, &sent.post())
        .await
        .unwrap();

    let [request] = &receiver.requests()[..] else {
        panic!("not one request: {:?}", receiver.requests());
    };
    assert_eq!(request.line, "POST /hook HTTP/1.1");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("webhook-id"), sent.id.to_string());
    let Some(said) = verify(request, &secrets) else {
        return;
    };
    assert_eq!(said[0]["verifies"], true, "{said:?}");
    let content = &said[0]["content"];
    assert_eq!(content["type"], "khidma.breach");
    assert_eq!(content["timestamp"], "2026-03-01T08:30:00.000000Z");
    let data = &content["data"];
    assert_eq!(data["kind"], "breach");
    assert_eq!(data["request"], json!(sent.message.request));
    assert_eq!(data["subject"], sent.letter.subject);
    assert_eq!(data["text"], sent.letter.text);
    assert_eq!(data["language"], "fa");
    assert_eq!(data["urgent"], false);
    assert_eq!(data["items"], json!([]));
    for (name, arg) in &sent.message.args {
        let expected = match arg {
            Arg::Text(text) | Arg::Choice(text) => json!(text),
            Arg::Number(number) => json!(number),
            Arg::At(at) => json!(at),
            Arg::Seconds(seconds) => json!(seconds),
        };
        assert_eq!(data["args"][name], expected, "{name}");
    }
}

#[tokio::test]
async fn while_secrets_are_exchanged_both_are_believed_and_no_third() {
    let receiver = Receiver::new(Conduct::status(200, &[]));
    let sent = Sent::of(MessageKind::Receipt, "en");
    let all = secrets(&[1, 2, 3]);
    let post = sent.post();
    poster()
        .webhook(&receiver.url(), &all[..2], &post)
        .await
        .unwrap();

    let request = receiver.requests().remove(0);
    assert_eq!(request.header("webhook-signature").split(' ').count(), 2);
    let Some(said) = verify(&request, &all) else {
        return;
    };
    let verifies: Vec<_> = said.iter().map(|said| said["verifies"].clone()).collect();
    assert_eq!(verifies, [json!(true), json!(true), json!(false)]);

    let mut changed = request.clone();
    changed.body = changed.body.replace("khidma.receipt", "khidma.refusal");
    let said = verify(&changed, &all).unwrap();
    assert!(
        said.iter().all(|said| said["verifies"] == false),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_signature_is_of_the_attempt_and_the_id_of_the_message() {
    let receiver = Receiver::new(Conduct::status(503, &[]));
    let sent = Sent::of(MessageKind::Receipt, "en");
    let start: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
    let (clock, hand) = Clock::manual(start);
    let poster = Poster::new(&config(), clock).unwrap();
    let secrets = secrets(&[1]);
    for _ in 0..2 {
        let refused = poster
            .webhook(&receiver.url(), &secrets, &sent.post())
            .await;
        assert_eq!(refused.unwrap_err().failure.status, Some(503));
        hand.advance_seconds(5 * 3600);
    }
    let [first, second] = &receiver.requests()[..] else {
        panic!("not two requests");
    };
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_eq!(first.body, second.body);
    let at = |request: &Request| request.header("webhook-timestamp").parse::<i64>().unwrap();
    assert_eq!(at(first), start.as_seconds());
    assert_eq!(at(second), start.as_seconds() + 5 * 3600);
    assert_ne!(
        first.header("webhook-signature"),
        second.header("webhook-signature")
    );
}

#[tokio::test]
async fn of_several_messages_in_one_each_is_there() {
    let receiver = Receiver::new(Conduct::status(204, &[]));
    let mut sent = Sent::of(MessageKind::Progress, "en");
    sent.message.items = vec![sent.message.clone(), sent.message.clone()];
    poster()
        .webhook(&receiver.url(), &secrets(&[1]), &sent.post())
        .await
        .unwrap();

    let body: Value = serde_json::from_str(&receiver.requests()[0].body).unwrap();
    let items = body["data"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for item in items {
        assert_eq!(item["kind"], "progress");
        assert_eq!(item["args"], body["data"]["args"]);
    }
}

#[tokio::test]
async fn posts_to_one_receiver_share_a_connection() {
    let receiver = Receiver::new(Conduct::status(200, &[]));
    let (poster, secrets) = (poster(), secrets(&[1]));
    for _ in 0..20 {
        let sent = Sent::of(MessageKind::Receipt, "en");
        poster
            .webhook(&receiver.url(), &secrets, &sent.post())
            .await
            .unwrap();
    }
    assert_eq!(receiver.requests().len(), 20);
    assert_eq!(receiver.connections(), 1);
}
