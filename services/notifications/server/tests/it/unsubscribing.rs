//! Unsubscribing by the link in an e-mail, with a real HTTP/1.1 client.

use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use khidma_events::notifications::MessageKind as Kind;
use khidma_notifications_channels::Keyring;
use khidma_proto::notifications as pb;
use khidma_proto::notifications::{Channel, MessageKind};

use crate::people_stage::{Stage, key};

/// What a mail program sends for a click.
const CLICK: &str = "List-Unsubscribe=One-Click";

/// What was answered: the status, and the page.
async fn visit(stage: &Stage, method: &str, token: &str, body: &str) -> (u16, String) {
    let client: Client<HttpConnector, Full<&[u8]>> =
        Client::builder(TokioExecutor::new()).build_http();
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}/unsubscribe/{token}", stage.host.address()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(body.to_owned().leak().as_bytes()))
        .unwrap();
    let answer = client.request(request).await.unwrap();
    assert_eq!(answer.version(), http::Version::HTTP_11);
    let status = answer.status().as_u16();
    let page = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(page.to_vec()).unwrap())
}

/// The token in the link that Sana's e-mails of that kind carry.
fn token(stage: &Stage, kind: Kind) -> String {
    let file = stage.host.folder().join("notifications/keyring");
    let keyring = Keyring::open_or_create(&file).unwrap();
    keyring.unsubscribe_token(&"sana".parse().unwrap(), kind)
}

/// By which channels messages of that kind come to Sana.
async fn channels(stage: &Stage, kind: MessageKind) -> Vec<Channel> {
    let request = pb::GetPreferencesRequest {
        person_id: String::new(),
        min_position: stage.host.log.head().await.unwrap().0,
    };
    let got = stage.sana.wishes.clone().get_preferences(request).await;
    let ways = got.unwrap().into_inner().ways;
    let way = ways.iter().find(|way| way.kind() == kind).unwrap();
    way.at_once().collect()
}

#[tokio::test]
async fn a_click_ends_e_mail_of_that_kind_and_looking_does_not() {
    let stage = Stage::set().await;
    let reply = token(&stage, Kind::Reply);
    let by_both = [Channel::Inbox, Channel::Email];
    let before = stage.host.log.head().await.unwrap();
    let (status, page) = visit(&stage, "GET", &reply, "").await;
    assert_eq!(status, 200);
    // In her language, with a button that clicks.
    assert!(page.contains("lang=\"fa\" dir=\"rtl\"") && page.contains("<button>"));
    assert!(page.contains("name=\"List-Unsubscribe\" value=\"One-Click\""));
    assert_eq!(stage.host.log.head().await.unwrap(), before);
    assert_eq!(channels(&stage, MessageKind::Reply).await, by_both);

    let (status, page) = visit(&stage, "POST", &reply, CLICK).await;
    assert!(
        status == 200 && !page.contains("<button>"),
        "{status} {page}"
    );
    assert_eq!(channels(&stage, MessageKind::Reply).await, [Channel::Inbox]);
    assert_eq!(channels(&stage, MessageKind::Receipt).await, by_both);

    // Clicked again, nothing is written; wanted again and clicked again, it ends again.
    let once = stage.host.log.head().await.unwrap();
    assert_eq!(visit(&stage, "POST", &reply, CLICK).await.0, 200);
    assert_eq!(stage.host.log.head().await.unwrap(), once);
    let request = pb::SetPreferencesRequest {
        request_id: key(),
        person_id: String::new(),
        preferences: Some(pb::Preferences::default()),
    };
    stage
        .sana
        .wishes
        .clone()
        .set_preferences(request)
        .await
        .unwrap();
    assert_eq!(channels(&stage, MessageKind::Reply).await, by_both);
    assert_eq!(visit(&stage, "POST", &reply, CLICK).await.0, 200);
    assert_eq!(channels(&stage, MessageKind::Reply).await, [Channel::Inbox]);
}

#[tokio::test]
async fn what_is_no_click_or_no_link_of_ours_changes_nothing() {
    let stage = Stage::set().await;
    let reply = token(&stage, Kind::Reply);
    let before = stage.host.log.head().await.unwrap();
    let other_kind = reply.replace(".reply.", ".receipt.");
    let other_person = reply.replace("sana.", "daniel.");
    let cut = &reply[..reply.len() - 1];
    for token in [
        "",
        "x",
        &other_kind,
        &other_person,
        cut,
        &format!("{reply}/"),
    ] {
        assert_eq!(visit(&stage, "POST", token, CLICK).await.0, 404, "{token}");
        assert_eq!(visit(&stage, "GET", token, "").await.0, 404, "{token}");
    }
    for body in ["", "List-Unsubscribe=No", "click"] {
        assert_eq!(visit(&stage, "POST", &reply, body).await.0, 400, "{body}");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        assert_eq!(visit(&stage, method, &reply, CLICK).await.0, 405);
    }
    let long = "x".repeat(9000);
    assert_eq!(visit(&stage, "POST", &reply, &long).await.0, 413);
    assert_eq!(stage.host.log.head().await.unwrap(), before);
}
