//! From what is asked, heard and done to the deliveries that are asked for, over the log.

use std::sync::Arc;

use futures::StreamExt;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::Event;
use khidma_events::feedback::{
    ActionEvent, AnswerEvent, BallotEvent, BoxEvent, QuestionEvent, RoundEvent, SurveyEvent,
    ThanksEvent, TokenIssued, action_entity, answer_entity, ballot_entity, box_entity,
    question_entity, question_of, round_entity, thanks_entity,
};
use khidma_events::notifications::MessageKind;
use khidma_events::requests::RequestEvent;
use khidma_kernel::{ActionId, Position, RoundId, ServiceRequestId};
use khidma_projection::rows_equal;
use khidma_proto::notifications as pb;
use khidma_testkit::{Said, append, append_said, eventually};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ladder_stage::Stage;
use crate::mail::PostOffice;
use crate::sending_stage::{self, LONG};
use crate::stage::id;
use crate::telling::{ask, asked, happens, of_kind, profile, receiver, set, wishes};

const SECRET: &str = "000102030405060708090a0b0c0d0e0f";

fn question(request: &str, person: &str) -> (String, Value) {
    let request: ServiceRequestId = id(request);
    let id = question_of(request);
    let asked = json!({
        "question": id, "request": request, "provider": "it", "person": person,
        "ended_at": "2026-03-02T09:00:00Z", "secret": SECRET, "expires_at": "2026-03-16T09:00:00Z",
    });
    (question_entity(id), asked)
}

/// What was asked for since there was so much.
async fn news(stage: &Stage, kind: MessageKind) -> Vec<String> {
    let all = of_kind(stage, kind).await;
    let said = all.iter().map(|one| {
        let channel = one.channel.as_str();
        format!("{} {channel} {}", receiver(&one.to), one.language)
    });
    let mut said: Vec<_> = said.collect();
    said.sort();
    said
}

#[tokio::test]
async fn who_asked_is_asked_once_and_reminded_and_nobody_in_their_place() {
    let stage = set().await;
    let until = stage.host.now().plus_seconds(86_400);
    wishes(
        &stage,
        "amina",
        json!({ "stand_in": { "person": "omar", "until": until } }),
    )
    .await;
    let request = ask(&stage).await;
    let (entity, event) = question(&request, "amina");
    let say = |what: &'static str, data: Value| {
        let (stage, entity) = (&stage, entity.as_str());
        async move { stage.say::<QuestionEvent>(entity, &[(what, data)]).await }
    };
    say("question_asked", event).await;
    assert_eq!(news(&stage, MessageKind::Survey).await, ["amina inbox en"]);
    say("question_reminded", json!({})).await;
    let twice = ["amina inbox en", "amina inbox en"];
    assert_eq!(news(&stage, MessageKind::Survey).await, twice);
    say(
        "question_answered",
        json!({ "score": 4, "comment": "Fine" }),
    )
    .await;
    assert_eq!(news(&stage, MessageKind::Survey).await, twice);
    // Nothing that was told has what a link needs.
    for told in of_kind(&stage, MessageKind::Survey).await {
        assert!(!format!("{told:?}").contains(SECRET));
        assert_eq!(told.message.request, Some(id(&request)));
    }
}

#[tokio::test]
async fn an_old_answer_and_anonymous_ones_are_no_message() {
    let stage = set().await;
    let request = ask(&stage).await;
    let before = asked(&stage).await;
    let imported = json!({ "request": request, "provider": "it", "person": "amina", "score": 2 });
    let entity = question_entity(question_of(id(&request)));
    stage
        .say::<QuestionEvent>(&entity, &[("answer_imported", imported)])
        .await;
    let round = RoundId(Uuid::from_u128(9));
    let answers = json!([{ "token": "dA==", "signature": "cw==", "values": {} }]);
    let released = json!({ "round": round, "answers": answers });
    stage
        .say::<BoxEvent>(&box_entity(round), &[("answers_released", released)])
        .await;
    assert_eq!(asked(&stage).await, before);
}

