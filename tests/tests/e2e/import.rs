//! Real history: a help desk's log through the program, against a count of the same file made here, by other means.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::GzDecoder;
use futures::StreamExt;
use khidma_eventlog::EventLog;
use khidma_events::raw_events;
use khidma_kernel::{Position, Role};
use khidma_runtime::Tasks;
use khidma_testkit::{eventually, shared_data};
use serde_json::Value;

use crate::PATIENCE;
use crate::process::{Process, Said};
use crate::site::{Site, Who};

/// Takes over history, and keeps the directory.
const IMPORTER: Who = Who {
    person: "admin",
    department: "company",
    roles: &[Role::Admin, Role::Import],
};

/// How long all of it may take on a busy machine.
const LONG: Duration = Duration::from_secs(180);

/// How many people the file names.
const PEOPLE: u64 = 416;

/// The size of a large file, in MB.
const LARGE_MB: u64 = 60;

type Counts = BTreeMap<String, u64>;

pub(crate) fn helpdesk() -> Option<PathBuf> {
    shared_data().map(|folder| folder.join("helpdesk.xes.gz"))
}

pub(crate) fn mapping() -> String {
    let file = crate::binary::root().join("deploy/examples/helpdesk-mapping.toml");
    file.display().to_string()
}

/// What a line of the file says: an attribute's key and value.
fn attribute(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("key=\"")?;
    let (key, rest) = rest.split_once('"')?;
    let (_, rest) = rest.split_once("value=\"")?;
    Some((key, rest.split_once('"')?.0))
}

/// An event of the file: its attributes.
pub(crate) type Line = BTreeMap<String, String>;

/// The traces of the file by name, read line by line.
pub(crate) fn traces(file: &Path) -> Vec<(String, Vec<Line>)> {
    let mut text = String::new();
    let file = fs::File::open(file).unwrap();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let (mut traces, mut event) = (Vec::<(String, Vec<Line>)>::new(), None::<Line>);
    for line in text.lines().map(str::trim) {
        match line {
            "<trace>" => traces.push(Default::default()),
            "<event>" => event = Some(Line::new()),
            "</event>" => {
                let event = event.take().unwrap();
                traces.last_mut().unwrap().1.push(event);
            }
            _ => {
                let Some((key, value)) = attribute(line) else {
                    continue;
                };
                match (&mut event, traces.last_mut()) {
                    (Some(event), _) => {
                        event.insert(key.to_owned(), value.to_owned());
                    }
                    (None, Some(trace)) => trace.0 = value.to_owned(),
                    (None, None) => {}
                }
            }
        }
    }
    traces
}

/// What the issue says of these activities, counted by a small machine of its own.
#[derive(Default)]
struct Count {
    events: Counts,
    states: Counts,
    adapted: u64,
}

#[derive(Default)]
struct Ticket {
    state: &'static str,
    seen: bool,
    begun: bool,
    holder: String,
}

impl Count {
    fn of(traces: &[(String, Vec<Line>)]) -> Self {
        let mut count = Self::default();
        for (_, events) in traces {
            for kind in ["submitted", "receipt_issued", "history_imported"] {
                count.add(kind);
            }
            let mut ticket = Ticket {
                state: "submitted",
                ..Ticket::default()
            };
            for event in events {
                count.event(&mut ticket, event);
            }
            *count.states.entry(ticket.state.to_owned()).or_default() += 1;
        }
        count
    }

    fn add(&mut self, kind: &str) {
        *self.events.entry(kind.to_owned()).or_default() += 1;
    }

    fn keep(&mut self) {
        self.add("note_added");
        self.adapted += 1;
    }

    fn reopen(&mut self, ticket: &mut Ticket) {
        if ["resolved", "confirmed"].contains(&ticket.state) {
            self.add("reopened");
            (ticket.state, ticket.begun) = ("in progress", true);
        }
    }

    fn resume(&mut self, ticket: &mut Ticket) {
        if ticket.state == "waiting" {
            self.add("resumed");
            ticket.state = match (ticket.begun, ticket.seen) {
                (true, _) => "in progress",
                (_, true) => "acknowledged",
                _ => "submitted",
            };
        }
    }

    /// Whether it was resolved by this.
    fn resolve(&mut self, ticket: &mut Ticket) -> bool {
        self.resume(ticket);
        let open = !["resolved", "confirmed"].contains(&ticket.state);
        if open {
            self.add("resolved");
            ticket.state = "resolved";
        }
        open
    }

