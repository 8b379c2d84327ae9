//! What people can do: said, shown, found, withdrawn, lapsed.

use khidma_proto::directory as pb;
use khidma_proto::directory::{SkillLevel, SkillSource};
use tonic::Code;

use crate::stage::{expect, key};
use crate::study::{Study, offering, topic};

fn level(level: SkillLevel) -> i32 {
    level.into()
}

#[tokio::test]
async fn what_is_said_is_shown_to_all_and_who_said_it_to_few() {
    let mut study = Study::set().await;
    study.offers("it", "laptop").await;
    let subject = offering("laptop");
    change!(
        study.amina.skills,
        set_skill,
        SetSkillRequest {
            id: "amina",
            subject: subject.clone(),
            level: level(SkillLevel::WithHelp)
        }
    )
    .unwrap();
    change!(
        study.mina.skills,
        set_skill,
        SetSkillRequest {
            id: "amina",
            subject: subject.clone(),
            level: level(SkillLevel::Alone),
            source: SkillSource::Assessment,
            until: "2026-12-31"
        }
    )
    .unwrap();
    change!(
        study.admin.skills,
        set_skill,
        SetSkillRequest {
            id: "amina",
            subject: topic("First  Aid"),
            level: level(SkillLevel::Teaching),
            since: "2026-01-01",
            until: "2026-02-01"
        }
    )
    .unwrap();
    let whole = [
        "laptop 3 (self 2, assessment 3*)",
        "'first aid' 0 (manager 4*)",
    ];
    for caller in [&study.admin, &study.mina, &study.amina] {
        assert_eq!(study.skills(caller, "amina", "").await, whole);
    }
    // Who leads a department above does not lead its people.
    for caller in [&study.dao, &study.olga] {
        assert_eq!(study.skills(caller, "amina", "").await, ["laptop 3 ()"]);
    }
    let january = ["'first aid' 4 ()"];
    assert_eq!(
        study.skills(&study.dao, "amina", "2026-01-15").await,
        january
    );
    // What lapsed leaves what did not.
    let later = study.skills(&study.dao, "amina", "2027-01-01").await;
    assert_eq!(later, ["laptop 2 ()"]);
}

#[tokio::test]
async fn a_source_takes_back_what_it_said() {
    let mut study = Study::set().await;
    study.offers("it", "laptop").await;
    change!(
        study.mina.skills,
        set_skill,
        SetSkillRequest {
            id: "amina",
            subject: offering("laptop"),
            level: level(SkillLevel::Alone)
        }
    )
    .unwrap();
    let withdraw = pb::WithdrawSkillRequest {
        request_id: key(),
        id: "amina".into(),
        subject: offering("laptop"),
        source: SkillSource::Manager.into(),
    };
    let by_herself = study.amina.skills.withdraw_skill(withdraw.clone()).await;
    expect(by_herself, Code::PermissionDenied, "NOT_ALLOWED", "");
    study
        .admin
        .skills
        .withdraw_skill(withdraw.clone())
        .await
        .unwrap();
    assert!(study.skills(&study.mina, "amina", "").await.is_empty());
    let again = pb::WithdrawSkillRequest {
        request_id: key(),
        ..withdraw
    };
    let again = study.admin.skills.withdraw_skill(again).await;
    expect(again, Code::FailedPrecondition, "NOTHING_SAID", "source");
}

/// Who can do it, with their level, page by page.
async fn skilled(study: &Study, question: pb::ListSkilledRequest) -> Vec<String> {
    let (mut found, mut page_token) = (Vec::new(), String::new());
    loop {
        let question = pb::ListSkilledRequest {
            page_size: 1,
            page_token,
            min_position: study.head().await,
            ..question.clone()
        };
        let page = study.dao.skills.clone().list_skilled(question).await;
        let page = page.unwrap().into_inner();
        let people = page.people.iter();
        found.extend(people.map(|one| format!("{} {}", one.display_name, one.level)));
        if page.next_page_token.is_empty() {
            return found;
        }
        page_token = page.next_page_token;
    }
}

