//! What people are told, on the command line.

use std::cell::RefCell;
use std::process::Stdio;
use std::time::Duration;

use khidma_runtime::Clock;
use khidma_testkit::eventually;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::ChildStdout;

use crate::server::{Said, Server};

const PATIENCE: Duration = Duration::from_secs(30);

async fn organisation() -> Server {
    let server = Server::start().await;
    for line in [
        "department create hr --name 'Human Resources'",
        "department create it --name 'Information Technology'",
        "person register amina --name Amina --department hr",
        "person register daniel --name Daniel --department it",
        "person register farid --name Farid --department it",
        "person profile farid --language fa --channel inbox --channel email=farid@example.org",
    ] {
        server
            .done(&format!("directory {line} --as admin@company:admin"))
            .await;
    }
    server
}

/// What the program says to a command line, once it is so: what follows by itself follows soon, but not at once.
async fn until(server: &Server, line: &str, met: impl Fn(&Said) -> bool) -> Said {
    let last = RefCell::new(None);
    let is_so = eventually(PATIENCE, async || {
        let said = server.done(line).await;
        let is_so = met(&said);
        last.replace(Some(said));
        is_so
    });
    assert!(is_so.await, "{line}: {:?}", last.borrow());
    last.into_inner().unwrap()
}

fn contains(text: &'static str) -> impl Fn(&Said) -> bool {
    move |said| said.stdout.contains(text)
}