fn launched(round: RoundId, anonymity: &str) -> Value {
    json!({
        "round": round, "survey": "pulse", "version": 1, "owner": "it", "anonymity": anonymity,
        "audience": { "departments": [], "kinds": [], "roles": [] },
        "thresholds": { "ratings": 3, "comments": 3 }, "break_down_by": [],
        "opens_at": "2026-03-02T09:00:00Z", "closes_at": "2026-03-16T09:00:00Z",
        "remind_at": ["2026-03-09T09:00:00Z"],
    })
}

/// A survey in English and Persian is asked of these, whom two steps invite.
async fn opened(stage: &Stage, round: RoundId, anonymity: &str) {
    let title = json!({ "en": "Pulse", "fa": "نبض" });
    let definition = json!({ "title": title, "intro": {}, "language": "en", "sections": [] });
    let defined =
        json!({ "survey": "pulse", "version": 1, "owner": "it", "definition": definition });
    let invited = |people: &[&str]| {
        let people = people
            .iter()
            .map(|person| json!({ "person": person, "kind": "employee" }));
        json!({ "people": people.collect::<Vec<_>>() })
    };
    stage
        .say::<SurveyEvent>("survey-pulse", &[("survey_defined", defined)])
        .await;
    let entity = round_entity(round);
    let events = [
        ("round_launched", launched(round, anonymity)),
        ("people_invited", invited(&["amina", "daniel"])),
    ];
    stage.say::<RoundEvent>(&entity, &events).await;
    let events = [("people_invited", invited(&["mei", "omar"]))];
    stage.say::<RoundEvent>(&entity, &events).await;
    assert!(news(stage, MessageKind::Survey).await.is_empty());
    let events = [("round_opened", json!({ "invited": 4 }))];
    stage.say::<RoundEvent>(&entity, &events).await;
}

