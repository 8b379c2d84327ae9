//! The receivers that docs/notifications.md shows take what Khidma really sends, and nothing that others do.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use khidma_runtime::Clock;
use serde_json::Value;

use crate::binary::root;
use crate::clients::wish;
use crate::process::Process;
use crate::python::python;
use crate::site::{AMINA, Site};

/// The file of that name that the page shows.
fn shown(name: &str) -> String {
    let page = std::fs::read_to_string(root().join("docs/notifications.md")).unwrap();
    let (_, rest) = page.split_once(&format!("<!-- {name} -->\n```")).unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// Node, where there is one; without it the test is left out, but not in CI.
fn node() -> Option<PathBuf> {
    let found = Command::new("node").arg("--version").output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some("node".into());
    }
    assert!(option_env!("CI").is_none(), "there is no node");
    println!("skipped: there is no node");
    None
}

/// What a receiver answers that is posted to with this signature, or with none; none of them holds.
fn answer_to_a_forgery(address: &str, signature: Option<&str>) -> String {
    let host = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let now = Clock::system().now().as_seconds();
    let body = r#"{"type":"khidma.breach","data":{"subject":"forged"}}"#;
    let signature = signature.map(|one| format!("webhook-signature: {one}\r\n"));
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\nwebhook-id: 1\r\n\
         webhook-timestamp: {now}\r\n{}\r\n{body}",
        body.len(),
        signature.unwrap_or_default(),
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// Khidma, and a receiver beside it.
struct Rig {
    site: Site,
    khidma: Process,
    address: String,
    receiver: Process,
    folder: PathBuf,
}

impl Rig {
    async fn start(program: &Path, file: &str) -> Self {
        let site = Site::new();
        site.seed_embedded().await;
        let folder = site.data("receiver");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(file), shown(file)).unwrap();
        std::fs::write(folder.join("khidma.secret"), "whsec_bm90IHlldA==\n").unwrap();
        let mut command = Command::new(program);
        command.arg(file).current_dir(&folder).env("PORT", "0");
        let receiver = site.run("receives", command);
        let command = site.command("up", &["up", "--listen", "127.0.0.1:0"]);
        let mut khidma = site.run("up", site.may_post_here(command));
        let address = khidma.address().await;
        Self {
            site,
            khidma,
            address,
            receiver,
            folder,
        }
    }

    async fn khidma(&self, arguments: &[&str]) -> Value {
        let server = ["--server", &self.address, "--json"];
        let arguments: Vec<_> = arguments.iter().chain(&server).copied().collect();
        let said = self.site.khidma(&arguments).await;
        assert_eq!(said.exit, Some(0), "{arguments:?}: {said:?}");
        serde_json::from_str(&said.stdout).unwrap()
    }

    /// The receiver believes these, one a line.
    fn believes(&self, secrets: &[&str]) {
        std::fs::write(self.folder.join("khidma.secret"), secrets.join("\n")).unwrap();
    }

    /// Asks IT for something, and waits until the receiver tells of it.
    async fn asks_for(&mut self, title: &str) {
        let mut amina = self.site.requests(&self.address, AMINA).await;
        amina.submit(wish(title)).await.unwrap();
        let told = self.receiver.says(title, |stdout| {
            let mut lines = stdout.lines();
            let is_it = |line: &str| line.starts_with("khidma.request ") && line.contains(title);
            lines.any(is_it).then_some(())
        });
        told.await;
    }
}

async fn receives(program: &Path, file: &str) {
    let mut rig = Rig::start(program, file).await;
    let at = rig.receiver.address().await;
    let endpoint = [
        "notification",
        "endpoint",
        "add",
        "it-desk",
        "--department",
        "it",
    ];
    let added = rig.khidma(&[&endpoint[..], &["--url", &at]].concat()).await;
    let first = added["secret"].as_str().unwrap().to_owned();
    rig.believes(&[&first]);
    rig.asks_for("A laptop").await;

    let rotated = rig
        .khidma(&["notification", "endpoint", "rotate", "it-desk"])
        .await;
    let second = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    // Whoever has not learned the new one yet is not locked out, nor who has.
    rig.asks_for("A screen").await;
    rig.believes(&[&second]);
    rig.asks_for("A keyboard").await;
    rig.believes(&[&first, &second]);
    rig.asks_for("A mouse").await;

    let wrong = format!("v1,{}=", "A".repeat(43));
    for signature in [None, Some(&*wrong)] {
        let answer = answer_to_a_forgery(&at, signature);
        assert!(answer.contains(" 401"), "{signature:?}: {answer}");
    }
    let told = rig.receiver.stdout();
    assert!(!told.contains("forged"), "{told}");
    for title in ["A laptop", "A screen", "A keyboard", "A mouse"] {
        assert_eq!(
            told.matches(title).count(),
            1,
            "{title} was told twice:\n{told}"
        );
    }
    rig.khidma.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_in_python_believes_khidma_alone() {
    let Some(python) = python() else { return };
    receives(&python, "receiver.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_in_node_believes_khidma_alone() {
    let Some(node) = node() else { return };
    receives(&node, "receiver.mjs").await;
}
