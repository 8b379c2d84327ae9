//! A client in another language, generated from proto/ by others' tools, with nothing of ours in it.

use std::path::PathBuf;
use std::process::Command;

use khidma_proto::requests::{ResolveRequest, StartRequest};
use serde_json::Value;

use crate::PATIENCE;
use crate::binary::root;
use crate::clients::{get, key};
use crate::process::Process;
use crate::site::{AMINA, DANIEL, Site};

/// Python with what tests/python/requirements.txt asks for; without it a test is left out, but not in CI.
pub(crate) fn python() -> Option<PathBuf> {
    let python = root().join("target/tools/venv/bin/python");
    if python.is_file() {
        return Some(python);
    }
    let missing = format!("no {}: `cargo xtask tools` makes it", python.display());
    assert!(option_env!("CI").is_none(), "{missing}");
    println!("skipped: {missing}");
    None
}

/// What it said at `step`, once it has.
async fn at_step(script: &mut Process, step: &str) -> Value {
    let found = script.says(step, |stdout| {
        let mut lines = stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        lines.find(|line: &Value| line["step"] == step)
    });
    found.await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_generated_by_grpcio_tools_submits_lists_and_watches() {
    let Some(python) = python() else { return };
    let site = Site::new();
    site.seed_embedded().await;
    let mut process = site.up("embedded");
    let address = process.address().await;
    let token = site.data("amina.token");
    std::fs::write(&token, site.token(AMINA)).unwrap();
    let mut command = Command::new(python);
    command
        .arg(root().join("tests/python/submit_list_watch.py"))
        .args(["--server", address.trim_start_matches("http://")])
        .args(["--provider", "it", "--confirm", "--token-file"])
        .arg(token)
        .arg("--generated")
        .arg(site.data("generated"));
    let mut script = site.run("python", command);

    let submitted = at_step(&mut script, "submitted").await;
    let id = submitted["id"].as_str().unwrap().to_owned();
    at_step(&mut script, "listed").await;
    let mut daniel = site.requests(&address, DANIEL).await;
    let start = StartRequest {
        request_id: key(),
        id: id.clone(),
    };
    daniel.start(start).await.unwrap();
    let resolve = ResolveRequest {
        request_id: key(),
        id: id.clone(),
        outcome: "It lies on your desk".into(),
    };
    let resolved = daniel.resolve(resolve).await.unwrap().into_inner().position;

    let confirmed = at_step(&mut script, "confirmed").await;
    let kinds = [
        "submitted",
        "receipt_issued",
        "acknowledged",
        "assigned",
        "started",
        "resolved",
        "confirmed",
    ];
    assert_eq!(confirmed["kinds"], serde_json::json!(kinds));
    let said = script.ended(PATIENCE).await;
    assert_eq!(said.exit, Some(0), "{}", said.stderr);
    assert!(get(&mut daniel, &id, 0).await.position > resolved);
    process.stop().await;
}