#[tokio::test]
async fn who_can_do_it_is_found_by_level_department_and_day() {
    let mut study = Study::set().await;
    for (person, can, until) in [
        ("amina", SkillLevel::Alone, ""),
        ("bao", SkillLevel::Learning, ""),
        ("dao", SkillLevel::Teaching, "2026-06-30"),
    ] {
        change!(
            study.admin.skills,
            set_skill,
            SetSkillRequest {
                id: person,
                subject: topic("arabic"),
                level: level(can),
                until
            }
        )
        .unwrap();
    }
    let all = pb::ListSkilledRequest {
        subject: topic(" ARABIC "),
        ..Default::default()
    };
    assert_eq!(
        skilled(&study, all.clone()).await,
        ["Amina R. 3", "Bao 1", "Đạo 4"]
    );
    let able = pb::ListSkilledRequest {
        min_level: level(SkillLevel::Alone),
        ..all.clone()
    };
    assert_eq!(skilled(&study, able.clone()).await, ["Amina R. 3", "Đạo 4"]);
    let later = pb::ListSkilledRequest {
        on: "2026-07-01".into(),
        ..able.clone()
    };
    assert_eq!(skilled(&study, later).await, ["Amina R. 3"]);
    let finance = pb::ListSkilledRequest {
        department_id: "finance".into(),
        ..able
    };
    assert_eq!(skilled(&study, finance).await, ["Đạo 4"]);
    let arab = pb::ListSkilledRequest {
        subject: topic("arab"),
        ..Default::default()
    };
    assert!(
        skilled(&study, arab).await.is_empty(),
        "only the whole topic"
    );
    // Who has left is no longer found.
    change!(
        study.stage.admin,
        deactivate_person,
        DeactivatePersonRequest { id: "amina" }
    )
    .unwrap();
    assert_eq!(skilled(&study, all).await, ["Bao 1", "Đạo 4"]);
    assert!(study.skills(&study.dao, "amina", "").await.is_empty());
    assert_eq!(study.skills(&study.admin, "amina", "").await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field_and_not_written() {
    let mut study = Study::set().await;
    study.offers("it", "laptop").await;
    let head = study.head().await;
    let good = || pb::SetSkillRequest {
        request_id: key(),
        id: "amina".into(),
        subject: offering("laptop"),
        level: level(SkillLevel::Alone),
        ..Default::default()
    };
    let wrong = Code::InvalidArgument;
    let changed = |change: fn(&mut pb::SetSkillRequest)| {
        let mut message = good();
        change(&mut message);
        message
    };
    let cases = [
        (
            changed(|one| one.request_id.clear()),
            wrong,
            "MISSING_REQUEST_ID",
            "request_id",
        ),
        (changed(|one| one.id.clear()), wrong, "MISSING_FIELD", "id"),
        (
            changed(|one| one.id = "A B".into()),
            wrong,
            "INVALID_ID",
            "id",
        ),
        (
            changed(|one| one.id = "nobody".into()),
            Code::NotFound,
            "UNKNOWN_PERSON",
            "id",
        ),
        (
            changed(|one| one.subject = None),
            wrong,
            "MISSING_FIELD",
            "subject",
        ),
        (
            changed(|one| one.subject = offering("X!")),
            wrong,
            "INVALID_ID",
            "offering_id",
        ),
        (
            changed(|one| one.subject = offering("lapotp")),
            wrong,
            "UNKNOWN_OFFERING",
            "offering_id",
        ),
        (
            changed(|one| one.subject = topic(" ")),
            wrong,
            "MISSING_FIELD",
            "topic",
        ),
        (
            changed(|one| one.level = 0),
            wrong,
            "MISSING_FIELD",
            "level",
        ),
        (
            changed(|one| one.level = 5),
            wrong,
            "UNKNOWN_VALUE",
            "level",
        ),
        (
            changed(|one| one.source = 9),
            wrong,
            "UNKNOWN_VALUE",
            "source",
        ),
        (
            changed(|one| one.source = 3),
            wrong,
            "SOURCE_IS_TRAINING",
            "source",
        ),
        (
            changed(|one| one.since = "1.3.2026".into()),
            wrong,
            "INVALID_DATE",
            "since",
        ),
        (
            changed(|one| one.since = "2026-03-04".into()),
            wrong,
            "DATE_IN_FUTURE",
            "since",
        ),
        (
            changed(|one| one.until = "2026-02-30".into()),
            wrong,
            "INVALID_DATE",
            "until",
        ),
        (
            changed(|one| one.until = "2026-03-01".into()),
            wrong,
            "DATES_OUT_OF_ORDER",
            "until",
        ),
    ];
    for (message, code, reason, field) in cases {
        expect(
            study.admin.skills.set_skill(message).await,
            code,
            reason,
            field,
        );
    }
    let own = pb::SetSkillRequest {
        source: SkillSource::Self_.into(),
        ..good()
    };
    let own = study.amina.skills.set_skill(own).await;
    expect(own, wrong, "LEVEL_NEEDS_ANOTHER", "level");
    for caller in [&mut study.dao, &mut study.olga] {
        let foreign = caller.skills.set_skill(good()).await;
        expect(foreign, Code::PermissionDenied, "NOT_ALLOWED", "");
    }
    let unknown = pb::GetSkillsRequest {
        id: "nobody".into(),
        ..Default::default()
    };
    let unknown = study.dao.skills.get_skills(unknown).await;
    expect(unknown, Code::NotFound, "NOT_FOUND", "");
    let when = pb::GetSkillsRequest {
        id: "amina".into(),
        on: "soon".into(),
        ..Default::default()
    };
    expect(
        study.dao.skills.get_skills(when).await,
        wrong,
        "INVALID_DATE",
        "on",
    );
    let of_nothing = pb::ListSkilledRequest::default();
    let of_nothing = study.dao.skills.list_skilled(of_nothing).await;
    expect(of_nothing, wrong, "MISSING_FIELD", "subject");
    for (text, reason) in [("x".repeat(101), "TOO_LONG"), (" ".into(), "MISSING_FIELD")] {
        let of_much = pb::ListSkilledRequest {
            subject: topic(&text),
            ..Default::default()
        };
        let of_much = study.dao.skills.list_skilled(of_much).await;
        expect(of_much, wrong, reason, "topic");
        let withdraw = pb::WithdrawSkillRequest {
            request_id: key(),
            id: "amina".into(),
            subject: topic(&text),
            source: SkillSource::Manager.into(),
        };
        let withdraw = study.admin.skills.withdraw_skill(withdraw).await;
        expect(withdraw, wrong, reason, "topic");
    }
    let of_nobody = pb::GetCoverRequest {
        department_id: "nowhere".into(),
        ..Default::default()
    };
    let of_nobody = study.dao.skills.get_cover(of_nobody).await;
    expect(of_nobody, Code::NotFound, "NOT_FOUND", "");
    assert_eq!(study.head().await, head, "nothing was written");
}

#[tokio::test]
async fn the_same_wish_twice_is_one() {
    let mut study = Study::set().await;
    let wish = pb::SetSkillRequest {
        request_id: key(),
        id: "amina".into(),
        subject: topic("arabic"),
        level: level(SkillLevel::Alone),
        ..Default::default()
    };
    let first = study.mina.skills.set_skill(wish.clone()).await.unwrap();
    let again = study.mina.skills.set_skill(wish.clone()).await.unwrap();
    assert_eq!(first.into_inner(), again.into_inner());
    let other = pb::SetSkillRequest {
        level: level(SkillLevel::Learning),
        ..wish
    };
    let other = study.mina.skills.set_skill(other).await;
    expect(
        other,
        Code::AlreadyExists,
        "REQUEST_ID_REUSED",
        "request_id",
    );
}
