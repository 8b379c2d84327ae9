//! Clocks and reports as CSV (RFC 4180, but for the lines, which end as on Unix).

use khidma_proto::sla::{Clock, GroupBy, ReportResponse, ReportRow};

use crate::failure::Failure;
use crate::output::csv::{harmless, instant, line, seconds};
use crate::output::outcome;
use crate::words::Word;

const CLOCKS: [&str; 8] = [
    "request",
    "external_id",
    "metric",
    "target_s",
    "elapsed_s",
    "outcome",
    "due",
    "breached_at",
];

const NUMBERS: [&str; 10] = [
    "met",
    "breached",
    "running",
    "cancelled",
    "attainment",
    "measured",
    "p50_s",
    "p90_s",
    "p99_s",
    "mean_s",
];

/// The header of what [`clock_line`] writes.
///
/// # Errors
/// Never, in truth.
pub(super) fn clocks_header() -> Result<String, Failure> {
    line(CLOCKS)
}

/// A clock as a line.
///
/// # Errors
/// Never, in truth.
pub(super) fn clock_line(clock: &Clock) -> Result<String, Failure> {
    let metric = clock.metric().as_str_name().trim_start_matches("METRIC_");
    line([
        clock.service_request_id.clone(),
        harmless(&clock.external_id).into_owned(),
        metric.to_ascii_lowercase(),
        clock.target_seconds.to_string(),
        seconds(clock.elapsed_micros),
        outcome(clock).to_owned(),
        instant(clock.due),
        instant(clock.breached),
    ])
}

/// A report, a line for each of its groups; all together without any.
///
/// # Errors
/// Never, in truth.
pub(super) fn totals(by: &[GroupBy], report: &ReportResponse) -> Result<String, Failure> {
    let names = by
        .iter()
        .map(|by| GroupBy::word((*by).into()).replace(' ', "_"));
    let mut text = line(names.chain(NUMBERS.map(str::to_owned)))?;
    let all = report.total.iter().filter(|_| by.is_empty());
    for row in report.rows.iter().chain(all) {
        let group = row.group.iter().map(|name| harmless(name).into_owned());
        text += &line(group.chain(numbers(row)))?;
    }
    Ok(text)
}

fn numbers(row: &ReportRow) -> [String; 10] {
    let attainment = row.attainment.map(|part| format!("{part:.6}"));
    [
        row.met.to_string(),
        row.breached.to_string(),
        row.running.to_string(),
        row.cancelled.to_string(),
        attainment.unwrap_or_default(),
        row.measured.to_string(),
        seconds(row.p50_micros),
        seconds(row.p90_micros),
        seconds(row.p99_micros),
        seconds(row.mean_micros),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_a_line_whatever_its_names_are() {
        let clock = Clock {
            service_request_id: "a".into(),
            external_id: "=1+\"2\",3".into(),
            metric: khidma_proto::sla::Metric::FirstResponse.into(),
            target_seconds: 60,
            elapsed_micros: 61_500_000,
            verdict: khidma_proto::sla::Verdict::Breached.into(),
            due: Some(prost_types::Timestamp {
                seconds: 60,
                nanos: 0,
            }),
            ..Clock::default()
        };
        assert_eq!(
            clock_line(&clock).unwrap(),
            "a,\"'=1+\"\"2\"\",3\",first_response,60,61.5,breached,1970-01-01T00:01:00Z,\n"
        );
        assert_eq!(
            clocks_header().unwrap(),
            "request,external_id,metric,target_s,elapsed_s,outcome,due,breached_at\n"
        );
    }
}
