//! Inboxes: what is in them, live too, and what its reader does with it.

use khidma_projection::{dump, rows_equal};
use khidma_proto::notifications as pb;
use khidma_testkit::eventually;
use tonic::{Code, Streaming};
use uuid::Uuid;

use crate::people_stage::{LONG, Person, Stage, key, no, refused};

fn subjects(messages: &[pb::InboxMessage]) -> Vec<String> {
    let letter = |message: &pb::InboxMessage| message.letter.clone().unwrap().subject;
    messages.iter().map(letter).collect()
}

fn ids(messages: &[pb::InboxMessage]) -> Vec<String> {
    messages.iter().map(|message| message.id.clone()).collect()
}

async fn read(person: &Person, ids: Vec<String>) -> u64 {
    let request_id = key();
    let request = pb::MarkReadRequest { request_id, ids };
    let marked = person.inbox.clone().mark_read(request).await.unwrap();
    marked.into_inner().position
}

async fn archive(person: &Person, ids: Vec<String>) -> u64 {
    let request_id = key();
    let request = pb::ArchiveRequest { request_id, ids };
    let marked = person.inbox.clone().archive(request).await.unwrap();
    marked.into_inner().position
}

async fn watch(person: &Person, after_position: u64) -> Streaming<pb::WatchInboxResponse> {
    let request = pb::WatchInboxRequest { after_position };
    let watching = person.inbox.clone().watch_inbox(request).await;
    watching.unwrap().into_inner()
}

