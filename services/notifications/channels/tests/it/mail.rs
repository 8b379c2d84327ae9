//! E-mail, as a real mail server gets it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use futures::future::join_all;
use khidma_events::notifications::MessageKind;
use khidma_notifications_channels::{Failed, Fate, MailConfig, MailTls, Mailer};
use serde_json::{Value, json};

use crate::letters::Sent;
use crate::mail_server::MailServer;

const RETRY: Fate = Fate::Retry { after: None };

fn sent() -> Sent {
    Sent::of(MessageKind::Receipt, "en")
}

fn header<'a>(letter: &'a Value, name: &str) -> &'a str {
    let headers = letter["headers"].as_array().unwrap();
    let found = headers.iter().find(|header| header[0] == name);
    found.map_or("", |header| header[1].as_str().unwrap())
}

fn is(failed: Result<(), Failed>, code: &str, status: Option<u16>, fate: Fate) {
    let failed = failed.unwrap_err();
    assert_eq!(failed.failure.code, code, "{failed:?}");
    assert_eq!(failed.failure.status, status, "{failed:?}");
    assert_eq!(failed.fate, fate, "{failed:?}");
    assert!(!failed.failure.reason.contains('@'), "{failed:?}");
}

#[tokio::test]
async fn a_letter_arrives_in_words_that_any_mail_program_reads() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let mailer = Mailer::new(&MailConfig {
        reply_to: Some("desk@house.example".into()),
        ..server.config(MailTls::None)
    });
    let mailer = mailer.unwrap();
    let link = "https://house.example/unsubscribe/amina.receipt.x";
    for (kind, language) in [
        (MessageKind::Receipt, "en"),
        (MessageKind::Question, "ar"),
        (MessageKind::Breach, "fa"),
        (MessageKind::Approval, "vi"),
        (MessageKind::Standards, "ja"),
    ] {
        let before = server.told("letter").len();
        let sent = Sent::of(kind, language);
        let post = sent.post();
        mailer
            .send("amina@house.example", &post, Some(link))
            .await
            .unwrap();
        let letter = server.events("letter", before + 1).await.remove(before);
        assert_eq!(letter["defects"], json!([]));
        assert_eq!(
            letter["is_ascii"], true,
            "servers without 8BITMIME could not take it"
        );
        assert_eq!(letter["content_type"], "multipart/alternative");
        assert_eq!(letter["sender"], "khidma@house.example");
        assert_eq!(letter["to"], json!(["amina@house.example"]));
        assert_eq!(letter["hello"], "house.example");
        let said = |part: &str| letter[part].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(said("text").trim_end(), sent.letter.text.trim_end());
        assert_eq!(said("html").trim_end(), sent.letter.html.trim_end());
        for (name, expected) in [
            ("Subject", sent.letter.subject.as_str()),
            ("From", "Khidma خدمة <khidma@house.example>"),
            ("To", "amina@house.example"),
            ("Reply-To", "desk@house.example"),
            ("Date", "Sun, 01 Mar 2026 08:30:00 +0000"),
            ("Message-ID", &format!("<{}@house.example>", sent.id)),
            ("Auto-Submitted", "auto-generated"),
            ("Content-Language", language),
            ("List-Unsubscribe", &format!("<{link}>")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("MIME-Version", "1.0"),
        ] {
            assert_eq!(header(&letter, name), expected, "{language}");
        }
    }
}

#[tokio::test]
async fn attempts_of_one_letter_have_one_id_and_letters_about_one_request_one_thread() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let mailer = Mailer::new(&server.config(MailTls::None)).unwrap();
    let first = sent();
    let request = "0192f0c1-2f6a-7c3e-9b7a-0123456789ab";
    let mut next = Sent::of(MessageKind::Question, "en");
    let mut first = first;
    first.message.request = Some(request.parse().unwrap());
    next.message.request = Some(request.parse().unwrap());
    for sent in [&first, &first, &next] {
        mailer
            .send("amina@house.example", &sent.post(), None)
            .await
            .unwrap();
    }
    let letters = server.events("letter", 3).await;
    let ids: Vec<_> = letters
        .iter()
        .map(|letter| header(letter, "Message-ID"))
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    for letter in &letters {
        let thread = format!("<request-{request}@house.example>");
        assert_eq!(header(letter, "References"), thread);
        assert_eq!(header(letter, "List-Unsubscribe"), "", "no link was given");
        assert_eq!(header(letter, "List-Unsubscribe-Post"), "");
    }
}

