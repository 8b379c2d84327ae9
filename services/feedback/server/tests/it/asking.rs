//! Who is asked how their requests went, when, and who may answer and see it.

use std::sync::Arc;

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::feedback::QuestionEvent;
use khidma_events::requests::*;
use khidma_kernel::Timestamp;
use khidma_projection::rows_equal;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::QuestionState;
use khidma_testkit::eventually;
use tonic::Code;

use crate::asking_stage::*;

fn no(code: Code, reason: &str, field: &str) -> (Code, String, String) {
    (code, reason.to_owned(), field.to_owned())
}

fn list_of(department: &str) -> pb::ListQuestionsRequest {
    pb::ListQuestionsRequest {
        department_id: department.into(),
        ..Default::default()
    }
}

async fn listed(client: &Client, department: &str, min_position: u64) -> Vec<pb::Question> {
    let request = pb::ListQuestionsRequest {
        min_position,
        ..list_of(department)
    };
    let listed = client.clone().list_questions(request).await.unwrap();
    listed.into_inner().questions
}

#[tokio::test]
async fn who_asked_for_it_is_asked_and_their_answer_reaches_who_did_it() {
    let stage = Stage::set().await;
    let life = stage.done().await;
    let question = stage.question(&life, QuestionState::Open).await;
    assert_eq!(question.title, "A laptop");
    assert_eq!(
        (&*question.provider_id, &*question.person_id),
        ("it", "amina")
    );
    let waiting = listed(&stage.amina, "", 0).await;
    assert_eq!(waiting, std::slice::from_ref(&question));
    assert!(listed(&stage.badr, "", 0).await.is_empty());
    assert!(
        listed(&stage.daniel, "it", 0).await.is_empty(),
        "nothing was answered"
    );

    let mut saying = saying(&question, 4);
    saying.comment = "زود بود".into();
    let mut amina = stage.amina.clone();
    let answered = amina.answer_question(saying.clone()).await.unwrap();
    let position = answered.into_inner().position;
    // The same call again is the same answer.
    let again = amina.answer_question(saying).await.unwrap().into_inner();
    assert_eq!(again.position, position);
    assert!(listed(&stage.amina, "", position).await.is_empty());
    for sees in [&stage.daniel, &stage.root] {
        let seen = listed(sees, "it", position).await;
        let answer = seen[0].answer.clone().unwrap();
        assert_eq!((answer.score, &*answer.comment), (4, "زود بود"));
        assert!(!answer.by_link && seen[0].link.is_empty());
    }
}

#[tokio::test]
async fn only_who_was_asked_answers_and_only_who_may_see_it_knows_of_it() {
    let stage = Stage::set().await;
    let question = stage
        .question(&stage.done().await, QuestionState::Open)
        .await;
    assert!(
        question
            .link
            .starts_with("https://khidma.example.org/answer/")
    );
    let unknown = no(Code::NotFound, "UNKNOWN_QUESTION", "id");
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    let get = || pb::GetQuestionRequest {
        id: question.id.clone(),
        ..Default::default()
    };
    // Another of HR does not even know of it; those of IT, and admins, do, but have no link.
    assert_eq!(
        refused(stage.badr.clone().get_question(get()).await),
        unknown
    );
    for client in [&stage.mei, &stage.daniel, &stage.root] {
        let seen = client.clone().get_question(get()).await.unwrap();
        assert!(seen.into_inner().question.unwrap().link.is_empty());
        let answer = client.clone().answer_question(saying(&question, 5)).await;
        assert_eq!(refused(answer), denied);
    }
    let answer = stage
        .badr
        .clone()
        .answer_question(saying(&question, 5))
        .await;
    assert_eq!(refused(answer), unknown);
    let listing = stage.badr.clone().list_questions(list_of("it")).await;
    let field = "department_id";
    assert_eq!(
        refused(listing),
        no(Code::PermissionDenied, "NOT_ALLOWED", field)
    );

    let mut amina = stage.amina.clone();
    let score = no(Code::InvalidArgument, "SCORE_OUT_OF_RANGE", "score");
    assert_eq!(
        refused(amina.answer_question(saying(&question, 6)).await),
        score
    );
    let eased = pb::AnswerQuestionRequest {
        effort: 3,
        ..saying(&question, 5)
    };
    let not_asked = no(Code::InvalidArgument, "EFFORT_NOT_ASKED", "effort");
    assert_eq!(refused(amina.answer_question(eased).await), not_asked);
    let long = pb::AnswerQuestionRequest {
        comment: "x".repeat(4001),
        ..saying(&question, 5)
    };
    let too_long = no(Code::InvalidArgument, "TOO_LONG", "comment");
    assert_eq!(refused(amina.answer_question(long).await), too_long);
    let flood = pb::AnswerQuestionRequest {
        comment: "x".repeat(10 << 20),
        ..saying(&question, 5)
    };
    let flooded = amina.answer_question(flood).await.unwrap_err();
    assert!(
        matches!(
            flooded.code(),
            Code::OutOfRange | Code::ResourceExhausted | Code::Cancelled | Code::Unavailable
        ),
        "{flooded:?}"
    );
    amina.answer_question(saying(&question, 5)).await.unwrap();
    let twice = amina.answer_question(saying(&question, 1)).await;
    assert_eq!(
        refused(twice),
        no(Code::AlreadyExists, "ALREADY_ANSWERED", "")
    );
}

