//! The export for process mining: what is on the log is in the file, in order, and others' tools read it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::{Command, Stdio};

use khidma::client::Endpoints;
use khidma::story::{Silent, Stage, play};
use khidma_kernel::Timestamp;
use khidma_proto::requests::{ConfirmRequest, ResolveRequest, StartRequest};
use serde_json::Value;

use crate::PATIENCE;
use crate::binary::root;
use crate::clients::{key, wish};
use crate::process::{Process, Said};
use crate::python::python;
use crate::site::{ADMIN, AMINA, DANIEL, Site, Who};

/// A server on which the story was played, and one request more.
struct Played {
    site: Site,
    process: Process,
    address: String,
}

impl Played {
    async fn new() -> Self {
        let site = Site::new();
        let mut process = site.up("embedded");
        let address = process.address().await;
        let stage = Stage {
            endpoints: Endpoints::all_at(&address),
            authority: site.authority.clone(),
            clock: site.clock.clone(),
            time: None,
            patience: PATIENCE,
        };
        play(&stage, &mut Silent).await.unwrap();
        let mut amina = site.requests(&address, AMINA).await;
        let mut daniel = site.requests(&address, DANIEL).await;
        let submitted = amina.submit(wish("A second screen")).await.unwrap();
        let id = submitted.into_inner().id;
        let start = StartRequest {
            request_id: key(),
            id: id.clone(),
        };
        daniel.start(start).await.unwrap();
        let resolve = ResolveRequest {
            request_id: key(),
            id: id.clone(),
            outcome: "It stands on your desk".into(),
        };
        daniel.resolve(resolve).await.unwrap();
        let confirm = ConfirmRequest {
            request_id: key(),
            id,
            comment: String::new(),
        };
        amina.confirm(confirm).await.unwrap();
        Self {
            site,
            process,
            address,
        }
    }

    /// The program with these arguments, asked by `who`.
    fn command(&self, who: Who, arguments: &[&str]) -> Command {
        let mut command = self.site.command("up", arguments);
        command.args(["--server", &self.address]);
        command.env("KHIDMA_TOKEN", self.site.token(who));
        command
    }

    async fn says(&self, who: Who, arguments: &[&str]) -> Said {
        let process = self.site.run("client", self.command(who, arguments));
        process.ended(PATIENCE).await
    }

    /// Exports to `name` in the folder of the site; it has to succeed.
    async fn export(&self, name: &str, more: &[&str]) -> Value {
        let path = self.site.data(name);
        let arguments = ["export", "ocel", "--out", path.to_str().unwrap()];
        let said = self.says(ADMIN, &[&arguments, more].concat()).await;
        assert_eq!(said.exit, Some(0), "{said:?}");
        let document = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        in_order(&document);
        document
    }

