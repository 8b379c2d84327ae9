//! What a department's feed holds, as an AsyncAPI 3 document (<https://www.asyncapi.com/docs/reference/specification/v3.1.0>):
//! one channel for each public event, all of them with the same headers.

use khidma_events::{Kind, feed};
use serde_json::{Map, Value, json};

/// The file of an event's schema: `khidma.requests.submitted.v1` stands in `requests/submitted.v1.json`.
pub(crate) fn schema_file(kind: &Kind) -> String {
    let name = kind.type_name.trim_start_matches("khidma.");
    name.replacen('.', "/", 1) + ".json"
}

/// The whole document.
pub(crate) fn document() -> Value {
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    for kind in feed::public_kinds() {
        let name = name(kind);
        let (context, event) = name.split_once('.').unwrap_or_default();
        let id = format!("{context}_{event}");
        channels.insert(id.clone(), channel(&id, context, event));
        operations.insert(format!("receive_{id}"), operation(&id));
        messages.insert(id, message(kind));
    }
    json!({
        "asyncapi": "3.1.0",
        "id": "urn:khidma:feed",
        "info": info(),
        "defaultContentType": "application/json",
        "servers": { "nats": server() },
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": { "headers": headers() },
            "parameters": { "department": { "description": "The department whose feed it is, by its id in the directory." } },
            "securitySchemes": { "password": {
                "type": "userPassword",
                "description": "A department's user may read its own feed and nothing else.",
            } },
        },
    })
}

/// `requests.submitted`.
fn name(kind: &Kind) -> &'static str {
    let name = kind.type_name.trim_start_matches("khidma.");
    name.rsplit_once('.').map_or(name, |(name, _)| name)
}

fn info() -> Value {
    json!({
        "title": "Khidma: a department's feed",
        "version": "1.0.0",
        "description": "Every event that affects a department, once, in the order of the log: one CloudEvent a \
            message (binary mode). A field may be added to an event; what is there keeps its meaning, and an event whose \
            meaning changes has a new version in its type. How to subscribe, with consumers that work: docs/subscribing.md.",
        "license": { "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0" },
    })
}

fn server() -> Value {
    json!({
        "host": "localhost:4222",
        "protocol": "nats",
        "description": "JetStream, the stream `khidma-feed`. The same feed is served by gRPC: \
            khidma.feeds.v1.FeedsService/Subscribe.",
        "security": [{ "$ref": "#/components/securitySchemes/password" }],
    })
}

fn channel(id: &str, context: &str, event: &str) -> Value {
    let message = json!({ "$ref": format!("#/components/messages/{id}") });
    json!({
        "address": format!("khidma.feed.{{department}}.{context}.{event}"),
        "parameters": { "department": { "$ref": "#/components/parameters/department" } },
        "messages": { id: message },
    })
}

fn operation(id: &str) -> Value {
    let message = json!({ "$ref": format!("#/channels/{id}/messages/{id}") });
    json!({
        "action": "receive",
        "channel": { "$ref": format!("#/channels/{id}") },
        "messages": [message],
    })
}

fn message(kind: &Kind) -> Value {
    let schema = (kind.schema)();
    let summary = schema.get("description").cloned();
    json!({
        "name": kind.type_name,
        "title": schema.get("title").cloned().unwrap_or_default(),
        "summary": summary.unwrap_or_default(),
        "contentType": "application/json",
        "headers": { "$ref": "#/components/schemas/headers" },
        "payload": { "$ref": format!("./{}", schema_file(kind)) },
    })
}

/// The attributes of a CloudEvent in binary mode: `libs/events/src/feed.rs` writes them.
fn headers() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let uuid = |description: &str| json!({ "type": "string", "format": "uuid", "description": description });
    json!({
        "type": "object",
        "required": [
            "ce-specversion", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time", "ce-position", "ce-actor",
            "ce-correlationid", "content-type",
        ],
        "properties": {
            "ce-specversion": { "type": "string", "const": "1.0" },
            "ce-id": uuid("The event's id: the same in every feed that holds it."),
            "ce-source": text("`/khidma/<context>`."),
            "ce-type": text("`khidma.<context>.<event>.v<version>`."),
            "ce-subject": text("The entity: of `requests` and `sla`, the request's id."),
            "ce-time": { "type": "string", "format": "date-time", "description": "When it happened." },
            "ce-position": {
                "type": "string", "pattern": "^[0-9]+$",
                "description": "Where its commit stands on the log, in decimal. It never gets smaller; the events of one commit share it.",
            },
            "ce-actor": text("Who caused it: `person:<id>` or `service:<name>`."),
            "ce-correlationid": uuid("All that follows from one wish shares it."),
            "ce-causationid": uuid("The event that caused it, if one did."),
            "ce-traceparent": text("The W3C trace context of what caused it."),
            "content-type": { "type": "string", "const": "application/json" },
        },
    })
}
