//! What scripts rely on when something does not work.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::server::{Server, program, run};

const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_failure_has_its_exit_code() {
    let server = Server::start().await;
    let unknown_department = [
        "request", "submit", "--to", "moon", "--title", "x", "--as", "amina@hr",
    ];
    let cases: [(&[&str], i32, &str); 6] = [
        (&unknown_department, 3, "UNKNOWN_DEPARTMENT"),
        (&["request", "show", NOWHERE, "--as", "amina@hr"], 4, ""),
        (&["request", "show", "no-uuid", "--as", "amina@hr"], 3, ""),
        (&["request", "show", NOWHERE], 5, "MISSING_TOKEN"),
        (
            &["request", "show", NOWHERE, "--token", "abc"],
            5,
            "MALFORMED_TOKEN",
        ),
        (&["rebuild", "--as", "amina@hr"], 5, ""),
    ];
    for (arguments, exit, reason) in cases {
        let plain = server.khidma(arguments).await;
        assert_eq!(plain.exit, exit, "{arguments:?}: {plain:?}");
        assert_eq!(plain.stdout, "", "{arguments:?}");
        assert!(plain.stderr.starts_with("refused: "), "{plain:?}");
        assert!(plain.stderr.contains(reason), "{plain:?}");
        assert!(
            !plain.stderr.contains('\u{1b}'),
            "colour without a terminal: {plain:?}"
        );
        let json = server.khidma(&[arguments, &["--json"]].concat()).await;
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
    let submit = [
        "request", "submit", "--to", "moon", "--title", "x", "--as", "amina@hr",
    ];
    let said = server.khidma(&submit).await;
    assert!(said.stderr.contains("(field: provider_id)"), "{said:?}");
    let error = server
        .khidma(&[&submit, ["--json"].as_slice()].concat())
        .await
        .error();
    assert_eq!(error["fields"][0]["field"], "provider_id", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_by_its_exit_code() {
    let server = Server::start().await;
    let said = server.done(&["health"]).await;
    assert!(said.stdout.contains("ready"), "{said:?}");
    assert_eq!(
        server.done(&["health", "--json"]).await.json()["status"],
        "SERVING"
    );
    // Bound and not listened on: nobody answers there, and nobody else takes the port meanwhile.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", taken.local_addr().unwrap());
    drop(taken);
    let away = run(program(&["health", "--server", &address])).await;
    assert_eq!(away.exit, 6, "{away:?}");
    assert!(away.stderr.contains("hint: "), "{away:?}");
    assert_eq!(
        run(program(&[
            "request", "list", "--server", &address, "--token", "x"
        ]))
        .await
        .exit,
        6
    );
}

#[tokio::test]
async fn a_wrong_configuration_is_a_usage_error_that_names_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("khidma.toml");
    std::fs::write(&file, "[limits]\nmax_wishes = 3\n").unwrap();
    let said = run(program(&["config", "--config", file.to_str().unwrap()])).await;
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(said.stderr.contains("max_wishes"), "{said:?}");
    let said = run(program(&[
        "serve",
        "requests",
        "--data",
        folder.path().to_str().unwrap(),
    ]))
    .await;
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(said.stderr.contains("khidma up"), "{said:?}");
    let said = run(program(&["request", "list", "--server", "not an address"])).await;
    assert_eq!(said.exit, 2, "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_ends_quietly() {
    let mut command = program(&["completions", "bash"]);
    let mut child = command
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
    let said = run(program(&[
        "up",
        "--listen",
        address,
        "--data",
        folder.path().to_str().unwrap(),
    ]))
    .await;
    assert_eq!(said.exit, 1, "{said:?}");
    assert!(
        said.stderr.contains(address) && said.stderr.contains("is taken"),
        "{said:?}"
    );
}
