//! What is encoded is decoded as it was, and what is no commit of ours is refused.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use khidma_events::directory::{DepartmentEvent, PersonEvent, PersonKind, PersonRegistered};
use khidma_events::requests::{
    Priority, PriorityChanged, Replied, RequestEvent, Side, Started, Submitted, TagsChanged,
};
use khidma_events::{DecodeError, decode, decode_meta, encode, raw_events};
use khidma_kernel::{Actor, Commit, Meta, OnceKey, Recorded, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};
use uuid::Uuid;

fn registered() -> Commit<PersonEvent> {
    let event = PersonRegistered {
        person: "amina".parse().unwrap(),
        display_name: "Amina \"A.\" Ràhimi\n".into(),
        kind: PersonKind::Employee,
    };
    Commit {
        entity: "person-amina".into(),
        meta: Meta {
            correlation: Uuid::from_u128(1),
            causation: Some(Uuid::from_u128(2)),
            traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
            audience: ["hr".parse().unwrap(), "it".parse().unwrap()].into(),
            once: Some(OnceKey {
                key: Uuid::from_u128(3),
                digest: u64::MAX - 1,
            }),
        },
        events: vec![Recorded {
            id: Uuid::from_u128(4),
            at: "2026-03-01T08:30:00.25Z".parse().unwrap(),
            by: Actor::Person("root".parse().unwrap()),
            event: event.into(),
        }],
    }
}

/// The payload of [`registered`], changed in its first event.
fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut batch: Value = serde_json::from_slice(&encode(&registered()).unwrap()).unwrap();
    change(&mut batch[0]);
    serde_json::to_vec(&batch).unwrap()
}

#[test]
fn a_commit_is_a_batch_of_cloud_events() {
    let batch: Value = serde_json::from_slice(&encode(&registered()).unwrap()).unwrap();
    let expected = json!([{
        "specversion": "1.0",
        "id": "00000000-0000-0000-0000-000000000004",
        "source": "/khidma/directory",
        "type": "khidma.directory.person_registered.v1",
        "subject": "person-amina",
        "time": "2026-03-01T08:30:00.250000Z",
        "datacontenttype": "application/json",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "actor": "person:root",
        "correlationid": "00000000-0000-0000-0000-000000000001",
        "causationid": "00000000-0000-0000-0000-000000000002",
        "audience": "hr,it",
        "idempotencykey": "00000000-0000-0000-0000-000000000003",
        "commanddigest": "fffffffffffffffe",
        "data": { "person": "amina", "display_name": "Amina \"A.\" Ràhimi\n", "kind": "employee" },
    }]);
    assert_eq!(batch, expected);
}

#[test]
fn a_whole_commit_comes_back_with_all_it_said_of_itself() {
    let commit = registered();
    let payload = encode(&commit).unwrap();
    assert_eq!(decode::<PersonEvent>(&payload).unwrap(), commit);
    assert_eq!(decode_meta(&payload).unwrap(), commit.meta);
    let raw = raw_events(&payload).unwrap();
    assert_eq!((raw.len(), raw[0].subject.as_ref()), (1, "person-amina"));
}

#[test]
fn an_event_of_another_vocabulary_or_version_is_unknown() {
    let payload = encode(&registered()).unwrap();
    let unknown = |result: Result<_, DecodeError>, name: &str| match result {
        Err(DecodeError::UnknownType(type_name)) => assert_eq!(type_name, name),
        other => panic!("{other:?}"),
    };
    unknown(
        decode::<DepartmentEvent>(&payload).map(drop),
        "khidma.directory.person_registered.v1",
    );
    let newer = changed(|event| event["type"] = json!("khidma.directory.person_registered.v2"));
    unknown(
        decode::<PersonEvent>(&newer).map(drop),
        "khidma.directory.person_registered.v2",
    );
}

