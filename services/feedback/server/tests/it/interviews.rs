//! Asking people in person: planned, held, agreed to, noted, and read by whom it is for.

use khidma_events::feedback::InterviewEvent;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::action_origin::Origin;
use tonic::Code;

use crate::voice_stage::{DAY, Person, Stage, key, no, refused};

/// Sana asks three of HR for IT.
fn group(stage: &Stage) -> pb::PlanInterviewRequest {
    pb::PlanInterviewRequest {
        request_id: key(),
        kind: pb::InterviewKind::FocusGroup.into(),
        department_id: "it".into(),
        interviewer_id: "sana".into(),
        topic: "What slows the work down".into(),
        participant_ids: ["amina", "omar", "linh"].map(str::to_owned).into(),
        at: stage.after(DAY),
    }
}

/// She asks one of them.
fn alone(stage: &Stage, person: &str) -> pb::PlanInterviewRequest {
    pb::PlanInterviewRequest {
        kind: pb::InterviewKind::Interview.into(),
        participant_ids: vec![person.into()],
        ..group(stage)
    }
}

async fn planned(stage: &Stage, request: pb::PlanInterviewRequest) -> String {
    let planned = stage.mei.interviews.clone().plan_interview(request).await;
    planned.unwrap().into_inner().id
}

async fn hold(person: &Person, id: &str, attended: &[&str]) -> Result<(), tonic::Status> {
    let request = pb::HoldInterviewRequest {
        request_id: key(),
        id: id.into(),
        at: None,
        attended_ids: attended.iter().map(|id| (*id).into()).collect(),
    };
    let mut interviews = person.interviews.clone();
    interviews.hold_interview(request).await.map(|_| ())
}

async fn agree(person: &Person, id: &str, whose: &str) -> Result<(), tonic::Status> {
    let request = pb::GiveConsentRequest {
        request_id: key(),
        id: id.into(),
        person_id: whose.into(),
    };
    let mut interviews = person.interviews.clone();
    interviews.give_consent(request).await.map(|_| ())
}

async fn refuse(person: &Person, id: &str) -> Result<(), tonic::Status> {
    let request = pb::WithdrawConsentRequest {
        request_id: key(),
        id: id.into(),
        person_id: String::new(),
    };
    let mut interviews = person.interviews.clone();
    interviews.withdraw_consent(request).await.map(|_| ())
}

async fn note(person: &Person, id: &str, theme: &str, text: &str) -> Result<(), tonic::Status> {
    let request = pb::AddNoteRequest {
        request_id: key(),
        id: id.into(),
        theme: theme.into(),
        text: text.into(),
    };
    person
        .interviews
        .clone()
        .add_note(request)
        .await
        .map(|_| ())
}

async fn get(person: &Person, id: &str) -> Result<pb::GetInterviewResponse, tonic::Status> {
    let request = pb::GetInterviewRequest {
        id: id.into(),
        min_position: 0,
    };
    let got = person.interviews.clone().get_interview(request).await?;
    Ok(got.into_inner())
}

async fn themes(person: &Person, theme: &str) -> Result<Vec<String>, tonic::Status> {
    let request = pb::ListThemesRequest {
        department_id: "it".into(),
        theme: theme.into(),
        ..Default::default()
    };
    let listed = person.interviews.clone().list_themes(request).await?;
    let notes = listed.into_inner().notes.into_iter();
    Ok(notes
        .map(|note| format!("{}: {}", note.theme, note.text))
        .collect())
}

/// Held with one who agrees and said one thing.
async fn held_with(stage: &Stage, name: &str, person: &Person, theme: &str, text: &str) -> String {
    let id = planned(stage, alone(stage, name)).await;
    hold(&stage.sana, &id, &[name]).await.unwrap();
    agree(person, &id, "").await.unwrap();
    note(&stage.sana, &id, theme, text).await.unwrap();
    id
}

