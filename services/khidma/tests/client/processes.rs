//! The servers as processes: they start, say where they listen, and end when they are asked to.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use khidma::client::Endpoints;
use khidma::story::{Silent, Stage, play};
use khidma_edge::Config;
use khidma_edge::identity::LocalAuthority;
use khidma_runtime::Clock;
use khidma_testkit::NatsServer;
use khidma_testkit::otlp::OtlpReceiver;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::server::{program, run};

const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(line: &str, variables: &HashMap<&str, String>) -> Self {
        let mut child = program(line)
            .envs(variables)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line that contains `text`.
    async fn line_with(&mut self, text: &str) -> String {
        let find = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(text) {
                    return line;
                }
            }
            panic!("it ended without saying {text:?}")
        };
        tokio::time::timeout(PATIENCE, find)
            .await
            .expect("it says so in time")
    }

    /// Where it listens, once it does.
    async fn address(&mut self) -> String {
        let line = self.line_with("http://").await;
        line[line.find("http://").unwrap()..].trim().to_owned()
    }

    /// Kills it with SIGKILL, and returns when it is gone.
    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop, as a service manager does; its exit code, none if it did not end by itself.
    async fn stop(mut self) -> Option<i32> {
        let id = self.child.id().unwrap().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .await
                .unwrap()
                .success()
        );
        tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .expect("it stops in time")
            .unwrap()
            .code()
    }
}

#[tokio::test]
async fn the_demo_plays_twice_on_the_same_data_and_stays_up() {
    let folder = tempfile::tempdir().unwrap();
    let data = HashMap::from([("KHIDMA_DATA", folder.path().display().to_string())]);
    for play in 1..=2 {
        let mut up = Process::start("up --demo --listen 127.0.0.1:0", &data);
        let address = up.address().await;
        up.line_with("The organisation").await;
        up.line_with("Now you").await;
        let mut list = program(&format!(
            "request list --everybody --json --server {address}"
        ));
        list.envs(&data);
        let requests = run(list).await.json();
        assert_eq!(
            requests["requests"].as_array().map(Vec::len),
            Some(13 * play),
            "the whole, its five tasks, the promise that is measured, what five people give their opinion of, and a concern"
        );
        assert_eq!(up.stop().await, Some(0));
    }
}

#[tokio::test]
async fn services_apart_play_the_story_against_one_nats_server() {
    let folders: [tempfile::TempDir; 5] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
    let [keys, one, two, three, four] = &folders;
    let config = Config::in_folder(keys.path());
    let authority =
        LocalAuthority::open_or_create(&config.identity_folder(), &config.identity).unwrap();
    let nats = NatsServer::start().await;
    let variables = |folder: &tempfile::TempDir| {
        HashMap::from([
            ("KHIDMA_DATA", folder.path().display().to_string()),
            (
                "KHIDMA_IDENTITY__JWKS_FILE",
                authority.jwks_file().display().to_string(),
            ),
            ("KHIDMA_LOG__URL", nats.url()),
        ])
    };
    let mut directory = Process::start("serve directory --listen 127.0.0.1:0", &variables(one));
    let mut requests = Process::start("serve requests --listen 127.0.0.1:0", &variables(two));
    let serve = "serve notifications --listen 127.0.0.1:0";
    let mut notifications = Process::start(serve, &variables(three));
    let serve = "serve feedback --listen 127.0.0.1:0";
    let mut feedback = Process::start(serve, &variables(four));
    let (directory_at, requests_at) = (directory.address().await, requests.address().await);
    let endpoints = Endpoints {
        directory: directory_at,
        notifications: notifications.address().await,
        feedback: feedback.address().await,
        ..Endpoints::all_at(&requests_at)
    };
    let (authority, clock) = (Arc::new(authority), Clock::system());
    let stage = Stage {
        endpoints,
        authority,
        clock,
        time: None,
        patience: Duration::from_secs(20),
    };
    let outcome = play(&stage, &mut Silent).await.unwrap();
    assert_eq!(
        outcome
            .laptop
            .timeline
            .last()
            .map(|line| line.kind.as_str()),
        Some("confirmed")
    );
    assert_eq!(directory.stop().await, Some(0));
    assert_eq!(requests.stop().await, Some(0));
    assert_eq!(notifications.stop().await, Some(0));
    assert_eq!(feedback.stop().await, Some(0));
}

#[tokio::test]
async fn a_tail_goes_on_after_the_server_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let data = HashMap::from([("KHIDMA_DATA", folder.path().display().to_string())]);
    let mut up = Process::start("up --listen 127.0.0.1:0", &data);
    let address = up.address().await;
    let create = async |department: &str| {
        let mut command = program(&format!(
            "directory department create {department} --name x --server {address}"
        ));
        command.envs(&data);
        let said = run(command).await;
        assert_eq!(said.exit, 0, "{said:?}");
    };
    create("before").await;
    let mut tail = Process::start(&format!("events tail --server {address}"), &data);
    tail.line_with("before").await;
    up.kill().await;
    let there = address.trim_start_matches("http://");
    let mut up = Process::start(&format!("up --listen {there}"), &data);
    up.address().await;
    create("after").await;
    let next = tail.line_with("department").await;
    assert!(next.contains("after"), "an event was printed twice: {next}");
    assert_eq!(up.stop().await, Some(0));
}

/// Somebody takes the connection to the log and says nothing, so the start lasts until it is given up.
#[tokio::test]
async fn a_start_that_lasts_ends_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let data = HashMap::from([("KHIDMA_DATA", folder.path().display().to_string())]);
    LocalAuthority::open_or_create(&folder.path().join("identity"), &Config::default().identity)
        .unwrap();
    for command in ["up", "serve requests"] {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let log = format!("nats://{}", silent.local_addr().unwrap());
        let line = format!("{command} --listen 127.0.0.1:0 --log {log}");
        let process = Process::start(&line, &data);
        let connected = tokio::time::timeout(PATIENCE, silent.accept()).await;
        let _held = connected.unwrap().unwrap();
        assert_eq!(process.stop().await, Some(0), "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_that_fails_ends_the_services_as_a_stop_does() {
    let folder = tempfile::tempdir().unwrap();
    let collector = OtlpReceiver::start().await.unwrap();
    let mut up = program("up --demo --listen 127.0.0.1:0 --timeout 0");
    up.env("KHIDMA_DATA", folder.path())
        .env("KHIDMA_TELEMETRY__OTLP_ENDPOINT", collector.endpoint());
    let said = run(up).await;
    assert_eq!(said.exit, 6, "nobody answers in no time: {said:?}");
    // What telemetry still held was exported, which is the last that is done.
    let logs = collector.logs();
    assert!(logs.iter().any(|line| line == "serving"), "{logs:?}");
}
