//! Files that make no sense: each is refused with its place and the reason, before anything is sent.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::server::{Server, program, run};

const MAPPING: &str = r#"
source = "desk"
[request]
provider = "it"
title = "{case}"
requester = "{customer}"
requester_department = "hr"
[people]
id = "{org:resource}"
[activities.Closed]
do = [{ do = "resolve", when = ["open"] }, { do = "confirm", when = ["resolved"] }]
[csv]
case = "case"
activity = "activity"
time = "time"
"#;

fn event(name: &str, time: &str) -> String {
    format!(
        r#"<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{time}"/>
<string key="org:resource" value="daniel"/><string key="customer" value="amina"/></event>"#
    )
}

fn log(events: &[String]) -> String {
    let trace = format!(
        r#"<trace><string key="concept:name" value="Case 7"/>{}</trace>"#,
        events.concat()
    );
    format!("<?xml version=\"1.0\"?>\n<log>\n{trace}\n</log>\n")
}

fn whole() -> String {
    log(&[
        event("Asked", "2012-10-09T14:50:17Z"),
        event("Closed", "2012-10-09T15:50:17+00:00"),
    ])
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// What a dry run says of a file with these bytes.
async fn dry(folder: &Path, format: &str, bytes: &[u8]) -> (i32, String) {
    let (file, mapping) = (folder.join("file"), folder.join("mapping.toml"));
    fs::write(&file, bytes).unwrap();
    fs::write(&mapping, MAPPING).unwrap();
    let line = format!(
        "import {format} {} --mapping {} --dry-run --json",
        file.display(),
        mapping.display()
    );
    let said = run(program(&line)).await;
    (said.exit, said.stdout + &said.stderr)
}

#[tokio::test]
async fn logs_that_make_no_sense_are_refused_with_place_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let one = event("Asked", "2012-10-09T14:50:17Z");
    let cut = |text: &str, from: &str| text[..text.find(from).unwrap()].to_owned();
    let packed = gzip(&whole());
    let unordered = [
        event("Asked", "2012-10-09T14:50:17Z"),
        event("Closed", "2012-10-09T14:50:16Z"),
    ];
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        (
            "truncated",
            cut(&whole(), "</log>").into(),
            &["truncated", "after 1 traces", "line"],
        ),
        (
            "cut in a trace",
            cut(&whole(), "</trace>").into(),
            &["truncated", "after 0 traces"],
        ),
        (
            "cut in a tag",
            cut(&whole(), "=\"time").into(),
            &["damaged"],
        ),
        (
            "truncated gzip",
            packed[..packed.len() - 9].to_vec(),
            &["truncated", "compressed"],
        ),
        ("not XES", b"<html><body/></html>".to_vec(), &["no XES"]),
        ("not XML", b"hello".to_vec(), &["no XES"]),
        (
            "no time",
            log(&[one.replace("time:timestamp", "time")]).into(),
            &["trace 1 (Case 7), event 1", "time:timestamp"],
        ),
        (
            "no readable time",
            log(&[one.clone(), event("Closed", "soon")]).into(),
            &["trace 1 (Case 7), event 2", "time"],
        ),
        (
            "unordered",
            log(&unordered).into(),
            &["trace 1 (Case 7), event 2", "14:50:16", "14:50:17"],
        ),
        (
            "an empty event",
            log(&["<event/>".to_owned()]).into(),
            &["event without attributes"],
        ),
        (
            "an empty trace",
            b"<log><trace/></log>".to_vec(),
            &["trace without events"],
        ),
        ("no events", log(&[]).into(), &["trace 1", "no events"]),
        (
            "no attribute",
            log(&[one.replace("customer", "client")]).into(),
            &["trace 1 (Case 7), event 1", "\"customer\""],
        ),
    ];
    for (what, bytes, expected) in cases {
        let (exit, said) = dry(folder.path(), "xes", &bytes).await;
        assert_eq!(exit, 2, "{what}: {said}");
        let told = |text: &&str| said.contains(&text.replace('"', "\\\""));
        assert!(expected.iter().all(told), "{what}: {said}");
    }
}

#[tokio::test]
async fn logs_that_make_sense_pass_also_without_a_case() {
    let folder = tempfile::tempdir().unwrap();
    for bytes in [whole().into_bytes(), gzip(&whole()), b"<log/>".to_vec()] {
        let (exit, said) = dry(folder.path(), "xes", &bytes).await;
        assert_eq!(exit, 0, "{said}");
    }
}

#[tokio::test]
async fn tables_that_make_no_sense_are_refused_with_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let head = "case,activity,time,org:resource,customer\n";
    let good = "7,Asked,2012-10-09T14:50:17Z,daniel,amina\n";
    let cases = [
        (good.to_owned(), "no column"),
        (
            format!("{head}{good}7,Closed,soon,daniel,amina\n"),
            "line 3",
        ),
        (
            format!("{head}7,,2012-10-09T14:50:17Z,daniel,amina\n"),
            "line 2: it has no activity",
        ),
        (format!("{head}{good}7,Closed\n"), "record 2"),
        (
            format!("{head}{good}7,Closed,2012-10-09T14:50:16Z,daniel,amina\n"),
            "case 7, line 3",
        ),
    ];
    for (text, expected) in cases {
        let (exit, said) = dry(folder.path(), "csv", text.as_bytes()).await;
        assert_eq!(exit, 2, "{text}: {said}");
        assert!(said.contains(expected), "{text}: {said}");
    }
}

#[tokio::test]
async fn whom_the_directory_does_not_know_is_named_before_anything_is_sent() {
    let server = Server::start().await;
    let (file, mapping) = (
        server.folder.path().join("file"),
        server.folder.path().join("mapping.toml"),
    );
    fs::write(&file, whole()).unwrap();
    fs::write(&mapping, MAPPING).unwrap();
    let line = format!(
        "import xes {} --mapping {} --as admin@company:admin,import",
        file.display(),
        mapping.display()
    );
    let said = server.khidma(&line).await;
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(
        said.stderr
            .contains("departments hr, it; the people amina, daniel"),
        "{said:?}"
    );
    fs::write(&mapping, format!("{MAPPING}[directory]\nregister = true\n")).unwrap();
    let said = server.done(&format!("{line} --json")).await;
    assert_eq!(said.json()["states"]["confirmed"], 1, "{said:?}");
    assert_eq!(said.json()["adapted"], serde_json::json!({}));
    // The same case told otherwise is refused, and the exit code says so.
    fs::write(&file, whole().replace("Asked", "Begun")).unwrap();
    let said = server.khidma(&line).await;
    assert_eq!(said.exit, 3, "{said:?}");
    assert!(said.stdout.contains("HISTORY_DIFFERS"), "{said:?}");
}
