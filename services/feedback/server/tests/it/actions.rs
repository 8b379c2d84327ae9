//! What is done about what was heard: decided, done, told, and seen by whom it is for.

use khidma_events::feedback::ActionEvent;
use khidma_events::requests::RequestKind;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::action_origin::Origin;
use khidma_testkit::eventually;
use tonic::Code;

use crate::voice_stage::{DAY, LONG, Person, Stage, instant, key, no, refused};

fn opening(stage: &Stage, origin: Origin) -> pb::OpenActionRequest {
    pb::OpenActionRequest {
        request_id: key(),
        department_id: "it".into(),
        title: "A second line for the VPN".into(),
        origin: Some(pb::ActionOrigin {
            origin: Some(origin),
        }),
        owner_id: "daniel".into(),
        due: stage.after(14 * DAY),
    }
}

fn other() -> Origin {
    Origin::Other("The survey of old".into())
}

/// Mei opens one for Daniel; its id.
async fn opened(stage: &Stage) -> String {
    let mut mei = stage.mei.actions.clone();
    let opened = mei.open_action(opening(stage, other())).await.unwrap();
    opened.into_inner().id
}

async fn start(person: &Person, id: &str) -> Result<(), tonic::Status> {
    let start = pb::StartActionRequest {
        request_id: key(),
        id: id.into(),
    };
    person.actions.clone().start_action(start).await.map(|_| ())
}

async fn complete(person: &Person, id: &str) -> Result<(), tonic::Status> {
    let complete = pb::CompleteActionRequest {
        request_id: key(),
        id: id.into(),
        outcome: "It stands".into(),
        evidence: vec!["https://files.example.org/line.pdf".into()],
    };
    let mut actions = person.actions.clone();
    actions.complete_action(complete).await.map(|_| ())
}

fn publishing(id: &str) -> pb::PublishActionRequest {
    let text = |language: &str, you_said: &str, we_did: &str| pb::YouSaidWeDid {
        language: language.into(),
        you_said: you_said.into(),
        we_did: we_did.into(),
    };
    pb::PublishActionRequest {
        request_id: key(),
        id: id.into(),
        texts: vec![
            text("fa", "وی‌پی‌ان قطع می‌شود", "خط دومی دارد"),
            text("en", "The VPN drops", "It has a second line"),
        ],
        department_ids: vec!["hr".into()],
    }
}

async fn get(person: &Person, id: &str) -> Result<pb::Action, tonic::Status> {
    let get = pb::GetActionRequest {
        id: id.into(),
        min_position: 0,
    };
    let got = person.actions.clone().get_action(get).await?;
    Ok(got.into_inner().action.unwrap())
}

async fn list(person: &Person, request: pb::ListActionsRequest) -> Vec<String> {
    let listed = person.actions.clone().list_actions(request).await.unwrap();
    let actions = listed.into_inner().actions.into_iter();
    actions.map(|action| action.id).collect()
}

async fn published(person: &Person, department: &str) -> Vec<pb::PublishedAction> {
    let request = pb::ListPublishedRequest {
        department_id: department.into(),
        ..Default::default()
    };
    let listed = person.actions.clone().list_published(request).await;
    listed.unwrap().into_inner().published
}

#[tokio::test]
async fn what_was_heard_is_acted_on_in_sight() {
    let stage = Stage::set().await;
    let round = stage.round(true).await;
    let request = opening(&stage, Origin::RoundId(round.to_string()));
    let mut mei = stage.mei.actions.clone();
    let first = mei.open_action(request.clone()).await.unwrap().into_inner();
    // The same call again is the same action.
    let again = mei.open_action(request).await.unwrap().into_inner();
    assert_eq!(again, first);
    let id = first.id;
    start(&stage.daniel, &id).await.unwrap();
    stage.host.hand.set(stage.host.now().plus_seconds(DAY));
    complete(&stage.daniel, &id).await.unwrap();
    assert!(published(&stage.amina, "hr").await.is_empty());
    mei.publish_action(publishing(&id)).await.unwrap();

    let action = get(&stage.sana, &id).await.unwrap();
    assert_eq!(action.state(), pb::ActionState::Published);
    assert_eq!(
        action.origin.unwrap().origin.unwrap(),
        Origin::RoundId(round.to_string())
    );
    assert_eq!(instant(action.ended_at), stage.host.now());
    assert_eq!(action.evidence, ["https://files.example.org/line.pdf"]);
    // Who did it and whom it concerns hear the same, in the order of the languages as they were said.
    for department in ["it", "hr"] {
        let [told] = &published(&stage.amina, department).await[..] else {
            panic!("{department}");
        };
        let languages: Vec<_> = told.texts.iter().map(|text| &*text.language).collect();
        assert_eq!(languages, ["fa", "en"]);
        assert_eq!(told.texts[1].we_did, "It has a second line");
        assert_eq!((&*told.department_id, &*told.id), ("it", &*id));
        // What everybody reads says neither who answers for it nor where it comes from.
        let said = format!("{told:?}");
        assert!(
            !said.contains("daniel") && !said.contains(&round.to_string()),
            "{said}"
        );
    }
    assert!(published(&stage.amina, "help-desk").await.is_empty());
    let refusal = mei.publish_action(publishing(&id)).await;
    let code = Code::FailedPrecondition;
    assert_eq!(refused(refusal), no(code, "ALREADY_PUBLISHED", ""));
}

