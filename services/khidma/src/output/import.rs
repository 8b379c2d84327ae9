//! What an import came to, as tables.

use std::collections::BTreeMap;

use comfy_table::Cell;
use serde_json::json;

use super::{Output, Table, Tone};
use crate::failure::Failure;
use crate::import::{Counted, Report, Survey};

/// What a file holds.
///
/// # Errors
/// It cannot be written.
pub fn import_survey(output: &mut Output, survey: &Survey) -> Result<(), Failure> {
    if output.is_json() {
        return output.value(&json!({
            "cases": survey.cases,
            "events": survey.events,
            "people": survey.people.keys().collect::<Vec<_>>(),
            "departments": survey.departments.keys().collect::<Vec<_>>(),
        }));
    }
    let good = output.paint(Tone::Good, "all of it makes sense");
    output.line(format_args!("{good}; nothing was sent"))?;
    let departments: Vec<_> = survey.departments.keys().map(String::as_str).collect();
    output.facts(&[
        ("cases", survey.cases.to_string()),
        ("events", survey.events.to_string()),
        ("people", survey.people.len().to_string()),
        ("departments", departments.join(", ")),
    ])
}

/// What an import came to.
///
/// # Errors
/// It cannot be written.
pub fn import_report(output: &mut Output, report: &Report) -> Result<(), Failure> {
    if output.is_json() {
        let mut value = json!(report);
        value["reopens"] = report.written("reopened").into();
        value["waits"] = report.written("wait_began").into();
        value["assignments"] = report.written("assigned").into();
        return output.value(&value);
    }
    let done = output.paint(Tone::Good, "imported");
    output.line(format_args!("{done} {} cases", report.cases))?;
    output.facts(&[
        ("new", report.new.to_string()),
        ("extended", report.extended.to_string()),
        ("unchanged", report.unchanged.to_string()),
        ("refused", report.refused.to_string()),
        ("reopens", report.written("reopened").to_string()),
        ("waits", report.written("wait_began").to_string()),
        ("assignments", report.written("assigned").to_string()),
    ])?;
    counts(output, "requests by state", &report.states)?;
    counts(output, "events written", &report.events)?;
    reasons(output, "kept as an internal note", &report.adapted)?;
    reasons(output, "refused", &report.refusals)
}

fn counts(output: &mut Output, title: &str, counts: &BTreeMap<String, u64>) -> Result<(), Failure> {
    if counts.is_empty() {
        return Ok(());
    }
    let mut table = Table::new([title, "count"]);
    for (name, count) in counts {
        table.add(vec![Cell::new(name), Cell::new(count)]);
    }
    output.line("")?;
    output.table(table)
}

fn reasons(
    output: &mut Output,
    title: &str,
    reasons: &BTreeMap<String, Counted>,
) -> Result<(), Failure> {
    if reasons.is_empty() {
        return Ok(());
    }
    let mut table = Table::new([title, "count", "for example"]);
    for (code, Counted { count, example }) in reasons {
        table.add(vec![Cell::new(code), Cell::new(count), Cell::new(example)]);
    }
    output.line("")?;
    output.table(table)
}
