//! Somebody with the whole log, all files and all telemetry in their hands, who wants to know who raised a concern.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use khidma_edge::config::Telemetry;
use khidma_edge::telemetry;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::{Position, derived_id, time_ordered_id};
use khidma_projection::dump;
use khidma_proto::requests as pb;
use khidma_testkit::otlp::OtlpReceiver;
use khidma_testkit::{Host, Watched, eventually};
use tonic::Request;
use uuid::Uuid;

use crate::concerns::{Concerns, anonymous, raise};
use crate::stage::{directory, key};

const PATIENCE: Duration = Duration::from_secs(30);

/// Ids that nothing else in this process has: wherever they turn up, they came from her calls.
const PERSON: &str = "quetzalcoatl-71";
const DEPARTMENT: &str = "observatory-42";
/// The trace in which her client calls anonymously, and the one in which she calls by name.
const HIDDEN: &str = "c0ffee00c0ffee00c0ffee00c0ffee01";
const SEEN: &str = "c0ffee00c0ffee00c0ffee00c0ffee02";

fn traced<T>(message: T, trace: &str) -> Request<T> {
    let mut request = Request::new(message);
    let traceparent = format!("00-{trace}-00f067aa0ba902b7-01").parse().unwrap();
    request.metadata_mut().insert("traceparent", traceparent);
    request
        .metadata_mut()
        .insert("x-request-id", PERSON.parse().unwrap());
    request
}

/// What the attacker has: each hoard by its name.
type Hoards = BTreeMap<&'static str, Vec<u8>>;

async fn log_of(host: &Host) -> Vec<(String, Vec<u8>)> {
    let head = host.log.head().await.unwrap();
    let commits = host.log.follow(Position::START).take(head.0 as usize);
    commits
        .map(|commit| {
            let commit = commit.unwrap();
            (commit.entity.clone(), commit.payload.to_vec())
        })
        .collect()
        .await
}

fn files(folder: &Path, found: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            // A file may be renamed or removed meanwhile.
            found.extend(std::fs::read(&path).unwrap_or_default());
        }
    }
}

fn holds(hoard: &[u8], needle: &[u8]) -> bool {
    hoard.windows(needle.len()).any(|window| window == needle)
}

/// A UUID in every form in which it might have been kept.
fn forms(id: &str) -> Vec<Vec<u8>> {
    let id = Uuid::parse_str(id).unwrap();
    vec![
        id.hyphenated().to_string().into_bytes(),
        id.simple().to_string().into_bytes(),
        id.as_bytes().to_vec(),
    ]
}

