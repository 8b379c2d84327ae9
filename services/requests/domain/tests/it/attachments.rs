//! What is attached to a request.

use khidma_events::requests::*;
use khidma_kernel::Actor;
use khidma_requests_domain::{Body, State};

use crate::support::*;

fn attach(attachment: Attachment, internal: bool) -> Body {
    Body::Attach {
        attachment,
        internal,
    }
}

fn attached(attachment: Attachment, internal: bool) -> RequestEvent {
    Attached {
        attachment,
        internal,
    }
    .into()
}

fn detach(by: &str) -> Body {
    Body::Detach {
        sha256: picture().sha256.to_uppercase(),
        attached_by: Some(Actor::Person(by.parse().unwrap())),
    }
}

#[test]
fn the_same_digest_again_is_nothing_new() {
    let shouted = Attachment {
        sha256: picture().sha256.to_uppercase(),
        ..picture()
    };
    story()
        .by(amina())
        .when(attach(shouted, false))
        .then([attached(picture(), false)])
        .when(attach(picture(), false))
        .then_nothing()
        // The provider does not hide what both sides see by attaching it once more.
        .by(daniel())
        .when(attach(picture(), true))
        .then_nothing();
}

#[test]
fn what_the_provider_had_to_itself_is_shown_once_the_requester_has_it_too() {
    let after = story()
        .by(daniel())
        .when(attach(picture(), true))
        .then([attached(picture(), true)])
        .by(amina())
        .when(attach(picture(), false))
        .then([attached(picture(), false)]);
    let request = after.state().as_ref().unwrap();
    assert!(request.attached.contains(&(picture().sha256, false)));
    assert_eq!(request.state, State::Submitted);
}

#[test]
fn what_the_requester_detaches_the_provider_still_has_for_itself() {
    let detached = |internal| {
        let sha256 = picture().sha256;
        RequestEvent::from(Detached { sha256, internal })
    };
    let both = story().and([attached(picture(), true), attached(picture(), false)]);
    // The provider takes away all that it sees.
    both.clone()
        .by(daniel())
        .when(detach("amina"))
        .then([detached(false), detached(true)]);
    both.by(amina())
        .when(detach("amina"))
        .then([detached(false)])
        .when(detach("amina"))
        .then_nothing()
        .by(daniel())
        .when(attach(picture(), true))
        .then_nothing()
        .when(detach("daniel"))
        .then([detached(true)]);
}

#[test]
fn it_is_detached_by_who_attached_it_or_by_the_provider() {
    let sha256 = picture().sha256;
    let detached = |internal| {
        let sha256 = sha256.clone();
        RequestEvent::from(Detached { sha256, internal })
    };
    let story = story().and([attached(picture(), false)]);
    story
        .clone()
        .by(amina())
        .when(detach("amina"))
        .then([detached(false)]);
    story
        .clone()
        .by(daniel())
        .when(detach("amina"))
        .then([detached(false)]);
    story
        .by(linh())
        .when(detach("amina"))
        .then_refused("NOT_ALLOWED")
        .by(amina())
        .when(detach("daniel"))
        .then_refused("NOT_ALLOWED");
}

#[test]
fn what_only_the_provider_sees_is_not_there_for_the_requester() {
    story()
        .and([attached(picture(), true)])
        .by(amina())
        .when(detach("daniel"))
        .then_nothing()
        .by(sana())
        .when(detach("daniel"))
        .then([Detached {
            sha256: picture().sha256,
            internal: true,
        }
        .into()]);
}