#[tokio::test]
async fn what_was_said_is_kept_while_all_who_came_agree() {
    let stage = Stage::set().await;
    let id = planned(&stage, group(&stage)).await;
    let failed = |reason: &str| no(Code::FailedPrecondition, reason, "");
    let early = note(&stage.sana, &id, "waiting", "x").await;
    assert_eq!(refused(early), failed("NOT_HELD"));
    stage.host.hand.set(stage.host.now().plus_seconds(DAY));
    hold(&stage.sana, &id, &["amina", "omar"]).await.unwrap();
    let early = note(&stage.sana, &id, "waiting", "x").await;
    assert_eq!(refused(early), failed("NO_CONSENT"));
    agree(&stage.amina, &id, "").await.unwrap();
    agree(&stage.sana, &id, "omar").await.unwrap();
    note(&stage.sana, &id, "Waiting", "Nobody says why")
        .await
        .unwrap();
    note(&stage.sana, &id, "tools", "The laptop is slow")
        .await
        .unwrap();

    for who in [
        &stage.sana,
        &stage.mei,
        &stage.amina,
        &stage.linh,
        &stage.root,
    ] {
        let seen = get(who, &id).await.unwrap();
        let notes: Vec<_> = seen.notes.iter().map(|note| &*note.text).collect();
        assert_eq!(notes, ["Nobody says why", "The laptop is slow"]);
    }
    let unknown = no(Code::NotFound, "UNKNOWN_INTERVIEW", "id");
    assert_eq!(refused(get(&stage.daniel, &id).await), unknown);
    // What others said about notes is for who leads it.
    let consents = async |who: &Person| {
        let seen = get(who, &id).await.unwrap().interview.unwrap();
        let each = seen.participants.into_iter();
        each.map(|one| one.consent()).collect::<Vec<_>>()
    };
    use pb::InterviewConsent::{Given, Unspecified, Withdrawn, WrittenDown};
    assert_eq!(
        consents(&stage.sana).await,
        [Given, Unspecified, WrittenDown]
    );
    assert_eq!(
        consents(&stage.omar).await,
        [Unspecified, Unspecified, WrittenDown]
    );

    refuse(&stage.omar, &id).await.unwrap();
    for who in [&stage.sana, &stage.mei, &stage.amina, &stage.root] {
        assert!(get(who, &id).await.unwrap().notes.is_empty());
    }
    assert!(themes(&stage.mei, "").await.unwrap().is_empty());
    assert_eq!(consents(&stage.mei).await, [Given, Unspecified, Withdrawn]);
    let late = note(&stage.sana, &id, "waiting", "x").await;
    assert_eq!(refused(late), failed("NO_CONSENT"));
    let said = agree(&stage.sana, &id, "omar").await;
    assert_eq!(refused(said), failed("WITHDRAWN"));
    agree(&stage.omar, &id, "").await.unwrap();
    assert_eq!(get(&stage.mei, &id).await.unwrap().notes.len(), 2);
}

#[tokio::test]
async fn themes_are_read_over_all_interviews_without_who_said_what() {
    let stage = Stage::set().await;
    let one = held_with(&stage, "amina", &stage.amina, "waiting", "One").await;
    held_with(&stage, "omar", &stage.omar, "tools", "Two").await;
    held_with(&stage, "linh", &stage.linh, " Waiting ", "Three").await;
    let mut about = themes(&stage.mei, "").await.unwrap();
    assert_eq!(about[0], "tools: Two", "theme by theme");
    about.sort();
    assert_eq!(about, ["tools: Two", "waiting: One", "waiting: Three"]);
    assert_eq!(themes(&stage.root, "WAITING").await.unwrap().len(), 2);
    assert_eq!(themes(&stage.mei, "tools").await.unwrap(), ["tools: Two"]);
    assert!(themes(&stage.mei, "tool").await.unwrap().is_empty());
    // One's no hides what one said and nothing else; who takes no part reads no theme.
    refuse(&stage.amina, &one).await.unwrap();
    assert_eq!(
        themes(&stage.mei, "waiting").await.unwrap(),
        ["waiting: Three"]
    );
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "department_id");
    for who in [&stage.sana, &stage.linh, &stage.amina] {
        assert_eq!(refused(themes(who, "").await), denied);
    }
}

#[tokio::test]
async fn who_takes_part_sees_their_own_and_nobody_elses() {
    let stage = Stage::set().await;
    let all = planned(&stage, group(&stage)).await;
    let one = held_with(&stage, "amina", &stage.amina, "waiting", "One").await;
    let list = async |who: &Person, request: pb::ListInterviewsRequest| {
        let listed = who.interviews.clone().list_interviews(request).await;
        let interviews = listed.unwrap().into_inner().interviews.into_iter();
        interviews.map(|one| one.id).collect::<Vec<_>>()
    };
    let any = || pb::ListInterviewsRequest::default();
    let mine = || pb::ListInterviewsRequest {
        mine_only: true,
        ..any()
    };
    let held = pb::ListInterviewsRequest {
        states: vec![pb::InterviewState::Held.into()],
        department_id: "it".into(),
        ..any()
    };
    let (both, first) = (vec![one.clone(), all.clone()], vec![all.clone()]);
    let table = [
        (&stage.mei, any(), both.clone()),
        (&stage.root, any(), both.clone()),
        (&stage.sana, mine(), both.clone()),
        (&stage.amina, mine(), both.clone()),
        (&stage.omar, any(), first.clone()),
        (&stage.omar, mine(), first),
        (&stage.mei, mine(), vec![]),
        (&stage.daniel, any(), vec![]),
        (&stage.mei, held, vec![one.clone()]),
    ];
    for (who, request, expected) in table {
        assert_eq!(list(who, request.clone()).await, expected, "{request:?}");
    }
    let unknown = no(Code::NotFound, "UNKNOWN_INTERVIEW", "id");
    assert_eq!(refused(get(&stage.omar, &one).await), unknown);
    // Nor does a change tell that there is one.
    assert_eq!(refused(refuse(&stage.daniel, &one).await), unknown);
    assert_eq!(
        refused(hold(&stage.daniel, &all, &["amina"]).await),
        unknown
    );
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    assert_eq!(refused(hold(&stage.amina, &all, &["amina"]).await), denied);
}

