//! Links, and who sees them.

use khidma_edge::client::Connection;
use khidma_proto::requests as pb;
use khidma_proto::requests::links_service_client::LinksServiceClient;
use tonic::Code;

use crate::stage::{Stage, key, refused};

pub(crate) type Links = LinksServiceClient<Connection>;

pub(crate) async fn of(stage: &Stage, person: &str, department: &str) -> Links {
    Links::new(stage.host.connect(person, department, &[]).await)
}

pub(crate) fn link(id: &str, kind: pb::LinkKind, other: &str) -> pb::LinkRequest {
    pb::LinkRequest {
        request_id: key(),
        id: id.into(),
        kind: kind.into(),
        other_id: other.into(),
    }
}

fn shown(request: &pb::ServiceRequest) -> Vec<(pb::LinkKind, &str, bool)> {
    let links = request.links.iter();
    links
        .map(|link| (link.kind(), link.request_id.as_str(), link.from_other))
        .collect()
}

#[tokio::test]
async fn both_requests_show_a_link_until_it_is_taken_away() {
    let mut stage = Stage::set().await;
    let mut daniel = of(&stage, "daniel", "it").await;
    let (one, other) = (stage.asked("No sound").await, stage.asked("No mail").await);
    let ask = link(&one, pb::LinkKind::CausedBy, &other);
    let position = daniel
        .link(ask.clone())
        .await
        .unwrap()
        .into_inner()
        .position;
    assert_eq!(
        shown(&stage.get(&one).await),
        [(pb::LinkKind::CausedBy, other.as_str(), false)]
    );
    assert_eq!(
        shown(&stage.get(&other).await),
        [(pb::LinkKind::CausedBy, one.as_str(), true)]
    );
    assert_eq!(
        daniel.link(ask).await.unwrap().into_inner().position,
        position
    );
    let unlink = pb::UnlinkRequest {
        request_id: key(),
        id: one.clone(),
        kind: pb::LinkKind::CausedBy.into(),
        other_id: other.clone(),
    };
    daniel.unlink(unlink).await.unwrap();
    assert!(stage.get(&one).await.links.is_empty());
    assert!(stage.get(&other).await.links.is_empty());
}

#[tokio::test]
async fn nobody_links_to_what_they_may_not_read() {
    let mut stage = Stage::set().await;
    let mut daniel = of(&stage, "daniel", "it").await;
    let mine = stage.asked("No sound").await;
    let elsewhere = pb::SubmitRequest {
        provider_id: "facilities".into(),
        ..crate::stage::laptop("A desk")
    };
    let secret = stage.amina.submit(elsewhere).await.unwrap().into_inner().id;
    let unreadable = daniel
        .link(link(&mine, pb::LinkKind::CausedBy, &secret))
        .await;
    let unreadable = refused(unreadable);
    assert_eq!((unreadable.0, &*unreadable.2), (Code::NotFound, "other_id"));
    let unknown = daniel
        .link(link(&mine, pb::LinkKind::CausedBy, &key()))
        .await;
    assert_eq!(refused(unknown), unreadable);
    let itself = daniel
        .link(link(&mine, pb::LinkKind::CausedBy, &mine))
        .await;
    assert_eq!(refused(itself).1, "SAME_REQUEST");
    let how = daniel
        .link(link(&mine, pb::LinkKind::Unspecified, &secret))
        .await;
    assert_eq!(
        refused(how),
        (Code::InvalidArgument, "UNKNOWN_VALUE".into(), "kind".into())
    );
    let mut farid = of(&stage, "farid", "finance").await;
    let stranger = farid.link(link(&mine, pb::LinkKind::CausedBy, &mine)).await;
    assert_eq!(refused(stranger).1, "UNKNOWN_REQUEST");
}
