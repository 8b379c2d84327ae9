//! Webhooks by the specification of Standard Webhooks (standardwebhooks.com): what is in them, and how they are signed.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use khidma_events::notifications::{Arg, Message};
use khidma_kernel::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::Post;
use crate::failed::Failed;
use crate::keyring::Secret;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// The body: `type` and `timestamp` as the specification has them, and under `data` what is told, for programs and in
/// words.
pub(crate) fn body(post: &Post<'_>) -> Result<Bytes, Failed> {
    let mut data = told(post.message);
    let items = post.message.items.iter().map(|item| told(item).into());
    data.insert("items".into(), Value::Array(items.collect()));
    data.insert("subject".into(), post.letter.subject.as_str().into());
    data.insert("text".into(), post.letter.text.as_str().into());
    data.insert("language".into(), post.letter.language.into());
    data.insert("urgent".into(), post.urgent.into());
    let body = json!({
        "type": format!("khidma.{}", post.message.kind.as_str()),
        "timestamp": post.at,
        "data": data,
    });
    Ok(Bytes::from(body.to_string()))
}

/// A message without its words: its kind, its request and what its text speaks of, each as JSON has it.
fn told(message: &Message) -> Map<String, Value> {
    let args = message.args.iter().map(|(name, arg)| {
        let value = match arg {
            Arg::Text(text) | Arg::Choice(text) => json!(text),
            Arg::Number(number) => json!(number),
            Arg::At(instant) => json!(instant),
            Arg::Seconds(seconds) => json!(seconds),
        };
        (name.clone(), value)
    });
    let args: Map<_, _> = args.collect();
    let mut told = Map::new();
    told.insert("kind".into(), message.kind.as_str().into());
    told.insert("request".into(), json!(message.request));
    told.insert("args".into(), args.into());
    told
}

/// Id, time of the attempt and one signature for each secret.
pub(crate) fn headers(
    id: Uuid,
    now: Timestamp,
    secrets: &[Secret],
    body: &[u8],
) -> Result<HeaderMap, Failed> {
    let (id, seconds) = (id.to_string(), now.as_seconds().to_string());
    let content = [id.as_bytes(), seconds.as_bytes(), body].join(&b'.');
    let signatures: Vec<_> = secrets
        .iter()
        .map(|secret| format!("v1,{}", secret.sign(&content)))
        .collect();
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (ID, id),
        (TIMESTAMP, seconds),
        (SIGNATURE, signatures.join(" ")),
    ] {
        let value = HeaderValue::try_from(value)
            .map_err(|error| Failed::never("rejected", format!("{name}: {error}")))?;
        headers.insert(name, value);
    }
    Ok(headers)
}