async fn next(stream: &mut Streaming<pb::WatchInboxResponse>) -> pb::WatchInboxResponse {
    let message = tokio::time::timeout(LONG, stream.message()).await;
    message.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn what_comes_is_seen_read_and_put_away_and_counted() {
    let stage = Stage::set().await;
    let all = stage.said(&["One", "Two", "Three"]).await;
    let words = subjects(&all);
    for (subject, title) in words.iter().zip(["Three", "Two", "One"]) {
        assert!(subject.contains(title), "{words:?}");
    }
    assert_eq!(all[0].kind(), pb::MessageKind::Announcement);
    assert!(all[0].seen.is_none() && all[0].received.is_some());
    let daniel = &stage.daniel;
    assert_eq!(daniel.unread(0).await, (3, 3));

    let see = pb::MarkSeenRequest {
        request_id: key(),
        ids: ids(&all),
    };
    let seen = daniel.inbox.clone().mark_seen(see.clone()).await.unwrap();
    let position = seen.into_inner().position;
    assert_eq!(daniel.unread(position).await, (3, 0));
    // The same call again is the same call, and what is seen stays seen.
    let again = daniel.inbox.clone().mark_seen(see).await.unwrap();
    assert_eq!(again.into_inner().position, position);

    let position = read(daniel, vec![all[2].id.clone()]).await;
    assert_eq!(daniel.unread(position).await, (2, 0));
    let position = archive(daniel, vec![all[1].id.clone()]).await;
    assert_eq!(daniel.unread(position).await, (1, 0));

    let left = daniel.list(pb::ListInboxRequest::default()).await;
    assert_eq!(ids(&left.messages), [all[0].id.clone(), all[2].id.clone()]);
    let unread = pb::ListInboxRequest {
        unread_only: true,
        ..Default::default()
    };
    assert_eq!(
        ids(&daniel.list(unread).await.messages),
        [all[0].id.clone()]
    );
    let put_away = daniel.all().await.remove(1);
    assert!(put_away.archived.is_some() && put_away.read.is_some() && put_away.seen.is_some());
}

#[tokio::test]
async fn what_was_read_unseen_is_seen_and_counted_once() {
    let stage = Stage::set().await;
    let all = stage.said(&["One", "Two"]).await;
    let position = archive(&stage.daniel, ids(&all)).await;
    assert_eq!(stage.daniel.unread(position).await, (0, 0));
}

#[tokio::test]
async fn pages_follow_each_other_and_hold_everything_once() {
    let stage = Stage::set().await;
    let titles: Vec<String> = (0..25).map(|n| format!("Number {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let all = stage.said(&titles).await;
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListInboxRequest {
            page_size: 10,
            page_token,
            ..Default::default()
        };
        let page = stage.daniel.list(request).await;
        assert!(page.messages.len() <= 10);
        seen.extend(ids(&page.messages));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ids(&all));
}

#[tokio::test]
async fn each_has_an_inbox_of_their_own() {
    let stage = Stage::set().await;
    let daniels = stage.said(&["One"]).await;
    let sanas = stage.sana.until(1).await;
    assert_ne!(ids(&daniels), ids(&sanas));
    assert!(stage.linh.all().await.is_empty(), "HR was not spoken to");

    // Nobody marks another's, not even who operates the servers, and of several ids none is marked.
    let both = [ids(&sanas), ids(&daniels)].concat();
    let unknown = |field: &str| no(Code::NotFound, "UNKNOWN_DELIVERY", field);
    for (who, ids, field) in [
        (&stage.sana, both.clone(), "ids[1]"),
        (&stage.root, both.clone(), "ids[0]"),
    ] {
        let request_id = key();
        let request = pb::MarkReadRequest { request_id, ids };
        let refusal = refused(who.inbox.clone().mark_read(request).await);
        assert_eq!(refusal, unknown(field));
    }
    assert_eq!(stage.sana.unread(0).await, (1, 1));

    // A page token of one inbox opens no other, and a forged one leads nowhere else.
    stage.said(&["Two"]).await;
    let first = pb::ListInboxRequest {
        page_size: 1,
        ..Default::default()
    };
    let token = stage.daniel.list(first).await.next_page_token;
    let request = pb::ListInboxRequest {
        page_token: token,
        ..Default::default()
    };
    let refusal = refused(stage.sana.inbox.clone().list_inbox(request).await);
    let field = "page_token";
    assert_eq!(
        refusal,
        no(Code::InvalidArgument, "PAGE_TOKEN_MISMATCH", field)
    );

    let mut watching = watch(&stage.sana, 0).await;
    for _ in 0..2 {
        let message = next(&mut watching).await.message.unwrap();
        assert!(!ids(&daniels).contains(&message.id));
    }
}

#[tokio::test]
async fn ids_are_checked_before_anything_is_marked() {
    let stage = Stage::set().await;
    let all = stage.said(&["One"]).await;
    let mark = async |ids: Vec<String>| {
        let request_id = key();
        let request = pb::ArchiveRequest { request_id, ids };
        refused(stage.daniel.inbox.clone().archive(request).await)
    };
    let mine = all[0].id.clone();
    let wrong = |reason: &str, field: &str| no(Code::InvalidArgument, reason, field);
    assert_eq!(mark(vec![]).await, wrong("MISSING_FIELD", "ids"));
    let text = mark(vec![mine.clone(), "mine".into()]).await;
    assert_eq!(text, wrong("INVALID_ID", "ids[1]"));
    let many = vec![mine.clone(); 501];
    assert_eq!(mark(many).await, wrong("TOO_MANY", "ids"));
    let stranger = Uuid::new_v4().to_string();
    let unknown = no(Code::NotFound, "UNKNOWN_DELIVERY", "ids[1]");
    assert_eq!(mark(vec![mine.clone(), stranger]).await, unknown);
    let keyless = pb::ArchiveRequest {
        request_id: String::new(),
        ids: vec![mine.clone()],
    };
    let keyless = refused(stage.daniel.inbox.clone().archive(keyless).await);
    assert_eq!(keyless, wrong("MISSING_REQUEST_ID", "request_id"));
    assert_eq!(stage.daniel.unread(0).await, (1, 1));
    // One that is named twice is marked once.
    archive(&stage.daniel, vec![mine.clone(), mine]).await;
}

#[tokio::test]
async fn a_message_is_read_in_the_language_it_was_written_in_or_in_another() {
    let stage = Stage::set().await;
    stage.say("Down").await;
    let written = stage.sana.until(1).await.remove(0).letter.unwrap();
    assert_eq!(
        (written.language.as_str(), written.right_to_left),
        ("fa", true)
    );
    let in_language = async |language: &str| {
        let request = pb::ListInboxRequest {
            language: language.into(),
            ..Default::default()
        };
        let listed = stage.sana.inbox.clone().list_inbox(request).await;
        listed.map(|listed| listed.into_inner().messages.remove(0).letter.unwrap())
    };
    let read = in_language("ja-JP").await.unwrap();
    assert_eq!((read.language.as_str(), read.right_to_left), ("ja", false));
    assert!(read.subject.contains("Down") && read.subject != written.subject);
    for wrong in ["日本語", "en us", &"x".repeat(36)] {
        let refusal = refused(in_language(wrong).await);
        let expected = no(Code::InvalidArgument, "INVALID_LANGUAGE", "language");
        assert_eq!(refusal, expected, "{wrong}");
    }
}

#[tokio::test]
async fn a_watcher_sees_what_is_there_what_comes_and_what_changes() {
    let stage = Stage::set().await;
    let all = stage.said(&["One", "Two", "Three"]).await;
    archive(&stage.daniel, vec![all[1].id.clone()]).await;
    let mut watching = watch(&stage.daniel, 0).await;
    let [first, third] = [next(&mut watching).await, next(&mut watching).await];
    let shown = [first.message.unwrap().id, third.message.unwrap().id];
    assert_eq!(shown, [all[2].id.clone(), all[0].id.clone()]);

    let position = read(&stage.daniel, vec![all[0].id.clone()]).await;
    let changed = next(&mut watching).await;
    assert_eq!(changed.position, position);
    let message = changed.message.unwrap();
    assert!(message.id == all[0].id && message.read.is_some());

    // What is put away while somebody watches is told, too.
    archive(&stage.daniel, vec![all[2].id.clone()]).await;
    let message = next(&mut watching).await.message.unwrap();
    assert!(message.id == all[2].id && message.archived.is_some());

    stage.say("Four").await;
    let message = next(&mut watching).await.message.unwrap();
    assert!(message.letter.unwrap().subject.contains("Four"));
}

#[tokio::test]
async fn a_watcher_goes_on_after_any_position_and_misses_nothing() {
    let stage = Stage::set().await;
    let titles: Vec<String> = (0..150).map(|n| format!("Number {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let all = stage.said(&titles).await;
    let mut oldest_first = ids(&all);
    oldest_first.reverse();
    // Hung up after each few messages, and begun again where it was.
    let (mut seen, mut position) = (Vec::new(), 0);
    while seen.len() < oldest_first.len() {
        let mut watching = watch(&stage.daniel, position).await;
        for _ in 0..7.min(oldest_first.len() - seen.len()) {
            let told = next(&mut watching).await;
            assert!(told.position > position, "positions go up");
            position = told.position;
            seen.push(told.message.unwrap().id);
        }
    }
    assert_eq!(seen, oldest_first);
    // What changed meanwhile is told to who comes back, each message as it is now.
    archive(&stage.daniel, vec![oldest_first[3].clone()]).await;
    read(&stage.daniel, vec![oldest_first[5].clone()]).await;
    let mut watching = watch(&stage.daniel, position).await;
    let told = [next(&mut watching).await, next(&mut watching).await];
    let told = told.map(|told| told.message.unwrap());
    assert_eq!(told[0].id, oldest_first[3]);
    assert!(told[0].archived.is_some());
    assert_eq!(told[1].id, oldest_first[5]);
}

#[tokio::test]
async fn a_rebuild_keeps_what_was_seen_read_and_put_away() {
    let stage = Stage::set().await;
    let all = stage.said(&["One", "Two", "Three"]).await;
    stage.sana.until(3).await;
    read(&stage.daniel, vec![all[0].id.clone()]).await;
    let position = archive(&stage.daniel, vec![all[1].id.clone()]).await;
    stage.host.caught_up().await;
    let before = stage.daniel.all().await;
    let projection = &stage.host.projections[0];
    // Nothing is under way any more that would change rows meanwhile.
    let quiet = eventually(LONG, || async {
        projection.reader().next_due().unwrap().is_none()
    });
    assert!(quiet.await);
    stage.host.caught_up().await;
    let live = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    let rebuilt = projection.reader();
    assert!(dump(&rebuilt).unwrap().count() > 20);
    assert!(rows_equal(&live, &rebuilt).unwrap());
    assert_eq!(stage.daniel.all().await, before);
    assert_eq!(stage.daniel.unread(position).await, (1, 1));
}
