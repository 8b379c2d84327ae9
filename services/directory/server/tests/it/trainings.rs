//! Trainings: planned, revised, cancelled, held; and what they gave.

use khidma_proto::directory as pb;
use khidma_proto::directory::{SkillLevel, SkillSource, TrainingKind, TrainingState};
use tonic::Code;

use crate::stage::{expect, key};
use crate::study::{Desk, Study, offering, plan};

/// IT offers laptops, and plans to teach how to set one up.
async fn planned() -> Study {
    let mut study = Study::set().await;
    study.offers("it", "laptop").await;
    change!(
        study.mina.trainings,
        plan_training,
        PlanTrainingRequest {
            id: "laptops-1",
            department_id: "it",
            plan: plan("2026-03-01", 2, 12_000, &[("laptop", SkillLevel::Alone)])
        }
    )
    .unwrap();
    study
}

async fn hold(study: &mut Study, on: &str, people: &[&str]) {
    let person_ids: Vec<String> = people.iter().map(|&one| one.to_owned()).collect();
    change!(
        study.mina.trainings,
        hold_training,
        HoldTrainingRequest {
            id: "laptops-1",
            on,
            person_ids
        }
    )
    .unwrap();
}

async fn training(study: &Study, caller: &Desk) -> pb::Training {
    let question = pb::GetTrainingRequest {
        id: "laptops-1".into(),
        min_position: study.head().await,
    };
    let answer = caller.trainings.clone().get_training(question).await;
    answer.unwrap().into_inner().training.unwrap()
}

#[tokio::test]
async fn attendance_gives_the_skill_and_who_attended_is_shown_to_few() {
    let mut study = planned().await;
    let before = training(&study, &study.dao).await;
    assert_eq!(before.state(), TrainingState::Planned);
    assert_eq!(
        before.plan,
        plan("2026-03-01", 2, 12_000, &[("laptop", SkillLevel::Alone)])
    );
    hold(&mut study, "", &["amina", "dao"]).await;
    let held = training(&study, &study.mina).await;
    assert_eq!(held.state(), TrainingState::Held);
    assert_eq!((held.held_on.as_str(), held.attended), ("2026-03-01", 2));
    assert_eq!(held.attended_ids, ["amina", "dao"]);
    for caller in [&study.dao, &study.olga] {
        let seen = training(&study, caller).await;
        assert_eq!((seen.attended, seen.attended_ids.len()), (2, 0));
    }
    for person in ["amina", "dao"] {
        let skills = study.skills(&study.admin, person, "").await;
        assert_eq!(skills, ["laptop 3 (training 3)"], "{person}");
    }
    let the_day_before = study.skills(&study.dao, "amina", "2026-02-28").await;
    assert!(the_day_before.is_empty());
}

#[tokio::test]
async fn what_was_written_down_wrongly_is_put_right() {
    let mut study = planned().await;
    hold(&mut study, "2026-02-20", &["amina", "bao"]).await;
    hold(&mut study, "2026-02-21", &["amina", "dao"]).await;
    let skills = async |person, on| study.skills(&study.dao, person, on).await;
    assert!(skills("bao", "").await.is_empty());
    assert_eq!(skills("dao", "").await, ["laptop 3 (training 3)"]);
    assert!(skills("amina", "2026-02-20").await.is_empty());
    assert_eq!(skills("amina", "2026-02-21").await, ["laptop 3 ()"]);
}

#[tokio::test]
async fn who_leads_somebody_takes_from_them_what_a_training_gave() {
    let mut study = planned().await;
    hold(&mut study, "", &["amina"]).await;
    let withdraw = || pb::WithdrawSkillRequest {
        request_id: key(),
        id: "amina".into(),
        subject: offering("laptop"),
        source: SkillSource::Training.into(),
    };
    let own = study.amina.skills.withdraw_skill(withdraw()).await;
    expect(own, Code::PermissionDenied, "NOT_ALLOWED", "");
    study.mina.skills.withdraw_skill(withdraw()).await.unwrap();
    assert!(study.skills(&study.amina, "amina", "").await.is_empty());
    // Somebody else is written down too: she does not get it back by that.
    hold(&mut study, "", &["amina", "bao"]).await;
    assert!(study.skills(&study.amina, "amina", "").await.is_empty());
    let bao = study.skills(&study.amina, "bao", "").await;
    assert_eq!(bao, ["laptop 3 ()"]);
    let again = study.mina.skills.withdraw_skill(withdraw()).await;
    expect(again, Code::FailedPrecondition, "NOTHING_SAID", "source");
}

