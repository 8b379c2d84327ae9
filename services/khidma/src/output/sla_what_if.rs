//! How what-if is shown: changed verdicts, sums, and what adds up to one.

use comfy_table::Cell;
use khidma_proto::sla::{
    ClockCompared, ClockReading, Metric, Outcome, OutcomeCounts, SimulateTotals, TotalsRow,
    TriedStretchKind,
};

use super::csv::{self, line};
use super::{Output, Table, Tone, duration};
use crate::failure::Failure;

/// The most lines of recipients that are shown; JSON has all.
const HEARD: usize = 20;

/// A line a changed verdict.
pub fn changed_table(output: &Output, clocks: &[ClockCompared]) -> Table {
    let columns = [
        "request",
        "called elsewhere",
        "metric",
        "of",
        "before",
        "elapsed",
        "after",
        "elapsed",
        "due",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[1, 8, 5]);
    for clock in clocks {
        let due = clock.after.as_ref().and_then(|after| after.due);
        table.add(vec![
            Tone::Strong.cell(&clock.service_request_id),
            Cell::new(&clock.external_id),
            Cell::new(metric(clock.metric)),
            Cell::new(&clock.owner_id),
            verdict(clock.before.as_ref()),
            Cell::new(elapsed(clock.before.as_ref())),
            verdict(clock.after.as_ref()),
            Cell::new(elapsed(clock.after.as_ref())),
            Cell::new(output.when(due)),
        ]);
    }
    table
}

/// What came of it all.
///
/// # Errors
/// It cannot be written.
pub fn what_if_totals(output: &mut Output, totals: &SimulateTotals) -> Result<(), Failure> {
    for one in &totals.warnings {
        let warning = output.paint(Tone::Care, "warning");
        let line = match one.line {
            0 => String::new(),
            line => format!("line {line}: "),
        };
        output.line(format_args!("{warning}: {line}{}: {}", one.field, one.text))?;
    }
    let counts = format!(
        "{} verdicts of {} requests would be others",
        totals.changed, totals.requests
    );
    let counts = output.paint(Tone::Strong, counts);
    output.line(format_args!("{counts} (log position {})", totals.position))?;
    if !totals.rows.is_empty() {
        output.line("")?;
        output.table(sums(&totals.rows))?;
    }
    if !totals.heard.is_empty() {
        output.line("")?;
        output.table(heard(totals))?;
        if totals.heard.len() > HEARD {
            let more = totals.heard.len() - HEARD;
            output.line(format_args!("and {more} more recipients: --json has all"))?;
        }
        output.line("")?;
    }
    Ok(())
}

/// By department and metric, the most changed first.
fn sums(rows: &[TotalsRow]) -> Table {
    let columns = [
        "department",
        "metric",
        "changed",
        "met",
        "→",
        "breached",
        "→",
        "running",
        "→",
    ];
    let mut table = Table::new(columns);
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.changed));
    for row in rows {
        let (before, after) = (counts(row.before), counts(row.after));
        let numbers = [
            row.changed,
            before.met,
            after.met,
            before.breached,
            after.breached,
            before.running,
            after.running,
        ];
        let head = [
            Tone::Strong.cell(&row.department_id),
            Cell::new(metric(row.metric)),
        ];
        table.add(
            head.into_iter()
                .chain(numbers.map(Cell::new))
                .collect::<Vec<_>>(),
        );
    }
    table
}

fn heard(totals: &SimulateTotals) -> Table {
    let mut table = Table::new(["would have heard", "of", "person", "times"]);
    let mut heard: Vec<_> = totals.heard.iter().collect();
    heard.sort_by_key(|one| std::cmp::Reverse(one.times));
    for one in heard.into_iter().take(HEARD) {
        table.add(vec![
            Tone::Strong.cell(&one.to),
            Cell::new(&one.department_id),
            Cell::new(&one.person_id),
            Cell::new(one.times),
        ]);
    }
    table
}

