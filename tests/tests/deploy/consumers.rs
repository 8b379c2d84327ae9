//! The consumers that docs/subscribing.md shows, as they stand in deploy/examples, with a department's credentials: each
//! reads its feed in order, goes on where it stopped, and gets nothing else.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use khidma_eventlog::{FeedMessage, FeedPlace};
use khidma_events::feed::PublicEvent;
use khidma_kernel::Position;
use khidma_testkit::eventually;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use uuid::Uuid;

use super::feeds::{INBOX, Stage, pull};
use super::{read, root};

const PATIENCE: Duration = Duration::from_secs(20);
const TIME: &str = "2026-10-05T08:31:07.214000Z";
const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// How many events there are before the consumers are started, and then.
const EARLY: u64 = 9;
const ALL: u64 = 12;

/// Every third event affects both departments, the others one of them.
fn affected(number: u64) -> &'static [&'static str] {
    match number % 3 {
        0 => &["hr", "it"],
        1 => &["it"],
        _ => &["hr"],
    }
}

/// What happens at `number`: an odd one is a breach, which has a cause and a trace.
fn is_breach(number: u64) -> bool {
    number % 2 == 1
}

fn id(number: u64) -> Uuid {
    Uuid::from_u128(number.into())
}

fn data(number: u64) -> Value {
    json!({ "number": number, "title": "حاسوب محمول \"13″\"" })
}

fn messages(number: u64) -> Vec<FeedMessage> {
    let data = data(number).to_string();
    let breach = is_breach(number);
    let (context, name) = if breach {
        ("sla", "clock_breached")
    } else {
        ("requests", "submitted")
    };
    let event = PublicEvent {
        index: 0,
        id: id(number),
        source: format!("/khidma/{context}").into(),
        type_name: format!("khidma.{context}.{name}.v1").into(),
        subject: "a-request".into(),
        time: TIME.parse().unwrap(),
        position: Position(number),
        actor: "person:amina".into(),
        correlation: id(100),
        causation: breach.then(|| id(99)),
        traceparent: breach.then(|| TRACE.into()),
        data: serde_json::from_str(&data).unwrap(),
    };
    let departments = affected(number).iter();
    let to = |department: &&str| FeedMessage {
        place: FeedPlace {
            position: event.position,
            index: event.index,
        },
        topic: event.topic(&department.parse().unwrap()),
        id: format!("{number}/{department}"),
        headers: event.headers(),
        payload: data.clone().into(),
    };
    departments.map(to).collect()
}

/// What a consumer of IT has to print of the events `from..=to`.
fn of_it(from: u64, to: u64) -> Vec<Value> {
    let numbers = (from..=to).filter(|number| affected(*number).contains(&"it"));
    let printed = numbers.map(|number| {
        let mut event = json!({
            "specversion": "1.0",
            "id": id(number),
            "source": "/khidma/requests",
            "type": "khidma.requests.submitted.v1",
            "subject": "a-request",
            "time": TIME,
            "position": number.to_string(),
            "actor": "person:amina",
            "correlationid": id(100),
            "data": data(number),
        });
        if is_breach(number) {
            event["source"] = "/khidma/sla".into();
            event["type"] = "khidma.sla.clock_breached.v1".into();
            event["causationid"] = json!(id(99));
            event["traceparent"] = TRACE.into();
        }
        event
    });
    printed.collect()
}

/// A program that reads feeds: what it is run by, and the file.
struct Program {
    runner: PathBuf,
    file: PathBuf,
    /// Where the file is, if it is a copy.
    _folder: Option<TempDir>,
}

/// Without its tools a test is left out, but not in CI.
fn present(command: &mut Command, missing: &str) -> bool {
    let tried = command.stderr(Stdio::null()).status();
    if tried.is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(option_env!("CI").is_none(), "{missing}");
    println!("skipped: {missing}");
    false
}

impl Program {
    fn python() -> Option<Self> {
        let runner = root().join("target/tools/venv/bin/python");
        let missing = "no nats-py in target/tools/venv: `cargo xtask tools` gets it";
        let try_it = &mut Command::new(&runner);
        present(try_it.args(["-c", "import nats"]), missing).then(|| Self {
            runner,
            file: root().join("deploy/examples/subscribe.py"),
            _folder: None,
        })
    }

    /// The file finds packages beside itself, so it is copied to a folder that has them.
    fn node() -> Option<Self> {
        let packages = root().join("target/tools/node/node_modules");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("subscribe.mjs");
        std::fs::copy(root().join("deploy/examples/subscribe.mjs"), &file).unwrap();
        symlink(packages, folder.path().join("node_modules")).unwrap();
        let missing = "no node, or no @nats-io in target/tools/node: `cargo xtask tools` gets it";
        let try_it = &mut Command::new("node");
        let import = "import '@nats-io/jetstream'; import '@nats-io/transport-node'";
        let imports = ["--input-type=module", "--eval", import];
        let try_it = try_it.args(imports).current_dir(folder.path());
        present(try_it, missing).then(|| Self {
            runner: "node".into(),
            file,
            _folder: Some(folder),
        })
    }

