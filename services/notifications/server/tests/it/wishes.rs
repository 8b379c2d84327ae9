//! What people wish to hear, what it comes to, and what is not said for a while.

use khidma_events::requests::{RequestEvent, Submitted};
use khidma_kernel::Position;
use khidma_proto::notifications as pb;
use khidma_proto::notifications::{Channel, MessageKind};
use khidma_testkit::{Said, append_said};
use tonic::Code;
use uuid::Uuid;

use crate::people_stage::{Person, Stage, after, key, no, refused};

const DAY: i64 = 24 * 3600;

fn of_kind(kind: MessageKind, channels: &[Channel]) -> pb::KindPreference {
    pb::KindPreference {
        kind: kind.into(),
        chosen: true,
        channels: channels.iter().map(|one| (*one).into()).collect(),
        digest: false,
    }
}

fn set(preferences: pb::Preferences) -> pb::SetPreferencesRequest {
    pb::SetPreferencesRequest {
        request_id: key(),
        person_id: String::new(),
        preferences: Some(preferences),
    }
}

async fn get(person: &Person, min_position: u64) -> pb::GetPreferencesResponse {
    let request = pb::GetPreferencesRequest {
        min_position,
        ..Default::default()
    };
    let got = person.wishes.clone().get_preferences(request).await;
    got.unwrap().into_inner()
}

/// At once and in the digest, by which channels messages of that kind come.
fn way(got: &pb::GetPreferencesResponse, kind: MessageKind) -> (Vec<Channel>, Vec<Channel>) {
    let mut ways = got.ways.iter();
    let way = ways.find(|way| way.kind() == kind).unwrap();
    (way.at_once().collect(), way.in_digest().collect())
}

#[tokio::test]
async fn what_is_set_is_shown_with_what_it_comes_to() {
    let stage = Stage::set().await;
    let usual = get(&stage.sana, 0).await;
    assert_eq!(
        usual.ways.len(),
        khidma_events::notifications::MessageKind::ALL.len()
    );
    assert_eq!(usual.preferences, Some(pb::Preferences::default()));
    let by_both = vec![Channel::Inbox, Channel::Email];
    assert_eq!(way(&usual, MessageKind::Reply), (by_both.clone(), vec![]));
    let unmutable: Vec<_> = usual.ways.iter().filter(|way| !way.mutable).collect();
    assert_eq!(unmutable.len(), 6);

    let wish = pb::Preferences {
        kinds: vec![
            of_kind(MessageKind::Progress, &[]),
            pb::KindPreference {
                digest: true,
                ..of_kind(MessageKind::Reply, &[Channel::Inbox, Channel::Email])
            },
            of_kind(MessageKind::Question, &[Channel::Inbox]),
        ],
        digest_at: "07:30".into(),
        digest_time_zone: "Asia/Tehran".into(),
        digest_weekdays: vec![6, 7],
        quiet_even_if_urgent: true,
        stand_in_id: "daniel".into(),
        stand_in_until: after(&stage, 10 * DAY),
    };
    let mut sana = stage.sana.wishes.clone();
    let request = set(wish.clone());
    let position = sana.set_preferences(request.clone()).await.unwrap();
    let position = position.into_inner().position;
    let again = sana.set_preferences(request).await.unwrap().into_inner();
    assert_eq!(again.position, position);
    let got = get(&stage.sana, position).await;
    let mut shown = got.preferences.clone().unwrap();
    let by_kind = |kinds: &mut Vec<pb::KindPreference>| kinds.sort_by_key(|one| one.kind);
    let mut wish = wish;
    by_kind(&mut shown.kinds);
    by_kind(&mut wish.kinds);
    assert_eq!(shown, wish);
    assert_eq!(way(&got, MessageKind::Progress), (vec![], vec![]));
    let reply = (vec![Channel::Inbox], vec![Channel::Email]);
    assert_eq!(way(&got, MessageKind::Reply), reply);
    assert_eq!(
        way(&got, MessageKind::Question),
        (vec![Channel::Inbox], vec![])
    );
    assert_eq!(way(&got, MessageKind::Breach), (by_both, vec![]));

    // Nothing of it: what is usual again.
    let nothing = set(pb::Preferences::default());
    let position = sana.set_preferences(nothing).await.unwrap();
    let got = get(&stage.sana, position.into_inner().position).await;
    assert_eq!((got.preferences, got.ways), (usual.preferences, usual.ways));
}

