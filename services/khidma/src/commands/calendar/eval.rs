//! `khidma calendar eval`.

use std::io;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{Calendar, OutOfReach};
use serde_json::{Value, json};

use super::cases::{self, Case, Question};
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(file: &Path, output: &mut Output) -> Result<(), Failure> {
    let text = if file == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let shown = file.display();
    let text = text.map_err(|error| Failure::Usage(format!("{shown}: {error}")))?;
    // All of the file is read before any of it is answered.
    let cases =
        cases::read(&text).map_err(|failure| Failure::Usage(format!("{shown}: {failure}")))?;
    let (mut different, total) = (0_usize, cases.len());
    for case in cases {
        let (line, ok) = evaluate(&case);
        different += usize::from(!ok);
        output.line(line)?;
    }
    if different == 0 {
        return Ok(());
    }
    let message = format!("{different} of {total} cases differ from what is expected");
    Err(Failure::Local(message))
}

/// The line of a case, and whether all is as expected, where something is.
fn evaluate(case: &Case) -> (Value, bool) {
    let mut line = json!({ "id": case.id });
    let answer = answer(&case.calendar, &case.question);
    if let Err(error) = &answer {
        line["error"] = error.to_string().into();
    }
    // An instant that never comes is `null`.
    let result = answer.unwrap_or(Value::Null);
    let mut ok = case
        .expected
        .as_ref()
        .map(|expected| same(expected, &result));
    line["result"] = result;
    if let Question::Add(start, amount) = case.question {
        let boundary = said(case.calendar.reach(start, amount)).unwrap_or(Value::Null);
        if let Some(expected) = &case.boundary {
            ok = Some(ok.unwrap_or(true) && same(expected, &boundary));
        }
        line["boundary"] = boundary;
    }
    if let Some(ok) = ok {
        line["ok"] = ok.into();
    }
    (line, ok.unwrap_or(true))
}

fn answer(calendar: &Calendar, question: &Question) -> Result<Value, OutOfReach> {
    match *question {
        Question::Elapsed(start, end) => Ok(seconds(calendar.elapsed(start, end))),
        Question::Add(start, amount) => said(calendar.reach_open(start, amount)),
        Question::AddBoundary(start, amount) => said(calendar.reach(start, amount)),
        // Nothing before is the last business time there was.
        Question::Sub(start, SignedDuration::ZERO) => said(calendar.prev_open(start)),
        Question::Sub(start, amount) => said(calendar.back(start, amount)),
        Question::IsOpen(start) => Ok(calendar.is_open(start).into()),
        Question::NextOpen(start) => said(calendar.next_open(start)),
        Question::PrevOpen(start) => said(calendar.prev_open(start)),
        Question::AddDays(start, days) => said(calendar.add_days(start, days)),
        Question::SubDays(start, days) => said(calendar.sub_days(start, days)),
        Question::OnHoliday(start) => Ok(calendar.on_holiday(start).into()),
        Question::OnBreak(start) => Ok(calendar.on_break(start).into()),
    }
}

/// A whole number where it is one.
fn seconds(time: SignedDuration) -> Value {
    if time.subsec_nanos() == 0 {
        time.as_secs().into()
    } else {
        time.as_secs_f64().into()
    }
}

fn said(instant: Result<Timestamp, OutOfReach>) -> Result<Value, OutOfReach> {
    instant.map(|instant| instant.to_string().into())
}

/// Whether both mean the same: an instant may be written with another offset, a number with a point.
fn same(expected: &Value, result: &Value) -> bool {
    let instant = |value: &Value| value.as_str()?.parse::<Timestamp>().ok();
    match (instant(expected), instant(result)) {
        (Some(expected), Some(result)) => expected == result,
        _ => {
            expected == result
                || expected
                    .as_f64()
                    .is_some_and(|number| result.as_f64() == Some(number))
        }
    }
}
