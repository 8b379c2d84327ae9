//! Taking over answers that another system has kept.

use futures::{StreamExt, stream};
use khidma_events::feedback::QuestionEvent;
use khidma_events::requests::*;
use khidma_kernel::Timestamp;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::QuestionState;
use tonic::Code;

use crate::asking_stage::*;

/// A request that ended elsewhere, long ago.
async fn taken_over(stage: &Stage, external_id: &str) -> Life {
    let mut life = stage.submitted().await;
    let imported = HistoryImported {
        source: "helpdesk".into(),
        external_id: external_id.into(),
        steps: 1,
        digest: "0".repeat(64),
        adapted: 0,
    };
    let ended = vec![confirmed(), imported.into()];
    stage.happens(&mut life, ended).await;
    life
}

fn answer(request: String, score: u32, at: Timestamp) -> pb::ImportAnswersRequest {
    pb::ImportAnswersRequest {
        service_request_id: request,
        score,
        comment: format!("Score {score}"),
        answered_at: Some(prost_types::Timestamp {
            seconds: at.as_seconds(),
            nanos: 0,
        }),
        synthetic: true,
        ..Default::default()
    }
}

async fn import(
    client: &Client,
    answers: Vec<pb::ImportAnswersRequest>,
) -> Vec<pb::ImportAnswersResponse> {
    let told = client.clone().import_answers(stream::iter(answers)).await;
    let told: Vec<_> = told.unwrap().into_inner().collect().await;
    let mut told: Vec<_> = told.into_iter().map(Result::unwrap).collect();
    told.sort_by(|a, b| a.service_request_id.cmp(&b.service_request_id));
    told
}

#[tokio::test]
async fn answers_taken_over_twice_count_once_and_are_named_what_they_are() {
    let stage = Stage::set().await;
    let mut answers = Vec::new();
    let mut lives = Vec::new();
    for number in 0..100 {
        let life = taken_over(&stage, &number.to_string()).await;
        let at = stage.host.now().plus_seconds(-number);
        answers.push(answer(life.id.to_string(), 1 + number as u32 % 5, at));
        lives.push(life);
    }
    let first = import(&stage.mover, answers.clone()).await;
    assert!(first.iter().all(|told| told.code.is_empty()), "{first:?}");
    let head = stage.host.log.head().await.unwrap();
    // By another who may, too; the same again changes nothing.
    let again = import(&stage.root, answers.clone()).await;
    assert_eq!(again, first);
    assert_eq!(stage.host.log.head().await.unwrap(), head);
    let listed = pb::ListQuestionsRequest {
        department_id: "it".into(),
        page_size: 500,
        min_position: head.0,
        ..Default::default()
    };
    let listed = stage
        .mei
        .clone()
        .list_questions(listed)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.questions.len(), 100);
    for (question, expected) in listed.questions.iter().zip(&answers) {
        // By when they were given, and not by when they were taken over.
        assert_eq!(question.service_request_id, expected.service_request_id);
        assert_eq!(question.state(), QuestionState::Imported);
        let answer = question.answer.clone().unwrap();
        assert!(answer.synthetic && answer.score == expected.score);
        assert_eq!(answer.answered_at, expected.answered_at);
    }
    // Reopened here and done again, nobody is asked: there is an answer.
    let life = &mut lives[0];
    stage.happens(life, vec![reopened()]).await;
    stage.happens(life, vec![confirmed()]).await;
    stage
        .question(&stage.done().await, QuestionState::Open)
        .await;
    let events = questions(&*stage.host.log, life.id).await;
    assert!(
        matches!(&events[..], [QuestionEvent::AnswerImported(_)]),
        "{events:?}"
    );
}

#[tokio::test]
async fn each_answer_that_does_not_fit_is_refused_by_itself() {
    let stage = Stage::set().await;
    let now = stage.host.now();
    let (open, asked) = (stage.submitted().await, stage.done().await);
    stage.question(&asked, QuestionState::Open).await;
    let life = taken_over(&stage, "17").await;
    let fits = || answer(life.id.to_string(), 4, now);
    let anonymous = Submitted {
        kind: RequestKind::Concern,
        requester: None,
        requester_department: None,
        ..laptop()
    };
    let mut concern = stage.asked_for(anonymous).await;
    stage.happens(&mut concern, vec![confirmed()]).await;
    let unknown = uuid::Uuid::new_v4().to_string();
    let table = [
        (answer(unknown, 4, now), "UNKNOWN_REQUEST"),
        (answer(concern.id.to_string(), 4, now), "UNKNOWN_REQUEST"),
        (answer("17".into(), 4, now), "INVALID_ID"),
        (answer(String::new(), 4, now), "MISSING_FIELD"),
        (answer(open.id.to_string(), 4, now), "NOT_ENDED"),
        (answer(asked.id.to_string(), 4, now), "ASKED_HERE"),
        (answer(life.id.to_string(), 6, now), "SCORE_OUT_OF_RANGE"),
        (
            answer(life.id.to_string(), 4, now.plus_seconds(60)),
            "IN_THE_FUTURE",
        ),
        (
            pb::ImportAnswersRequest {
                effort: 8,
                ..fits()
            },
            "EFFORT_OUT_OF_RANGE",
        ),
        (
            pb::ImportAnswersRequest {
                answered_at: None,
                ..fits()
            },
            "MISSING_FIELD",
        ),
        (
            pb::ImportAnswersRequest {
                comment: "x".repeat(4001),
                ..fits()
            },
            "TOO_LONG",
        ),
    ];
    for (wrong, code) in table {
        let told = import(&stage.mover, vec![wrong]).await;
        assert_eq!((&*told[0].code, told[0].position), (code, 0));
    }
    // What the other system calls it leads to it, if it was taken over under that name.
    let by_name = pb::ImportAnswersRequest {
        service_request_id: String::new(),
        source: "helpdesk".into(),
        external_id: "17".into(),
        ..fits()
    };
    let told = import(&stage.mover, vec![by_name]).await;
    let derived = imported_request("helpdesk", "17").to_string();
    assert_eq!(
        (told[0].service_request_id.clone(), &*told[0].code),
        (derived, "UNKNOWN_REQUEST")
    );
    assert!(import(&stage.mover, vec![fits()]).await[0].code.is_empty());
    let differs = answer(life.id.to_string(), 1, now);
    assert_eq!(
        import(&stage.mover, vec![differs]).await[0].code,
        "ANSWER_DIFFERS"
    );
}

#[tokio::test]
async fn only_who_imports_and_admins_take_over_answers() {
    let stage = Stage::set().await;
    let life = taken_over(&stage, "17").await;
    let fits = || stream::iter([answer(life.id.to_string(), 4, stage.host.now())]);
    for client in [&stage.amina, &stage.mei, &stage.daniel] {
        let told = client.clone().import_answers(fits()).await;
        let (code, reason, _) = refused(told.map(|_| ()));
        assert_eq!((code, &*reason), (Code::PermissionDenied, "NOT_ALLOWED"));
    }
    assert!(questions(&*stage.host.log, life.id).await.is_empty());
}
