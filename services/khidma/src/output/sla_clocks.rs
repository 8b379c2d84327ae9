//! Clocks, breaches and reports as tables.

use comfy_table::Cell;
use khidma_proto::sla::{
    Breach, Clock, ClockState, GroupBy, Metric, RecomputedClock, ReportResponse, ReportRow, Verdict,
};

use super::{Output, Table, Tone, duration, duration_exact};
use crate::words::Word;

/// How it went with a clock, in a word: met, breached, running, paused or cancelled.
pub fn outcome(clock: &Clock) -> &'static str {
    match (clock.verdict(), clock.state()) {
        (Verdict::Breached, _) => "breached",
        (Verdict::Met, _) => "met",
        (Verdict::Unspecified, ClockState::Running) => "running",
        (Verdict::Unspecified, ClockState::Paused) => "paused",
        (Verdict::Unspecified, _) => "cancelled",
    }
}

fn outcome_tone(clock: &Clock) -> Tone {
    match outcome(clock) {
        "breached" => Tone::Bad,
        "met" => Tone::Good,
        "running" => Tone::Strong,
        _ => Tone::Faint,
    }
}

/// How it is going with a clock; one that is late and not done is both.
fn outcome_words(clock: &Clock) -> String {
    let goes_on = match clock.state() {
        ClockState::Running | ClockState::Paused => ClockState::word(clock.state),
        _ => String::new(),
    };
    match outcome(clock) {
        "breached" if !goes_on.is_empty() => format!("breached, {goes_on}"),
        word => word.to_owned(),
    }
}

fn metric(clock: &Clock) -> String {
    match clock.number {
        0 | 1 => Metric::word(clock.metric),
        number => format!("{} {number}", Metric::word(clock.metric)),
    }
}

fn elapsed(clock: &Clock) -> String {
    let target = clock.target_seconds.saturating_mul(1_000_000);
    format!("{} of {}", duration(clock.elapsed_micros), duration(target))
}

/// What a line says of a clock.
pub fn clock_cells(output: &Output, clock: &Clock) -> Vec<String> {
    vec![
        metric(clock),
        output.paint(outcome_tone(clock), outcome_words(clock)),
        elapsed(clock),
        due(output, clock),
    ]
}

fn due(output: &Output, clock: &Clock) -> String {
    match (clock.due, clock.state()) {
        (None, _) => String::new(),
        (_, ClockState::Paused) => {
            let target = clock.target_seconds.saturating_mul(1_000_000);
            match target.checked_sub(clock.elapsed_micros) {
                Some(left) => format!("{} left", duration(left)),
                None => format!("{} over", duration(clock.elapsed_micros - target)),
            }
        }
        (due, ClockState::Running) => {
            format!("{} ({})", output.when(due), output.ago(due))
        }
        (due, _) => output.when(due),
    }
}

/// Clocks; with their requests where those of several are shown.
pub fn clocks_table(output: &Output, clocks: &[Clock], requests: bool) -> Table {
    let first = if requests { "request" } else { "started" };
    let columns = [
        first, "metric", "state", "elapsed", "due", "owner", "promise",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[6, 3]);
    for clock in clocks {
        let promise = match clock.calendar_id.as_str() {
            "" => format!("{} {}", clock.policy_id, clock.rule),
            calendar => format!("{} {}, by {calendar}", clock.policy_id, clock.rule),
        };
        table.add(vec![
            Cell::new(if requests {
                clock.service_request_id.clone()
            } else {
                output.when(clock.started)
            }),
            Cell::new(metric(clock)),
            outcome_tone(clock).cell(outcome_words(clock)),
            Cell::new(elapsed(clock)),
            Cell::new(due(output, clock)),
            Cell::new(&clock.owner_id),
            Cell::new(promise),
        ]);
    }
    table
}

/// Broken promises.
pub fn breaches_table(output: &Output, breaches: &[Breach]) -> Table {
    let columns = ["broken", "request", "metric", "department", "now"];
    let mut table = Table::new(columns);
    for breach in breaches {
        let Some(clock) = &breach.clock else { continue };
        let now = match clock.state() {
            ClockState::Stopped => format!("done after {}", elapsed(clock)),
            _ => format!("{} after {}", ClockState::word(clock.state), elapsed(clock)),
        };
        table.add(vec![
            Tone::Bad.cell(output.when(clock.breached)),
            Cell::new(&clock.service_request_id),
            Cell::new(metric(clock)),
            Cell::new(&breach.owner_id),
            Cell::new(now),
        ]);
    }
    table
}

/// A report, with what all comes to in the last line.
pub fn report_table(by: &[GroupBy], report: &ReportResponse) -> Table {
    let columns = [
        "group",
        "kept",
        "met",
        "breached",
        "running",
        "cancelled",
        "p50",
        "p90",
        "p99",
        "mean",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[9, 5, 4]);
    let total = report.total.iter().map(|row| (row, "all".to_owned()));
    let rows = report.rows.iter().map(|row| (row, group(by, row)));
    for (row, name) in rows.chain(total) {
        let kept = row.attainment.map(|part| format!("{:.1} %", part * 100.0));
        // Of nothing there is no percentile.
        let time = |micros| match row.met + row.breached {
            0 => String::new(),
            _ => duration(micros),
        };
        table.add(vec![
            Tone::Strong.cell(name),
            Cell::new(kept.unwrap_or_default()),
            Cell::new(row.met),
            Cell::new(row.breached),
            Cell::new(row.running),
            Cell::new(row.cancelled),
            Cell::new(time(row.p50_micros)),
            Cell::new(time(row.p90_micros)),
            Cell::new(time(row.p99_micros)),
            Cell::new(time(row.mean_micros)),
        ]);
    }
    table
}

fn group(by: &[GroupBy], row: &ReportRow) -> String {
    let names = row
        .group
        .iter()
        .zip(by)
        .map(|(name, by)| match name.as_str() {
            "" => format!("no {}", GroupBy::word((*by).into())),
            name if *by == GroupBy::Metric => name.replace('_', " "),
            name => name.to_owned(),
        });
    names.collect::<Vec<_>>().join(", ")
}

/// Clocks as reported beside as computed now.
pub fn recomputed_table(output: &Output, clocks: &[RecomputedClock]) -> Table {
    let columns = ["request", "metric", "", "as reported", "as computed now"];
    let mut table = Table::new(columns);
    let words = |clock: Option<&Clock>| {
        let Some(clock) = clock else {
            return "none".to_owned();
        };
        let words = [
            outcome_words(clock),
            duration_exact(clock.elapsed_micros),
            format!("due {}", output.when(clock.due)),
        ];
        words.join(", ")
    };
    for both in clocks {
        let Some(clock) = both.reported.as_ref().or(both.computed.as_ref()) else {
            continue;
        };
        let differs = if both.differs {
            Tone::Care.cell("differs")
        } else {
            Tone::Faint.cell("the same")
        };
        table.add(vec![
            Cell::new(&clock.service_request_id),
            Cell::new(metric(clock)),
            differs,
            Cell::new(words(both.reported.as_ref())),
            Cell::new(words(both.computed.as_ref())),
        ]);
    }
    table
}