#[tokio::test]
async fn it_is_reminded_of_once_and_then_expires() {
    let stage = Stage::set().await;
    let life = stage.done().await;
    let question = stage.question(&life, QuestionState::Open).await;
    let begun = stage.host.now();
    let reminders = async || {
        let events = questions(&*stage.host.log, life.id).await;
        let is_reminder =
            |event: &&QuestionEvent| matches!(event, QuestionEvent::QuestionReminded(_));
        events.iter().filter(is_reminder).count()
    };
    stage.host.hand.set(begun.plus_seconds(4 * DAY));
    assert!(eventually(LONG, || async { reminders().await == 1 }).await);
    stage.host.hand.set(begun.plus_seconds(15 * DAY));
    stage.question(&life, QuestionState::Expired).await;
    assert_eq!(reminders().await, 1);
    let late = stage
        .amina
        .clone()
        .answer_question(saying(&question, 5))
        .await;
    assert_eq!(refused(late), no(Code::FailedPrecondition, "EXPIRED", ""));
    assert!(listed(&stage.amina, "", 0).await.is_empty());
}

#[tokio::test]
async fn a_reopened_request_is_asked_about_anew_when_it_ends_again() {
    let stage = Stage::set().await;
    let mut life = stage.done().await;
    let first = stage.question(&life, QuestionState::Open).await;
    stage.happens(&mut life, vec![reopened()]).await;
    stage.question(&life, QuestionState::Withdrawn).await;
    let answer = stage.amina.clone().answer_question(saying(&first, 5)).await;
    assert_eq!(
        refused(answer),
        no(Code::FailedPrecondition, "WITHDRAWN", "")
    );
    stage.host.hand.advance_seconds(60);
    let closed: Vec<RequestEvent> = vec![AutoClosed {}.into()];
    stage.happens(&mut life, closed).await;
    let second = stage.question(&life, QuestionState::Open).await;
    // Who confirms what closed by itself is not asked twice.
    stage.host.hand.advance_seconds(60);
    stage.happens(&mut life, vec![confirmed()]).await;
    assert_eq!(second.id, first.id);
    assert_ne!(second.link, first.link);
    // Answered, it is not asked about again, however often it ends.
    stage
        .amina
        .clone()
        .answer_question(saying(&second, 2))
        .await
        .unwrap();
    for _ in 0..2 {
        stage.host.hand.advance_seconds(60);
        stage.happens(&mut life, vec![reopened()]).await;
        stage.happens(&mut life, vec![confirmed()]).await;
    }
    stage
        .question(&stage.done().await, QuestionState::Open)
        .await;
    assert_eq!(stage.askings(&life).await.len(), 2);
}