async fn asked(server: &Server, title: &str) -> String {
    let line = format!("request submit --to it --title '{title}' --as amina@hr --json");
    let said = server.done(&line).await.json();
    said["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_shown_read_and_put_away() {
    let server = organisation().await;
    let none = server.done("inbox --as amina@hr").await.stdout;
    assert_eq!(none, "none\nall is read\n");
    let request = asked(&server, "A laptop").await;
    let list = "inbox --as amina@hr";
    let said = until(&server, list, contains("A laptop")).await;
    assert!(
        said.stdout.contains("new") && said.stdout.contains("receipt"),
        "{said:?}"
    );
    assert!(
        said.stdout.ends_with("1 not read, 1 of them not seen\n"),
        "{said:?}"
    );
    let message = server.done(&format!("{list} --json")).await.json()["messages"][0].clone();
    assert_eq!(message["kind"], "MESSAGE_KIND_RECEIPT");
    assert_eq!(message["service_request_id"], request.as_str());
    let id = message["id"].as_str().unwrap();

    let full = server.done(&format!("{list} --text")).await.stdout;
    assert!(full.contains("has received your request"), "{full}");
    let in_persian = server
        .done(&format!("{list} --language fa --json"))
        .await
        .json();
    assert_eq!(in_persian["messages"][0]["letter"]["right_to_left"], true);

    server.done(&format!("inbox seen {id} --as amina@hr")).await;
    until(&server, list, |said| {
        said.stdout.ends_with("\n1 not read\n")
    })
    .await;
    let done = server.done(&format!("inbox read {id} --as amina@hr")).await;
    assert!(done.stdout.starts_with(&format!("read {id}")), "{done:?}");
    until(
        &server,
        "inbox --unread --as amina@hr",
        contains("none\nall is read"),
    )
    .await;
    server
        .done(&format!("inbox archive {id} --as amina@hr --json"))
        .await;
    until(&server, list, contains("none")).await;
    let away = server.done(&format!("{list} --archived")).await.stdout;
    assert!(away.contains("put away"), "{away}");
    let others = server
        .khidma(&format!("inbox read {id} --as daniel@it --json"))
        .await;
    assert_ne!(others.exit, 0, "nobody reads for another: {others:?}");
    assert_eq!(
        server.done("inbox --as daniel@it").await.stdout,
        "none\nall is read\n"
    );
}

/// The next line of a command that goes on, and how it reads.
async fn next_line(lines: &mut Lines<BufReader<ChildStdout>>) -> serde_json::Value {
    let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
    let line = line.expect("a line comes").unwrap().expect("it goes on");
    serde_json::from_str(&line).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_sees_what_is_there_what_comes_and_what_changes() {
    let server = organisation().await;
    let laptop = asked(&server, "A laptop").await;
    until(&server, "inbox --as amina@hr", contains("A laptop")).await;
    let mut watch = server.command("inbox --watch --json --as amina@hr");
    let mut watch = watch.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let there = next_line(&mut lines).await["message"].clone();
    assert_eq!(there["service_request_id"], laptop.as_str());
    let screen = asked(&server, "A screen").await;
    let came = next_line(&mut lines).await["message"].clone();
    assert_eq!(came["service_request_id"], screen.as_str());
    let id = came["id"].as_str().unwrap();
    server.done(&format!("inbox read {id} --as amina@hr")).await;
    let changed = next_line(&mut lines).await["message"].clone();
    assert_eq!(changed["id"], came["id"]);
    assert_ne!(changed["read"], serde_json::Value::Null, "{changed}");
    watch.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_chat_is_read_from_standard_input_and_not_shown_again() {
    let server = organisation().await;
    let add = "notification endpoint add it-chat --department it --kind chat --url -";
    let mut add = server.command(&format!("{add} --as mei@it:manager"));
    let add = add.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut add = add.spawn().unwrap();
    let mut input = add.stdin.take().unwrap();
    let address = b"https://chat.example.org/hooks/sesame\n";
    input.write_all(address).await.unwrap();
    drop(input);
    let said = add.wait_with_output().await.unwrap();
    assert!(said.status.success(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(
        said.starts_with("added it-chat") && !said.contains("whsec_"),
        "{said}"
    );
    let list = "notification endpoint list --as mei@it:manager";
    let listed = until(&server, list, contains("chat.example.org")).await;
    assert!(!listed.stdout.contains("sesame"), "{listed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_reaches_each_in_their_language() {
    let server = organisation().await;
    server
        .done("notification announce it --to it --title 'No VPN' --text 'Tonight.' --also fa 'بدون VPN' 'امشب.' --as mei@it:manager")
        .await;
    until(&server, "inbox --as daniel@it", contains("No VPN")).await;
    let farid = until(&server, "inbox --as farid@it", contains("بدون")).await;
    // Whatever stands beside it stays where it is.
    assert!(farid.stdout.contains('\u{2067}') && farid.stdout.contains('\u{2069}'));
    assert!(
        server
            .done("inbox --as amina@hr")
            .await
            .stdout
            .starts_with("none")
    );
    let refused = server
        .khidma("notification announce it --title 'Hi' --text 'All' --as mei@it:manager --json")
        .await;
    assert_eq!(refused.error()["reason"], "NOT_TO_OTHERS", "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_shows_its_secret_once_and_is_kept_by_those_who_may() {
    let server = organisation().await;
    let add = "notification endpoint add it-desk --department it --only breach --url";
    let inside = server
        .khidma(&format!(
            "{add} https://127.0.0.1/ --as mei@it:manager --json"
        ))
        .await;
    assert_ne!(inside.exit, 0);
    assert_eq!(inside.error()["fields"][0]["field"], "url", "{inside:?}");
    let url = "https://desk.example.org/khidma";
    let foreign = server
        .khidma(&format!("{add} {url} --as amina@hr --json"))
        .await;
    assert_eq!(foreign.exit, 5, "{foreign:?}");
    let added = server
        .done(&format!("{add} {url} --as mei@it:manager"))
        .await;
    assert!(
        added.stdout.contains("whsec_") && added.stdout.contains("not shown again"),
        "{added:?}"
    );
    let list = "notification endpoint list --as mei@it:manager";
    let said = until(&server, list, contains("it-desk")).await.stdout;
    assert!(
        !said.contains("whsec_") && said.contains("breach") && said.contains(url),
        "{said}"
    );
    let rotated = server
        .done("notification endpoint rotate it-desk --as mei@it:manager --json")
        .await
        .json();
    let secret = rotated["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && !added.stdout.contains(secret));
    server
        .done("notification endpoint disable it-desk --as mei@it:manager")
        .await;
    until(&server, list, contains(" off ")).await;
    server
        .done("notification endpoint enable it-desk --as mei@it:manager")
        .await;
    until(&server, list, contains(" on ")).await;
    let change = "notification endpoint change it-desk --url https://desk.example.org/other";
    server
        .done(&format!("{change} --language ja --as mei@it:manager"))
        .await;
    let changed = until(&server, list, contains("/other")).await.stdout;
    assert!(
        changed.contains("ja") && changed.contains("all"),
        "what is left out is cleared: {changed}"
    );
    server
        .done("notification endpoint remove it-desk --as mei@it:manager")
        .await;
    until(&server, list, |said| said.stdout.trim() == "none").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_changed_one_by_one_and_come_to_ways() {
    let server = organisation().await;
    let set = "notification preferences set --as farid@it";
    server
        .done(&format!(
            "{set} --kind progress --channels inbox,email --in-digest --digest-at 07:30"
        ))
        .await;
    let show = "notification preferences --as farid@it";
    let is_set = |line: &'static str| {
        move |said: &Said| {
            let mut lines = said.stdout.lines().map(str::split_whitespace);
            lines.any(|words| words.eq(line.split(' ')))
        }
    };
    let gathers = "progress inbox email yes";
    let said = until(&server, show, is_set(gathers)).await;
    assert!(said.stdout.contains("07:30"), "{said:?}");
    server.done(&format!("{set} --mute reply")).await;
    let said = until(&server, show, is_set("reply not at all yes")).await;
    assert!(is_set(gathers)(&said), "what is not said stays: {said:?}");
    let refused = server.khidma(&format!("{set} --mute breach --json")).await;
    assert_eq!(refused.error()["reason"], "CANNOT_BE_MUTED", "{refused:?}");
    let others = server
        .khidma("notification preferences show --person farid --as amina@hr")
        .await;
    assert_eq!(others.exit, 5, "{others:?}");
    server
        .done("notification preferences show --person farid --as admin@company:admin")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_is_begun_shown_and_ended() {
    let server = organisation().await;
    let begin = "notification silence begin --department it --kind warning";
    let long = server
        .khidma(&format!(
            "{begin} --until 2999-01-01 --reason 'The move' --as mei@it:manager --json"
        ))
        .await;
    assert_eq!(long.error()["reason"], "PERIOD_TOO_LONG", "{long:?}");
    let soon = Clock::system().now().plus_seconds(7200);
    let begun = server
        .done(&format!(
            "{begin} --until {soon} --reason 'The move' --as mei@it:manager --json"
        ))
        .await
        .json();
    let id = begun["id"].as_str().unwrap();
    let list = "notification silence list --as mei@it:manager";
    let said = until(&server, list, contains("The move")).await;
    assert!(said.stdout.contains("warning for it"), "{said:?}");
    server
        .done(&format!(
            "notification silence end {id} --as mei@it:manager"
        ))
        .await;
    until(&server, list, |said| said.stdout.trim() == "none").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_arrive_is_seen_with_its_cause_and_replayed() {
    let server = organisation().await;
    server
        .done("notification announce it --to it --title 'No VPN' --text 'Tonight.' --as mei@it:manager")
        .await;
    // There is no mail server.
    let list = "notification deliveries --state dead --channel email --as admin@company:admin";
    let said = until(&server, list, contains("no_mail_server")).await;
    assert!(
        said.stdout.contains("farid") && said.stdout.contains("announcement"),
        "{said:?}"
    );
    let dead = server.done(&format!("{list} --json")).await.json()["deliveries"][0].clone();
    let (id, tries) = (
        dead["id"].as_str().unwrap(),
        dead["attempts"].as_u64().unwrap(),
    );
    let one = format!("notification delivery {id}");
    let shown = server.done(&format!("{one} --as farid@it")).await.stdout;
    assert!(
        shown.contains("dead") && shown.contains("Tonight."),
        "{shown}"
    );
    let shown = server
        .done(&format!("{one} --as admin@company:admin"))
        .await
        .stdout;
    assert!(
        !shown.contains("Tonight."),
        "what it says is its receiver's: {shown}"
    );
    let refused = server.khidma(&format!("{one} --as amina@hr")).await;
    assert_ne!(refused.exit, 0, "{refused:?}");

    let replay = "notification replay --channel email --as admin@company:admin --json";
    let replayed = server.done(replay).await.json();
    assert_eq!(replayed["ids"], serde_json::json!([id]));
    let again = |said: &Said| {
        let now = &said.json()["delivery"];
        now["state"] == "DELIVERY_STATE_DEAD" && now["attempts"].as_u64().unwrap() > tries
    };
    until(
        &server,
        &format!("{one} --as admin@company:admin --json"),
        again,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_promised_nothing_is_escalated() {
    let server = organisation().await;
    let request = asked(&server, "A laptop").await;
    let preview = format!("notification preview-escalation {request} --as mei@it:manager");
    let nothing = server.khidma(&format!("{preview} --json")).await;
    assert_eq!(nothing.error()["reason"], "UNKNOWN_REQUEST", "{nothing:?}");
    let list = "notification escalations --open --as mei@it:manager";
    assert_eq!(server.done(list).await.stdout.trim(), "none");
    let unknown =
        "notification acknowledge 0195a3c2-5d1e-7c44-9b0e-6f3a1d2b4c5d --as mei@it:manager";
    let refused = server.khidma(&format!("{unknown} --json")).await;
    assert_eq!(
        refused.error()["reason"],
        "UNKNOWN_ESCALATION",
        "{refused:?}"
    );
    let reminder = "notification standards-reminder it";
    server
        .done(&format!("{reminder} --every 30 --as mei@it:manager"))
        .await;
    let never = server
        .done(&format!("{reminder} --never --as mei@it:manager"))
        .await;
    assert!(
        never.stdout.starts_with("no longer reminded: it"),
        "{never:?}"
    );
    let seldom = server
        .khidma(&format!(
            "{reminder} --every 400 --as mei@it:manager --json"
        ))
        .await;
    assert_eq!(
        seldom.error()["fields"][0]["field"],
        "every_days",
        "{seldom:?}"
    );
}
