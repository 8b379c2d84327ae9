//! Anonymous answers: who takes a token, what is an answer, and that none is lost or counted twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blind_rsa_signatures::{
    DefaultRng, KeyPairSha384PSSDeterministic as KeyPair,
    PublicKeySha384PSSDeterministic as PublicKey,
};
use futures::StreamExt;
use khidma_edge::client::{Connection, Target, connect};
use khidma_eventlog::{EventLog, MemoryLog, Stored};
use khidma_events::directory::{PersonKind, Profile};
use khidma_events::feedback::*;
use khidma_kernel::{Actor, Position, RoundId, Timestamp};
use khidma_projection::rows_equal;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::ballots_service_client::BallotsServiceClient;
use khidma_testkit::{Host, append, append_after, eventually};
use tempfile::TempDir;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::stage::{LONG, department, employee, id, key, refused};

/// A client of the service.
pub(crate) type Client = BallotsServiceClient<Connection>;

/// Starts feedback.
pub(crate) async fn start(
    deps: khidma_edge::Deps,
) -> Result<Vec<khidma_edge::Started>, khidma_edge::StartError> {
    Ok(vec![khidma_feedback::start(&deps).await?])
}

/// A round whose key this test made, in place of a launch.
pub(crate) struct Round {
    pub(crate) id: RoundId,
    pub(crate) keys: KeyPair,
    last: Position,
}

/// What somebody has who took their token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) token: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

fn text(text: &str) -> Texts {
    BTreeMap::from([("en".to_owned(), text.to_owned())])
}

fn definition() -> Definition {
    let item = |key: &str, answer, required| Item {
        key: key.into(),
        text: text(key),
        answer,
        required,
        when: None,
        measure: None,
    };
    let scale = AnswerKind::Scale {
        min: 1,
        max: 5,
        labels: BTreeMap::new(),
    };
    Definition {
        title: text("Pulse"),
        intro: BTreeMap::new(),
        language: "en".into(),
        sections: vec![Section {
            key: "all".into(),
            title: BTreeMap::new(),
            items: vec![
                item("mood", scale, true),
                item("why", AnswerKind::Text { at_most: 20_000 }, false),
            ],
        }],
    }
}

/// Departments, people `it-0`…, and a survey.
pub(crate) async fn people(log: &dyn EventLog, many: &[(&str, usize)]) {
    for (name, people) in many {
        department(log, name, None).await;
        for number in 0..*people {
            let person = format!("{name}-{number}");
            employee(log, &person, Some(name), Profile::default()).await;
        }
    }
    let defined = SurveyDefined {
        survey: id("pulse"),
        version: 1,
        owner: id(many[0].0),
        definition: definition(),
    };
    append::<SurveyEvent>(log, survey_entity(&id("pulse")), vec![defined.into()]).await;
}

impl Round {
    /// Launches and opens a round for all of these, whose key is at `host`.
    pub(crate) async fn open(host: &Host, many: &[(&str, usize)], by: Option<Dimension>) -> Self {
        let keys = KeyPair::generate(&mut DefaultRng, 2048).unwrap();
        let id = RoundId(Uuid::new_v4());
        let public = STANDARD.encode(keys.pk.to_der().unwrap());
        std::fs::write(
            box_folder(host).join(format!("{id}.key")),
            keys.sk.to_der().unwrap(),
        )
        .unwrap();
        let now = host.now();
        let launched = RoundLaunched {
            round: id,
            survey: crate::stage::id("pulse"),
            version: 1,
            owner: crate::stage::id(many[0].0),
            anonymity: Anonymity::Anonymous,
            audience: Audience::default(),
            thresholds: Thresholds {
                ratings: 3,
                comments: 3,
            },
            break_down_by: by.into_iter().collect(),
            opens_at: now,
            closes_at: now.plus_seconds(14 * 86_400),
            remind_at: vec![],
            recurrence: None,
            previous: None,
            public_key: Some(public),
        };
        let mut invited: Vec<Invited> = many
            .iter()
            .flat_map(|(name, people)| {
                (0..*people).map(move |number| Invited {
                    person: crate::stage::id(&format!("{name}-{number}")),
                    department: Some(crate::stage::id(name)),
                    kind: PersonKind::Employee,
                })
            })
            .collect();
        invited.sort_by(|a, b| a.person.cmp(&b.person));
        let opened = RoundOpened {
            invited: u32::try_from(invited.len()).unwrap(),
        };
        let events: Vec<RoundEvent> = vec![
            launched.into(),
            PeopleInvited { people: invited }.into(),
            opened.into(),
        ];
        append(&*host.log, round_entity(id), events).await;
        let last = host.log.head().await.unwrap();
        host.caught_up().await;
        Self { id, keys, last }
    }