/// Reopened and ended again in one breath, there is one question, about the last end.
#[tokio::test]
async fn what_comes_in_one_breath_leaves_one_question() {
    // Within a second, and at the same instant.
    for seconds in [1, 0] {
        one_breath(Stage::set().await, seconds).await;
    }
}

async fn one_breath(stage: Stage, seconds: i64) {
    let mut life = stage.submitted().await;
    for _ in 0..5 {
        stage.host.hand.advance_seconds(seconds);
        stage.happens(&mut life, vec![confirmed()]).await;
        stage.happens(&mut life, vec![reopened()]).await;
    }
    stage.host.hand.advance_seconds(seconds);
    stage.happens(&mut life, vec![confirmed()]).await;
    let last = stage.host.now();
    let settled = eventually(LONG, || async {
        let asked = stage.askings(&life).await;
        asked.last().is_some_and(|asked| asked.ended_at == last)
    });
    assert!(settled.await);
    let reader = || stage.host.projections[0].reader();
    let idle = || async { reader().next_due().unwrap().is_some_and(|due| due > last) };
    assert!(
        eventually(LONG, idle).await,
        "something is always to be done"
    );
    stage.question(&life, QuestionState::Open).await;
    let mut open = 0;
    for event in questions(&*stage.host.log, life.id).await {
        match event {
            QuestionEvent::QuestionAsked(_) => open += 1,
            QuestionEvent::QuestionWithdrawn(_) => open -= 1,
            other => panic!("{other:?}"),
        }
        assert!((0..=1).contains(&open));
    }
    assert_eq!(open, 1);
}

#[tokio::test]
async fn nobody_is_asked_where_there_is_nobody_to_ask() {
    let stage = Stage::set().await;
    let task = Submitted {
        requester: None,
        task_of: Some(TaskOf {
            request: stage.submitted().await.id,
            task: id("cable"),
            depth: 1,
        }),
        ..laptop()
    };
    let concern = Submitted {
        kind: RequestKind::Concern,
        requester: None,
        requester_department: None,
        follow_digest: Some("0".repeat(64)),
        ..laptop()
    };
    let stranger = Submitted {
        requester: Some(id("nobody")),
        ..laptop()
    };
    for submitted in [task, concern, stranger] {
        let mut life = stage.asked_for(submitted).await;
        stage.happens(&mut life, vec![confirmed()]).await;
        stage.is_not_asked_about(&life).await;
    }
    // What was not done is not asked about.
    let endings: [RequestEvent; 2] = [
        Declined {
            reason: "No".into(),
            tasks: None,
        }
        .into(),
        Cancelled {
            reason: None,
            tasks: None,
        }
        .into(),
    ];
    for ending in endings {
        let mut life = stage.submitted().await;
        stage.happens(&mut life, vec![ending]).await;
        stage.is_not_asked_about(&life).await;
    }
    // A concern in somebody's name is: they may be asked.
    let mut named = stage
        .asked_for(Submitted {
            kind: RequestKind::Concern,
            ..laptop()
        })
        .await;
    stage.happens(&mut named, vec![confirmed()]).await;
    stage.question(&named, QuestionState::Open).await;
}

#[tokio::test]
async fn history_that_was_taken_over_asks_nothing_and_what_happens_to_it_here_does() {
    let stage = Stage::set().await;
    let mut life = stage.submitted().await;
    let imported = HistoryImported {
        source: "helpdesk".into(),
        external_id: "17".into(),
        steps: 1,
        digest: "0".repeat(64),
        adapted: 0,
    };
    stage
        .happens(&mut life, vec![confirmed(), imported.into()])
        .await;
    stage.is_not_asked_about(&life).await;
    stage.happens(&mut life, vec![reopened()]).await;
    stage.host.hand.advance_seconds(60);
    stage.happens(&mut life, vec![confirmed()]).await;
    stage.question(&life, QuestionState::Open).await;
}