#[tokio::test]
async fn what_a_training_gives_may_lapse() {
    let mut study = planned().await;
    let mut lasting = plan("2026-03-01", 2, 0, &[("laptop", SkillLevel::Alone)]);
    for gain in lasting.iter_mut().flat_map(|plan| &mut plan.gives) {
        gain.lasts_days = 365;
    }
    change!(
        study.mina.trainings,
        revise_training,
        ReviseTrainingRequest {
            id: "laptops-1",
            plan: lasting
        }
    )
    .unwrap();
    let revised = training(&study, &study.dao).await.plan.unwrap();
    assert_eq!(revised.cost, None, "what costs nothing has no currency");
    hold(&mut study, "", &["amina"]).await;
    let skills = async |on| study.skills(&study.dao, "amina", on).await;
    assert_eq!(skills("2027-03-01").await, ["laptop 3 ()"]);
    assert!(skills("2027-03-02").await.is_empty());
}

#[tokio::test]
async fn trainings_are_listed_by_department_subject_and_state() {
    let mut study = planned().await;
    let awareness = pb::TrainingPlan {
        title: "Your colleague is your customer".into(),
        kind: TrainingKind::Awareness.into(),
        on: "2026-05-01".into(),
        places: 20,
        ..Default::default()
    };
    change!(
        study.admin.trainings,
        plan_training,
        PlanTrainingRequest {
            id: "colleagues",
            department_id: "finance",
            plan: Some(awareness)
        }
    )
    .unwrap();
    change!(
        study.admin.trainings,
        cancel_training,
        CancelTrainingRequest {
            id: "colleagues",
            reason: "No room."
        }
    )
    .unwrap();
    let min_position = study.head().await;
    let list = async |question: pb::ListTrainingsRequest| -> Vec<String> {
        let question = pb::ListTrainingsRequest {
            min_position,
            ..question
        };
        let answer = study.dao.trainings.clone().list_trainings(question).await;
        let trainings = answer.unwrap().into_inner().trainings;
        trainings.into_iter().map(|one| one.id).collect()
    };
    assert_eq!(list(Default::default()).await, ["colleagues", "laptops-1"]);
    let of_it = pb::ListTrainingsRequest {
        department_id: "it".into(),
        ..Default::default()
    };
    assert_eq!(list(of_it).await, ["laptops-1"]);
    let laptop = pb::ListTrainingsRequest {
        subject: offering("laptop"),
        ..Default::default()
    };
    assert_eq!(list(laptop.clone()).await, ["laptops-1"]);
    let cancelled = pb::ListTrainingsRequest {
        state: TrainingState::Cancelled.into(),
        ..Default::default()
    };
    assert_eq!(list(cancelled.clone()).await, ["colleagues"]);
    let both = pb::ListTrainingsRequest {
        subject: laptop.subject,
        ..cancelled
    };
    assert!(list(both).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field_and_not_written() {
    let mut study = planned().await;
    let head = study.head().await;
    let good = || pb::PlanTrainingRequest {
        request_id: key(),
        id: "laptops-2".into(),
        department_id: "it".into(),
        plan: plan("2026-04-01", 2, 1, &[("laptop", SkillLevel::Alone)]),
    };
    let changed = |change: fn(&mut pb::PlanTrainingRequest)| {
        let mut message = good();
        change(&mut message);
        message
    };
    let in_plan = |change: fn(&mut pb::TrainingPlan)| {
        let mut message = good();
        change(message.plan.as_mut().unwrap());
        message
    };
    let wrong = Code::InvalidArgument;
    let cases = [
        (
            changed(|one| one.request_id.clear()),
            wrong,
            "MISSING_REQUEST_ID",
            "request_id",
        ),
        (
            changed(|one| one.id = "1.2".into()),
            wrong,
            "INVALID_ID",
            "id",
        ),
        (
            changed(|one| one.id = "laptops-1".into()),
            Code::AlreadyExists,
            "TRAINING_EXISTS",
            "id",
        ),
        (
            changed(|one| one.department_id.clear()),
            wrong,
            "MISSING_FIELD",
            "department_id",
        ),
        (
            changed(|one| one.department_id = "x".into()),
            wrong,
            "UNKNOWN_DEPARTMENT",
            "department_id",
        ),
        (
            changed(|one| one.plan = None),
            wrong,
            "MISSING_FIELD",
            "plan",
        ),
        (
            in_plan(|plan| plan.kind = 0),
            wrong,
            "MISSING_FIELD",
            "plan.kind",
        ),
        (
            in_plan(|plan| plan.kind = 7),
            wrong,
            "UNKNOWN_VALUE",
            "plan.kind",
        ),
        (
            in_plan(|plan| plan.on.clear()),
            wrong,
            "MISSING_FIELD",
            "plan.on",
        ),
        (
            in_plan(|plan| plan.on = "May".into()),
            wrong,
            "INVALID_DATE",
            "plan.on",
        ),
        (
            in_plan(|plan| plan.places = 0),
            wrong,
            "OUT_OF_RANGE",
            "plan.places",
        ),
        (
            in_plan(|plan| plan.gives.clear()),
            wrong,
            "TRAINING_GIVES_NOTHING",
            "plan.gives",
        ),
        (
            in_plan(|plan| plan.gives[0].level = 0),
            wrong,
            "MISSING_FIELD",
            "plan.gives",
        ),
        (
            in_plan(|plan| plan.gives[0].subject = None),
            wrong,
            "MISSING_FIELD",
            "subject",
        ),
        (
            in_plan(|plan| plan.gives[0].subject = offering("lap")),
            wrong,
            "UNKNOWN_OFFERING",
            "plan.gives",
        ),
        (
            in_plan(|plan| plan.cost.as_mut().unwrap().currency = "€".into()),
            wrong,
            "INVALID_CURRENCY",
            "plan.cost.currency",
        ),
    ];
    for (message, code, reason, field) in cases {
        let planned = study.admin.trainings.plan_training(message).await;
        expect(planned, code, reason, field);
    }
    for caller in [&mut study.amina, &mut study.olga, &mut study.dao] {
        let foreign = caller.trainings.plan_training(good()).await;
        expect(foreign, Code::PermissionDenied, "NOT_ALLOWED", "");
    }
    let held = |id: &str, person: &str| pb::HoldTrainingRequest {
        request_id: key(),
        id: id.into(),
        on: String::new(),
        person_ids: vec![person.into()],
    };
    let nobody = study
        .mina
        .trainings
        .hold_training(held("laptops-1", "nobody"))
        .await;
    expect(nobody, wrong, "UNKNOWN_PERSON", "person_ids");
    let odd = study
        .mina
        .trainings
        .hold_training(held("laptops-1", "A.B"))
        .await;
    expect(odd, wrong, "INVALID_ID", "person_ids");
    let unknown = study
        .admin
        .trainings
        .hold_training(held("x", "amina"))
        .await;
    expect(unknown, Code::NotFound, "UNKNOWN_TRAINING", "id");
    let unknown = pb::GetTrainingRequest {
        id: "x".into(),
        ..Default::default()
    };
    let unknown = study.dao.trainings.get_training(unknown).await;
    expect(unknown, Code::NotFound, "NOT_FOUND", "");
    let state = pb::ListTrainingsRequest {
        state: 9,
        ..Default::default()
    };
    let state = study.dao.trainings.list_trainings(state).await;
    expect(state, wrong, "UNKNOWN_VALUE", "state");
    assert_eq!(study.head().await, head, "nothing was written");
}