    fn event(&mut self, ticket: &mut Ticket, event: &Line) {
        match event["concept:name"].as_str() {
            "Take in charge ticket" => {
                let before: u64 = self.events.values().sum();
                self.reopen(ticket);
                self.resume(ticket);
                if !ticket.seen {
                    self.add("acknowledged");
                    ticket.seen = true;
                }
                if ticket.holder != event["org:resource"] {
                    self.add("assigned");
                    ticket.holder.clone_from(&event["org:resource"]);
                }
                if !ticket.begun {
                    self.add("started");
                    ticket.begun = true;
                }
                ticket.state = "in progress";
                // In hand of the same person already: nothing to do, and not dropped either.
                if before == self.events.values().sum::<u64>() {
                    self.keep();
                }
            }
            "Wait" => {
                self.reopen(ticket);
                if ticket.state == "waiting" {
                    return self.keep();
                }
                self.add("wait_began");
                ticket.state = "waiting";
            }
            "Resolve ticket" => {
                if !self.resolve(ticket) {
                    self.keep();
                }
            }
            "Closed" => {
                self.resolve(ticket);
                if ticket.state == "confirmed" {
                    return self.keep();
                }
                self.add("confirmed");
                ticket.state = "confirmed";
            }
            _ => self.add("note_added"),
        }
    }
}

/// The events on the log of requests by kind.
async fn on_the_log(site: &Site) -> Counts {
    let tasks = Tasks::new();
    let log = site.embedded_log(&tasks);
    let head = log.head().await.unwrap();
    let (mut stream, mut at, mut counts) =
        (log.follow(Position::START), Position::START, Counts::new());
    while at < head {
        let commit = stream.next().await.unwrap().unwrap();
        at = commit.position;
        if &*commit.context != "requests" {
            continue;
        }
        for event in raw_events(&commit.payload).unwrap() {
            let kind = event.type_name.split('.').nth(2).unwrap().to_owned();
            *counts.entry(kind).or_default() += 1;
        }
    }
    drop(stream);
    tasks.drain(PATIENCE).await;
    counts
}

fn import(site: &Site, address: &str, format: &str, file: &Path) -> Process {
    let (file, mapping) = (file.display().to_string(), mapping());
    let arguments = [
        "import",
        format,
        &file,
        "--mapping",
        &mapping,
        "--json",
        "--server",
        address,
    ];
    let mut command = site.command("up", &arguments);
    command.env("KHIDMA_TOKEN", site.token(IMPORTER));
    site.run("importer", command)
}

async fn imported(site: &Site, address: &str, format: &str, file: &Path) -> (Said, Value) {
    let said = import(site, address, format, file).ended(LONG).await;
    assert_eq!(said.exit, Some(0), "{said:?}");
    let report = serde_json::from_str(&said.stdout).unwrap();
    (said, report)
}

async fn head(site: &Site, address: &str) -> u64 {
    let said = site
        .khidma(&["rebuild", "--json", "--server", address])
        .await;
    let value: Value = serde_json::from_str(&said.stdout).unwrap();
    let head = &value["log_head"];
    let text = head.as_str().map(str::to_owned);
    text.unwrap_or_else(|| head.to_string()).parse().unwrap()
}