#[tokio::test]
async fn after_a_transfer_the_rule_of_who_did_it_counts() {
    let stage = Stage::set().await;
    let never = rule(|rule| rule.asking = pb::Asking::Never.into());
    stage.mei.clone().set_asking_rule(never).await.unwrap();
    let moved = Transferred {
        from: id("it"),
        to: id("hr"),
        reason: "It is theirs".into(),
    };
    let mut life = stage.submitted().await;
    stage.happens(&mut life, vec![moved.into()]).await;
    stage.happens(&mut life, vec![confirmed()]).await;
    let question = stage.question(&life, QuestionState::Open).await;
    assert_eq!(question.provider_id, "hr");
}

#[tokio::test]
async fn a_department_asks_by_its_rule_as_it_was_when_the_request_ended() {
    let stage = Stage::set().await;
    let set = |change: fn(&mut pb::AskingRule)| {
        let mut mei = stage.mei.clone();
        async move {
            mei.set_asking_rule(rule(change))
                .await
                .unwrap()
                .into_inner()
        }
    };
    set(|rule| rule.asking = pb::Asking::Never.into()).await;
    let unasked = stage.done().await;
    let eased = set(|rule| {
        rule.effort = true;
        rule.at_most_every_days = 7;
        rule.remind_after_days = 0;
        rule.expires_after_days = 5;
    });
    let position = eased.await.position;
    let get = pb::GetAskingRuleRequest {
        department_id: "it".into(),
        min_position: position,
    };
    let got = stage
        .amina
        .clone()
        .get_asking_rule(get)
        .await
        .unwrap()
        .into_inner();
    assert!(!got.usual && got.rule.unwrap().at_most_every_days == 7);
    stage.host.hand.advance_seconds(60);
    let asked = stage.done().await;
    let question = stage.question(&asked, QuestionState::Open).await;
    let (from, until) = (question.asked_at.unwrap(), question.expires_at.unwrap());
    assert_eq!(until.seconds - from.seconds, 5 * DAY);
    assert!(question.effort);
    let askings = stage.askings(&asked).await;
    assert_eq!(askings[0].remind_at, None);
    // Left in peace for seven days; and a rule of today asks after nothing that ended before.
    stage.host.hand.advance_seconds(6 * DAY);
    let in_peace = stage.done().await;
    stage.host.hand.advance_seconds(DAY);
    let again = stage.done().await;
    stage.question(&again, QuestionState::Open).await;
    for unasked in [unasked, in_peace] {
        assert!(questions(&*stage.host.log, unasked.id).await.is_empty());
    }
}

#[tokio::test]
async fn who_may_set_a_rule_is_held_over_the_wire() {
    let stage = Stage::set().await;
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    for client in [&stage.daniel, &stage.amina, &stage.mover] {
        let set = client.clone().set_asking_rule(rule(|_| {})).await;
        assert_eq!(refused(set), denied);
    }
    stage
        .root
        .clone()
        .set_asking_rule(rule(|_| {}))
        .await
        .unwrap();
    type Change = fn(&mut pb::AskingRule);
    let wrong: [(Change, &str, &str); 6] = [
        (|rule| rule.asking = 0, "MISSING_FIELD", "rule.asking"),
        (|rule| rule.asking = 99, "UNKNOWN_VALUE", "rule.asking"),
        (
            |rule| rule.sampled_percent = 5,
            "NO_SAMPLE",
            "rule.sampled_percent",
        ),
        (
            |rule| rule.asking = pb::Asking::Sampled.into(),
            "NO_SAMPLE",
            "rule.sampled_percent",
        ),
        (
            |rule| rule.expires_after_days = 70_000,
            "OUT_OF_RANGE",
            "rule.expires_after_days",
        ),
        (
            |rule| rule.remind_after_days = 14,
            "REMINDER_OUT_OF_RANGE",
            "rule.remind_after_days",
        ),
    ];
    for (change, reason, field) in wrong {
        let set = stage.mei.clone().set_asking_rule(rule(change)).await;
        assert_eq!(refused(set), no(Code::InvalidArgument, reason, field));
    }
    let nowhere = pb::SetAskingRuleRequest {
        department_id: "nowhere".into(),
        ..rule(|_| {})
    };
    let set = stage.root.clone().set_asking_rule(nowhere).await;
    let unknown = no(Code::InvalidArgument, "UNKNOWN_DEPARTMENT", "department_id");
    assert_eq!(refused(set), unknown);
    let get = pb::GetAskingRuleRequest {
        department_id: "hr".into(),
        min_position: 0,
    };
    let got = stage
        .amina
        .clone()
        .get_asking_rule(get)
        .await
        .unwrap()
        .into_inner();
    let usual = got.rule.unwrap();
    assert!(got.usual && usual.remind_after_days == 3 && usual.expires_after_days == 14);
}