#[tokio::test]
async fn an_action_comes_only_from_what_is_there_and_theirs() {
    let stage = Stage::set().await;
    let (open, closed) = (stage.round(false).await, stage.round(true).await);
    let anonymous = stage.asked(RequestKind::Concern, None).await;
    let concern = stage.asked(RequestKind::Concern, Some("amina")).await;
    let quiet = stage.asked(RequestKind::Service, Some("amina")).await;
    let loud = stage.asked(RequestKind::Service, Some("amina")).await;
    stage.answered(loud).await;
    let late = stage.asked(RequestKind::Service, Some("amina")).await;
    // The clocks of a request are an entity beside it, of the same name.
    stage.breached(late).await;
    let (precondition, invalid) = (Code::FailedPrecondition, Code::InvalidArgument);
    let nothing = uuid::Uuid::new_v4().to_string();
    let table = [
        (Origin::RoundId(closed.to_string()), None),
        (
            Origin::RoundId(open.to_string()),
            Some(no(precondition, "ROUND_NOT_CLOSED", "origin.round_id")),
        ),
        (
            Origin::RoundId(nothing.clone()),
            Some(no(invalid, "UNKNOWN_ORIGIN", "origin.round_id")),
        ),
        (Origin::ConcernId(anonymous.to_string()), None),
        (Origin::ConcernId(concern.to_string()), None),
        (
            Origin::ConcernId(quiet.to_string()),
            Some(no(invalid, "NOT_A_CONCERN", "origin.concern_id")),
        ),
        (Origin::AnsweredRequestId(loud.to_string()), None),
        (
            Origin::AnsweredRequestId(quiet.to_string()),
            Some(no(
                precondition,
                "NOT_ANSWERED",
                "origin.answered_request_id",
            )),
        ),
        (Origin::BreachedRequestId(late.to_string()), None),
        (
            Origin::BreachedRequestId(quiet.to_string()),
            Some(no(
                precondition,
                "NOT_BREACHED",
                "origin.breached_request_id",
            )),
        ),
        (
            Origin::InterviewId(nothing),
            Some(no(invalid, "UNKNOWN_ORIGIN", "origin.interview_id")),
        ),
        (
            Origin::ConcernId("seven".into()),
            Some(no(invalid, "INVALID_ID", "origin.concern_id")),
        ),
        (
            Origin::Other(String::new()),
            Some(no(invalid, "MISSING_FIELD", "origin.other")),
        ),
    ];
    for (origin, expected) in table {
        let request = opening(&stage, origin.clone());
        let opened = stage.mei.actions.clone().open_action(request).await;
        match expected {
            None => assert!(opened.is_ok(), "{origin:?}: {opened:?}"),
            Some(expected) => assert_eq!(refused(opened), expected, "{origin:?}"),
        }
    }
    // A concern about IT is nothing HR knows of; an anonymous one not even where an admin says so.
    let of_hr = |origin| pb::OpenActionRequest {
        department_id: "hr".into(),
        ..opening(&stage, origin)
    };
    let unknown = no(invalid, "UNKNOWN_ORIGIN", "origin.concern_id");
    let named = of_hr(Origin::ConcernId(concern.to_string()));
    let opened = stage.linh.actions.clone().open_action(named.clone()).await;
    assert_eq!(refused(opened), unknown);
    assert!(stage.root.actions.clone().open_action(named).await.is_ok());
    let hidden = of_hr(Origin::ConcernId(anonymous.to_string()));
    let opened = stage.root.actions.clone().open_action(hidden).await;
    assert_eq!(refused(opened), unknown);
}

