//! What scripts rely on when something does not work.

use std::process::Stdio;
use std::time::Duration;

use khidma_testkit::eventually;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::server::{Server, program, run};

const SHOW_NOTHING: &str = "request show 00000000-0000-7000-8000-000000000000";
const ASK_NOBODY: &str = "request submit --to moon --title x --as amina@hr";

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_failure_has_its_exit_code() {
    let server = Server::start().await;
    let cases = [
        (ASK_NOBODY.to_owned(), 3, "UNKNOWN_DEPARTMENT"),
        (
            "request show no-uuid --as amina@hr".to_owned(),
            3,
            "INVALID_ID",
        ),
        (
            format!("{SHOW_NOTHING} --as amina@hr"),
            4,
            "UNKNOWN_REQUEST",
        ),
        (SHOW_NOTHING.to_owned(), 5, "MISSING_TOKEN"),
        (format!("{SHOW_NOTHING} --token abc"), 5, "MALFORMED_TOKEN"),
        ("rebuild --as amina@hr".to_owned(), 5, ""),
    ];
    for (line, exit, reason) in cases {
        let plain = server.khidma(&line).await;
        assert_eq!(plain.exit, exit, "{line}: {plain:?}");
        assert_eq!(plain.stdout, "", "{line}");
        assert!(
            plain.stderr.starts_with("refused: ") && plain.stderr.contains(reason),
            "{plain:?}"
        );
        assert!(
            !plain.stderr.contains('\u{1b}'),
            "colour without a terminal: {plain:?}"
        );
        let json = server.khidma(&format!("{line} --json")).await;
        let error = json.error();
        assert_eq!(
            (json.exit, error["exit"].as_i64()),
            (exit, Some(exit.into())),
            "{json:?}"
        );
        assert!(
            error["code"].is_string() && error["message"].is_string(),
            "{error}"
        );
        assert!(reason.is_empty() || error["reason"] == reason, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_field() {
    let server = Server::start().await;
    let said = server.khidma(ASK_NOBODY).await;
    assert!(said.stderr.contains("(field: provider_id)"), "{said:?}");
    let error = server.khidma(&format!("{ASK_NOBODY} --json")).await.error();
    assert_eq!(error["fields"][0]["field"], "provider_id", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_by_its_exit_code() {
    let server = Server::start().await;
    // The services are asked a few times a second whether they are ready.
    let ready = eventually(Duration::from_secs(20), || async {
        server.khidma("health").await.exit == 0
    });
    assert!(ready.await, "{:?}", server.khidma("health").await);
    assert_eq!(
        server.done("health --json").await.json()["status"],
        "SERVING"
    );
}

#[tokio::test]
async fn where_nobody_listens_is_unavailable() {
    // The port was free a moment ago, and nobody is told of it.
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for line in ["health", "request list --token x", "events tail --token x"] {
        let said = run(program(&format!("{line} --server http://{address}"))).await;
        assert_eq!(said.exit, 6, "{said:?}");
        assert!(said.stderr.contains("hint: "), "{said:?}");
    }
}

#[tokio::test]
async fn a_wrong_configuration_is_a_usage_error_that_names_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("khidma.toml");
    std::fs::write(&file, "[limits]\nmax_wishes = 3\n").unwrap();
    let said = run(program(&format!("config --config {}", file.display()))).await;
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(said.stderr.contains("max_wishes"), "{said:?}");
    let said = run(program("request list --server nowhere:::")).await;
    assert_eq!(said.exit, 2, "{said:?}");
}

#[tokio::test]
async fn one_service_alone_is_refused_on_the_embedded_log() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(program(&format!(
        "serve requests --data {}",
        folder.path().display()
    )))
    .await;
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(said.stderr.contains("khidma up"), "{said:?}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "something was left behind"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_ends_quietly() {
    let mut child = program("completions bash")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One line is read, then the pipe is closed, as `| head -1` does; the script is larger than a pipe holds.
    let mut lines = BufReader::with_capacity(64, child.stdout.take().unwrap()).lines();
    assert!(lines.next_line().await.unwrap().is_some());
    drop(lines);
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_named() {
    let server = Server::start().await;
    let address = server.address.trim_start_matches("http://");
    let folder = tempfile::tempdir().unwrap();
    let said = run(program(&format!(
        "up --listen {address} --data {}",
        folder.path().display()
    )))
    .await;
    assert_eq!(said.exit, 1, "{said:?}");
    assert!(
        said.stderr.contains(address) && said.stderr.contains("is taken"),
        "{said:?}"
    );
}