#[tokio::test]
async fn what_ended_before_there_was_anybody_to_ask_is_not_asked_about() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    organise(&*log).await;
    let at: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
    let mut before = submit(&*log, at, laptop()).await;
    let mut under_way = submit(&*log, at, laptop()).await;
    happens(&*log, at, &mut before, vec![confirmed()]).await;
    let stage = Stage::on(log).await;
    stage.is_not_asked_about(&before).await;
    stage.happens(&mut under_way, vec![confirmed()]).await;
    stage.question(&under_way, QuestionState::Open).await;
}

#[tokio::test]
async fn two_processes_ask_once_and_a_rebuild_asks_nothing_anew() {
    let stage = Stage::set().await;
    let beside = Stage::on(stage.host.log.clone()).await;
    let mut lives = Vec::new();
    for _ in 0..20 {
        lives.push(stage.done().await);
    }
    // Some are reopened, some answered, by way of both.
    for (number, life) in lives.iter_mut().enumerate() {
        let side = [&stage, &beside][number % 2];
        let question = side.question(life, QuestionState::Open).await;
        match number % 3 {
            0 => {
                side.happens(life, vec![reopened()]).await;
                side.question(life, QuestionState::Withdrawn).await;
            }
            1 => {
                let mut amina = side.amina.clone();
                amina.answer_question(saying(&question, 3)).await.unwrap();
            }
            _ => {}
        }
    }
    for host in [&stage.host, &beside.host] {
        host.caught_up().await;
    }
    let head = stage.host.log.head().await.unwrap();
    // A third one reads all of it for the first time.
    let anew = Stage::on(stage.host.log.clone()).await;
    for life in &lives {
        assert_eq!(anew.askings(life).await.len(), 1);
    }
    let readers = [&stage, &beside, &anew].map(|stage| stage.host.projections[0].reader());
    assert!(rows_equal(&readers[0], &readers[2]).unwrap());
    assert!(rows_equal(&readers[1], &readers[2]).unwrap());
    let due = readers[2].next_due().unwrap();
    assert!(
        due.is_none_or(|due| due > stage.host.now()),
        "something is to be done"
    );
    assert_eq!(
        stage.host.log.head().await.unwrap(),
        head,
        "something was asked anew"
    );
}

#[tokio::test]
async fn answers_are_listed_page_by_page_the_newest_first() {
    let stage = Stage::set().await;
    let mut amina = stage.amina.clone();
    for score in 1..=5 {
        let question = stage
            .question(&stage.done().await, QuestionState::Open)
            .await;
        stage.host.hand.advance_seconds(60);
        amina
            .answer_question(saying(&question, score))
            .await
            .unwrap();
    }
    let (mut scores, mut token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListQuestionsRequest {
            page_size: 2,
            page_token: token,
            ..list_of("it")
        };
        let page = stage
            .mei
            .clone()
            .list_questions(request)
            .await
            .unwrap()
            .into_inner();
        assert!(page.questions.len() <= 2);
        scores.extend(
            page.questions
                .iter()
                .filter_map(|one| Some(one.answer.as_ref()?.score)),
        );
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(scores, [5, 4, 3, 2, 1]);
}
