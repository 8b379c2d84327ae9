//! Somebody with the whole log, all rows, all files at any time and all telemetry in their hands, who wants to know who answered
//! what. `ballots::tests::attacker` plays the same one over hundreds of surveys, for what order and time might tell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use khidma_edge::config::Telemetry;
use khidma_edge::telemetry;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::feedback::*;
use khidma_kernel::{derived_id, sha256_hex};
use khidma_projection::dump;
use khidma_proto::feedback as pb;
use khidma_testkit::otlp::{OtlpReceiver, Span};
use khidma_testkit::{Host, Watched, eventually};
use tonic::Request;
use uuid::Uuid;

use crate::ballots::{Client, Round, Token, box_folder, log_of, nobody, people, person, start};
use crate::stage::LONG;

/// A department whose people's names stand nowhere else in this process.
const DEPARTMENT: &str = "observatory";
const PEOPLE: usize = 9;
/// The traces in which they take their tokens, and in which they answer.
const SEEN: &str = "c0ffee00c0ffee00c0ffee00c0ffee12";
const HIDDEN: &str = "c0ffee00c0ffee00c0ffee00c0ffee11";

fn holds(hoard: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(hoard, needle).is_some()
}

/// A careless client's call: in a trace, and with their name in a header.
fn careless<T>(message: T, name: &str, trace: &str) -> Request<T> {
    let mut request = Request::new(message);
    let traceparent = format!("00-{trace}-00f067aa0ba902b7-01").parse().unwrap();
    request.metadata_mut().insert("traceparent", traceparent);
    let name = name.parse().unwrap();
    request.metadata_mut().insert("x-request-id", name);
    request
}

/// All files of a folder by name, but the keys.
fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .filter_map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name()?.to_str()?.to_owned();
            let secret = name.ends_with(".key");
            // A draft may be renamed meanwhile.
            (!secret).then(|| (name, std::fs::read(path).unwrap_or_default()))
        })
        .collect()
}

struct Play {
    host: Host,
    rounds: Vec<Round>,
    /// Whose each token is.
    truth: BTreeMap<String, String>,
    bearers: Vec<String>,
    /// All that was in the box folder after each answer.
    snapshots: Vec<Vec<(String, Vec<u8>)>>,
}

impl Play {
    fn names(&self) -> Vec<String> {
        (0..PEOPLE)
            .map(|number| format!("{DEPARTMENT}-{number}"))
            .collect()
    }

    /// Everybody takes a token of each round and answers at once, each as carelessly as can be.
    async fn answer_all(&mut self) {
        let mut nobody = nobody(&self.host).await;
        for (number, name) in self.names().into_iter().enumerate() {
            let bearer = self.host.token(&name, DEPARTMENT, &[]);
            let mut she: Client = person(&self.host, &name).await;
            for place in 0..self.rounds.len() {
                let round = &self.rounds[place];
                let ask = pb::GetBallotRequest {
                    round_id: round.id.to_string(),
                    min_position: 0,
                };
                she.get_ballot(careless(ask, &name, SEEN)).await.unwrap();
                let token = round.take(&mut she).await.unwrap();
                let mut answer = round.answer(&token, 3);
                let words = format!("words-of-{place}-{}", number * 7 % PEOPLE);
                let words = pb::value::Value::Text(words);
                answer
                    .values
                    .insert("why".into(), pb::Value { value: Some(words) });
                let wrong = pb::AnswerAnonymouslyRequest {
                    values: BTreeMap::new(),
                    ..answer.clone()
                };
                // By a connection with her bearer token, and by one without; one that is refused, and one twice.
                let client = if number % 2 == 0 {
                    &mut she
                } else {
                    &mut nobody
                };
                client
                    .answer_anonymously(careless(wrong, &name, HIDDEN))
                    .await
                    .unwrap_err();
                for _ in 0..2 {
                    let call = careless(answer.clone(), &name, HIDDEN);
                    client.answer_anonymously(call).await.unwrap();
                }
                self.remember(&name, &token);
                self.snapshots.push(snapshot(&box_folder(&self.host)));
            }
            self.bearers.push(bearer);
        }
    }

    fn remember(&mut self, name: &str, token: &Token) {
        let token = STANDARD.encode(&token.token);
        self.truth.insert(token, name.to_owned());
    }
}

/// Every UUID in a text.
fn ids_in(payload: &[u8]) -> BTreeSet<Uuid> {
    let text = String::from_utf8_lossy(payload).into_owned();
    let words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    let words = words.filter(|word| word.len() == 36);
    words
        .filter_map(|word| Uuid::parse_str(word).ok())
        .collect()
}

