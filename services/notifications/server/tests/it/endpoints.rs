//! Who keeps endpoints, who sees deliveries, and what is refused.

use khidma_events::notifications::{Channel, Receiver};
use khidma_proto::notifications as pb;
use khidma_proto::notifications::DeliveryState;
use khidma_proto::notifications::register_endpoint_request::Owner;

use crate::sending_stage::*;
use crate::sink::{Reply, Sink};

const PUBLIC: &str = "https://hooks.example.org/khidma";

fn refused(reason: &str, field: &str) -> (String, String) {
    (reason.into(), field.into())
}

#[tokio::test]
async fn an_address_that_is_not_public_is_refused_unless_it_is_allowed() {
    let stage = Stage::with(Stage::set().await.host.log.clone(), &["10.1.0.0/16"]).await;
    for url in [
        "http://127.0.0.1:9/hook",
        "http://[::1]/hook",
        "http://localhost/hook",
        "http://0x7f000001/hook",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/latest",
        "http://10.2.0.1/hook",
        "http://192.168.1.1/hook",
        "ftp://hooks.example.org/x",
        "https://user:secret@hooks.example.org/x",
        "hooks",
        "",
    ] {
        let registered = stage
            .mina
            .clone()
            .register_endpoint(hook("it-hook", url))
            .await;
        assert_eq!(why(registered), refused("INVALID_URL", "url"), "{url}");
    }
    for (name, url) in [("it-a", "http://10.1.2.3/hook"), ("it-b", PUBLIC)] {
        let registered = stage.mina.clone().register_endpoint(hook(name, url)).await;
        registered.unwrap();
    }
    let change = pb::ChangeEndpointRequest {
        request_id: key(),
        id: "it-b".into(),
        url: "http://127.0.0.1/".into(),
        kinds: vec![],
        language: String::new(),
    };
    let changed = stage.mina.clone().change_endpoint(change).await;
    assert_eq!(why(changed), refused("INVALID_URL", "url"));
}

#[tokio::test]
async fn a_secret_is_shown_to_who_asked_for_it_and_to_nobody_later() {
    let stage = Stage::set().await;
    let request = hook("it-hook", PUBLIC);
    let mut mina = stage.mina.clone();
    let first = mina.register_endpoint(request.clone()).await.unwrap();
    let again = mina.register_endpoint(request).await.unwrap();
    assert_eq!(first.into_inner(), again.into_inner(), "the same wish");
    let other = mina.register_endpoint(hook("it-hook", PUBLIC)).await;
    assert_eq!(why(other), refused("ENDPOINT_EXISTS", "id"));
    let chat = pb::RegisterEndpointRequest {
        kind: pb::EndpointKind::Chat.into(),
        url: "https://chat.example.org/hooks/very-secret".into(),
        owner: Some(Owner::PersonId("mina".into())),
        kinds: vec![pb::MessageKind::Breach.into()],
        language: "fa".into(),
        ..hook("mina-chat", "")
    };
    let chat = mina.register_endpoint(chat).await.unwrap().into_inner();
    assert_eq!(chat.secret, "");
    let list = pb::ListEndpointsRequest {
        min_position: chat.position,
        ..Default::default()
    };
    let listed = mina.list_endpoints(list).await.unwrap().into_inner();
    let ids: Vec<_> = listed.endpoints.iter().map(|one| &*one.id).collect();
    assert_eq!(ids, ["it-hook", "mina-chat"]);
    assert_eq!(listed.endpoints[1].url, "https://chat.example.org/…");
    assert_eq!(listed.endpoints[1].language, "fa");
    let rotate = pb::RotateSecretRequest {
        request_id: key(),
        id: "mina-chat".into(),
    };
    assert_eq!(
        why(mina.rotate_secret(rotate).await),
        refused("NO_SECRET", "id")
    );
}

#[tokio::test]
async fn nobody_keeps_the_endpoints_of_others() {
    let stage = Stage::set().await;
    let of = |owner| pb::RegisterEndpointRequest {
        owner: Some(owner),
        ..hook("hook", PUBLIC)
    };
    let department = |id: &str| of(Owner::DepartmentId(id.into()));
    let person = |id: &str| of(Owner::PersonId(id.into()));
    for (mut who, request, reason, field) in [
        (stage.amina.clone(), department("it"), "NOT_ALLOWED", ""),
        (stage.dao.clone(), department("it"), "NOT_ALLOWED", ""),
        (stage.mina.clone(), person("amina"), "NOT_ALLOWED", ""),
        (
            stage.root.clone(),
            department("sales"),
            "UNKNOWN_OWNER",
            "department_id",
        ),
        (
            stage.root.clone(),
            person("nobody"),
            "UNKNOWN_OWNER",
            "person_id",
        ),
        (
            stage.root.clone(),
            department("I T"),
            "INVALID_ID",
            "department_id",
        ),
    ] {
        let registered = who.register_endpoint(request).await;
        assert_eq!(why(registered), refused(reason, field));
    }
    stage.hook("it-hook", PUBLIC).await;
    for mut who in [stage.amina.clone(), stage.dao.clone()] {
        let remove = pb::RemoveEndpointRequest {
            request_id: key(),
            id: "it-hook".into(),
        };
        let removed = who.remove_endpoint(remove).await;
        assert_eq!(why(removed), refused("UNKNOWN_ENDPOINT", "id"));
        let list = pb::ListDeliveriesRequest {
            endpoint_id: "it-hook".into(),
            ..Default::default()
        };
        let listed = who.list_deliveries(list).await;
        assert_eq!(why(listed), refused("UNKNOWN_ENDPOINT", "endpoint_id"));
        let listed = who.list_endpoints(pb::ListEndpointsRequest::default());
        assert_eq!(listed.await.unwrap().into_inner().endpoints, []);
    }
    let malformed = pb::RegisterEndpointRequest {
        kind: 0,
        ..hook("hook", PUBLIC)
    };
    let registered = stage.mina.clone().register_endpoint(malformed).await;
    assert_eq!(why(registered), refused("MISSING_FIELD", "kind"));
}