    /// Its time is over.
    pub(crate) async fn close(&self, host: &Host) {
        let closed: Vec<RoundEvent> = vec![RoundClosed {}.into()];
        append_after(&*host.log, round_entity(self.id), self.last, closed).await;
    }

    /// What somebody sends who answers.
    pub(crate) fn answer(&self, token: &Token, mood: i32) -> pb::AnswerAnonymouslyRequest {
        let value = pb::Value {
            value: Some(pb::value::Value::Scale(mood)),
        };
        pb::AnswerAnonymouslyRequest {
            round_id: self.id.to_string(),
            token: token.token.clone(),
            signature: token.signature.clone(),
            values: BTreeMap::from([("mood".to_owned(), value)]),
            segment: None,
        }
    }

    /// A person takes their token, as a client does.
    pub(crate) async fn take(&self, client: &mut Client) -> Result<Token, Status> {
        let ask = pb::GetBallotRequest {
            round_id: self.id.to_string(),
            min_position: 0,
        };
        let ballot = client.get_ballot(ask).await?.into_inner();
        let public = PublicKey::from_der(&ballot.public_key).unwrap();
        let token = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
        let blinding = public.blind(&mut DefaultRng, &token).unwrap();
        let issue = pb::IssueTokenRequest {
            request_id: key(),
            round_id: self.id.to_string(),
            blinded: blinding.blind_message.0.clone(),
        };
        let issued = client.issue_token(issue.clone()).await?.into_inner();
        let again = pb::IssueTokenRequest {
            request_id: key(),
            ..issue
        };
        let again = client.issue_token(again).await?.into_inner();
        assert_eq!(again.blind_signature, issued.blind_signature);
        let signature = public
            .finalize(&issued.blind_signature.into(), &blinding, &token)
            .unwrap();
        Ok(Token {
            token,
            signature: signature.0,
        })
    }