#[tokio::test]
async fn with_starttls_nothing_is_told_before_the_connection_is_protected() {
    let options =
        json!({ "starttls": true, "require_starttls": true, "user": "us", "password": "pw ü" });
    let Some(server) = MailServer::start(options).await else {
        return;
    };
    let mailer = Mailer::new(&server.config_of(MailTls::StartTls, "us", "pw ü")).unwrap();
    mailer
        .send("amina@house.example", &sent().post(), None)
        .await
        .unwrap();
    let letter = server.events("letter", 1).await.remove(0);
    assert_eq!(letter["tls"], true);
    assert_eq!(letter["authenticated"], true);
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_letter() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let mailer = Mailer::new(&server.config_of(MailTls::StartTls, "us", "pw")).unwrap();
    let failed = mailer
        .send("amina@house.example", &sent().post(), None)
        .await;
    is(failed, "tls", None, RETRY);
    server.events("connected", 1).await;
    assert!(server.told("login").is_empty());
    assert!(server.told("mail").is_empty());
}

#[tokio::test]
async fn a_connection_may_be_protected_from_its_first_byte() {
    let Some(server) = MailServer::start(json!({ "implicit": true })).await else {
        return;
    };
    let mailer = Mailer::new(&server.config(MailTls::Implicit)).unwrap();
    mailer
        .send("amina@house.example", &sent().post(), None)
        .await
        .unwrap();
    assert_eq!(server.events("letter", 1).await[0]["tls"], true);
}

#[tokio::test]
async fn a_server_that_is_not_who_it_says_gets_nothing() {
    for (options, tls) in [
        (json!({ "implicit": true }), MailTls::Implicit),
        (json!({ "starttls": true }), MailTls::StartTls),
    ] {
        let Some(server) = MailServer::start(options).await else {
            return;
        };
        let of_unknown_authority = MailConfig {
            ca_file: None,
            ..server.config(tls)
        };
        let of_another_name = MailConfig {
            server: Some("127.0.0.1".into()),
            ..server.config(tls)
        };
        for config in [of_unknown_authority, of_another_name] {
            let mailer = Mailer::new(&config).unwrap();
            let failed = mailer
                .send("amina@house.example", &sent().post(), None)
                .await;
            is(failed, "tls", None, RETRY);
        }
        assert!(server.told("mail").is_empty());
    }
}

#[tokio::test]
async fn a_wrong_password_ends_no_delivery() {
    let options = json!({ "starttls": true, "user": "us", "password": "right" });
    let Some(server) = MailServer::start(options).await else {
        return;
    };
    let mailer = Mailer::new(&server.config_of(MailTls::StartTls, "us", "wrong")).unwrap();
    let failed = mailer
        .send("amina@house.example", &sent().post(), None)
        .await;
    is(failed, "rejected", Some(535), RETRY);
    let mended = Mailer::new(&server.config_of(MailTls::StartTls, "us", "right")).unwrap();
    mended
        .send("amina@house.example", &sent().post(), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_the_server_refuses_for_good_is_not_tried_again() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let mailer = Mailer::new(&server.config(MailTls::None)).unwrap();
    for (local, code, status, fate) in [
        ("unknown", "address_unknown", 550, Fate::Never),
        ("unwanted", "rejected", 550, Fate::Never),
        ("later", "rejected", 450, RETRY),
        ("spam", "rejected", 554, Fate::Never),
        ("big", "too_large", 552, Fate::Never),
        ("busy", "rejected", 452, RETRY),
    ] {
        let to = format!("{local}@house.example");
        let failed = mailer.send(&to, &sent().post(), None).await;
        is(failed, code, Some(status), fate);
        mailer
            .send("amina@house.example", &sent().post(), None)
            .await
            .unwrap();
    }
    assert_eq!(server.events("letter", 6).await.len(), 6);
}

#[tokio::test]
async fn a_letter_that_was_given_up_is_no_part_of_the_next() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let config = MailConfig {
        connections: 1,
        ..server.config(MailTls::None)
    };
    let mailer = Mailer::new(&config).unwrap();
    let before = sent();
    mailer
        .send("amina@house.example", &before.post(), None)
        .await
        .unwrap();

    // Given up while the server holds it, by whoever drops the attempt.
    let held = sent();
    let post = held.post();
    let attempt = mailer.send("slow@house.example", &post, None);
    tokio::select! {
        outcome = attempt => panic!("it was not held: {outcome:?}"),
        _ = server.events("holding", 1) => {}
    }
    let next = Sent::of(MessageKind::Question, "en");
    mailer
        .send("badr@house.example", &next.post(), None)
        .await
        .unwrap();

    let letters = server.events("letter", 2).await;
    assert_eq!(letters[1]["to"], json!(["badr@house.example"]));
    assert_eq!(header(&letters[1], "Subject"), next.letter.subject);
    assert_ne!(letters[1]["connection"], letters[0]["connection"]);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_and_one_that_is_not_there_too() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let config = MailConfig {
        timeout_seconds: 1,
        connections: 1,
        ..server.config(MailTls::None)
    };
    let mailer = Mailer::new(&config).unwrap();
    let (held, waiting) = (sent(), sent());
    let (held, waiting) = (held.post(), waiting.post());
    let both = tokio::join!(
        mailer.send("slow@house.example", &held, None),
        mailer.send("slow@house.example", &waiting, None),
    );
    is(both.0, "timeout", None, RETRY);
    is(both.1, "timeout", None, RETRY);

    let nobody = MailConfig {
        port: Some(1),
        ..server.config(MailTls::None)
    };
    let mailer = Mailer::new(&nobody).unwrap();
    let failed = mailer
        .send("amina@house.example", &sent().post(), None)
        .await;
    is(failed, "connection", None, RETRY);
}