#[tokio::test]
async fn who_is_invited_hears_when_a_round_opens_and_who_did_not_answer_is_reminded() {
    let stage = set().await;
    // Reads Persian, and has an address.
    profile(&stage, "omar", Value::Null).await;
    let round = RoundId(Uuid::from_u128(9));
    opened(&stage, round, "named").await;
    let all = [
        "amina inbox en",
        "daniel inbox en",
        "mei inbox en",
        "omar email fa",
        "omar inbox fa",
    ];
    assert_eq!(news(&stage, MessageKind::Survey).await, all);
    let title = |person: &str| {
        let person = person.to_owned();
        let stage = &stage;
        async move {
            let all = of_kind(stage, MessageKind::Survey).await;
            let one = all.into_iter().find(|one| receiver(&one.to) == person);
            format!("{:?}", one.unwrap().message.args["title"])
        }
    };
    assert_eq!(title("omar").await, r#"Text("نبض")"#);
    assert_eq!(title("mei").await, r#"Text("Pulse")"#);
    let answer = json!({
        "round": round, "person": "omar", "kind": "employee", "language": "fa", "values": {},
    });
    stage
        .say::<AnswerEvent>(
            &answer_entity(round, &id("omar")),
            &[("answer_given", answer)],
        )
        .await;
    // In an anonymous round it is only known who took what an answer needs.
    let took = TokenIssued {
        round,
        blinded: "00".into(),
    };
    let said = Said::by_person("mei", stage.host.now());
    let entity = ballot_entity(round, &id("mei"));
    let events: Vec<BallotEvent> = vec![took.into()];
    append_said(&*stage.host.log, entity, Position::START, said, events).await;
    let reminded = [("round_reminded", json!({ "reminder": 1 }))];
    stage
        .say::<RoundEvent>(&round_entity(round), &reminded)
        .await;
    let again = news(&stage, MessageKind::Survey).await;
    assert_eq!(
        again,
        [
            "amina inbox en",
            "amina inbox en",
            "daniel inbox en",
            "daniel inbox en",
            "mei inbox en",
            "omar email fa",
            "omar inbox fa",
        ]
    );
    // What came of it is told to all who were invited, whoever answered.
    let action = ActionId(Uuid::from_u128(10));
    let origin = json!({ "round": round });
    let action_opened = json!({
        "action": action, "department": "it", "title": "Say when", "origin": origin,
        "owner": "daniel", "due": "2026-04-01T09:00:00Z",
    });
    let published = json!({
        "you_said": { "en": "Nobody says when" }, "we_did": { "en": "There is a date" },
        "language": "en", "departments": ["hr"], "origin": origin,
    });
    let events = [
        ("action_opened", action_opened),
        ("action_published", published),
    ];
    stage
        .say::<ActionEvent>(&action_entity(action), &events)
        .await;
    assert_eq!(news(&stage, MessageKind::Action).await, ["daniel inbox en"]);
    assert_eq!(news(&stage, MessageKind::Improvement).await, all);
    // A rebuild makes the same rows, and asks for nothing again.
    let told = asked(&stage).await;
    let other = Stage::on(stage.host.log.clone()).await;
    assert_eq!(asked(&other).await, told);
    // Sending goes on meanwhile: there is no mail server, which is written down.
    let equal = eventually(LONG, || async {
        stage.host.caught_up().await;
        other.host.caught_up().await;
        let readers = [&stage, &other].map(|stage| stage.host.projections[0].reader());
        rows_equal(&readers[0], &readers[1]).unwrap()
    });
    assert!(equal.await, "the rows are not those of a rebuild");
}

#[tokio::test]
async fn who_is_thanked_hears_it_and_what_one_does_not_want_does_not_come() {
    let stage = set().await;
    wishes(
        &stage,
        "mei",
        json!({ "kinds": { "thanks": { "channels": [] } } }),
    )
    .await;
    let given = |number: u128, to: Value| {
        let thanks = Uuid::from_u128(number);
        json!({ "thanks": thanks, "to": to, "text": "Thank you" })
    };
    let entity = thanks_entity(&id("root"));
    let events = [("thanks_given", given(1, json!({ "team": "it" })))];
    stage.say::<ThanksEvent>(&entity, &events).await;
    let events = [("thanks_given", given(2, json!({ "person": "amina" })))];
    stage.say::<ThanksEvent>(&entity, &events).await;
    assert_eq!(
        news(&stage, MessageKind::Thanks).await,
        ["amina inbox en", "daniel inbox en"]
    );
}

#[tokio::test]
async fn who_raised_the_same_concern_hears_what_was_done_and_of_an_anonymous_one_nobody() {
    let stage = set().await;
    let concern = |requester: Option<&str>| {
        json!({
            "provider": "it", "requester": requester, "requester_department": requester.map(|_| "hr"),
            "title": "It is cold", "priority": "normal", "channel": "web", "kind": "concern",
        })
    };
    let ids: [String; 3] = std::array::from_fn(|_| Uuid::new_v4().to_string());
    for (id, requester) in ids.iter().zip([Some("amina"), Some("omar"), None]) {
        let events = [("submitted", concern(requester))];
        stage.say::<RequestEvent>(id, &events).await;
    }
    // Omar said that his is like Amina's.
    let linked = json!({ "kind": "similar_to", "request": ids[0] });
    happens(&stage, &ids[1], "linked", linked).await;
    let publish = |number: u128, origin: Value| {
        let action = ActionId(Uuid::from_u128(number));
        let opened = json!({
            "action": action, "department": "it", "title": "Warm it", "origin": origin,
            "owner": "daniel", "due": "2026-04-01T09:00:00Z",
        });
        let published = json!({
            "you_said": { "en": "It is cold" }, "we_did": { "en": "It is warm" },
            "language": "en", "origin": origin,
        });
        let events = [("action_opened", opened), ("action_published", published)];
        let stage = &stage;
        async move {
            let entity = action_entity(action);
            stage.say::<ActionEvent>(&entity, &events).await;
        }
    };
    profile(&stage, "daniel", Value::Null).await;
    publish(1, json!({ "concern": ids[2] })).await;
    assert!(news(&stage, MessageKind::Improvement).await.is_empty());
    // Before it is published it does not leave the house.
    assert_eq!(news(&stage, MessageKind::Action).await, ["daniel inbox fa"]);
    publish(2, json!({ "concern": ids[0] })).await;
    assert_eq!(
        news(&stage, MessageKind::Improvement).await,
        ["amina inbox en", "omar inbox en"]
    );
    for told in of_kind(&stage, MessageKind::Improvement).await {
        assert_eq!(told.message.request, None, "it says whose concern it was");
    }
}

/// A stage with a mail server and somewhere for links to lead; Amina of IT has an address.
async fn with_links(office: &PostOffice) -> sending_stage::Stage {
    let section = json!({
        "feedback_url": "https://khidma.example.org/feedback/",
        "mail": {
            "server": "127.0.0.1",
            "port": office.port,
            "tls": "none",
            "from": "Khidma <khidma@example.org>",
        },
    });
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let before = sending_stage::Stage::set_on(log.clone()).await;
    before.host.caught_up().await;
    before.host.stop().await;
    sending_stage::Stage::configured(log, section).await
}

fn decoded<E: Event>(name: &str, data: &Value) -> E {
    let raw = serde_json::value::to_raw_value(data).unwrap();
    let name = format!("khidma.{}.{name}.v1", E::CONTEXT);
    E::decode(&name, &raw).unwrap().unwrap()
}

#[tokio::test]
async fn the_letter_has_the_link_and_neither_the_log_nor_the_inbox_has() {
    let office = PostOffice::open().await;
    let stage = with_links(&office).await;
    let log = &*stage.host.log;
    let request = Uuid::new_v4().to_string();
    let submitted = json!({
        "provider": "it", "requester": "amina", "requester_department": "it",
        "title": "A laptop", "priority": "normal", "channel": "web",
    });
    let submitted = decoded::<RequestEvent>("submitted", &submitted);
    append(log, request.clone(), vec![submitted]).await;
    let (entity, event) = question(&request, "amina");
    let event = decoded::<QuestionEvent>("question_asked", &event);
    append(log, entity, vec![event]).await;
    let came = eventually(LONG, || async {
        !office.letters.lock().unwrap().is_empty()
    });
    assert!(came.await, "no letter came");
    // Long lines are folded on their way.
    let letter = office.letters.lock().unwrap()[0].replace("=\r\n", "");
    let link = format!(
        "https://khidma.example.org/feedback/answer/{}/{SECRET}",
        question_of(id(&request))
    );
    assert!(letter.contains(&link), "{letter}");
    // On the log it stands where it was asked, and nowhere else.
    let head = log.head().await.unwrap();
    let (mut commits, mut found) = (log.follow(Position::START), 0);
    loop {
        let commit = commits.next().await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&commit.payload);
        found += said.matches(SECRET).count();
        if commit.position >= head {
            break;
        }
    }
    assert_eq!(found, 1);
    // Nor is it in what the receiver reads of the delivery.
    let to = pb::ListDeliveriesRequest {
        page_size: 10,
        ..Default::default()
    };
    let listed = stage.amina.clone().list_deliveries(to).await.unwrap();
    let listed = listed.into_inner().deliveries;
    assert!(listed.len() >= 2, "{listed:?}");
    for delivery in listed {
        let get = pb::GetDeliveryRequest {
            id: delivery.id,
            min_position: 0,
        };
        let seen = stage.amina.clone().get_delivery(get).await.unwrap();
        assert!(!format!("{seen:?}").contains(SECRET));
    }
}