#[test]
fn what_is_not_as_it_has_to_be_is_refused_with_the_field() {
    let long = format!("https://files.example.org/{}", "x".repeat(2_000));
    let with = |change: &dyn Fn(&mut Attachment)| {
        let mut attachment = picture();
        change(&mut attachment);
        attachment
    };
    let uri = |text: &str| with(&|it| it.uri = text.to_owned());
    let name = |text: &str| with(&|it| it.name = text.to_owned());
    let media = |text: &str| with(&|it| it.media_type = text.to_owned());
    let sha256 = |text: &str| with(&|it| it.sha256 = text.to_owned());
    let size = |size| with(&|it| it.size = size);
    let cases = [
        (uri(""), "MISSING_FIELD", "uri"),
        (uri(&long), "TOO_LONG", "uri"),
        (uri("files/screen.png"), "INVALID_ATTACHMENT", "uri"),
        (uri("//files.example.org/a"), "INVALID_ATTACHMENT", "uri"),
        (uri("#top"), "INVALID_ATTACHMENT", "uri"),
        (uri("file:///etc/passwd"), "INVALID_ATTACHMENT", "uri"),
        (uri("data:text/plain,hello"), "INVALID_ATTACHMENT", "uri"),
        (
            uri("javascript://files.example.org/%0Aalert(1)"),
            "INVALID_ATTACHMENT",
            "uri",
        ),
        (uri("data://text/plain,hello"), "INVALID_ATTACHMENT", "uri"),
        (
            uri("file://files.example.org/a"),
            "INVALID_ATTACHMENT",
            "uri",
        ),
        (
            uri("https:files.example.org/a"),
            "INVALID_ATTACHMENT",
            "uri",
        ),
        (uri("https://"), "INVALID_ATTACHMENT", "uri"),
        (
            uri("https://amina:secret@files.example.org/a"),
            "INVALID_ATTACHMENT",
            "uri",
        ),
        (
            uri("https://amina@files.example.org/a"),
            "INVALID_ATTACHMENT",
            "uri",
        ),
        (
            uri("https://files.example.org/a b"),
            "INVALID_ATTACHMENT",
            "uri",
        ),
        (
            uri("https://files.example.org/a\nb"),
            "INVALID_ATTACHMENT",
            "uri",
        ),
        (name(" "), "MISSING_FIELD", "name"),
        (name(&"ä".repeat(256)), "TOO_LONG", "name"),
        (name("../screen.png"), "INVALID_ATTACHMENT", "name"),
        (name("c:\\screen.png"), "INVALID_ATTACHMENT", "name"),
        (name(".."), "INVALID_ATTACHMENT", "name"),
        (name("screen\u{7}.png"), "INVALID_ATTACHMENT", "name"),
        (size(0), "INVALID_ATTACHMENT", "size"),
        (size(1 << 53), "INVALID_ATTACHMENT", "size"),
        (media(""), "MISSING_FIELD", "media_type"),
        (media("png"), "INVALID_ATTACHMENT", "media_type"),
        (media("image/"), "INVALID_ATTACHMENT", "media_type"),
        (media("image/*"), "INVALID_ATTACHMENT", "media_type"),
        (sha256(""), "INVALID_ATTACHMENT", "sha256"),
        (sha256(&"ab".repeat(31)), "INVALID_ATTACHMENT", "sha256"),
        (sha256(&"xy".repeat(32)), "INVALID_ATTACHMENT", "sha256"),
    ];
    for (attachment, code, field) in cases {
        story()
            .by(amina())
            .when(attach(attachment, false))
            .then_refused_at(code, field);
    }
    for attachment in [
        media("text/plain; charset=utf-8"),
        size((1 << 53) - 1),
        uri("s3://bucket/key"),
        uri("SMB://files.example.org/share/a"),
        name(&"ä".repeat(255)),
    ] {
        story()
            .by(amina())
            .when(attach(attachment.clone(), false))
            .then([attached(attachment, false)]);
    }
}

#[test]
fn a_hundred_are_enough_and_those_of_the_provider_do_not_count_for_the_requester() {
    let many = |internal| {
        (0..100).map(move |number| {
            let sha256 = format!("{:064x}", number + if internal { 1_000 } else { 0 });
            attached(
                Attachment {
                    sha256,
                    ..picture()
                },
                internal,
            )
        })
    };
    story()
        .and(many(true))
        .by(amina())
        .when(attach(picture(), false))
        .then([attached(picture(), false)]);
    story()
        .and(many(false))
        .by(amina())
        .when(attach(picture(), false))
        .then_refused("TOO_MANY_ATTACHMENTS")
        .by(daniel())
        .when(attach(picture(), true))
        .then([attached(picture(), true)]);
}
