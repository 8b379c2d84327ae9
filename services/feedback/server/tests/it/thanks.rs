//! Thanks: on the wall, between two, to a team, taken back, and no more of them than there may be.

use std::sync::Arc;

use khidma_eventlog::MemoryLog;
use khidma_events::directory::{DepartmentJoined, DepartmentLeft, PersonEvent, person_entity};
use khidma_events::feedback::ThanksEvent;
use khidma_events::requests::RequestKind;
use khidma_feedback::FeedbackConfig;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::give_thanks_request::To;
use khidma_testkit::{Said, append_said};
use tonic::Code;

use crate::stage::id;
use crate::voice_stage::{DAY, Person, Stage, key, no, organise, refused};

fn thanks(to: To, text: &str) -> pb::GiveThanksRequest {
    pb::GiveThanksRequest {
        request_id: key(),
        to: Some(to),
        service_request_id: String::new(),
        text: text.into(),
        private: false,
    }
}

fn to_person(person: &str) -> To {
    To::ToPersonId(person.into())
}

fn to_team(department: &str) -> To {
    To::ToDepartmentId(department.into())
}

fn privately(request: pb::GiveThanksRequest) -> pb::GiveThanksRequest {
    pb::GiveThanksRequest {
        private: true,
        ..request
    }
}

async fn give(person: &Person, request: pb::GiveThanksRequest) -> Result<String, tonic::Status> {
    let given = person.thanks.clone().give_thanks(request).await?;
    Ok(given.into_inner().id)
}

async fn withdraw(person: &Person, id: &str) -> Result<(), tonic::Status> {
    let request = pb::WithdrawThanksRequest {
        request_id: key(),
        id: id.into(),
    };
    person
        .thanks
        .clone()
        .withdraw_thanks(request)
        .await
        .map(|_| ())
}

fn texts(thanks: Vec<pb::Thanks>) -> Vec<String> {
    thanks.into_iter().map(|one| one.text).collect()
}

async fn list(person: &Person, list: pb::ThanksList) -> Vec<String> {
    let request = pb::ListThanksRequest {
        list: list.into(),
        ..Default::default()
    };
    let listed = person.thanks.clone().list_thanks(request).await.unwrap();
    texts(listed.into_inner().thanks)
}

async fn received(person: &Person) -> Vec<String> {
    list(person, pb::ThanksList::Received).await
}

async fn wall(person: &Person, department: &str) -> Vec<String> {
    let request = pb::GetWallRequest {
        department_id: department.into(),
        ..Default::default()
    };
    let shown = person.thanks.clone().get_wall(request).await.unwrap();
    texts(shown.into_inner().thanks)
}

#[tokio::test]
async fn what_is_public_stands_on_the_wall_and_what_is_not_is_between_them() {
    let stage = Stage::set().await;
    let request = stage.asked(RequestKind::Service, Some("amina")).await;
    let tied = pb::GiveThanksRequest {
        service_request_id: request.to_string(),
        ..thanks(to_person("daniel"), "One")
    };
    give(&stage.amina, tied.clone()).await.unwrap();
    // The same call again is the same thanks.
    give(&stage.amina, tied).await.unwrap();
    give(&stage.amina, thanks(to_team("it"), "Two"))
        .await
        .unwrap();
    let quiet = privately(thanks(to_person("daniel"), "Three"));
    give(&stage.linh, quiet).await.unwrap();
    let quiet = privately(thanks(to_team("it"), "Four"));
    give(&stage.mei, quiet).await.unwrap();
    // Farid belongs to no department: he has no wall.
    give(&stage.amina, thanks(to_person("farid"), "Five"))
        .await
        .unwrap();

    for anybody in [&stage.omar, &stage.daniel, &stage.root] {
        assert_eq!(wall(anybody, "it").await, ["Two", "One"]);
        assert!(wall(anybody, "hr").await.is_empty());
    }
    let table: [(&Person, &[&str]); 6] = [
        (&stage.daniel, &["Four", "Three", "Two", "One"]),
        (&stage.sana, &["Four", "Two"]),
        (&stage.mei, &["Two"]),
        (&stage.amina, &[]),
        (&stage.omar, &[]),
        (&stage.root, &[]),
    ];
    for (who, expected) in table {
        assert_eq!(received(who).await, expected);
    }
    let given = pb::ThanksList::Given;
    assert_eq!(list(&stage.amina, given).await, ["Five", "Two", "One"]);
    assert_eq!(list(&stage.mei, given).await, ["Four"]);
    let shown = pb::GetWallRequest {
        department_id: "it".into(),
        page_size: 1,
        ..Default::default()
    };
    let mut omar = stage.omar.thanks.clone();
    let first = omar.get_wall(shown.clone()).await.unwrap().into_inner();
    let rest = pb::GetWallRequest {
        page_token: first.next_page_token,
        ..shown
    };
    let second = omar.get_wall(rest).await.unwrap().into_inner();
    let [one] = &second.thanks[..] else {
        panic!("{second:?}");
    };
    assert_eq!(one.service_request_id, request.to_string());
    assert_eq!(one.from_person_id, "amina");
    assert_eq!(
        (&*one.to_person_id, &*one.wall_department_id),
        ("daniel", "it")
    );
}