    /// As the page says it is run, for `department` with the password of IT.
    fn command(&self, stage: &Stage, department: &str, more: &[&str]) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.runner);
        command
            .arg(&self.file)
            .args(["--server", &stage.url(), "--user", "feed-it"])
            .arg("--password-file")
            .arg(stage.password_file("feed-it"))
            .args(["--api-prefix", "feed.API", "--department", department])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs it to its end.
    async fn run(&self, stage: &Stage, department: &str, more: &[&str]) -> Output {
        let mut command = self.command(stage, department, more);
        let ended = tokio::time::timeout(PATIENCE, command.output()).await;
        ended.expect("it does not end").unwrap()
    }

    /// What it prints until it has handled so many.
    async fn handles(&self, stage: &Stage, more: &[&str]) -> Vec<Value> {
        let output = self.run(stage, "it", more).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let printed = String::from_utf8(output.stdout).unwrap();
        let lines = printed.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }
}

/// Waits until the consumer has handed out `handled` events, each once, and all of them are acknowledged.
async fn settled(stage: &Stage, name: &str, handled: u64, pending: u64) {
    let mut it = stage.user("feed-it");
    let mut known = Value::Null;
    let settled = eventually(PATIENCE, || {
        known = it.request(&format!("feed.API.CONSUMER.INFO.khidma-feed.{name}"), "");
        let is_it = known["num_ack_pending"] == 0 && known["ack_floor"]["consumer_seq"] == handled;
        std::future::ready(is_it)
    });
    let settled = settled.await;
    assert!(settled, "{known}");
    assert_eq!(known["delivered"]["consumer_seq"], handled, "{known}");
    assert_eq!(known["num_pending"], pending, "{known}");
    let order = &known["config"]["max_ack_pending"];
    assert_eq!(*order, 1, "what comes again would come after later ones");
}

async fn reads_its_feed(program: &Program) {
    let mut stage = Stage::empty().await;
    let early: Vec<_> = (1..=EARLY).flat_map(messages).collect();
    stage.publish(&early).await;
    let due = of_it(1, EARLY);

    // It stops by itself.
    let first = program.handles(&stage, &["--count", "2"]).await;
    assert_eq!(first, due[..2]);
    settled(&stage, "it", 2, due.len() as u64 - 2).await;

    // It goes on, waits for more, and is killed while it does.
    let mut killed = program.command(&stage, "it", &[]).spawn().unwrap();
    let mut lines = BufReader::new(killed.stdout.take().unwrap()).lines();
    for event in &due[2..] {
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        let line = line.expect("it says nothing").unwrap();
        let line = line.expect("it has ended");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), *event);
    }
    settled(&stage, "it", due.len() as u64, 0).await;
    killed.kill().await.unwrap();
    assert_eq!(lines.next_line().await.unwrap(), None, "nothing more");

    let late: Vec<_> = (EARLY + 1..=ALL).flat_map(messages).collect();
    stage.publish(&late).await;
    let due = of_it(EARLY + 1, ALL);
    let count = due.len().to_string();
    let rest = program.handles(&stage, &["--count", &count]).await;
    assert_eq!(rest, due);
    let all = of_it(1, ALL);
    settled(&stage, "it", all.len() as u64, 0).await;

    let breaches = all.into_iter().filter(|one| one["source"] == "/khidma/sla");
    let breaches: Vec<_> = breaches.collect();
    let count = breaches.len().to_string();
    let wish = ["--name", "B", "--only", "sla.>", "--count", &count];
    assert_eq!(program.handles(&stage, &wish).await, breaches);
    settled(&stage, "it-B", breaches.len() as u64, 0).await;

    let denied = program.run(&stage, "hr", &["--count", "1"]).await;
    assert!(!denied.status.success() && denied.stdout.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consumer_in_python_reads_its_feed_in_order_and_goes_on_where_it_stopped() {
    if let Some(program) = Program::python() {
        reads_its_feed(&program).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consumer_in_node_reads_its_feed_in_order_and_goes_on_where_it_stopped() {
    if let Some(program) = Program::node() {
        reads_its_feed(&program).await;
    }
}

/// The page has the tool send one request, and then ask that consumer for what comes next.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_page_says_to_the_nats_tool_is_permitted() {
    let page = read("docs/subscribing.md");
    let (_, request) = page.split_once("    nats request ").unwrap();
    let quoted: Vec<_> = request.split('\'').collect();
    let (subject, config) = (quoted[1], quoted[3]);
    assert!(page.contains("    nats consumer next khidma-feed it-A "));
    let mut stage = Stage::empty().await;
    let all: Vec<_> = (1..=ALL).flat_map(messages).collect();
    stage.publish(&all).await;
    let mut it = stage.user("feed-it");
    let made = it.request(subject, config);
    assert_eq!(made["error"], Value::Null, "{made}");
    // It asks for this before it pulls.
    let known = it.request("feed.API.CONSUMER.INFO.khidma-feed.it-A", "");
    assert_eq!(known["num_pending"], 4, "{known}");
    let due = of_it(1, ALL);
    let breaches = due.iter().filter(|one| one["source"] == "/khidma/sla");
    for breach in breaches {
        let received = pull(&mut it, "it-A", 1).remove(0);
        assert_eq!(received.subject, "khidma.feed.it.sla.clock_breached");
        let its_id = format!("ce-id: {}", breach["id"].as_str().unwrap());
        assert!(received.text.contains(&its_id), "{received:?}");
        it.ask(&received.reply.unwrap(), INBOX, "");
        assert_eq!(it.receive().text, "", "the acknowledgement is confirmed");
    }
    settled(&stage, "it-A", 4, 0).await;
}
