//! What departments say to many, once and again and again.

use khidma_events::directory::{PersonDeactivated, PersonEvent, person_entity};
use khidma_events::notifications::{EntityKind, RhythmEvent};
use khidma_events::requests::{OfferingEvent, OfferingPublished, OfferingText, offering_entity};
use khidma_kernel::{Position, Timestamp};
use khidma_proto::notifications as pb;
use khidma_testkit::{Said, append_said, eventually};
use tonic::Code;

use crate::people_stage::{LONG, Stage, after, key, no, refused, saying, text};

const DAY: i64 = 24 * 3600;

fn said(messages: &[pb::InboxMessage]) -> pb::Letter {
    messages[0].letter.clone().unwrap()
}

#[tokio::test]
async fn everybody_hears_it_once_in_the_language_they_read_best() {
    let stage = Stage::set().await;
    let mut saying = saying("Tea");
    saying.to_department_ids = vec![];
    saying.texts.push(text("fa", "چای"));
    saying.texts.push(text("ar", "شاي"));
    let mut root = stage.root.wishes.clone();
    let id = root.announce(saying.clone()).await.unwrap().into_inner().id;
    // The same call again is the same announcement.
    let again = root.announce(saying).await.unwrap().into_inner();
    assert_eq!(again.id, id);
    let hears = [
        (&stage.mei, "Tea"),
        (&stage.daniel, "Tea"),
        (&stage.sana, "چای"),
        (&stage.linh, "Tea"),
        (&stage.farid, "شاي"),
    ];
    for (person, title) in hears {
        let letter = said(&person.until(1).await);
        assert!(letter.subject.contains(title), "{letter:?}");
        assert!(letter.text.contains(&format!("All about: {title}")));
    }
    let letter = said(&stage.sana.all().await);
    assert!(letter.right_to_left && letter.language == "fa");
}

#[tokio::test]
async fn who_says_it_who_left_and_who_is_not_meant_does_not_hear_it() {
    let stage = Stage::set().await;
    let (log, entity) = (&*stage.host.log, person_entity(&"sana".parse().unwrap()));
    let last = stage.host.projections[0].position();
    let left: Vec<PersonEvent> = vec![PersonDeactivated {}.into()];
    let by = Said::by_person("root", stage.host.now());
    let sana = position_of(&stage, &entity).await;
    assert!(sana <= last);
    append_said(log, entity, sana, by, left).await;
    stage.said(&["Down"]).await;
    stage.host.caught_up().await;
    for other in [&stage.mei, &stage.sana, &stage.linh, &stage.farid] {
        assert!(other.all().await.is_empty());
    }
}

/// Where the last commit of an entity stands.
async fn position_of(stage: &Stage, entity: &str) -> Position {
    use futures::StreamExt;
    let head = stage.host.log.head().await.unwrap();
    let mut commits = stage.host.log.follow(Position::START);
    let (mut last, mut at) = (Position::START, Position::START);
    while at < head {
        let commit = commits.next().await.unwrap().unwrap();
        at = commit.position;
        if &*commit.entity == entity {
            last = at;
        }
    }
    last
}

#[tokio::test]
async fn who_may_say_what_to_whom_is_held_over_the_wire() {
    let stage = Stage::set().await;
    let denied = |reason: &str, field: &str| no(Code::PermissionDenied, reason, field);
    let to = |departments: &[&str], urgent| pb::AnnounceRequest {
        to_department_ids: departments.iter().map(|id| (*id).into()).collect(),
        urgent,
        ..saying("Down")
    };
    let field = "to_department_ids";
    let table = [
        (&stage.daniel, to(&["it"], false), denied("NOT_ALLOWED", "")),
        (&stage.linh, to(&["it"], false), denied("NOT_ALLOWED", "")),
        (
            &stage.mei,
            to(&["hr"], false),
            denied("NOT_TO_OTHERS", field),
        ),
        (&stage.mei, to(&[], false), denied("NOT_TO_OTHERS", field)),
        (
            &stage.mei,
            to(&["help-desk"], true),
            denied("NOT_URGENT_TO_OTHERS", "urgent"),
        ),
    ];
    for (who, request, expected) in table {
        let outcome = who.wishes.clone().announce(request).await;
        assert_eq!(refused(outcome), expected);
    }
    let mut mei = stage.mei.wishes.clone();
    mei.announce(to(&["help-desk"], false)).await.unwrap();
}

#[tokio::test]
async fn what_is_said_badly_is_said_to_nobody() {
    let stage = Stage::set().await;
    let wrong = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    let with = |texts: Vec<pb::AnnouncementText>| pb::AnnounceRequest {
        texts,
        ..saying("")
    };
    let to = |department: &str| pb::AnnounceRequest {
        to_department_ids: vec!["it".into(), department.into()],
        ..saying("Down")
    };
    let from = |department: &str| pb::AnnounceRequest {
        department_id: department.into(),
        ..saying("Down")
    };
    let long = "x".repeat(201);
    let table = [
        (with(vec![]), wrong("MISSING_FIELD", "texts")),
        (
            with(vec![text("en", " ")]),
            wrong("MISSING_FIELD", "texts.en.title"),
        ),
        (
            with(vec![text("en", &long)]),
            wrong("TOO_LONG", "texts.en.title"),
        ),
        (
            with(vec![text("en", "a\r\nb")]),
            wrong("CONTROL_CHARACTER", "texts.en.title"),
        ),
        (
            with(vec![text("English!", "x")]),
            wrong("INVALID_LANGUAGE", "texts.English!"),
        ),
        (
            with(vec![text("en", "x"), text("en", "y")]),
            wrong("LANGUAGE_TWICE", "texts[1].language"),
        ),
        (to("Nowhere!"), wrong("INVALID_ID", "to_department_ids[1]")),
        (
            to("nowhere"),
            wrong("UNKNOWN_DEPARTMENT", "to_department_ids"),
        ),
        (
            from("nowhere"),
            wrong("UNKNOWN_DEPARTMENT", "department_id"),
        ),
        (from(""), wrong("MISSING_FIELD", "department_id")),
    ];
    for (request, expected) in table {
        let outcome = stage.root.wishes.clone().announce(request).await;
        assert_eq!(refused(outcome), expected);
    }
    stage.host.caught_up().await;
    assert!(stage.daniel.all().await.is_empty());
}

