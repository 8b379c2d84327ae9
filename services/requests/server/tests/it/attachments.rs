//! What is attached, and who sees it.

use khidma_proto::requests as pb;
use tonic::Code;

use crate::links::of;
use crate::stage::{Stage, key, refused};

fn file(name: &str, digit: &str, internal: bool) -> pb::Attachment {
    pb::Attachment {
        uri: format!("https://files.example.org/{name}"),
        name: name.into(),
        size: 17,
        media_type: "image/png".into(),
        sha256: digit.repeat(64),
        internal,
        attached_by_id: String::new(),
    }
}

fn attach(id: &str, attachment: pb::Attachment) -> pb::AttachRequest {
    pb::AttachRequest {
        request_id: key(),
        id: id.into(),
        attachment: Some(attachment),
    }
}

fn names(request: &pb::ServiceRequest) -> Vec<&str> {
    let attachments = request.attachments.iter();
    attachments
        .map(|attachment| attachment.name.as_str())
        .collect()
}

#[tokio::test]
async fn the_requester_sees_nothing_of_what_only_the_provider_sees() {
    let mut stage = Stage::set().await;
    let id = stage.asked("No sound").await;
    let mut daniel = of(&stage, "daniel", "it").await;
    let mut amina = of(&stage, "amina", "hr").await;
    let mut watch = stage
        .amina
        .watch_request(pb::WatchRequestRequest {
            id: id.clone(),
            after_position: 0,
            min_position: stage.head().await,
        })
        .await
        .unwrap()
        .into_inner();
    amina
        .attach(attach(&id, file("screen.png", "a", false)))
        .await
        .unwrap();
    daniel
        .attach(attach(&id, file("secret.png", "b", true)))
        .await
        .unwrap();
    let last = daniel
        .attach(attach(&id, file("answer.png", "c", false)))
        .await;
    let last = last.unwrap().into_inner().position;
    assert_eq!(
        refused(amina.attach(attach(&id, file("own.png", "d", true))).await).0,
        Code::PermissionDenied
    );

    let mine = stage.get(&id).await;
    assert_eq!(names(&mine), ["screen.png", "answer.png"]);
    assert_eq!(mine.attachments[0].attached_by_id, "amina");
    let theirs = pb::GetRequest {
        id: id.clone(),
        min_position: last,
    };
    let theirs = stage
        .daniel
        .get(theirs)
        .await
        .unwrap()
        .into_inner()
        .request
        .unwrap();
    assert_eq!(names(&theirs), ["screen.png", "secret.png", "answer.png"]);

    let timeline = pb::TimelineRequest {
        id: id.clone(),
        min_position: last,
        ..Default::default()
    };
    let told = stage.amina.timeline(timeline).await.unwrap().into_inner();
    let mut told = format!("{told:?}");
    loop {
        let message = watch.message().await.unwrap().unwrap();
        told += &format!("{message:?}");
        if message.position >= last {
            break;
        }
    }
    assert!(
        told.contains("screen.png") && told.contains("answer.png"),
        "{told}"
    );
    assert!(!told.contains("secret"), "{told}");
    // A list shows none at all.
    let list = pb::ListRequest {
        provider_id: "it".into(),
        ..Default::default()
    };
    let list = stage.daniel.list(list).await.unwrap().into_inner();
    assert!(list.requests[0].attachments.is_empty());
}

#[tokio::test]
async fn it_is_detached_by_who_attached_it_and_by_the_provider() {
    let mut stage = Stage::set().await;
    let id = stage.asked("No sound").await;
    let mut daniel = of(&stage, "daniel", "it").await;
    let mut amina = of(&stage, "amina", "hr").await;
    let detach = |digit: &str| pb::DetachRequest {
        request_id: key(),
        id: id.clone(),
        sha256: digit.repeat(64),
    };
    for (digit, name) in [("a", "one.png"), ("b", "two.png")] {
        amina
            .attach(attach(&id, file(name, digit, false)))
            .await
            .unwrap();
    }
    daniel
        .attach(attach(&id, file("three.png", "c", false)))
        .await
        .unwrap();
    let not_hers = refused(amina.detach(detach("c")).await);
    assert_eq!(not_hers.1, "NOT_ALLOWED");
    amina.detach(detach("A")).await.unwrap();
    daniel.detach(detach("b")).await.unwrap();
    assert_eq!(names(&stage.get(&id).await), ["three.png"]);

    // What the requester has too, and takes away again, the provider keeps for itself.
    daniel
        .attach(attach(&id, file("ours.png", "d", true)))
        .await
        .unwrap();
    amina
        .attach(attach(&id, file("hers.png", "d", false)))
        .await
        .unwrap();
    assert_eq!(names(&stage.get(&id).await), ["three.png", "hers.png"]);
    amina.detach(detach("d")).await.unwrap();
    let get = pb::GetRequest {
        id: id.clone(),
        min_position: stage.head().await,
    };
    let theirs = stage.daniel.get(get).await.unwrap().into_inner();
    assert_eq!(names(&theirs.request.unwrap()), ["three.png", "ours.png"]);
}

#[tokio::test]
async fn what_is_not_as_it_has_to_be_is_refused_with_the_field() {
    let mut stage = Stage::set().await;
    let id = stage.asked("No sound").await;
    let mut amina = of(&stage, "amina", "hr").await;
    let invalid = |field: &str| {
        let code = "INVALID_ATTACHMENT".to_owned();
        (Code::InvalidArgument, code, field.to_owned())
    };
    let secret = pb::Attachment {
        uri: "https://amina:secret@files.example.org/a".into(),
        ..file("a", "a", false)
    };
    assert_eq!(
        refused(amina.attach(attach(&id, secret)).await),
        invalid("uri")
    );
    let empty = pb::Attachment {
        size: 0,
        ..file("a", "a", false)
    };
    assert_eq!(
        refused(amina.attach(attach(&id, empty)).await),
        invalid("size")
    );
    let nothing = pb::AttachRequest {
        attachment: None,
        ..attach(&id, file("a", "a", false))
    };
    assert_eq!(refused(amina.attach(nothing).await).2, "attachment");
    assert!(stage.get(&id).await.attachments.is_empty());
}
