//! A stricter promise tried out on a real help desk's history: every verdict that would be another, compared with the count
//! that `helpdesk_sla` makes from the file itself, none missing and none too many.

use std::collections::BTreeMap;

use khidma_kernel::Role;
use khidma_proto::sla as pb;
use khidma_proto::sla::simulate_response::Message;
use khidma_proto::sla::what_if_service_client::WhatIfServiceClient;
use khidma_testkit::Host;

use crate::helpdesk_sla::{HOUR, NOW, Row, Rows, expected, host, khidma, promise, quiet};
use crate::import::{helpdesk, mapping, traces};
use crate::site::Site;

/// A row before and after, by case and metric.
type Changes = BTreeMap<(String, String), (Row, Row)>;

/// Clocks that ended with the promise kept, that broke it, and that go on, before and after; and those that changed.
type Totals = ([u64; 3], [u64; 3], u64);

/// What Simulate tells of clocks does not tell one that waits from one that counts.
fn told(outcome: &str) -> &str {
    match outcome {
        "paused" => "running",
        other => other,
    }
}

/// The shipped policy with other targets.
fn draft(acknowledge: &str, resolve: &str) -> String {
    let file = crate::binary::root().join("deploy/examples/helpdesk-policy.toml");
    let text = std::fs::read_to_string(file).unwrap();
    for target in ["within = \"4h\"", "within = \"40h\""] {
        assert_eq!(text.matches(target).count(), 1, "{text}");
    }
    let text = text.replace("\"4h\"", &format!("{acknowledge:?}"));
    text.replace("\"40h\"", &format!("{resolve:?}"))
}

fn metric(metric: pb::Metric) -> String {
    let name = metric.as_str_name().trim_start_matches("METRIC_");
    name.to_ascii_lowercase()
}

fn row(reading: &pb::ClockReading) -> Row {
    let outcome = match reading.outcome() {
        pb::Outcome::Met => "met",
        pb::Outcome::Breached => "breached",
        pb::Outcome::Running => "running",
        pb::Outcome::Unspecified => "none",
    };
    let second = |(seconds, nanos)| {
        assert_eq!(nanos, 0, "the file has whole seconds only");
        seconds
    };
    assert_eq!(reading.elapsed_micros % 1_000_000, 0);
    Row {
        target: reading.target_seconds.try_into().unwrap(),
        elapsed: (reading.elapsed_micros / 1_000_000).try_into().unwrap(),
        outcome: outcome.to_owned(),
        due: reading.due.map(|at| second((at.seconds, at.nanos))),
        breached: reading.breached.map(|at| second((at.seconds, at.nanos))),
    }
}

/// What has to change, and the sums of all clocks by metric.
fn counted(before: &Rows, after: &Rows) -> (Changes, BTreeMap<String, Totals>) {
    let (mut changes, mut totals) = (Changes::new(), BTreeMap::<String, Totals>::new());
    let column =
        |row: &Row| ["met", "breached", "running"].map(|one| u64::from(row.outcome == one));
    for ((case, metric), before) in before {
        let after = &after[&(case.clone(), metric.clone())];
        let [before, after] = [before, after].map(|row| Row {
            outcome: told(&row.outcome).to_owned(),
            ..row.clone()
        });
        let sums = totals.entry(metric.clone()).or_default();
        for index in 0..3 {
            sums.0[index] += column(&before)[index];
            sums.1[index] += column(&after)[index];
        }
        if before.outcome != after.outcome {
            sums.2 += 1;
            changes.insert((case.clone(), metric.clone()), (before, after));
        }
    }
    (changes, totals)
}

/// What Simulate says.
async fn simulated(host: &Host, policy_toml: String) -> (Changes, pb::SimulateTotals) {
    let connection = host.connect("admin", "company", &[Role::Admin]).await;
    let mut client = WhatIfServiceClient::new(connection);
    let request = pb::SimulateRequest {
        policy_toml,
        ..pb::SimulateRequest::default()
    };
    let mut answers = client.simulate(request).await.unwrap().into_inner();
    let (mut changes, mut totals) = (Changes::new(), None);
    while let Some(answer) = answers.message().await.unwrap() {
        assert_eq!(totals, None, "the totals are the end");
        match answer.message.unwrap() {
            Message::Progress(progress) => assert!(progress.done <= progress.about),
            Message::Totals(told) => totals = Some(told),
            Message::Clock(clock) => {
                let (before, after) = (clock.before.as_ref(), clock.after.as_ref());
                let after = after.unwrap();
                assert_eq!((clock.number, &*clock.owner_id), (1, "support"));
                // What is said to add up to it does.
                let sum: u64 = clock.stretches.iter().map(|one| one.counted_micros).sum();
                assert_eq!(sum, after.elapsed_micros, "{clock:?}");
                let which = (clock.external_id.clone(), metric(clock.metric()));
                let twice = changes.insert(which, (row(before.unwrap()), row(after)));
                assert!(twice.is_none(), "{clock:?} is told twice");
            }
        }
    }
    (changes, totals.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stricter_promise_changes_the_verdicts_that_are_counted_by_hand_and_writes_nothing() {
    let Some(file) = helpdesk() else { return };
    let traces = traces(&file);
    let before = expected(&traces, (4 * HOUR, 40 * HOUR));
    let after = expected(&traces, (HOUR, 16 * HOUR));
    let (changes, sums) = counted(&before, &after);
    let (site, host) = (Site::new(), host().await);
    promise(&*host.log).await;
    let (file, mapping) = (file.display().to_string(), mapping());
    let import = ["import", "xes", &file, "--mapping", &mapping, "--json"];
    khidma(&site, &host, &import).await;
    quiet(&host).await;

    let head = host.log.head().await.unwrap();
    let (told, totals) = simulated(&host, draft("1h", "16h")).await;
    host.caught_up().await;
    assert_eq!(host.log.head().await.unwrap(), head, "nothing is written");

    for (which, change) in &changes {
        assert_eq!(told.get(which), Some(change), "{which:?}");
    }
    let extra = told.keys().find(|which| !changes.contains_key(*which));
    assert_eq!(extra, None, "of these no other verdict was counted");
    assert!(!changes.is_empty());

    let counts = |counts: &Option<pb::OutcomeCounts>| {
        let counts = counts.as_ref().unwrap();
        assert_eq!(counts.none, 0);
        [counts.met, counts.breached, counts.running]
    };
    let rows: BTreeMap<String, Totals> = totals
        .rows
        .iter()
        .map(|row| {
            assert_eq!(row.department_id, "support");
            let sums = (counts(&row.before), counts(&row.after), row.changed);
            (metric(row.metric()), sums)
        })
        .collect();
    assert_eq!((&rows, totals.rows.len()), (&sums, sums.len()));
    let changed: u64 = sums.values().map(|sums| sums.2).sum();
    assert_eq!(
        (totals.requests, totals.changed, totals.position),
        (traces.len() as u64, changed, head.0)
    );
    assert_eq!(totals.until.map(|until| until.seconds), Some(NOW));
    println!(
        "{changed} changed verdicts compared; met, breached, running before and after, changed: {rows:?}"
    );

    // Tried out as it holds already, it changes nothing.
    let (told, totals) = simulated(&host, draft("4h", "40h")).await;
    assert_eq!((told, totals.changed), (Changes::new(), 0));
}