#[tokio::test]
async fn a_team_is_who_belonged_to_it_then() {
    let stage = Stage::set().await;
    give(&stage.amina, thanks(to_team("it"), "One"))
        .await
        .unwrap();
    let moved: Vec<PersonEvent> = vec![
        DepartmentLeft {
            department: id("it"),
        }
        .into(),
        DepartmentJoined {
            department: id("hr"),
            main: true,
        }
        .into(),
    ];
    let entity = person_entity(&id("sana"));
    let before = stage.position_of(&entity).await;
    let by = Said::by_person("root", stage.host.now());
    append_said(&*stage.host.log, entity, before, by, moved).await;
    give(&stage.amina, thanks(to_team("it"), "Two"))
        .await
        .unwrap();
    give(&stage.amina, thanks(to_person("sana"), "Three"))
        .await
        .unwrap();
    assert_eq!(received(&stage.sana).await, ["Three", "One"]);
    assert_eq!(received(&stage.daniel).await, ["Two", "One"]);
    // A wall is that of the department they belonged to then.
    assert_eq!(wall(&stage.omar, "hr").await, ["Three"]);
}

#[tokio::test]
async fn what_was_taken_back_is_shown_to_nobody() {
    let stage = Stage::set().await;
    let one = give(&stage.amina, thanks(to_person("daniel"), "One")).await;
    let two = give(&stage.amina, privately(thanks(to_team("it"), "Two"))).await;
    let (one, two) = (one.unwrap(), two.unwrap());
    let unknown = no(Code::NotFound, "UNKNOWN_THANKS", "id");
    for who in [&stage.daniel, &stage.linh, &stage.omar] {
        assert_eq!(refused(withdraw(who, &one).await), unknown);
        assert_eq!(refused(withdraw(who, &two).await), unknown);
    }
    withdraw(&stage.amina, &one).await.unwrap();
    withdraw(&stage.root, &two).await.unwrap();
    withdraw(&stage.amina, &one).await.unwrap();
    assert!(received(&stage.daniel).await.is_empty());
    assert!(wall(&stage.omar, "it").await.is_empty());
    assert!(list(&stage.amina, pb::ThanksList::Given).await.is_empty());
    let told = stage.told::<ThanksEvent>().await;
    let taken = |event: &&ThanksEvent| matches!(event, ThanksEvent::ThanksWithdrawn(_));
    assert_eq!(told.iter().filter(taken).count(), 2);
}

#[tokio::test]
async fn there_are_no_more_than_there_may_be_however_many_come_at_once() {
    let log = Arc::new(MemoryLog::new());
    organise(&*log).await;
    let few = FeedbackConfig {
        thanks_per_day: 4,
        thanks_per_day_to_one: 2,
        ..FeedbackConfig::default()
    };
    let stage = Stage::configured(log.clone(), few.clone()).await;
    let beside = Stage::configured(log, few).await;
    let each = (0..12).map(|number| {
        let amina = [&stage.amina, &beside.amina][number % 2].clone();
        async move { give(&amina, thanks(to_person("daniel"), "One")).await }
    });
    let each = futures::future::join_all(each).await;
    assert_eq!(each.iter().filter(|given| given.is_ok()).count(), 2);
    let too_many = no(Code::ResourceExhausted, "TOO_MANY_THANKS_TO_ONE", "");
    for given in each.into_iter().filter(Result::is_err) {
        assert_eq!(refused(given), too_many);
    }
    for to in [to_person("sana"), to_team("it")] {
        give(&stage.amina, thanks(to, "Two")).await.unwrap();
    }
    let too_many = no(Code::ResourceExhausted, "TOO_MANY_THANKS", "");
    let more = give(&beside.amina, thanks(to_person("mei"), "Three")).await;
    assert_eq!(refused(more), too_many);
    // Others have limits of their own.
    give(&stage.omar, thanks(to_person("daniel"), "Four"))
        .await
        .unwrap();
    stage.host.hand.set(stage.host.now().plus_seconds(DAY));
    give(&stage.amina, thanks(to_person("daniel"), "Five"))
        .await
        .unwrap();
}