fn counts(report: &Value, of: &str) -> Counts {
    serde_json::from_value(report[of].clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_help_desks_log_comes_in_as_it_was_and_twice_changes_nothing() {
    let Some(file) = helpdesk() else { return };
    let expected = Count::of(&traces(&file));
    let site = Site::new();
    let mut up = site.up("embedded");
    let address = up.address().await;

    let (_, report) = imported(&site, &address, "xes", &file).await;
    assert_eq!(
        (&report["new"], &report["refused"]),
        (&4580.into(), &0.into())
    );
    assert_eq!(counts(&report, "events"), expected.events);
    assert_eq!(counts(&report, "states"), expected.states);
    assert_eq!(
        report["adapted"]["NOTHING_TO_DO"]["count"],
        expected.adapted
    );
    assert_eq!(report["adapted"].as_object().unwrap().len(), 1);
    for (said, kind) in [
        ("reopens", "reopened"),
        ("waits", "wait_began"),
        ("assignments", "assigned"),
    ] {
        assert_eq!(report[said], expected.events[kind], "{said}");
    }
    println!(
        "states {:?}, events {:?}, adapted {}",
        expected.states, expected.events, expected.adapted
    );

    let before = head(&site, &address).await;
    let (_, again) = imported(&site, &address, "xes", &file).await;
    assert_eq!(
        (&again["unchanged"], &again["events"]),
        (&4580.into(), &serde_json::json!({}))
    );
    assert_eq!(counts(&again, "states"), expected.states);
    assert_eq!(head(&site, &address).await, before);
    up.stop().await;
    assert_eq!(on_the_log(&site).await, expected.events);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_goes_on_and_a_table_says_the_same_as_the_log() {
    let Some(file) = helpdesk() else { return };
    let traces = traces(&file);
    let expected = Count::of(&traces);
    let site = Site::new();
    let mut up = site.up("embedded");
    let address = up.address().await;

    let table = site.data("cases.csv");
    write_table(&table, &traces[..40]);
    let (_, report) = imported(&site, &address, "csv", &table).await;
    assert_eq!(
        (&report["new"], &report["refused"]),
        (&40.into(), &0.into())
    );

    let before = head(&site, &address).await;
    let mut cut_off = import(&site, &address, "xes", &file);
    // Whoever is not known is registered first, a commit each: of what comes then, 300 at least are cases.
    let begun = eventually(LONG, || async {
        head(&site, &address).await > before + PEOPLE + 300
    });
    assert!(begun.await);
    let early = cut_off.is_running();
    cut_off.kill().await;
    let (_, report) = imported(&site, &address, "xes", &file).await;
    let number = |what: &str| report[what].as_u64().unwrap();
    assert_eq!(
        (number("cases"), number("refused"), number("extended")),
        (4580, 0, 0)
    );
    assert!(number("unchanged") >= 340, "{report}");
    assert!(!early || number("new") > 0, "{report}");
    assert_eq!(counts(&report, "states"), expected.states);
    up.stop().await;
    assert_eq!(on_the_log(&site).await, expected.events);
}

/// Some cases as a table, their lines in turn: the first events of all cases, then the second ones.
fn write_table(file: &Path, traces: &[(String, Vec<Line>)]) {
    let mut text =
        "Case ID,Activity,Complete Timestamp,Resource,customer,product,seriousness,service_level\n"
            .to_owned();
    let longest = traces.iter().map(|(_, events)| events.len()).max().unwrap();
    for number in 0..longest {
        for (case, event) in traces
            .iter()
            .filter_map(|(case, events)| Some((case, events.get(number)?)))
        {
            let time = event["time:timestamp"].replace('-', "/").replace('T', " ");
            let time = time.split('+').next().unwrap();
            let cells = [
                "org:resource",
                "customer",
                "product",
                "seriousness",
                "service_level",
            ];
            let cells: Vec<_> = cells.iter().map(|key| event[*key].as_str()).collect();
            text += &format!(
                "{case},\"{}\",{time}.000,{}\n",
                event["concept:name"],
                cells.join(",")
            );
        }
    }
    fs::write(file, text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_import_is_told_so_and_nothing_is_written() {
    let Some(file) = helpdesk() else { return };
    let site = Site::new();
    let mut up = site.up("embedded");
    let address = up.address().await;
    let (file, mapping) = (file.display().to_string(), mapping());
    let arguments = [
        "import",
        "xes",
        &file,
        "--mapping",
        &mapping,
        "--server",
        &address,
    ];
    let said = site.khidma(&arguments).await;
    assert_eq!(said.exit, Some(5), "{said:?}");
    assert!(said.stderr.contains("role import"), "{said:?}");
    up.stop().await;
    assert_eq!(on_the_log(&site).await, Counts::new());
}

/// A log of `size` bytes: cases like the help desk's, one after the other.
fn write_large(file: &Path, size: u64) -> u64 {
    let mut writer = std::io::BufWriter::new(fs::File::create(file).unwrap());
    let (mut written, mut cases) = (0, 0);
    let event = |activity: &str, minute: u64| {
        let filler = "x".repeat(2000);
        format!(
            "<event><string key=\"concept:name\" value=\"{activity}\"/><string key=\"org:resource\" value=\"Value 1\"/>\
             <date key=\"time:timestamp\" value=\"2012-10-09T14:{minute:02}:17+00:00\"/><string key=\"customer\" value=\"Value 1\"/>\
             <string key=\"product\" value=\"Value 1\"/><string key=\"seriousness\" value=\"1\"/><string key=\"service_level\" value=\"1\"/>\
             <string key=\"filler\" value=\"{filler}\"/></event>\n"
        )
    };
    let events = [
        event("Take in charge ticket", 1),
        event("Wait", 2),
        event("Closed", 3),
    ]
    .concat()
    .repeat(8);
    // The same three over and over would be out of order: only the hour of each round differs.
    let rounds: Vec<_> = events
        .split_inclusive("</event>\n")
        .enumerate()
        .map(|(n, event)| event.replace("T14", &format!("T{:02}", n / 3)))
        .collect();
    let events = rounds.concat();
    writer.write_all(b"<?xml version=\"1.0\"?><log>").unwrap();
    while written < size {
        let head = format!("<trace><string key=\"concept:name\" value=\"Case {cases}\"/>");
        for part in [head.as_bytes(), events.as_bytes(), b"</trace>\n"] {
            writer.write_all(part).unwrap();
            written += part.len() as u64;
        }
        cases += 1;
    }
    writer.write_all(b"</log>").unwrap();
    writer.flush().unwrap();
    cases
}

/// Its largest resident set in MiB.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_any_size_is_read_in_little_memory() {
    let site = Site::new();
    let mut up = site.up("embedded");
    let address = up.address().await;
    let file = site.data("large.xes");
    let cases = write_large(&file, LARGE_MB << 20);
    let mut importing = import(&site, &address, "xes", &file);
    let (id, mut most) = (importing.id(), 0);
    let ended = eventually(LONG, || {
        most = peak(id).unwrap_or(0).max(most);
        std::future::ready(!importing.is_running())
    });
    assert!(ended.await);
    let said = importing.ended(LONG).await;
    assert_eq!(said.exit, Some(0), "{said:?}");
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(
        (&report["new"], &report["refused"]),
        (&cases.into(), &0.into())
    );
    println!("{LARGE_MB} MB, {cases} cases: the client took {most} MiB at most");
    assert!(most > 5 && most < 300, "{most} MiB");
    up.stop().await;
}