/// IT offers laptops, and promises something in two languages.
async fn offer(stage: &Stage) {
    let text = |name: &str, standard: &str| OfferingText {
        name: name.into(),
        description: String::new(),
        standard: standard.into(),
    };
    let texts = [
        ("en".to_owned(), text("Laptop", "Within two days")),
        ("fa".to_owned(), text("لپ‌تاپ", "ظرف دو روز")),
    ];
    let published = OfferingPublished {
        offering: "laptop".parse().unwrap(),
        version: 1,
        provider: "it".parse().unwrap(),
        texts: texts.into(),
        language: "en".into(),
        form: None,
        approvals: vec![],
        plan: vec![],
    };
    let events: Vec<OfferingEvent> = vec![published.into()];
    let by = Said::by_person("mei", stage.host.now());
    let entity = offering_entity(&"laptop".parse().unwrap());
    append_said(&*stage.host.log, entity, Position::START, by, events).await;
}

fn every(days: u32) -> pb::SetStandardsReminderRequest {
    pb::SetStandardsReminderRequest {
        request_id: key(),
        department_id: "it".into(),
        every_days: days,
        first: None,
    }
}

/// How often it was reminded, as the log says.
async fn reminders(stage: &Stage) -> Vec<Timestamp> {
    use futures::StreamExt;
    let head = stage.host.log.head().await.unwrap();
    let mut commits = stage.host.log.follow(Position::START);
    let (mut at, mut next) = (Position::START, Vec::new());
    while at < head {
        let commit = commits.next().await.unwrap().unwrap();
        at = commit.position;
        let Some(EntityKind::Rhythm(_)) = EntityKind::of(&commit.entity) else {
            continue;
        };
        for event in khidma_events::known_events::<RhythmEvent>(&commit.payload).unwrap() {
            if let RhythmEvent::StandardsReminded(event) = event {
                next.push(event.next);
            }
        }
    }
    next
}

#[tokio::test]
async fn members_are_reminded_of_what_they_promise_again_and_again() {
    let stage = Stage::set().await;
    offer(&stage).await;
    let begun = stage.host.now();
    let mut mei = stage.mei.wishes.clone();
    mei.set_standards_reminder(every(7)).await.unwrap();
    stage.host.hand.set(begun.plus_seconds(7 * DAY));
    let letter = said(&stage.daniel.until(1).await);
    assert!(
        letter.text.contains("Laptop: Within two days"),
        "{letter:?}"
    );
    let letter = said(&stage.sana.until(1).await);
    assert!(letter.text.contains("ظرف دو روز"), "{letter:?}");
    assert!(stage.linh.all().await.is_empty());

    // After a long night there is one, and then the rhythm of the first.
    stage.host.hand.set(begun.plus_seconds(40 * DAY));
    stage.daniel.until(2).await;
    assert_eq!(
        reminders(&stage).await,
        [14, 42].map(|days| begun.plus_seconds(days * DAY))
    );
    mei.set_standards_reminder(every(0)).await.unwrap();
    stage.host.hand.set(begun.plus_seconds(300 * DAY));
    let marker = stage.say("That is all").await;
    let came = eventually(LONG, || async { stage.daniel.all().await.len() == 3 });
    assert!(came.await && marker > 0);
    assert_eq!(reminders(&stage).await.len(), 2);
}

#[tokio::test]
async fn where_nothing_is_promised_nobody_is_reminded() {
    let stage = Stage::set().await;
    let begun = stage.host.now();
    let mut mei = stage.mei.wishes.clone();
    mei.set_standards_reminder(every(7)).await.unwrap();
    stage.host.hand.set(begun.plus_seconds(7 * DAY));
    let reminded = eventually(LONG, || async { reminders(&stage).await.len() == 1 });
    assert!(reminded.await);
    stage.said(&["Down"]).await;
}

#[tokio::test]
async fn reminders_are_set_by_who_leads_and_within_bounds() {
    let stage = Stage::set().await;
    let far = pb::SetStandardsReminderRequest {
        first: after(&stage, 400 * DAY),
        ..every(7)
    };
    let past = pb::SetStandardsReminderRequest {
        first: after(&stage, -1),
        ..every(7)
    };
    let nowhere = pb::SetStandardsReminderRequest {
        department_id: "nowhere".into(),
        ..every(7)
    };
    let wrong = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    let denied = no(Code::PermissionDenied, "NOT_ALLOWED", "");
    let table = [
        (&stage.daniel, every(7), denied.clone()),
        (&stage.linh, every(7), denied),
        (&stage.mei, every(367), wrong("TOO_SELDOM", "every_days")),
        (&stage.mei, far, wrong("FIRST_TOO_LATE", "first")),
        (&stage.mei, past, wrong("FIRST_IN_THE_PAST", "first")),
        (
            &stage.root,
            nowhere,
            wrong("UNKNOWN_DEPARTMENT", "department_id"),
        ),
    ];
    for (who, request, expected) in table {
        let outcome = who.wishes.clone().set_standards_reminder(request).await;
        assert_eq!(refused(outcome), expected);
    }
}