#[tokio::test]
async fn many_letters_share_few_connections() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let config = MailConfig {
        connections: 2,
        ..server.config(MailTls::None)
    };
    let mailer = Mailer::new(&config).unwrap();
    let letters: Vec<_> = (0..20).map(|_| sent()).collect();
    let sending = letters.iter().map(|sent| {
        let (mailer, post) = (mailer.clone(), sent.post());
        async move { mailer.send("amina@house.example", &post, None).await }
    });
    let outcomes = join_all(sending).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(server.events("letter", 20).await.len(), 20);
    assert_eq!(server.told("connected").len(), 2);
}

#[tokio::test]
async fn a_connection_that_the_server_ended_is_replaced() {
    let Some(server) = MailServer::start(json!({ "timeout": 1 })).await else {
        return;
    };
    let mailer = Mailer::new(&server.config(MailTls::None)).unwrap();
    for round in 1..=2 {
        let (sent, to) = (sent(), "amina@house.example");
        mailer.send(to, &sent.post(), None).await.unwrap();
        server.events("closed", round).await;
    }
    assert_eq!(server.told("letter").len(), 2);
}

#[tokio::test]
async fn what_is_no_address_is_not_sent_to_and_adds_no_line() {
    let Some(server) = MailServer::start(json!({})).await else {
        return;
    };
    let mailer = Mailer::new(&server.config(MailTls::None)).unwrap();
    for to in [
        "",
        "amina",
        "@house.example",
        "amina@",
        "amina@house.example, badr@house.example",
        "amina@house.example\r\nRCPT TO:<badr@house.example>",
        "<amina@house.example>",
        "amina@house.example>\r\nDATA",
        "\"a\r\nb\"@house.example",
        "a b@house.example",
    ] {
        let failed = mailer.send(to, &sent().post(), None).await;
        is(failed, "address_unknown", None, Fate::Never);
    }
    assert!(server.told("connected").is_empty());

    let mut sent = sent();
    sent.letter.subject = "Hello\r\nBcc: badr@house.example\r\n\r\nbody".into();
    mailer
        .send("amina@house.example", &sent.post(), None)
        .await
        .unwrap();
    let letter = server.events("letter", 1).await.remove(0);
    assert_eq!(letter["to"], json!(["amina@house.example"]));
    assert_eq!(header(&letter, "Bcc"), "");
    assert_eq!(
        header(&letter, "Subject"),
        "Hello  Bcc: badr@house.example    body"
    );
}

#[tokio::test]
async fn an_address_beyond_ascii_goes_where_the_server_takes_it() {
    for utf8 in [true, false] {
        let Some(server) = MailServer::start(json!({ "utf8": utf8 })).await else {
            return;
        };
        let mailer = Mailer::new(&server.config(MailTls::None)).unwrap();
        let sending = mailer
            .send("أمينة@house.example", &sent().post(), None)
            .await;
        if utf8 {
            sending.unwrap();
            let letter = server.events("letter", 1).await.remove(0);
            assert_eq!(letter["to"], json!(["أمينة@house.example"]));
        } else {
            is(sending, "address_unknown", None, Fate::Never);
        }
    }
}