    /// All batches that are on the log, with where they stand.
    pub(crate) async fn batches(&self, host: &Host) -> Vec<(Stored, AnswersReleased)> {
        let commits = log_of(host).await.into_iter();
        let entity = box_entity(self.id);
        commits
            .filter(|commit| commit.entity == entity)
            .flat_map(|commit| {
                let decoded = khidma_events::decode::<BoxEvent>(&commit.payload).unwrap();
                let events = decoded.events.into_iter();
                let batches = events.filter_map(|recorded| match recorded.event {
                    BoxEvent::AnswersReleased(event) => Some(event),
                    BoxEvent::BoxEmptied(_) => None,
                });
                batches
                    .map(|event| (commit.clone(), event))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Waits until its box was emptied; whether answers were destroyed.
    pub(crate) async fn emptied(&self, host: &Host) -> bool {
        let entity = box_entity(self.id);
        let said = || async {
            let commits = log_of(host).await.into_iter();
            let commits = commits.filter(|commit| commit.entity == entity);
            let events = commits.flat_map(|commit| {
                let decoded = khidma_events::decode::<BoxEvent>(&commit.payload);
                decoded.unwrap().events
            });
            events
                .into_iter()
                .find_map(|recorded| match recorded.event {
                    BoxEvent::BoxEmptied(event) => Some(event.too_few),
                    BoxEvent::AnswersReleased(_) => None,
                })
        };
        assert!(
            eventually(LONG, || async { said().await.is_some() }).await,
            "the box is never emptied"
        );
        said().await.unwrap()
    }
}

/// All there is on the log.
pub(crate) async fn log_of(host: &Host) -> Vec<Stored> {
    let head = host.log.head().await.unwrap();
    let commits = host.log.follow(Position::START).take(head.0 as usize);
    commits.map(Result::unwrap).collect().await
}

/// Where keys and boxes are.
pub(crate) fn box_folder(host: &Host) -> PathBuf {
    host.folder().join("feedback").join("ballots")
}

/// Somebody of a department.
pub(crate) async fn person(host: &Host, name: &str) -> Client {
    let (department, _) = name.split_once('-').unwrap();
    Client::new(host.connect(name, department, &[]).await)
}

/// Nobody in particular: by a connection without a token.
pub(crate) async fn nobody(host: &Host) -> Client {
    let connection = connect(&Target::new(host.address()), None).await;
    Client::new(connection.unwrap())
}

fn moods(batches: &[(Stored, AnswersReleased)]) -> Vec<i32> {
    let answers = batches.iter().flat_map(|(_, batch)| &batch.answers);
    let mut moods: Vec<i32> = answers
        .map(|answer| match answer.values["mood"] {
            Value::Scale(mood) => mood,
            ref other => panic!("{other:?}"),
        })
        .collect();
    moods.sort_unstable();
    moods
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_held_back_and_come_in_batches_of_nobody() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let all = [("it", 8)];
    people(&*log, &all).await;
    let host = Host::on(log, start).await;
    let round = Round::open(&host, &all, None).await;
    let mut nobody = nobody(&host).await;
    for number in 0..8 {
        let token = round
            .take(&mut person(&host, &format!("it-{number}")).await)
            .await
            .unwrap();
        let answer = round.answer(&token, number % 5 + 1);
        nobody.answer_anonymously(answer.clone()).await.unwrap();
        nobody.answer_anonymously(answer).await.unwrap();
    }
    host.caught_up().await;
    assert_eq!(round.batches(&host).await.len(), 0, "before the day ends");

    // The day ends: all but three go, in a batch that says nothing.
    host.hand.advance_seconds(86_400);
    let came = eventually(LONG, || async { !round.batches(&host).await.is_empty() });
    assert!(came.await);
    let batches = round.batches(&host).await;
    assert_eq!(batches.len(), 1);
    let (commit, batch) = &batches[0];
    assert_eq!(batch.answers.len(), 5);
    let tokens: Vec<_> = batch.answers.iter().map(|answer| &answer.token).collect();
    assert!(tokens.is_sorted());
    let decoded = khidma_events::decode::<BoxEvent>(&commit.payload).unwrap();
    assert_eq!(decoded.events[0].by, Actor::Anonymous);
    let midnight: Timestamp = "2026-03-03T00:00:00Z".parse().unwrap();
    assert_eq!(decoded.events[0].at, midnight);
    assert_eq!(decoded.meta.traceparent, None);
    assert_eq!(decoded.meta.causation, None);
    for id in [decoded.events[0].id, commit.id, decoded.meta.correlation] {
        assert_eq!(id.get_version_num(), 8, "an id with a time in it");
    }
    // Anybody who has the log can check the answers, and that they are of this round.
    for answer in &batch.answers {
        let (token, signature) = (&answer.token, &answer.signature);
        let (token, signature) = (STANDARD.decode(token), STANDARD.decode(signature));
        let signature = signature.unwrap().into();
        round
            .keys
            .pk
            .verify(&signature, None, token.unwrap())
            .unwrap();
    }

    round.close(&host).await;
    assert!(!round.emptied(&host).await);
    let batches = round.batches(&host).await;
    assert_eq!(moods(&batches), [1, 1, 2, 2, 3, 3, 4, 5]);
    assert_eq!(batches.last().unwrap().1.answers.len(), 3);
    let gone = eventually(LONG, || {
        let left = std::fs::read_dir(box_folder(&host)).unwrap();
        let left: BTreeSet<_> = left.map(|file| file.unwrap().file_name()).collect();
        std::future::ready(left == BTreeSet::from(["lock".into()]))
    });
    assert!(gone.await, "the key or the box is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_else_is_an_answer() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let all = [("it", 4), ("hr", 1)];
    people(&*log, &all).await;
    let host = Host::on(log, start).await;
    let round = Round::open(&host, &all[..1], Some(Dimension::Department)).await;
    let other = Round::open(&host, &all, None).await;
    let mut nobody = nobody(&host).await;
    let mut she = person(&host, "it-0").await;

    // Not asked, and taken once.
    let stranger = round.take(&mut person(&host, "hr-0").await).await;
    assert_eq!(refused(stranger).1, "NOT_INVITED");
    let token = round.take(&mut she).await.unwrap();
    let second = round.take(&mut she).await;
    assert_eq!(
        refused(second),
        (Code::AlreadyExists, "TOKEN_TAKEN".into(), "blinded".into())
    );
    let nothing = pb::IssueTokenRequest {
        request_id: key(),
        round_id: round.id.to_string(),
        blinded: vec![255; 256],
    };
    let unsigned = person(&host, "it-1").await.issue_token(nothing).await;
    assert_eq!(refused(unsigned).1, "NOT_BLINDED");

    let good = round.answer(&token, 4);
    let with = |change: &dyn Fn(&mut pb::AnswerAnonymouslyRequest)| {
        let mut answer = good.clone();
        change(&mut answer);
        answer
    };
    let foreign = other.take(&mut she).await.unwrap();
    let text = |text: String| pb::Value {
        value: Some(pb::value::Value::Text(text)),
    };
    let of = |department: &str| pb::AnswerSegment {
        of: Some(pb::answer_segment::Of::DepartmentId(department.into())),
    };
    let (bad, precondition) = (Code::InvalidArgument, Code::FailedPrecondition);
    let cases = [
        (
            round.answer(&foreign, 4),
            Code::PermissionDenied,
            "FOREIGN_TOKEN",
        ),
        (
            with(&|answer| answer.signature[7] ^= 1),
            Code::PermissionDenied,
            "FOREIGN_TOKEN",
        ),
        (
            with(&|answer| answer.signature.clear()),
            Code::PermissionDenied,
            "FOREIGN_TOKEN",
        ),
        (with(&|answer| answer.token.push(1)), bad, "MALFORMED_TOKEN"),
        (
            with(&|answer| answer.round_id = key()),
            Code::NotFound,
            "UNKNOWN_ROUND",
        ),
        (
            with(&|answer| answer.values.clear()),
            bad,
            "NOTHING_ANSWERED",
        ),
        (
            with(&|answer| answer.segment = Some(of("hr"))),
            bad,
            "UNKNOWN_SEGMENT",
        ),
        (round.answer(&token, 6), bad, "OUT_OF_SCALE"),
        (
            with(&|answer| {
                answer.values.insert("why".into(), text("x".repeat(17_000)));
            }),
            bad,
            "TOO_LARGE",
        ),
        (
            with(&|answer| {
                answer
                    .values
                    .insert("why".into(), text("\"".repeat(12_000)));
            }),
            bad,
            "TOO_LARGE",
        ),
    ];
    for (answer, code, reason) in cases {
        let refusal = refused(nobody.answer_anonymously(answer).await);
        assert_eq!((refusal.0, &*refusal.1), (code, reason));
    }
    let flood = with(&|answer| {
        answer
            .values
            .insert("why".into(), text("x".repeat(10_000_000)));
    });
    let flooded = nobody.answer_anonymously(flood).await.unwrap_err();
    assert!(
        matches!(
            flooded.code(),
            // The server may end the stream while the client still sends.
            Code::OutOfRange | Code::ResourceExhausted | Code::Cancelled | Code::Unavailable
        ),
        "{flooded:?}"
    );

    // Nothing of all that was kept: the token is still good, once.
    nobody.answer_anonymously(good.clone()).await.unwrap();
    nobody.answer_anonymously(good.clone()).await.unwrap();
    let replayed = nobody.answer_anonymously(round.answer(&token, 1)).await;
    assert_eq!(
        refused(replayed),
        (Code::AlreadyExists, "TOKEN_SPENT".into(), "token".into())
    );

    // Too late.
    host.hand.advance_seconds(14 * 86_400);
    let late = refused(nobody.answer_anonymously(good.clone()).await);
    assert_eq!((late.0, &*late.1), (precondition, "ROUND_CLOSED"));
    let late = refused(round.take(&mut person(&host, "it-2").await).await);
    assert_eq!((late.0, &*late.1), (precondition, "ROUND_CLOSED"));
    // The round closes by itself. One answer is fewer than three: it is destroyed, and that is said.
    assert!(round.emptied(&host).await);
    assert_eq!(round.batches(&host).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_is_with_one_process_and_others_say_so() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let all = [("it", 4)];
    people(&*log, &all).await;
    let host = Host::on(log.clone(), start).await;
    let other = Host::on(log, start).await;
    let round = Round::open(&host, &all, None).await;
    other.caught_up().await;
    let elsewhere = round.take(&mut person(&other, "it-0").await).await;
    let (code, reason, _) = refused(elsewhere);
    assert_eq!((code, &*reason), (Code::Unavailable, "BOX_ELSEWHERE"));
    let token = round.take(&mut person(&host, "it-0").await).await.unwrap();
    let answer = round.answer(&token, 3);
    let elsewhere = nobody(&other)
        .await
        .answer_anonymously(answer.clone())
        .await;
    assert_eq!(refused(elsewhere).1, "BOX_ELSEWHERE");
    nobody(&host)
        .await
        .answer_anonymously(answer)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_at_any_time_loses_nothing_and_counts_nothing_twice() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let all = [("it", 7)];
    people(&*log, &all).await;
    let folder = Arc::new(TempDir::new().unwrap());
    let mut host = Host::in_folder(folder.clone(), log.clone(), start).await;
    let round = Round::open(&host, &all, None).await;
    let mut answers = Vec::new();
    for number in 0..7 {
        let name = format!("it-{number}");
        let token = round.take(&mut person(&host, &name).await).await.unwrap();
        let answer = round.answer(&token, number % 5 + 1);
        nobody(&host)
            .await
            .answer_anonymously(answer.clone())
            .await
            .unwrap();
        answers.push(answer);
        host.stop().await;
        host = Host::in_folder(folder.clone(), log.clone(), start).await;
    }
    // What the box held before the batch went out is put back, as if the process had ended in between.
    let file = box_folder(&host).join(format!("{}.box", round.id));
    let before = std::fs::read(&file).unwrap();
    host.hand.advance_seconds(86_400);
    let came = eventually(LONG, || async { !round.batches(&host).await.is_empty() });
    assert!(came.await);
    host.stop().await;
    std::fs::write(&file, before).unwrap();
    let host = Host::in_folder(folder.clone(), log.clone(), start).await;
    let mut nobody = nobody(&host).await;
    for answer in &answers {
        nobody.answer_anonymously(answer.clone()).await.unwrap();
        let changed = pb::AnswerAnonymouslyRequest {
            values: round
                .answer(
                    &Token {
                        token: vec![],
                        signature: vec![],
                    },
                    2,
                )
                .values,
            ..answer.clone()
        };
        if changed != *answer {
            let replayed = nobody.answer_anonymously(changed).await;
            assert_eq!(refused(replayed).1, "TOKEN_SPENT");
        }
    }
    round.close(&host).await;
    assert!(!round.emptied(&host).await);
    assert_eq!(moods(&round.batches(&host).await), [1, 1, 2, 2, 3, 4, 5]);

    // The rows are a pure function of the log.
    host.caught_up().await;
    let fresh = Host::on(log, start).await;
    assert!(
        rows_equal(
            &host.projections[0].reader(),
            &fresh.projections[0].reader()
        )
        .unwrap()
    );
}