#[tokio::test]
async fn it_is_moved_and_cancelled_and_an_action_comes_from_it_once_held() {
    let stage = Stage::set().await;
    let id = planned(&stage, group(&stage)).await;
    let moved = pb::MoveInterviewRequest {
        request_id: key(),
        id: id.clone(),
        at: stage.after(2 * DAY),
    };
    let mut sana = stage.sana.interviews.clone();
    sana.move_interview(moved).await.unwrap();
    let open = || pb::OpenActionRequest {
        request_id: key(),
        department_id: "it".into(),
        title: "Say why it takes long".into(),
        origin: Some(pb::ActionOrigin {
            origin: Some(Origin::InterviewId(id.clone())),
        }),
        owner_id: "daniel".into(),
        due: stage.after(14 * DAY),
    };
    let mut actions = stage.mei.actions.clone();
    let failed = |reason: &str, field: &str| no(Code::FailedPrecondition, reason, field);
    let early = actions.open_action(open()).await;
    assert_eq!(refused(early), failed("NOT_HELD", "origin.interview_id"));
    hold(&stage.sana, &id, &["amina"]).await.unwrap();
    actions.open_action(open()).await.unwrap();
    let cancel = |id: &str| pb::CancelInterviewRequest {
        request_id: key(),
        id: id.into(),
        reason: "Nobody has time".into(),
    };
    let late = sana.cancel_interview(cancel(&id)).await;
    assert_eq!(refused(late), failed("ALREADY_HELD", ""));
    let other = planned(&stage, group(&stage)).await;
    sana.cancel_interview(cancel(&other)).await.unwrap();
    let seen = get(&stage.amina, &other).await.unwrap().interview.unwrap();
    assert_eq!(seen.state(), pb::InterviewState::Cancelled);
    assert_eq!(seen.reason, "Nobody has time");
}

#[tokio::test]
async fn what_is_planned_badly_is_refused_and_nothing_is_written() {
    let stage = Stage::set().await;
    let good = || group(&stage);
    let invalid = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    let with = |names: Vec<&str>| pb::PlanInterviewRequest {
        participant_ids: names.into_iter().map(str::to_owned).collect(),
        ..good()
    };
    let table = [
        (
            pb::PlanInterviewRequest { kind: 0, ..good() },
            invalid("MISSING_FIELD", "kind"),
        ),
        (
            pb::PlanInterviewRequest { at: None, ..good() },
            invalid("MISSING_FIELD", "at"),
        ),
        (
            pb::PlanInterviewRequest {
                at: stage.after(-DAY),
                ..good()
            },
            invalid("IN_THE_PAST", "at"),
        ),
        (
            with(vec!["amina", "omar"]),
            invalid("WRONG_NUMBER", "participant_ids"),
        ),
        (
            with(vec!["amina"; 21]),
            invalid("TOO_MANY", "participant_ids"),
        ),
        (
            with(vec!["amina", "omar", "nobody"]),
            invalid("UNKNOWN_PERSON", "participant_ids"),
        ),
        (
            with(vec!["amina", "omar", "N O"]),
            invalid("INVALID_ID", "participant_ids[2]"),
        ),
        (
            pb::PlanInterviewRequest {
                department_id: "hr".into(),
                ..good()
            },
            no(Code::PermissionDenied, "NOT_ALLOWED", ""),
        ),
    ];
    for (request, expected) in table {
        let outcome = stage.mei.interviews.clone().plan_interview(request).await;
        assert_eq!(refused(outcome), expected);
    }
    assert!(stage.told::<InterviewEvent>().await.is_empty());
}