#[tokio::test]
async fn who_answers_for_it_from_elsewhere_does_not_see_what_it_comes_from() {
    let stage = Stage::set().await;
    let concern = stage.asked(RequestKind::Concern, None).await;
    let request = pb::OpenActionRequest {
        owner_id: "amina".into(),
        ..opening(&stage, Origin::ConcernId(concern.to_string()))
    };
    let mut mei = stage.mei.actions.clone();
    let id = mei.open_action(request).await.unwrap().into_inner().id;
    let seen = get(&stage.amina, &id).await.unwrap();
    assert!(seen.origin.is_none() && !format!("{seen:?}").contains(&concern.to_string()));
    assert!(get(&stage.sana, &id).await.unwrap().origin.is_some());
    let unknown = no(Code::NotFound, "UNKNOWN_ACTION", "id");
    assert_eq!(refused(get(&stage.linh, &id).await), unknown);
    // She may do it.
    start(&stage.amina, &id).await.unwrap();
    complete(&stage.amina, &id).await.unwrap();
    let told = pb::PublishActionRequest {
        request_id: key(),
        ..publishing(&id)
    };
    let refusal = stage.amina.actions.clone().publish_action(told).await;
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    assert_eq!(refused(refusal), denied);
}

#[tokio::test]
async fn lists_go_by_department_owner_state_and_time() {
    let stage = Stage::set().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(opened(&stage).await);
    }
    let [first, second, third] = [&ids[0], &ids[1], &ids[2]];
    start(&stage.daniel, second).await.unwrap();
    let mut mei = stage.mei.actions.clone();
    let assign = pb::AssignActionRequest {
        request_id: key(),
        id: third.clone(),
        owner_id: "amina".into(),
    };
    mei.assign_action(assign).await.unwrap();
    let moved = pb::MoveActionDueRequest {
        request_id: key(),
        id: first.clone(),
        due: stage.after(30 * DAY),
        reason: "The parts are late".into(),
    };
    let mut daniel = stage.daniel.actions.clone();
    daniel.move_action_due(moved).await.unwrap();
    stage.host.hand.set(stage.host.now().plus_seconds(20 * DAY));

    let all = pb::ListActionsRequest::default();
    let of = |department: &str, owner: &str| pb::ListActionsRequest {
        department_id: department.into(),
        owner_id: owner.into(),
        ..Default::default()
    };
    let started = pb::ListActionsRequest {
        states: vec![pb::ActionState::Started.into()],
        ..of("it", "")
    };
    let overdue = pb::ListActionsRequest {
        overdue_only: true,
        ..Default::default()
    };
    let newest = [third, second, first];
    let table = [
        (&stage.sana, all.clone(), &newest[..]),
        (&stage.root, all.clone(), &newest),
        (&stage.amina, all.clone(), &[third]),
        (&stage.linh, all.clone(), &[]),
        (&stage.mei, of("it", ""), &newest),
        (&stage.mei, of("hr", ""), &[]),
        (&stage.mei, of("", "daniel"), &[second, first]),
        (&stage.mei, of("it", "amina"), &[third]),
        (&stage.mei, of("hr", "amina"), &[]),
        (&stage.mei, started, &[second]),
        (&stage.mei, overdue, &[third, second]),
    ];
    for (who, request, expected) in table {
        let expected: Vec<String> = expected.iter().map(|id| (*id).clone()).collect();
        assert_eq!(list(who, request.clone()).await, expected, "{request:?}");
    }
    // Page by page it is the same.
    let mut page = pb::ListActionsRequest {
        page_size: 2,
        ..all
    };
    let mut paged = Vec::new();
    loop {
        let answer = mei.list_actions(page.clone()).await.unwrap().into_inner();
        paged.extend(answer.actions.into_iter().map(|action| action.id));
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    assert!(!page.page_token.is_empty(), "there were several pages");
    assert_eq!(paged, newest.map(String::clone));
    page.owner_id = "daniel".into();
    let mismatch = no(Code::InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token");
    assert_eq!(refused(mei.list_actions(page).await), mismatch);
    let nonsense = pb::ListActionsRequest {
        states: vec![0],
        ..Default::default()
    };
    let unknown = no(Code::InvalidArgument, "UNKNOWN_STATE", "states[0]");
    assert_eq!(refused(mei.list_actions(nonsense).await), unknown);
}

/// How often somebody was warned.
async fn warned(stage: &Stage) -> usize {
    let told = stage.told::<ActionEvent>().await;
    let overdue = |event: &&ActionEvent| matches!(event, ActionEvent::ActionOverdue(_));
    told.iter().filter(overdue).count()
}

#[tokio::test]
async fn whose_time_has_passed_is_warned_once_by_however_many_processes() {
    let stage = Stage::set().await;
    let id = opened(&stage).await;
    let ended = opened(&stage).await;
    start(&stage.daniel, &ended).await.unwrap();
    complete(&stage.daniel, &ended).await.unwrap();
    let beside = Stage::on(stage.host.log.clone()).await;
    let begun = stage.host.now();
    let pass = |days: i64| {
        let at = begun.plus_seconds(days * DAY);
        stage.host.hand.set(at);
        beside.host.hand.set(at);
    };
    pass(13);
    stage.host.caught_up().await;
    assert_eq!(warned(&stage).await, 0);
    pass(14);
    assert!(eventually(LONG, || async { warned(&stage).await == 1 }).await);
    let action = get(&stage.daniel, &id).await.unwrap();
    assert!(action.overdue);
    let moved = pb::MoveActionDueRequest {
        request_id: key(),
        id: id.clone(),
        due: stage.after(7 * DAY),
        reason: "The parts are late".into(),
    };
    let mut daniel = stage.daniel.actions.clone();
    daniel.move_action_due(moved).await.unwrap();
    beside.host.caught_up().await;
    pass(20);
    assert!(!get(&stage.daniel, &id).await.unwrap().overdue);
    pass(21);
    assert!(eventually(LONG, || async { warned(&stage).await == 2 }).await);
    // Both have come to it, and there are no more.
    let quiet = async |stage: &Stage| {
        let due = stage.host.projections[0].reader().next_due().unwrap();
        due.is_none()
    };
    let over = eventually(LONG, || async {
        quiet(&stage).await && quiet(&beside).await
    });
    assert!(over.await);
    assert_eq!(warned(&stage).await, 2);
}

#[tokio::test]
async fn what_is_asked_badly_is_refused_by_its_field() {
    let stage = Stage::set().await;
    let good = || opening(&stage, other());
    let invalid = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    let table = [
        (
            pb::OpenActionRequest {
                origin: None,
                ..good()
            },
            invalid("MISSING_FIELD", "origin"),
        ),
        (
            pb::OpenActionRequest {
                due: None,
                ..good()
            },
            invalid("MISSING_FIELD", "due"),
        ),
        (
            pb::OpenActionRequest {
                due: stage.after(-1),
                ..good()
            },
            invalid("DUE_IN_THE_PAST", "due"),
        ),
        (
            pb::OpenActionRequest {
                owner_id: "nobody".into(),
                ..good()
            },
            invalid("UNKNOWN_PERSON", "owner_id"),
        ),
        (
            pb::OpenActionRequest {
                title: "x".repeat(201),
                ..good()
            },
            invalid("TOO_LONG", "title"),
        ),
        (
            pb::OpenActionRequest {
                request_id: String::new(),
                ..good()
            },
            invalid("MISSING_REQUEST_ID", "request_id"),
        ),
        (
            pb::OpenActionRequest {
                department_id: "hr".into(),
                ..good()
            },
            no(Code::PermissionDenied, "NOT_ALLOWED", ""),
        ),
    ];
    for (request, expected) in table {
        let outcome = stage.mei.actions.clone().open_action(request).await;
        assert_eq!(refused(outcome), expected);
    }
    let nowhere = pb::OpenActionRequest {
        department_id: "nowhere".into(),
        ..good()
    };
    let outcome = stage.root.actions.clone().open_action(nowhere).await;
    let unknown = invalid("UNKNOWN_DEPARTMENT", "department_id");
    assert_eq!(refused(outcome), unknown);

    let id = opened(&stage).await;
    start(&stage.daniel, &id).await.unwrap();
    complete(&stage.daniel, &id).await.unwrap();
    let twice = pb::PublishActionRequest {
        texts: vec![publishing(&id).texts[0].clone(); 2],
        ..publishing(&id)
    };
    let many = pb::PublishActionRequest {
        department_ids: vec!["hr".into(); 201],
        ..publishing(&id)
    };
    let badly = pb::PublishActionRequest {
        department_ids: vec!["hr".into(), "H R".into()],
        ..publishing(&id)
    };
    let table = [
        (twice, invalid("LANGUAGE_TWICE", "texts[1].language")),
        (many, invalid("TOO_MANY", "department_ids")),
        (badly, invalid("INVALID_ID", "department_ids[1]")),
    ];
    for (request, expected) in table {
        let outcome = stage.mei.actions.clone().publish_action(request).await;
        assert_eq!(refused(outcome), expected);
    }
    assert!(published(&stage.amina, "it").await.is_empty());
    let unknown = start(&stage.daniel, &uuid::Uuid::new_v4().to_string()).await;
    assert_eq!(refused(unknown), no(Code::NotFound, "UNKNOWN_ACTION", ""));
}