#[tokio::test]
async fn who_and_what_is_thanked_for_has_to_be_there() {
    let stage = Stage::set().await;
    let anonymous = stage.asked(RequestKind::Concern, None).await;
    let tied = |request: String| pb::GiveThanksRequest {
        service_request_id: request,
        ..thanks(to_person("daniel"), "One")
    };
    let invalid = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    let nobody = pb::GiveThanksRequest {
        to: None,
        ..thanks(to_person("daniel"), "One")
    };
    let table = [
        (nobody, invalid("MISSING_FIELD", "to")),
        (
            thanks(to_person("amina"), "One"),
            invalid("ONESELF", "to_person_id"),
        ),
        (
            thanks(to_person("nobody"), "One"),
            invalid("UNKNOWN_PERSON", "to_person_id"),
        ),
        (
            thanks(to_team("nowhere"), "One"),
            invalid("UNKNOWN_DEPARTMENT", "to_department_id"),
        ),
        (
            thanks(to_team("N O"), "One"),
            invalid("INVALID_ID", "to_department_id"),
        ),
        // To thank for an anonymous concern would say whose it was.
        (
            tied(anonymous.to_string()),
            invalid("UNKNOWN_REQUEST", "service_request_id"),
        ),
        (
            tied(uuid::Uuid::new_v4().to_string()),
            invalid("UNKNOWN_REQUEST", "service_request_id"),
        ),
        (
            thanks(to_person("daniel"), " "),
            invalid("MISSING_FIELD", "text"),
        ),
        (
            thanks(to_person("daniel"), &"x".repeat(1_001)),
            invalid("TOO_LONG", "text"),
        ),
    ];
    for (request, expected) in table {
        assert_eq!(refused(give(&stage.amina, request).await), expected);
    }
    assert!(stage.told::<ThanksEvent>().await.is_empty());
}

#[tokio::test]
async fn nobody_is_ranked_unless_it_was_switched_on() {
    let log = Arc::new(MemoryLog::new());
    organise(&*log).await;
    let stage = Stage::on(log.clone()).await;
    let ranking = || pb::GetRankingRequest {
        department_id: "it".into(),
        ..Default::default()
    };
    let off = stage.mei.thanks.clone().get_ranking(ranking()).await;
    assert_eq!(
        refused(off),
        no(Code::FailedPrecondition, "RANKING_OFF", "")
    );

    let ranking_on = FeedbackConfig {
        ranking: true,
        ..FeedbackConfig::default()
    };
    let stage = Stage::configured(log, ranking_on).await;
    give(&stage.amina, thanks(to_person("sana"), "Long ago"))
        .await
        .unwrap();
    stage.host.hand.set(stage.host.now().plus_seconds(31 * DAY));
    for (from, to) in [
        (&stage.amina, to_person("sana")),
        (&stage.amina, to_person("mei")),
        (&stage.omar, to_person("sana")),
        (&stage.omar, to_team("it")),
        (&stage.sana, to_person("daniel")),
    ] {
        give(from, thanks(to, "Thanks")).await.unwrap();
    }
    let quiet = privately(thanks(to_person("mei"), "Quietly"));
    give(&stage.omar, quiet).await.unwrap();
    let back = give(&stage.omar, thanks(to_person("mei"), "Too soon")).await;
    withdraw(&stage.omar, &back.unwrap()).await.unwrap();
    let ranked = async |request| {
        let ranking = stage.daniel.thanks.clone().get_ranking(request).await;
        let ranked = ranking.unwrap().into_inner().ranked.into_iter();
        ranked
            .map(|one| format!("{} {}", one.person_id, one.thanks))
            .collect::<Vec<_>>()
    };
    assert_eq!(ranked(ranking()).await, ["sana 2", "daniel 1", "mei 1"]);
    let since = pb::GetRankingRequest {
        from: stage.after(-40 * DAY),
        ..ranking()
    };
    assert_eq!(ranked(since).await, ["sana 3", "daniel 1", "mei 1"]);
}
