//! Receivers that hang, trickle, pour, send elsewhere or answer nonsense.

use std::time::{Duration, Instant};

use khidma_events::notifications::MessageKind;
use khidma_notifications_channels::{Failed, Fate, PostConfig, Poster};
use khidma_runtime::Clock;
use khidma_testkit::eventually;

use crate::letters::Sent;
use crate::receiver::{Conduct, Receiver};
use crate::webhooks::{config, secrets};

/// What comes of a post.
async fn post(receiver: &Receiver) -> Result<(), Failed> {
    post_within(config().timeout_seconds, receiver).await
}

/// What comes of a post that may take so many seconds.
async fn post_within(timeout_seconds: u32, receiver: &Receiver) -> Result<(), Failed> {
    let config = PostConfig {
        timeout_seconds,
        ..config()
    };
    let poster = Poster::new(&config, Clock::system()).unwrap();
    let (sent, secrets) = (Sent::of(MessageKind::Receipt, "en"), secrets(&[1]));
    let post = sent.post();
    poster.webhook(&receiver.url(), &secrets, &post).await
}

fn is(failed: Result<(), Failed>, code: &str, status: Option<u16>, fate: Fate) {
    let failed = failed.unwrap_err();
    assert_eq!(failed.failure.code, code, "{failed:?}");
    assert_eq!(failed.failure.status, status, "{failed:?}");
    assert_eq!(failed.fate, fate, "{failed:?}");
}

const RETRY: Fate = Fate::Retry { after: None };

#[tokio::test]
async fn one_that_hangs_or_trickles_its_head_is_cut_off() {
    let head = "HTTP/1.1 200 OK\r\nx-endless: ".to_owned();
    for conduct in [Conduct::Hangs, Conduct::Trickles(head)] {
        let receiver = Receiver::new(conduct);
        let begun = Instant::now();
        is(post_within(1, &receiver).await, "timeout", None, RETRY);
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}

#[tokio::test]
async fn one_that_said_yes_has_it_however_it_goes_on() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n".to_owned();
    let trickling = Receiver::new(Conduct::Trickles(head.clone()));
    let begun = Instant::now();
    post_within(60, &trickling).await.unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "the body was waited for"
    );

    let pouring = Receiver::new(Conduct::Pours(head));
    post(&pouring).await.unwrap();
    let mut before = usize::MAX;
    let ended = eventually(Duration::from_secs(30), || {
        let stands = pouring.poured() == before;
        before = pouring.poured();
        std::future::ready(stands)
    });
    assert!(ended.await, "it is still read from");
    // What the system's buffers took, and not a gigabyte.
    assert!(pouring.poured() < 64 << 20, "{}", pouring.poured());
}

#[tokio::test]
async fn a_head_without_end_is_not_read_to_it() {
    let receiver = Receiver::new(Conduct::Pours("HTTP/1.1 200 OK\r\nx-endless: ".into()));
    is(post(&receiver).await, "connection", None, RETRY);
    assert!(receiver.poured() < 64 << 20, "{}", receiver.poured());
}

#[tokio::test]
async fn one_that_sends_elsewhere_is_not_followed() {
    let inside = Receiver::new(Conduct::status(200, &[]));
    let location = format!("location: {}", inside.url());
    for status in [301, 302, 303, 307, 308] {
        let outside = Receiver::new(Conduct::status(status, &[location.as_str()]));
        is(post(&outside).await, "redirect", Some(status), RETRY);
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn one_that_wants_no_more_or_less_often_is_heard() {
    let receiver = |status, headers: &[&str]| Receiver::new(Conduct::status(status, headers));
    is(
        post(&receiver(410, &[])).await,
        "gone",
        Some(410),
        Fate::Gone,
    );
    let after = Some(Duration::from_secs(120));
    let later = receiver(429, &["Retry-After: 120"]);
    is(
        post(&later).await,
        "status",
        Some(429),
        Fate::Retry { after },
    );
    is(post(&receiver(500, &[])).await, "status", Some(500), RETRY);
    is(
        post(&receiver(413, &[])).await,
        "too_large",
        Some(413),
        Fate::Never,
    );
}

#[tokio::test]
async fn one_that_speaks_something_else_or_nothing_is_tried_again() {
    for said in [
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "\0\0\0\0",
    ] {
        let receiver = Receiver::new(Conduct::Answers(said.into()));
        let failed = post(&receiver).await.unwrap_err();
        assert_eq!(failed.fate, RETRY, "{said:?}");
        assert!(!failed.failure.reason.contains("SSH"), "{failed:?}");
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let poster = Poster::new(&config(), Clock::system()).unwrap();
    let sent = Sent::of(MessageKind::Receipt, "en");
    let url = format!("http://127.0.0.1:{port}/");
    let failed = poster.chat(&url, &sent.post()).await;
    is(failed, "connection", None, RETRY);
}