#[tokio::test]
async fn without_a_server_nothing_is_sent_and_that_is_said() {
    let mailer = Mailer::new(&MailConfig::default()).unwrap();
    assert!(!mailer.is_configured());
    let failed = mailer
        .send("amina@house.example", &sent().post(), None)
        .await;
    is(failed, "no_mail_server", None, Fate::Never);
}

#[test]
fn a_configuration_that_contradicts_itself_is_refused_with_its_key() {
    let whole = || MailConfig {
        server: Some("mail.example".into()),
        from: Some("khidma@house.example".into()),
        ..MailConfig::default()
    };
    assert!(Mailer::new(&whole()).unwrap().is_configured());
    type Spoil = fn(&mut MailConfig);
    let cases: [(&str, Spoil); 11] = [
        ("server", |config| config.server = None),
        ("from", |config| config.from = None),
        ("from", |config| config.from = Some("nobody".into())),
        ("reply_to", |config| config.reply_to = Some("@".into())),
        ("password_file", |config| config.user = Some("us".into())),
        ("user", |config| config.password_file = Some("x".into())),
        ("connections", |config| config.connections = 0),
        ("timeout_seconds", |config| config.timeout_seconds = 0),
        ("ca_file", |config| {
            config.ca_file = Some("/no/such/file".into())
        }),
        ("unsubscribe_url", |config| {
            config.unsubscribe_url = Some("http://house.example/".into());
        }),
        ("tls", |config| {
            config.tls = MailTls::None;
            config.user = Some("us".into());
            config.password_file = Some("x".into());
        }),
    ];
    for (key, spoil) in cases {
        let mut config = whole();
        spoil(&mut config);
        let refused = Mailer::new(&config).unwrap_err().to_string();
        let named = format!("services.notifications.mail.{key}");
        assert!(refused.starts_with(&named), "{refused}");
    }
}

#[test]
fn a_link_to_unsubscribe_is_the_page_and_the_token() {
    let link = |page: Option<&str>| {
        let unsubscribe_url = page.map(str::to_owned);
        let config = MailConfig {
            unsubscribe_url,
            ..MailConfig::default()
        };
        config.unsubscribe_link("amina.receipt.x")
    };
    assert_eq!(link(None), None);
    let expected = Some("https://house.example/u/amina.receipt.x".to_owned());
    assert_eq!(link(Some("https://house.example/u")), expected);
    assert_eq!(link(Some("https://house.example/u/")), expected);
}

/// A server by hand that answers MAIL twice, as if somebody had slipped in an answer. Its port.
fn server_with_an_answer_too_many() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut say = stream.try_clone().unwrap();
        say.write_all(b"220 here\r\n").unwrap();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let answer: &[u8] = match line.split([' ', ':']).next().unwrap() {
                "MAIL" => b"250 yes\r\n250 yes\r\n",
                "DATA" => b"354 go on\r\n",
                "." => b"554 no\r\n",
                "EHLO" | "RCPT" | "QUIT" => b"250 yes\r\n",
                _ => b"",
            };
            let _ = say.write_all(answer);
        }
    });
    port
}

#[tokio::test]
async fn an_answer_too_many_is_not_taken_for_the_answer_to_the_letter() {
    let config = MailConfig {
        server: Some("127.0.0.1".into()),
        port: Some(server_with_an_answer_too_many()),
        tls: MailTls::None,
        from: Some("khidma@house.example".into()),
        ..MailConfig::default()
    };
    let mailer = Mailer::new(&config).unwrap();
    let to = "amina@house.example";
    let failed = mailer.send(to, &sent().post(), None).await;
    is(failed, "connection", None, RETRY);
}

/// The whole of a test's patience: nothing here waits for anything as long.
#[tokio::test]
async fn an_attempt_ends_by_itself() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = MailConfig {
        server: Some("127.0.0.1".into()),
        port: Some(silent.local_addr().unwrap().port()),
        tls: MailTls::None,
        from: Some("khidma@house.example".into()),
        timeout_seconds: 1,
        ..MailConfig::default()
    };
    let mailer = Mailer::new(&config).unwrap();
    let sent = sent();
    let post = sent.post();
    let sending = mailer.send("amina@house.example", &post, None);
    let ended = tokio::time::timeout(Duration::from_secs(30), sending).await;
    is(ended.unwrap(), "timeout", None, RETRY);
}