/// What adds up to what a clock would show.
///
/// # Errors
/// It cannot be written.
pub fn explained_clock(output: &mut Output, clock: &ClockCompared) -> Result<(), Failure> {
    let name = format!(
        "{} {} of {}",
        metric(clock.metric),
        clock.number,
        clock.owner_id
    );
    let name = output.paint(Tone::Strong, name);
    output.line(format_args!("{name}  {}", clock.service_request_id))?;
    let reading = |reading: Option<&ClockReading>| match reading {
        None => "no such clock".to_owned(),
        Some(one) => format!(
            "{}: {} of {}, {} ({}), rule \"{}\"",
            outcome(one.outcome),
            duration(one.elapsed_micros),
            duration(one.target_seconds.saturating_mul(1_000_000)),
            one.policy_id,
            match one.policy_version {
                0 => "draft".to_owned(),
                version => format!("version {version}"),
            },
            one.rule,
        ),
    };
    let due = clock.after.as_ref().and_then(|after| after.due);
    let breached = clock.after.as_ref().and_then(|after| after.breached);
    output.facts(&[
        ("as reported", reading(clock.before.as_ref())),
        ("as it would be", reading(clock.after.as_ref())),
        ("due", output.when(due)),
        ("broken since", output.when(breached)),
    ])?;
    let mut table = Table::new(["from", "to", "", "counted", "together", "by", "of"]);
    let mut together = 0_u64;
    for stretch in &clock.stretches {
        together = together.saturating_add(stretch.counted_micros);
        let kind = match stretch.kind() {
            TriedStretchKind::Running => "runs",
            TriedStretchKind::Paused => "paused",
            TriedStretchKind::Stopped => "stopped",
            TriedStretchKind::Unspecified => "",
        };
        let by = match (stretch.calendar_id.as_str(), stretch.calendar_revision) {
            ("", _) => String::new(),
            (calendar, 0) => format!("{calendar} (draft)"),
            (calendar, revision) => format!("{calendar} revision {revision}"),
        };
        table.add(vec![
            Cell::new(output.when(stretch.from)),
            Cell::new(output.when(stretch.to)),
            Cell::new(kind),
            Cell::new(duration(stretch.counted_micros)),
            Cell::new(duration(together)),
            Cell::new(by),
            Cell::new(&stretch.owner_id),
        ]);
    }
    output.table(table)?;
    for said in &clock.said {
        let what = match said.percent {
            0 => format!("step of the ladder: {}", said.to.join(", ")),
            percent => format!("warning at {percent} %"),
        };
        output.line(format_args!("{}  {what}", output.when(said.at)))?;
    }
    output.line("")
}

/// The columns of [`changed_csv`].
///
/// # Errors
/// Never, in truth.
pub fn changed_csv_header() -> Result<String, Failure> {
    line([
        "request",
        "external_id",
        "metric",
        "number",
        "owner",
        "before",
        "before_target_s",
        "before_elapsed_s",
        "after",
        "after_target_s",
        "after_elapsed_s",
        "after_due",
        "after_breached_at",
    ])
}

/// A changed verdict as a line of CSV, as RFC 4180 has it.
///
/// # Errors
/// Never, in truth.
pub fn changed_csv(clock: &ClockCompared) -> Result<String, Failure> {
    let (before, after) = (clock.before.as_ref(), clock.after.as_ref());
    let target = |reading: Option<&ClockReading>| {
        reading.map_or_else(String::new, |one| one.target_seconds.to_string())
    };
    let seconds = |reading: Option<&ClockReading>| {
        reading.map_or_else(String::new, |one| csv::seconds(one.elapsed_micros))
    };
    let word =
        |reading: Option<&ClockReading>| outcome(reading.map_or(0, |one| one.outcome)).to_owned();
    line([
        clock.service_request_id.clone(),
        csv::harmless(&clock.external_id).into_owned(),
        metric(clock.metric),
        clock.number.to_string(),
        clock.owner_id.clone(),
        word(before),
        target(before),
        seconds(before),
        word(after),
        target(after),
        seconds(after),
        csv::instant(after.and_then(|one| one.due)),
        csv::instant(after.and_then(|one| one.breached)),
    ])
}

fn counts(counts: Option<OutcomeCounts>) -> OutcomeCounts {
    counts.unwrap_or_default()
}

fn metric(number: i32) -> String {
    let metric = Metric::try_from(number).unwrap_or_default();
    let name = metric.as_str_name().trim_start_matches("METRIC_");
    name.to_ascii_lowercase()
}

fn outcome(number: i32) -> &'static str {
    match Outcome::try_from(number) {
        Ok(Outcome::Running) => "running",
        Ok(Outcome::Met) => "met",
        Ok(Outcome::Breached) => "breached",
        Ok(Outcome::Unspecified) => "none",
        Err(_) => "?",
    }
}

fn verdict(reading: Option<&ClockReading>) -> Cell {
    let number = reading.map_or(0, |reading| reading.outcome);
    let tone = match Outcome::try_from(number) {
        Ok(Outcome::Breached) => Tone::Bad,
        Ok(Outcome::Met) => Tone::Good,
        _ => Tone::Faint,
    };
    tone.cell(outcome(number))
}

fn elapsed(reading: Option<&ClockReading>) -> String {
    reading.map_or_else(String::new, |reading| duration(reading.elapsed_micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_verdict_is_a_line_that_no_calculator_takes_for_a_formula() {
        let clock = ClockCompared {
            service_request_id: "b".into(),
            external_id: "=1+1,2".into(),
            metric: Metric::Resolve.into(),
            number: 1,
            owner_id: "it".into(),
            after: Some(ClockReading {
                outcome: Outcome::Breached.into(),
                target_seconds: 3600,
                elapsed_micros: 3_600_500_000,
                ..ClockReading::default()
            }),
            ..ClockCompared::default()
        };
        let expected = "b,\"'=1+1,2\",resolve,1,it,none,,,breached,3600,3600.5,,\n";
        assert_eq!(changed_csv(&clock).unwrap(), expected);
        let columns = changed_csv_header().unwrap().split(',').count();
        assert_eq!(columns, 13);
    }
}