#[tokio::test]
async fn deliveries_are_seen_by_whom_they_concern_and_read_by_their_receivers() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(200)).await;
    stage.hook("it-hook", &sink.url).await;
    let to_amina = || Receiver::Person("amina".parse().unwrap());
    let inbox = stage.ask(to_amina(), Channel::Inbox, 1).await;
    let mail = stage.ask(to_amina(), Channel::Email, 2).await;
    let post = stage.post("it-hook", 3).await;
    stage.until_state(post, DeliveryState::Delivered).await;
    stage.until_state(mail, DeliveryState::Dead).await;
    let min_position = stage.host.log.head().await.unwrap().0;
    let ask = pb::ListDeliveriesRequest {
        min_position,
        ..Default::default()
    };
    let ids = async |who: &Client, request: &pb::ListDeliveriesRequest| {
        let listed = who.clone().list_deliveries(request.clone()).await.unwrap();
        let listed = listed.into_inner().deliveries.into_iter();
        listed.map(|one| one.id).collect::<Vec<_>>()
    };
    let named = |all: &[khidma_kernel::DeliveryId]| -> Vec<_> {
        all.iter().map(ToString::to_string).collect()
    };
    assert_eq!(ids(&stage.root, &ask).await, named(&[post, mail, inbox]));
    assert_eq!(
        ids(&stage.amina, &ask).await,
        named(&[mail, inbox]),
        "her own"
    );
    assert_eq!(ids(&stage.dao, &ask).await, named(&[]));
    let of_it = pb::ListDeliveriesRequest {
        endpoint_id: "it-hook".into(),
        ..ask.clone()
    };
    assert_eq!(ids(&stage.mina, &of_it).await, named(&[post]));
    let by_mail = pb::ListDeliveriesRequest {
        channel: pb::Channel::Email.into(),
        ..ask.clone()
    };
    assert_eq!(ids(&stage.root, &by_mail).await, named(&[mail]));
    let others = pb::ListDeliveriesRequest {
        person_id: "amina".into(),
        ..ask.clone()
    };
    let listed = stage.mina.clone().list_deliveries(others).await;
    assert_eq!(why(listed), refused("NOT_ALLOWED", "person_id"));

    let get = |id: khidma_kernel::DeliveryId| pb::GetDeliveryRequest {
        id: id.to_string(),
        min_position,
    };
    for (who, id, reads) in [
        (&stage.amina, inbox, true),
        (&stage.root, inbox, false),
        (&stage.mina, post, true),
        (&stage.root, post, false),
    ] {
        let got = who
            .clone()
            .get_delivery(get(id))
            .await
            .unwrap()
            .into_inner();
        let said = got.letter.is_some_and(|letter| !letter.subject.is_empty());
        assert_eq!(said, reads, "{id}");
    }
    for (who, id) in [(&stage.mina, inbox), (&stage.dao, post)] {
        let got = who.clone().get_delivery(get(id)).await;
        assert_eq!(why(got), refused("UNKNOWN_DELIVERY", "id"));
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_belong_to_their_question() {
    let stage = Stage::set().await;
    let amina = || Receiver::Person("amina".parse().unwrap());
    let mut asked = Vec::new();
    for number in 0..25 {
        asked.push(stage.ask(amina(), Channel::Inbox, number).await.to_string());
    }
    asked.reverse();
    let mut request = pb::ListDeliveriesRequest {
        page_size: 10,
        min_position: stage.host.log.head().await.unwrap().0,
        ..Default::default()
    };
    let mut listed = Vec::new();
    loop {
        let page = stage.amina.clone().list_deliveries(request.clone()).await;
        let page = page.unwrap().into_inner();
        assert!(page.deliveries.len() <= 10);
        listed.extend(page.deliveries.into_iter().map(|one| one.id));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(listed, asked);
    let other = pb::ListDeliveriesRequest {
        states: vec![DeliveryState::Dead.into()],
        ..request
    };
    let mixed = stage.amina.clone().list_deliveries(other).await;
    assert_eq!(why(mixed), refused("PAGE_TOKEN_MISMATCH", "page_token"));
}

#[tokio::test]
async fn every_kind_of_message_can_be_looked_at_before_there_is_one() {
    let stage = Stage::set().await;
    let preview = |kind: i32, language: &str, time_zone: &str| {
        let (language, time_zone) = (language.to_owned(), time_zone.to_owned());
        let request = pb::PreviewMessageRequest {
            kind,
            language,
            time_zone,
        };
        let mut amina = stage.amina.clone();
        async move { amina.preview_message(request).await }
    };
    for kind in 1..=19 {
        let shown = preview(kind, "", "").await.unwrap().into_inner();
        let letter = shown.letter.unwrap();
        assert_eq!(letter.language, "en");
        assert!(
            !letter.subject.is_empty() && letter.html.contains("<html"),
            "{kind}"
        );
        assert!(shown.texts_version >= 1);
    }
    for (kind, field) in [(0, "MISSING_FIELD"), (99, "UNKNOWN_VALUE")] {
        let shown = preview(kind, "", "").await;
        assert_eq!(why(shown), refused(field, "kind"));
    }
    let nowhere = preview(1, "", "Europe/Atlantis").await;
    assert_eq!(why(nowhere), refused("INVALID_TIME_ZONE", "time_zone"));
}