#[tokio::test]
async fn ones_wishes_are_ones_own_and_the_admins() {
    let stage = Stage::set().await;
    let denied = |field: &str| no(Code::PermissionDenied, "NOT_ALLOWED", field);
    for other in [&stage.daniel, &stage.mei] {
        let request = pb::GetPreferencesRequest {
            person_id: "sana".into(),
            min_position: 0,
        };
        let seen = other.wishes.clone().get_preferences(request).await;
        assert_eq!(refused(seen), denied("person_id"));
        let request = pb::SetPreferencesRequest {
            person_id: "sana".into(),
            ..set(pb::Preferences::default())
        };
        let changed = other.wishes.clone().set_preferences(request).await;
        assert_eq!(refused(changed), denied(""));
    }
    let muted = pb::Preferences {
        kinds: vec![of_kind(MessageKind::Progress, &[])],
        ..Default::default()
    };
    let request = pb::SetPreferencesRequest {
        person_id: "sana".into(),
        ..set(muted)
    };
    let changed = stage.root.wishes.clone().set_preferences(request).await;
    let got = get(&stage.sana, changed.unwrap().into_inner().position).await;
    assert_eq!(got.preferences.unwrap().kinds.len(), 1);
    let unknown = pb::GetPreferencesRequest {
        person_id: "nobody".into(),
        min_position: 0,
    };
    let unknown = stage.root.wishes.clone().get_preferences(unknown).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn what_cannot_be_wished_is_refused_with_its_field() {
    let stage = Stage::set().await;
    let kinds = |kinds: Vec<pb::KindPreference>| pb::Preferences {
        kinds,
        ..Default::default()
    };
    let unknown_kind = pb::KindPreference {
        kind: 99,
        ..of_kind(MessageKind::Reply, &[])
    };
    let unknown_channel = pb::KindPreference {
        channels: vec![1, 99],
        ..of_kind(MessageKind::Reply, &[])
    };
    let not_chosen = pb::KindPreference {
        chosen: false,
        ..of_kind(MessageKind::Reply, &[Channel::Inbox])
    };
    let reply = || of_kind(MessageKind::Reply, &[]);
    let digest = |at: &str, zone: &str, days: &[u32]| pb::Preferences {
        digest_at: at.into(),
        digest_time_zone: zone.into(),
        digest_weekdays: days.to_vec(),
        ..Default::default()
    };
    let stand_in = |who: &str, seconds: Option<i64>| pb::Preferences {
        stand_in_id: who.into(),
        stand_in_until: seconds.and_then(|seconds| after(&stage, seconds)),
        ..Default::default()
    };
    let table = [
        (
            kinds(vec![unknown_kind]),
            "UNKNOWN_VALUE",
            "preferences.kinds[0].kind",
        ),
        (
            kinds(vec![pb::KindPreference::default()]),
            "MISSING_FIELD",
            "preferences.kinds[0].kind",
        ),
        (
            kinds(vec![unknown_channel]),
            "UNKNOWN_VALUE",
            "preferences.kinds[0].channels",
        ),
        (
            kinds(vec![not_chosen]),
            "NOT_CHOSEN",
            "preferences.kinds[0].channels",
        ),
        (
            kinds(vec![reply(), reply()]),
            "KIND_TWICE",
            "preferences.kinds[1].kind",
        ),
        (
            kinds(vec![of_kind(MessageKind::Breach, &[])]),
            "CANNOT_BE_MUTED",
            "preferences.kinds",
        ),
        (
            digest("25:00", "", &[]),
            "INVALID_TIME",
            "preferences.digest_at",
        ),
        (
            digest("", "Mars/Olympus", &[]),
            "UNKNOWN_TIME_ZONE",
            "preferences.digest_time_zone",
        ),
        (
            digest("", "", &[8]),
            "INVALID_WEEKDAY",
            "preferences.digest_weekdays",
        ),
        (
            digest("", "", &[256]),
            "INVALID_WEEKDAY",
            "preferences.digest_weekdays",
        ),
        (
            stand_in("nobody", Some(DAY)),
            "UNKNOWN_PERSON",
            "preferences.stand_in_id",
        ),
        (
            stand_in("sana", Some(DAY)),
            "STAND_IN_FOR_ONESELF",
            "preferences.stand_in_id",
        ),
        (
            stand_in("daniel", None),
            "MISSING_FIELD",
            "preferences.stand_in_until",
        ),
        (
            stand_in("", Some(DAY)),
            "MISSING_FIELD",
            "preferences.stand_in_id",
        ),
        (
            stand_in("daniel", Some(-1)),
            "EMPTY_PERIOD",
            "preferences.stand_in_until",
        ),
        (
            stand_in("daniel", Some(400 * DAY)),
            "PERIOD_TOO_LONG",
            "preferences.stand_in_until",
        ),
    ];
    for (wish, reason, field) in table {
        let outcome = stage.sana.wishes.clone().set_preferences(set(wish)).await;
        let expected = no(Code::InvalidArgument, reason, field);
        assert_eq!(refused(outcome), expected);
    }
    let nothing = pb::SetPreferencesRequest {
        preferences: None,
        ..set(pb::Preferences::default())
    };
    let outcome = stage.sana.wishes.clone().set_preferences(nothing).await;
    let expected = no(Code::InvalidArgument, "MISSING_FIELD", "preferences");
    assert_eq!(refused(outcome), expected);
}

#[tokio::test]
async fn nobody_stands_in_for_who_stands_in_for_them_by_way_of_others() {
    let stage = Stage::set().await;
    let by = |who: &str| {
        set(pb::Preferences {
            stand_in_id: who.into(),
            stand_in_until: after(&stage, 10 * DAY),
            ..Default::default()
        })
    };
    let set = async |who: &Person, by| who.wishes.clone().set_preferences(by).await;
    set(&stage.sana, by("daniel")).await.unwrap();
    set(&stage.daniel, by("mei")).await.unwrap();
    let circle = refused(set(&stage.mei, by("sana")).await);
    let field = "preferences.stand_in_id";
    assert_eq!(
        circle,
        no(Code::FailedPrecondition, "STAND_IN_CIRCLE", field)
    );
    // Once the others are back, it is none.
    stage.host.hand.advance_seconds(11 * DAY);
    set(&stage.mei, by("sana")).await.unwrap();
}

#[tokio::test]
async fn what_is_muted_does_not_come_and_what_is_not_does() {
    let stage = Stage::set().await;
    let muted = pb::Preferences {
        kinds: vec![of_kind(MessageKind::Announcement, &[])],
        ..Default::default()
    };
    stage
        .sana
        .wishes
        .clone()
        .set_preferences(set(muted))
        .await
        .unwrap();
    stage.said(&["Down"]).await;
    // What is urgent cannot be muted.
    let urgent = pb::AnnounceRequest {
        urgent: true,
        ..crate::people_stage::saying("Fire")
    };
    stage.mei.wishes.clone().announce(urgent).await.unwrap();
    let heard = stage.sana.until(1).await;
    assert!(heard[0].urgent && heard[0].letter.clone().unwrap().subject.contains("Fire"));
}

fn silence(scope: pb::SilenceScope, stage: &Stage) -> pb::BeginSilenceRequest {
    pb::BeginSilenceRequest {
        request_id: key(),
        scope: Some(scope),
        from: None,
        until: after(stage, DAY),
        reason: "Moving house".into(),
    }
}

fn to(person: &str) -> pb::SilenceScope {
    pb::SilenceScope {
        person_id: person.into(),
        ..Default::default()
    }
}

async fn silences(person: &Person, min_position: u64) -> Vec<pb::Silence> {
    let request = pb::ListSilencesRequest {
        min_position,
        ..Default::default()
    };
    let listed = person.wishes.clone().list_silences(request).await;
    listed.unwrap().into_inner().silences
}

#[tokio::test]
async fn a_silence_holds_until_it_is_ended_and_nothing_is_told_later() {
    let stage = Stage::set().await;
    let mut sana = stage.sana.wishes.clone();
    let begin = silence(to("sana"), &stage);
    let begun = sana
        .begin_silence(begin.clone())
        .await
        .unwrap()
        .into_inner();
    let again = sana.begin_silence(begin).await.unwrap().into_inner();
    assert_eq!(
        (again.id.clone(), again.position),
        (begun.id.clone(), begun.position)
    );
    stage.said(&["Unheard"]).await;

    let listed = silences(&stage.sana, begun.position).await;
    assert_eq!((listed.len(), listed[0].id.clone()), (1, begun.id.clone()));
    assert_eq!(
        (listed[0].begun_by.as_str(), listed[0].reason.as_str()),
        ("sana", "Moving house")
    );
    assert!(silences(&stage.daniel, 0).await.is_empty(), "it is hers");
    assert_eq!(silences(&stage.root, 0).await.len(), 1);

    let end = |id: &str| pb::EndSilenceRequest {
        request_id: key(),
        id: id.into(),
    };
    let other = stage
        .daniel
        .wishes
        .clone()
        .end_silence(end(&begun.id))
        .await;
    assert_eq!(
        refused(other),
        no(Code::PermissionDenied, "NOT_ALLOWED", "")
    );
    let ended = sana.end_silence(end(&begun.id)).await.unwrap();
    assert!(
        silences(&stage.sana, ended.into_inner().position)
            .await
            .is_empty()
    );
    stage.host.hand.advance_seconds(1);
    stage.said(&["Heard"]).await;
    let heard = stage.sana.until(1).await;
    assert!(heard[0].letter.clone().unwrap().subject.contains("Heard"));

    let unknown = sana.end_silence(end(&Uuid::new_v4().to_string())).await;
    assert_eq!(
        refused(unknown),
        no(Code::NotFound, "UNKNOWN_SILENCE", "id")
    );
}

#[tokio::test]
async fn a_silence_is_over_by_itself() {
    let stage = Stage::set().await;
    let begin = silence(to("sana"), &stage);
    stage
        .sana
        .wishes
        .clone()
        .begin_silence(begin)
        .await
        .unwrap();
    stage.host.hand.advance_seconds(DAY);
    assert!(silences(&stage.sana, 0).await.is_empty());
    stage.said(&["Heard"]).await;
    stage.sana.until(1).await;
}

#[tokio::test]
async fn silences_are_for_those_whom_they_are_about_and_within_bounds() {
    let stage = Stage::set().await;
    // HR has asked IT for something.
    let request = Uuid::new_v4().to_string();
    let [linh, hr, it] = ["linh", "hr", "it"];
    let submitted = Submitted::plain(
        it.parse().unwrap(),
        linh.parse().unwrap(),
        hr.parse().unwrap(),
        "A laptop",
    );
    let by = Said::by_person("linh", stage.host.now());
    let events: Vec<RequestEvent> = vec![submitted.into()];
    append_said(
        &*stage.host.log,
        request.clone(),
        Position::START,
        by,
        events,
    )
    .await;
    let about = |request: &str| pb::SilenceScope {
        service_request_id: request.into(),
        ..Default::default()
    };
    let department = |id: &str| pb::SilenceScope {
        department_id: id.into(),
        ..Default::default()
    };
    let kinds = |kind: MessageKind| pb::SilenceScope {
        kinds: vec![kind.into()],
        ..Default::default()
    };
    let begin = async |who: &Person, scope| {
        who.wishes
            .clone()
            .begin_silence(silence(scope, &stage))
            .await
    };
    let denied = || no(Code::PermissionDenied, "NOT_ALLOWED", "");
    assert_eq!(refused(begin(&stage.daniel, to("sana")).await), denied());
    assert_eq!(
        refused(begin(&stage.daniel, department("it")).await),
        denied()
    );
    assert_eq!(
        refused(begin(&stage.linh, department("it")).await),
        denied()
    );
    assert_eq!(refused(begin(&stage.linh, about(&request)).await), denied());
    assert_eq!(
        refused(begin(&stage.mei, kinds(MessageKind::Progress)).await),
        denied()
    );
    begin(&stage.mei, department("it")).await.unwrap();
    begin(&stage.mei, about(&request)).await.unwrap();
    begin(&stage.root, kinds(MessageKind::Progress))
        .await
        .unwrap();
    assert_eq!(silences(&stage.mei, 0).await.len(), 2);

    let wrong = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    let stranger = Uuid::new_v4().to_string();
    let table = [
        (pb::SilenceScope::default(), wrong("EMPTY_SCOPE", "scope")),
        (
            kinds(MessageKind::Breach),
            wrong("CANNOT_BE_MUTED", "scope.kinds"),
        ),
        (to("nobody"), wrong("UNKNOWN_PERSON", "scope.person_id")),
        (
            department("nowhere"),
            wrong("UNKNOWN_DEPARTMENT", "scope.department_id"),
        ),
        (
            about(&stranger),
            wrong("UNKNOWN_REQUEST", "scope.service_request_id"),
        ),
        (
            about("laptop"),
            wrong("INVALID_ID", "scope.service_request_id"),
        ),
    ];
    for (scope, expected) in table {
        assert_eq!(refused(begin(&stage.root, scope).await), expected);
    }
    let endless = pb::BeginSilenceRequest {
        until: None,
        ..silence(to("sana"), &stage)
    };
    let endless = stage.sana.wishes.clone().begin_silence(endless).await;
    assert_eq!(refused(endless), wrong("MISSING_FIELD", "until"));
    let long = pb::BeginSilenceRequest {
        until: after(&stage, 31 * DAY),
        ..silence(to("sana"), &stage)
    };
    let long = stage.sana.wishes.clone().begin_silence(long).await;
    assert_eq!(refused(long), wrong("PERIOD_TOO_LONG", "until"));
    let mute = pb::BeginSilenceRequest {
        reason: String::new(),
        ..silence(to("sana"), &stage)
    };
    let mute = stage.sana.wishes.clone().begin_silence(mute).await;
    assert_eq!(refused(mute), wrong("MISSING_FIELD", "reason"));
}