/// Every UUID that stands in the commits of one entity.
fn ids_in(log: &[(String, Vec<u8>)], entity: &str) -> BTreeSet<Uuid> {
    let commits = log.iter().filter(|(of, _)| of == entity);
    commits
        .flat_map(|(_, payload)| {
            let text = String::from_utf8_lossy(payload).into_owned();
            let words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
            words
                .filter_map(|word| Uuid::parse_str(word).ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// All that our code makes of a person and an id, for everybody there is.
fn guesses(people: &[&str], ids: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
    let mut guesses = BTreeSet::new();
    for person in people {
        let actor = format!("person:{person}");
        for who in [actor.as_bytes(), person.as_bytes()] {
            for id in ids {
                guesses.extend([
                    derived_id(&[who, id.as_bytes()]),
                    derived_id(&[id.as_bytes(), who]),
                    time_ordered_id(*id, &[b"requests", who]),
                    time_ordered_id(*id, &[who]),
                ]);
            }
        }
    }
    guesses
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_or_exported_tells_who_raised_a_concern() {
    let collector = OtlpReceiver::start().await.unwrap();
    let config = Telemetry {
        otlp_endpoint: Some(collector.endpoint()),
        log_filter: "off".into(),
        ..Telemetry::default()
    };
    let exporting = telemetry::init(&config).unwrap();
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    directory(&*log).await;
    let watched = Watched::by(&collector, &exporting);
    let host = Host::watched(log, watched, |deps| async move {
        Ok(vec![khidma_requests::start(&deps).await?])
    })
    .await;
    let token = host.token(PERSON, DEPARTMENT, &[]);
    let mut she = Concerns::new(host.connect(PERSON, DEPARTMENT, &[]).await);

    // She raises one concern anonymously, asks after it, adds to it, and is refused once.
    let hidden = anonymous("The badge reader lets everybody in");
    let raised = she
        .raise_anonymous_concern(traced(hidden.clone(), HIDDEN))
        .await;
    let raised = raised.unwrap().into_inner();
    let again = she
        .raise_anonymous_concern(traced(hidden.clone(), HIDDEN))
        .await;
    assert_eq!(again.unwrap().into_inner(), raised);
    let reply = pb::ReplyToConcernRequest {
        request_id: key(),
        follow_word: raised.follow_word.clone(),
        text: "Since Tuesday".into(),
    };
    let replied = she.reply_to_concern(traced(reply.clone(), HIDDEN)).await;
    let follow = pb::FollowConcernRequest {
        follow_word: raised.follow_word.clone(),
        min_position: replied.unwrap().into_inner().position,
        ..Default::default()
    };
    let followed = she.follow_concern(traced(follow, HIDDEN)).await.unwrap();
    assert_eq!(followed.into_inner().entries.len(), 3);
    let nowhere = pb::RaiseAnonymousConcernRequest {
        provider_id: "nowhere".into(),
        ..anonymous("x")
    };
    she.raise_anonymous_concern(traced(nowhere, HIDDEN))
        .await
        .unwrap_err();
    // And another by name, so that the search is seen to find what is there.
    let open = raise("The door is heavy");
    let named = she
        .raise_concern(traced(open.clone(), SEEN))
        .await
        .unwrap()
        .into_inner();
    host.caught_up().await;

    let in_trace = |spans: &[khidma_testkit::otlp::Span]| {
        spans.iter().filter(|span| span.trace_id == SEEN).count() >= 3
    };
    let spans = collector.wait_for(PATIENCE, in_trace).await;
    assert!(in_trace(&spans), "the receiver sees no calls at all");
    exporting.shut_down().await;
    let on_disk = || {
        let mut found = Vec::new();
        files(host.folder(), &mut found);
        found
    };
    let flushed = eventually(PATIENCE, || {
        std::future::ready(holds(&on_disk(), PERSON.as_bytes()))
    });
    assert!(
        flushed.await,
        "the files do not even hold what was said by name"
    );

    let log = log_of(&host).await;
    // What she said by name is hers, of course: the search is for all else.
    let others = log.iter().filter(|(entity, _)| *entity != named.id);
    let reader = host.projections[0].reader();
    let rows = dump(&reader).unwrap().map(Result::unwrap);
    let rows = rows.filter(|(key, _)| !holds(key, named.id.as_bytes()));
    let hoards = Hoards::from([
        (
            "the log",
            others.flat_map(|(_, payload)| payload.clone()).collect(),
        ),
        ("the files", on_disk()),
        (
            "the rows",
            rows.flat_map(|(key, value)| [key, value].concat())
                .collect(),
        ),
        ("the telemetry", collector.everything().into_bytes()),
    ]);
    assert!(
        holds(&hoards["the telemetry"], b"RaiseAnonymousConcern"),
        "nothing is measured"
    );
    let mut secrets = vec![HIDDEN.as_bytes().to_vec(), token.clone().into_bytes()];
    for id in [&hidden.request_id, &reply.request_id, &raised.follow_word] {
        secrets.extend(forms(id));
    }
    secrets.push(Uuid::parse_str(HIDDEN).unwrap().as_bytes().to_vec());
    secrets.extend(token.split('.').map(|part| part.as_bytes().to_vec()));
    for (name, hoard) in &hoards {
        for secret in &secrets {
            assert!(
                !holds(hoard, secret),
                "{name}: {}",
                String::from_utf8_lossy(secret)
            );
        }
    }
    for name in ["the log", "the rows", "the telemetry"] {
        for who in [PERSON, DEPARTMENT] {
            assert!(!holds(&hoards[name], who.as_bytes()), "{name} holds {who}");
        }
    }
    assert!(
        spans
            .iter()
            .chain(&collector.spans())
            .all(|span| span.trace_id != HIDDEN
                && !["RaiseAnonymousConcern", "FollowConcern", "ReplyToConcern"]
                    .iter()
                    .any(|rpc| span.name.contains(rpc))),
        "there is a span of the call"
    );
    assert!(!format!("{:?}", collector.logs()).contains("Concern"));

    check_guesses(&log, &hidden.request_id, &open.request_id, &named.id);
}

/// Tries everybody there is against all ids that stand with the concern, and even against the key she used.
fn check_guesses(log: &[(String, Vec<u8>)], hidden_key: &str, named_key: &str, named: &str) {
    let people = ["amina", "linh", "daniel", "sana", "mei", "farid", PERSON];
    let is_concern = |payload: &[u8]| holds(payload, b"badge reader");
    let (concern, _) = log.iter().find(|(_, payload)| is_concern(payload)).unwrap();
    let with_key = |ids: &BTreeSet<Uuid>, key: &str| {
        let key = Uuid::parse_str(key).unwrap();
        ids.iter().copied().chain([key]).collect::<BTreeSet<_>>()
    };
    let visible = ids_in(log, concern);
    assert!(visible.len() >= 6, "{visible:?}");
    let guessed = guesses(&people, &with_key(&visible, hidden_key));
    assert!(guessed.is_disjoint(&visible), "a guess fits");
    // The same attack finds who raised the other one.
    let visible = ids_in(log, named);
    let guessed = guesses(&people, &with_key(&visible, named_key));
    assert_eq!(guessed.intersection(&visible).count(), 2);
}

/// What two clients with clocks of their own sent cannot be told apart by the time in their keys.
#[tokio::test]
async fn the_time_in_a_clients_key_is_not_kept() {
    let stage = crate::stage::Stage::set().await;
    let mut she = Concerns::new(stage.host.connect("amina", "hr", &[]).await);
    let request_id = "01890000-0000-7000-8000-0000000000a1";
    let concern = pb::RaiseAnonymousConcernRequest {
        request_id: request_id.into(),
        ..anonymous("The clock is wrong")
    };
    she.raise_anonymous_concern(concern).await.unwrap();
    let log = log_of(&stage.host).await;
    let (entity, payload) = log.last().unwrap();
    assert!(String::from_utf8_lossy(payload).contains("The clock is wrong"));
    assert!(
        ids_in(&log, entity)
            .iter()
            .all(|id| !id.to_string().starts_with("01890000"))
    );
}