async fn play(collector: &OtlpReceiver, exporting: &telemetry::Telemetry) -> Play {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let all = [(DEPARTMENT, PEOPLE)];
    people(&*log, &all).await;
    let watched = Watched::by(collector, exporting);
    let host = Host::watched(log, watched, start).await;
    let mut rounds = Vec::new();
    for _ in 0..3 {
        rounds.push(Round::open(&host, &all, None).await);
    }
    let mut play = Play {
        host,
        rounds,
        truth: BTreeMap::new(),
        bearers: Vec::new(),
        snapshots: Vec::new(),
    };
    // Not at the beginning of a day, nor of a second.
    play.host.hand.advance_seconds(4_321);
    play.answer_all().await;
    play.host.hand.advance_seconds(86_400);
    for round in &play.rounds {
        let host = &play.host;
        let came = eventually(LONG, || async { !round.batches(host).await.is_empty() });
        assert!(came.await);
        round.close(host).await;
        assert!(!round.emptied(host).await);
    }
    play.host.caught_up().await;
    play
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_or_exported_tells_who_answered_what() {
    let collector = OtlpReceiver::start().await.unwrap();
    let config = Telemetry {
        otlp_endpoint: Some(collector.endpoint()),
        log_filter: "off".into(),
        ..Telemetry::default()
    };
    let exporting = telemetry::init(&config).unwrap();
    let play = play(&collector, &exporting).await;
    let in_trace = |spans: &[Span]| spans.iter().any(|span| span.trace_id == SEEN);
    let spans = collector.wait_for(LONG, in_trace).await;
    assert!(in_trace(&spans), "the receiver sees no calls at all");
    exporting.shut_down().await;

    // All answers are there, once, each with its token.
    let mut answers = Vec::new();
    for round in &play.rounds {
        for (_, batch) in round.batches(&play.host).await {
            assert!(batch.answers.len() >= 3 && batch.segment.is_none());
            answers.extend(batch.answers);
        }
    }
    assert_eq!(answers.len(), 3 * PEOPLE);
    let tokens: BTreeSet<&String> = answers.iter().map(|answer| &answer.token).collect();
    assert_eq!(tokens, play.truth.keys().collect());

    let log = log_of(&play.host).await;
    let of = |kind: &str| -> Vec<u8> {
        let commits = log.iter().filter(|commit| commit.entity.starts_with(kind));
        commits.flat_map(|commit| commit.payload.to_vec()).collect()
    };
    let (ballots, boxes) = (of("ballot-"), of("box-"));
    let reader = play.host.projections[0].reader();
    let rows: Vec<_> = dump(&reader).unwrap().map(Result::unwrap).collect();
    let near = |row: &&(Vec<u8>, Vec<u8>)| {
        let row = [row.0.as_slice(), &row.1].concat();
        tokens.iter().any(|token| holds(&row, token.as_bytes()))
    };
    let rows: Vec<u8> = rows
        .iter()
        .filter(near)
        .flat_map(|(key, value)| [key.as_slice(), value].concat())
        .collect();
    let snapshots: Vec<u8> = play
        .snapshots
        .iter()
        .flatten()
        .flat_map(|(name, content)| [name.as_bytes(), content].concat())
        .collect();
    let telemetry = collector.everything().into_bytes();
    let hoards = BTreeMap::from([
        ("batches", &boxes),
        ("the rows of answers", &rows),
        ("the box folder at all times", &snapshots),
        ("the telemetry", &telemetry),
    ]);
    assert!(hoards.values().all(|hoard| !hoard.is_empty()));

    // Where answers are, nobody is; and where somebody is, no answer.
    let mut persons: Vec<Vec<u8>> = play.names().into_iter().map(String::into_bytes).collect();
    persons.push(b"OBSERVATORY".to_vec());
    persons.push(HIDDEN.as_bytes().to_vec());
    persons.extend(
        play.bearers
            .iter()
            .map(|bearer| bearer.clone().into_bytes()),
    );
    for (name, hoard) in &hoards {
        for secret in &persons {
            let shown = String::from_utf8_lossy(secret);
            assert!(!holds(hoard, secret), "{name} hold {shown}");
        }
    }
    let mut said: Vec<Vec<u8>> = vec![b"words-of-".to_vec()];
    for answer in &answers {
        for text in [&answer.token, &answer.signature] {
            let bytes = STANDARD.decode(text).unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let digest = sha256_hex(&[&bytes]);
            said.extend([
                text.clone().into_bytes(),
                bytes,
                hex.into_bytes(),
                digest.into_bytes(),
            ]);
        }
    }
    for (name, hoard) in [
        ("what people took", &ballots),
        ("the telemetry", &telemetry),
    ] {
        for secret in &said {
            let shown = String::from_utf8_lossy(secret);
            assert!(!holds(hoard, secret), "{name} hold {shown}");
        }
    }
    // The search finds what is there: who took tokens, and what was answered.
    for name in play.names() {
        assert!(holds(&ballots, name.as_bytes()), "{name}");
    }
    assert!(said[1..5].iter().any(|secret| holds(&boxes, secret)));
    assert!(holds(&boxes, b"words-of-1-4") && holds(&snapshots, b"words-of-1-4"));

    no_trace(&collector, &spans);
    nothing_tells_when(&play, &boxes);
    no_guess_fits(&play, &boxes);
}

/// Of the calls that answer there is no span and no line; that they were, and how long they took, is measured.
fn no_trace(collector: &OtlpReceiver, spans: &[Span]) {
    let spans = spans
        .iter()
        .chain(&collector.spans())
        .cloned()
        .collect::<Vec<_>>();
    assert!(spans.iter().any(|span| span.name.contains("IssueToken")));
    for span in &spans {
        assert!(span.trace_id != HIDDEN && !span.name.contains("AnswerAnonymously"));
    }
    assert!(!format!("{:?}", collector.logs()).contains("AnswerAnonymously"));
    assert!(holds(
        collector.everything().as_bytes(),
        b"AnswerAnonymously"
    ));
}

/// Days and no instants; ids without a time in them; files without a date.
fn nothing_tells_when(play: &Play, boxes: &[u8]) {
    let text = String::from_utf8_lossy(boxes);
    let times: BTreeSet<&str> = text
        .match_indices("2026-")
        .map(|(place, _)| text.get(place..place + 19).unwrap_or_default())
        .collect();
    assert!(!times.is_empty());
    assert!(
        times.iter().all(|time| time.ends_with("T00:00:00")),
        "{times:?}"
    );
    let rounds: BTreeSet<Uuid> = play.rounds.iter().map(|round| round.id.0).collect();
    for id in ids_in(boxes).difference(&rounds) {
        assert_eq!(id.get_version_num(), 8, "{id} may have a time in it");
    }
    for snapshot in &play.snapshots {
        for (name, content) in snapshot.iter().filter(|(name, _)| name.ends_with(".box")) {
            let held: serde_json::Value = serde_json::from_slice(content).unwrap();
            let held = held.as_array().unwrap().iter();
            let tokens: Vec<_> = held.map(|one| one["answer"]["token"].as_str()).collect();
            assert!(tokens.is_sorted(), "{name} is in an order of its own");
        }
    }
    let keys = std::fs::read_dir(box_folder(&play.host)).unwrap();
    for file in keys
        .map(Result::unwrap)
        .filter(|file| file.file_name() != "lock")
    {
        // What is not needed any more goes by itself.
        let Ok(metadata) = file.metadata() else {
            continue;
        };
        let modified = metadata.modified().unwrap();
        assert_eq!(modified, SystemTime::UNIX_EPOCH, "{:?}", file.path());
    }
}

/// All that our code makes of a person, a round and a token, against all ids that stand with answers.
fn no_guess_fits(play: &Play, boxes: &[u8]) {
    let visible = ids_in(boxes);
    let rounds: BTreeSet<Uuid> = play.rounds.iter().map(|round| round.id.0).collect();
    let mut guesses = BTreeSet::new();
    for name in play.names() {
        for round in &play.rounds {
            for token in play.truth.keys() {
                let (round, token) = (round.id.0.as_bytes().as_slice(), token.as_bytes());
                for what in [b"ballot".as_slice(), b"answer", b"event", b"commit", b"box"] {
                    guesses.extend([
                        derived_id(&[what, round, name.as_bytes()]),
                        derived_id(&[what, round, name.as_bytes(), token]),
                        derived_id(&[what, name.as_bytes(), token]),
                    ]);
                }
            }
        }
    }
    let known: BTreeSet<Uuid> = visible.difference(&rounds).copied().collect();
    assert!(
        known.len() >= 9 && guesses.is_disjoint(&known),
        "a guess fits"
    );
    // Who took a token is found so: that is no secret.
    let taken = ballot_entity(play.rounds[0].id, &play.names()[0].parse().unwrap());
    let taken = Uuid::parse_str(taken.trim_start_matches("ballot-")).unwrap();
    assert!(guesses.contains(&taken));
}
