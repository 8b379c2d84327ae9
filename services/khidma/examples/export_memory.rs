//! How much memory an export takes, and how long: made-up requests of ten events each go through it.
//!
//! `cargo run -p khidma --example export_memory -- 1000000`: events. The peak is read from /proc, so on Linux only.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

use std::io;
use std::time::Instant;

use khidma::ocel::{Export, Scope};
use serde_json::json;
use uuid::Uuid;

type Error = Box<dyn std::error::Error>;

/// What happens to every request.
const LIFE: [&str; 10] = [
    "submitted",
    "receipt_issued",
    "acknowledged",
    "assigned",
    "started",
    "note_added",
    "wait_began",
    "resumed",
    "resolved",
    "confirmed",
];
/// Requests that go on at the same time: their events are mixed on the log.
const ABREAST: u64 = 1000;

fn main() -> Result<(), Error> {
    let events: u64 = match std::env::args().nth(1) {
        Some(number) => number.parse()?,
        None => 1_000_000,
    };
    let before = peak()?;
    let begun = Instant::now();
    let mut export = Export::begin(Scope::default(), io::sink())?;
    let steps = LIFE.len() as u64 * ABREAST;
    for number in 0..events {
        let (round, place) = (number / steps, number % steps);
        let request = round * ABREAST + place % ABREAST;
        let step = LIFE[(place / ABREAST) as usize];
        export.take(number + 1, &event(number, request, step))?;
    }
    let (_, summary) = export.finish()?;
    let (seconds, more) = (begun.elapsed().as_secs_f64(), peak()? - before);
    println!(
        "{} events about {} objects: {more} KiB, {} bytes an event; {:.0} events/s with making them",
        summary.events,
        summary.objects.values().sum::<u64>(),
        more * 1024 / summary.events.max(1),
        summary.events as f64 / seconds
    );
    Ok(())
}

fn event(number: u64, request: u64, step: &str) -> String {
    let person = format!("person-{}", request % 997);
    let data = match step {
        "submitted" => json!({
            "provider": format!("department-{}", request % 41), "requester": person,
            "requester_department": format!("department-{}", request % 43), "title": "A laptop",
            "priority": "normal", "channel": "web",
        }),
        "assigned" => json!({ "assignee": person }),
        "note_added" => json!({ "text": "Two are left" }),
        "wait_began" => json!({ "question": "Which one?" }),
        "resolved" => json!({ "outcome": "There it is" }),
        _ => json!({}),
    };
    let day = number / 100_000 % 28 + 1;
    json!({
        "specversion": "1.0", "id": Uuid::from_u64_pair(7, number), "source": "/khidma/requests",
        "type": format!("khidma.requests.{step}.v1"), "subject": Uuid::from_u64_pair(8, request),
        "time": format!("2026-03-{day:02}T08:00:00.{:06}Z", number % 1_000_000),
        "datacontenttype": "application/json", "actor": format!("person:{person}"),
        "correlationid": Uuid::nil(), "data": data,
    })
    .to_string()
}

/// The most memory this process has had so far, in KiB.
fn peak() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no peak in /proc/self/status")?.parse()?)
}