#[test]
fn what_is_no_commit_is_refused_with_the_attribute() {
    let attribute = |change: fn(&mut Value)| match decode::<PersonEvent>(&changed(change)) {
        Err(DecodeError::Attribute { attribute, .. }) => attribute,
        other => panic!("{other:?}"),
    };
    assert_eq!(attribute(|event| event["actor"] = json!("amina")), "actor");
    assert_eq!(
        attribute(|event| event["audience"] = json!("hr,I T")),
        "audience"
    );
    assert_eq!(
        attribute(|event| event["commanddigest"] = json!("xyz")),
        "commanddigest"
    );

    assert!(matches!(
        decode::<PersonEvent>(b"[]"),
        Err(DecodeError::Empty)
    ));
    let without_name =
        changed(|event| event["data"] = json!({ "person": "amina", "kind": "employee" }));
    for payload in [b"".as_slice(), b"{}", b"[{}]", b"\xff", &without_name] {
        assert!(
            matches!(
                decode::<PersonEvent>(payload),
                Err(DecodeError::Malformed(_))
            ),
            "{payload:?}"
        );
    }
}

#[test]
fn a_field_of_a_later_version_is_passed_over() {
    let newer = changed(|event| event["data"]["nickname"] = json!("Ami"));
    assert_eq!(decode::<PersonEvent>(&newer).unwrap(), registered());
}

fn slug() -> impl Strategy<Value = String> {
    "[a-z0-9][a-z0-9_-]{0,20}"
}

fn priority() -> impl Strategy<Value = Priority> {
    prop::sample::select(vec![
        Priority::Low,
        Priority::Normal,
        Priority::High,
        Priority::Urgent,
    ])
}

fn event() -> impl Strategy<Value = RequestEvent> {
    let submitted = (
        slug(),
        slug(),
        slug(),
        any::<String>(),
        any::<String>(),
        proptest::option::of(slug()),
        priority(),
    );
    let submitted = submitted.prop_map(
        |(provider, requester, department, title, description, offering, priority)| {
            let event = Submitted {
                description,
                offering: offering.map(|offering| offering.parse().unwrap()),
                priority,
                tags: vec!["a".into()],
                ..Submitted::plain(
                    provider.parse().unwrap(),
                    requester.parse().unwrap(),
                    department.parse().unwrap(),
                    title,
                )
            };
            event.into()
        },
    );
    let replied = (any::<bool>(), any::<String>()).prop_map(|(requester, text)| {
        let side = if requester {
            Side::Requester
        } else {
            Side::Provider
        };
        Replied { side, text }.into()
    });
    let changed = (priority(), priority(), any::<Option<String>>())
        .prop_map(|(from, to, reason)| PriorityChanged { from, to, reason }.into());
    let tagged = any::<Vec<String>>().prop_map(|tags| TagsChanged { tags }.into());
    prop_oneof![Just(Started {}.into()), submitted, replied, changed, tagged]
}

/// Microseconds from the years -9000 to 9000.
fn instants() -> impl Strategy<Value = i64> {
    -346_000_000_000_000_000..221_000_000_000_000_000_i64
}

fn recorded() -> impl Strategy<Value = Recorded<RequestEvent>> {
    (any::<u128>(), instants(), slug(), event()).prop_map(|(id, at, by, event)| Recorded {
        id: Uuid::from_u128(id),
        at: Timestamp::from_micros(at),
        by: Actor::Person(by.parse().unwrap()),
        event,
    })
}

fn meta() -> impl Strategy<Value = Meta> {
    let once = prop::option::of((any::<u128>(), any::<u64>()));
    (
        any::<u128>(),
        any::<Option<u128>>(),
        any::<Option<String>>(),
        prop::collection::btree_set(slug(), 0..4),
        once,
    )
        .prop_map(
            |(correlation, causation, traceparent, audience, once)| Meta {
                correlation: Uuid::from_u128(correlation),
                causation: causation.map(Uuid::from_u128),
                traceparent,
                audience: audience.iter().map(|id| id.parse().unwrap()).collect(),
                once: once.map(|(key, digest)| OnceKey {
                    key: Uuid::from_u128(key),
                    digest,
                }),
            },
        )
}

proptest! {
    // A failing case is to become a test of its own, not a file beside this one.
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn decoding_undoes_encoding(entity in any::<String>(), meta in meta(), events in prop::collection::vec(recorded(), 1..5)) {
        let commit = Commit { entity, meta, events };
        let payload = encode(&commit).unwrap();
        prop_assert_eq!(decode::<RequestEvent>(&payload).unwrap(), commit);
    }

    #[test]
    fn no_payload_makes_decoding_panic(payload in any::<Vec<u8>>()) {
        prop_assert!(decode::<RequestEvent>(&payload).is_err());
    }
}