    /// The events of requests on the log, as the operator sees them.
    async fn tail(&self) -> Vec<Value> {
        let said = self
            .says(ADMIN, &["events", "tail", "--no-follow", "--json"])
            .await;
        assert_eq!(said.exit, Some(0), "{said:?}");
        let events = said
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        events
            .filter(|event: &Value| event["source"] == "/khidma/requests")
            .collect()
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// The ids in a list, each of which has to be there once.
fn ids(list: &[Value]) -> BTreeSet<&str> {
    let ids: BTreeSet<_> = list.iter().map(|one| text(one, "id")).collect();
    assert_eq!(ids.len(), list.len(), "an id is there twice");
    ids
}

/// Every type is declared with all its attributes, every instant is one, and what is named is there.
fn in_order(document: &Value) {
    let objects = ids(list(document, "objects"));
    ids(list(document, "events"));
    for (items, types) in [("events", "eventTypes"), ("objects", "objectTypes")] {
        let types: BTreeMap<_, BTreeSet<_>> = list(document, types)
            .iter()
            .map(|one| {
                let attributes = list(one, "attributes").iter();
                (
                    text(one, "name"),
                    attributes.map(|one| text(one, "name")).collect(),
                )
            })
            .collect();
        for item in list(document, items) {
            let declared = &types[text(item, "type")];
            for attribute in list(item, "attributes") {
                assert!(declared.contains(text(attribute, "name")), "{item}");
                if items == "objects" {
                    text(attribute, "time").parse::<Timestamp>().unwrap();
                }
            }
            for relationship in list(item, "relationships") {
                assert!(objects.contains(text(relationship, "objectId")), "{item}");
            }
            if items == "events" {
                text(item, "time").parse::<Timestamp>().unwrap();
            }
        }
    }
}

/// How often one event of a request directly follows another, counted on the log itself.
fn follows(tail: &[Value]) -> BTreeMap<(String, String), u64> {
    let mut last = BTreeMap::new();
    let mut follows = BTreeMap::new();
    for event in tail {
        let subject = text(event, "subject");
        if subject.parse::<uuid::Uuid>().is_err() {
            continue;
        }
        let name = name(event);
        if let Some(before) = last.insert(subject, name.clone()) {
            *follows.entry((before, name)).or_default() += 1;
        }
    }
    follows
}

/// `submitted` of `khidma.requests.submitted.v1`.
fn name(event: &Value) -> String {
    text(event, "type").split('.').nth(2).unwrap().to_owned()
}

/// The last value of an attribute of an object.
fn last<'a>(object: &'a Value, attribute: &str) -> &'a str {
    let mut values = list(object, "attributes").iter();
    let last = values.rfind(|one| text(one, "name") == attribute);
    text(last.unwrap(), "value")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_the_log_is_in_the_export() {
    let played = Played::new().await;
    let tail = played.tail().await;
    let document = played.export("all.jsonocel", &[]).await;

    let told: Vec<_> = list(&document, "events")
        .iter()
        .map(|event| {
            (
                text(event, "id"),
                text(event, "type").to_owned(),
                text(event, "time"),
            )
        })
        .collect();
    let happened: Vec<_> = tail
        .iter()
        .map(|event| (text(event, "id"), name(event), text(event, "time")))
        .collect();
    assert!(happened.len() > 20, "the story is too short: {happened:?}");
    assert_eq!(told, happened);

    let listed = played
        .says(
            ADMIN,
            &["request", "list", "--everybody", "--all", "--json"],
        )
        .await;
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let states: BTreeMap<_, _> = list(&listed, "requests")
        .iter()
        .map(|request| {
            let state = text(request, "state")
                .trim_start_matches("STATE_")
                .to_lowercase();
            (format!("request:{}", text(request, "id")), state)
        })
        .collect();
    let exported: BTreeMap<_, _> = list(&document, "objects")
        .iter()
        .filter(|object| object["type"] == "request")
        .map(|object| {
            (
                text(object, "id").to_owned(),
                last(object, "state").to_owned(),
            )
        })
        .collect();
    assert!(states.len() > 2, "{states:?}");
    assert_eq!(exported, states);
    let raw = document.to_string();
    for words in ["Amina", "A second screen", "on your desk"] {
        assert!(!raw.contains(words), "{words}");
    }
    let told = played
        .export("told.jsonocel", &["--names", "--texts"])
        .await
        .to_string();
    for words in ["Amina", "A second screen"] {
        assert!(told.contains(words), "{words}");
    }
    played.process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_and_departments_are_cut_out_of_it() {
    let played = Played::new().await;
    let tail = played.tail().await;
    let cut = text(&tail[tail.len() / 2], "time");
    let (before, after): (Vec<_>, Vec<_>) =
        tail.iter().partition(|event| text(event, "time") < cut);
    assert!(!before.is_empty());
    let early = played.export("early.jsonocel", &["--to", cut]).await;
    let late = played.export("late.jsonocel", &["--from", cut]).await;
    let told = |document: &Value| -> Vec<String> {
        let events = list(document, "events").iter();
        events.map(|event| text(event, "id").to_owned()).collect()
    };
    let happened = |events: &[&Value]| -> Vec<String> {
        events
            .iter()
            .map(|event| text(event, "id").to_owned())
            .collect()
    };
    assert_eq!(told(&early), happened(&before));
    assert_eq!(told(&late), happened(&after));

    let of_it = played.export("it.jsonocel", &["--department", "it"]).await;
    let affects = |event: &&Value| {
        let audience = event["audience"].as_str().unwrap_or_default();
        audience.split(',').any(|department| department == "it")
    };
    let affected: Vec<_> = tail.iter().filter(affects).collect();
    assert!(!affected.is_empty() && affected.len() < tail.len());
    assert_eq!(told(&of_it), happened(&affected));
    played.process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pm4py_reads_it_and_finds_the_same_graph() {
    let Some(python) = python() else { return };
    let played = Played::new().await;
    let document = played.export("all.jsonocel", &[]).await;
    let mut command = Command::new(python);
    command.arg(root().join("tests/python/ocel_dfg.py"));
    command.arg(played.site.data("all.jsonocel"));
    let said = played.site.run("python", command).ended(PATIENCE).await;
    assert_eq!(said.exit, Some(0), "{}", said.stderr);

    let (events, objects) = (
        list(&document, "events").len(),
        list(&document, "objects").len(),
    );
    let counts = format!("{events} events, {objects} objects");
    assert_eq!(said.stdout.lines().next(), Some(counts.as_str()));
    let edge = |line: &str| {
        let (count, edge) = line.split_once("  ")?;
        let (first, then) = edge.split_once(" -> ")?;
        let edge = (first.to_owned(), then.to_owned());
        Some((edge, count.parse::<u64>().unwrap()))
    };
    let graph: BTreeMap<_, _> = said.stdout.lines().filter_map(edge).collect();
    assert_eq!(graph, follows(&played.tail().await));
    let edge = ("resolved".to_owned(), "confirmed".to_owned());
    assert!(graph[&edge] >= 2, "{graph:?}");
    played.process.stop().await;
}

/// How many files are in `folder`.
fn files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_leaves_no_file() {
    let played = Played::new().await;
    let folder = played.site.data("exports");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("all.jsonocel");
    let out = path.to_str().unwrap();
    let export = ["export", "ocel", "--out", out];

    let other = played.says(AMINA, &export).await;
    assert_eq!(other.exit, Some(5), "only admins: {other:?}");
    let period = ["--from", "2026-04-01", "--to", "2026-03-01"];
    let empty = played.says(ADMIN, &[&export, &period[..]].concat()).await;
    assert_eq!(empty.exit, Some(2), "{empty:?}");
    assert!(empty.stderr.contains("--from"), "{empty:?}");
    assert_eq!(files(&folder), 0);

    fs::write(&path, "mine").unwrap();
    let there = played.says(ADMIN, &export).await;
    assert_eq!(there.exit, Some(2), "{there:?}");
    assert!(there.stderr.contains("--force"), "{there:?}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let forced = played
        .says(ADMIN, &[&export, &["--force", "--json"][..]].concat())
        .await;
    assert_eq!(forced.exit, Some(0), "{forced:?}");
    let told: Value = serde_json::from_str(&forced.stdout).unwrap();
    let document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(told["events"], list(&document, "events").len());
    assert_eq!(told["objects"], list(&document, "objects").len());
    assert_eq!(files(&folder), 1);

    let nowhere = folder.join("missing").join("all.jsonocel");
    let missing = ["export", "ocel", "--out", nowhere.to_str().unwrap()];
    let missing = played.says(ADMIN, &missing).await;
    assert_eq!(missing.exit, Some(1), "{missing:?}");
    assert!(
        missing.stderr.contains(nowhere.to_str().unwrap()),
        "{missing:?}"
    );
    played.process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_output_takes_it_too_and_may_be_full() {
    let played = Played::new().await;
    let document = played.export("all.jsonocel", &[]).await;
    let export = ["export", "ocel", "--out", "-"];
    let said = played.says(ADMIN, &export).await;
    assert_eq!(said.exit, Some(0), "{said:?}");
    let piped: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(piped, document);

    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = played.command(ADMIN, &export);
    command.stdout(full).stderr(Stdio::piped());
    let running = tokio::process::Command::from(command).spawn().unwrap();
    let ended = running.wait_with_output().await.unwrap();
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("No space left"), "{stderr}");
    played.process.stop().await;
}
