//! Cases of business time as a JSON file writes them: what is asked, of which calendar, and what is expected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{Calendar, CalendarSpec, DatedHours, Holiday, LocalInterval, WeeklyPattern};
use serde_json::{Map, Value};

use super::no_calendar;
use crate::failure::Failure;

/// A question, and what the answer should be.
pub(super) struct Case {
    pub(super) id: String,
    pub(super) calendar: Arc<Calendar>,
    pub(super) question: Question,
    pub(super) expected: Option<Value>,
    /// Of an [`Question::Add`]: where its boundary should be.
    pub(super) boundary: Option<Value>,
}

/// What may be asked.
pub(super) enum Question {
    Elapsed(Timestamp, Timestamp),
    Add(Timestamp, SignedDuration),
    AddBoundary(Timestamp, SignedDuration),
    Sub(Timestamp, SignedDuration),
    IsOpen(Timestamp),
    NextOpen(Timestamp),
    PrevOpen(Timestamp),
    AddDays(Timestamp, u32),
    SubDays(Timestamp, u32),
    OnHoliday(Timestamp),
    OnBreak(Timestamp),
}

/// All cases of a file.
///
/// # Errors
/// The first that makes no sense, by id and field.
pub(super) fn read(text: &str) -> Result<Vec<Case>, Failure> {
    let file: Value =
        serde_json::from_str(text).map_err(|error| wrong("the file", format_args!("{error}")))?;
    let mut calendars = BTreeMap::new();
    for (name, written) in entries(&file, "the file", "calendars")? {
        calendars.insert(
            name.as_str(),
            calendar(&format!("calendars.{name}"), written)?,
        );
    }
    let cases = file.get("cases").and_then(Value::as_array);
    let cases = cases.ok_or_else(|| wrong("the file", "`cases` must be a list"))?;
    let read = |(index, written)| case(index, written, &calendars);
    cases.iter().enumerate().map(read).collect()
}

fn case(
    index: usize,
    written: &Value,
    calendars: &BTreeMap<&str, Arc<Calendar>>,
) -> Result<Case, Failure> {
    let id = match written.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(wrong(&format!("cases[{index}]"), "`id` must be a text")),
    };
    let place = format!("case {id}");
    let calendar = match written.get("calendar") {
        Some(Value::String(name)) => calendars.get(name.as_str()).cloned().ok_or_else(|| {
            wrong(
                &place,
                format_args!("`calendar`: there is no calendar {name:?}"),
            )
        })?,
        // A calendar of its own.
        Some(own @ Value::Object(_)) => calendar(&format!("{place}: calendar"), own)?,
        _ => return Err(wrong(&place, "`calendar` must be the name of a calendar")),
    };
    let args = Args {
        place: &place,
        args: written.get("args").unwrap_or(&Value::Null),
    };
    let op = written.get("op").and_then(Value::as_str);
    let question = args.question(op.ok_or_else(|| wrong(&place, "`op` must be a text"))?)?;
    Ok(Case {
        id,
        calendar,
        question,
        expected: written.get("expected").cloned(),
        boundary: written.get("expected_boundary").cloned(),
    })
}

/// The arguments of a case.
struct Args<'a> {
    place: &'a str,
    args: &'a Value,
}

impl Args<'_> {
    fn question(&self, op: &str) -> Result<Question, Failure> {
        let start = self.instant("start");
        Ok(match op {
            "elapsed" => Question::Elapsed(start?, self.instant("end")?),
            "add" => Question::Add(start?, self.seconds()?),
            "add_boundary" => Question::AddBoundary(start?, self.seconds()?),
            "sub" => Question::Sub(start?, self.seconds()?),
            "is_open" => Question::IsOpen(start?),
            "next_open" => Question::NextOpen(start?),
            "prev_open" => Question::PrevOpen(start?),
            "add_days" => Question::AddDays(start?, self.days()?),
            "sub_days" => Question::SubDays(start?, self.days()?),
            "on_holiday" => Question::OnHoliday(start?),
            "on_break" => Question::OnBreak(start?),
            other => {
                return Err(wrong(
                    self.place,
                    format_args!("`op`: nobody knows {other:?}"),
                ));
            }
        })
    }

    fn instant(&self, name: &str) -> Result<Timestamp, Failure> {
        let text = self.args.get(name).and_then(Value::as_str);
        text.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let wanted =
                "must be an instant such as 2025-03-03T09:00:00Z or 2025-03-03T10:00:00+01:00";
            wrong(self.place, format_args!("`args.{name}` {wanted}"))
        })
    }

    /// A whole number, or one with a part down to the microsecond.
    fn seconds(&self) -> Result<SignedDuration, Failure> {
        let number = self.args.get("seconds");
        let whole = number
            .and_then(Value::as_i64)
            .map(SignedDuration::from_secs);
        let part = || {
            let seconds = number.and_then(Value::as_f64)?;
            SignedDuration::try_from_secs_f64((seconds * 1e6).round() / 1e6).ok()
        };
        whole
            .or_else(part)
            .ok_or_else(|| wrong(self.place, "`args.seconds` must be a number of seconds"))
    }

    fn days(&self) -> Result<u32, Failure> {
        let number = self.args.get("days").or_else(|| self.args.get("n"));
        let days = number.and_then(Value::as_u64).map(u32::try_from);
        days.and_then(Result::ok).ok_or_else(|| {
            wrong(
                self.place,
                "`args.days` must be a number of days, 0 or more",
            )
        })
    }
}

fn calendar(place: &str, written: &Value) -> Result<Arc<Calendar>, Failure> {
    let zone = written.get("tz").and_then(Value::as_str);
    let zone = zone.ok_or_else(|| wrong(place, "`tz` must be a time zone such as Europe/Rome"))?;
    let mut days = BTreeMap::new();
    for (day, intervals) in entries(written, place, "weekly")? {
        let hours = hours(&format!("{place}.weekly.{day}"), intervals)?;
        days.insert(day.clone(), hours);
    }
    let spec = CalendarSpec {
        name: "A case".to_owned(),
        time_zone: zone.to_owned(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days,
        }],
        shifts: dated(place, written, "shifts")?,
        breaks: dated(place, written, "breaks")?
            .into_iter()
            .filter(|day| !day.intervals.is_empty())
            .collect(),
        holidays: holidays(place, written)?,
    };
    let compiled = Calendar::compile(&spec).map_err(|problems| no_calendar(place, &problems))?;
    Ok(Arc::new(compiled))
}

fn dated(place: &str, written: &Value, name: &str) -> Result<Vec<DatedHours>, Failure> {
    let one = |(date, intervals): (&String, &Value)| {
        Ok(DatedHours {
            date: date.clone(),
            intervals: hours(&format!("{place}.{name}.{date}"), intervals)?,
        })
    };
    entries(written, place, name)?.map(one).collect()
}

fn holidays(place: &str, written: &Value) -> Result<Vec<Holiday>, Failure> {
    let days = match written.get("holidays") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(days)) => days,
        Some(_) => return Err(wrong(place, "`holidays` must be a list of dates")),
    };
    let date = |day: &Value| {
        let date = day.as_str().map(str::to_owned);
        date.ok_or_else(|| wrong(place, format_args!("`holidays`: {day} is no date")))
    };
    let dates: BTreeSet<String> = days.iter().map(date).collect::<Result<_, _>>()?;
    let holiday = |date| Holiday {
        date,
        name: String::new(),
    };
    Ok(dates.into_iter().map(holiday).collect())
}

/// `[["09:00", "13:00"], ["14:00", "18:00"]]`.
fn hours(place: &str, written: &Value) -> Result<Vec<LocalInterval>, Failure> {
    let pair = |pair: &Value| {
        let ends = pair.as_array().map(Vec::as_slice)?;
        match ends {
            [Value::String(start), Value::String(end)] => Some(LocalInterval {
                start: start.clone(),
                end: end.clone(),
            }),
            _ => None,
        }
    };
    let hours = written.as_array().map(|pairs| pairs.iter().map(pair));
    hours
        .and_then(Iterator::collect)
        .ok_or_else(|| wrong(place, "hours are written [[\"09:00\", \"17:00\"], …]"))
}

/// The entries of an object, which may be missing.
fn entries<'a>(
    of: &'a Value,
    place: &str,
    name: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)> + use<'a>, Failure> {
    let object = match of.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::Object(object)) => Some(object),
        Some(_) => return Err(wrong(place, format_args!("`{name}` must be an object"))),
    };
    Ok(object.into_iter().flat_map(Map::iter))
}

fn wrong(place: &str, what: impl std::fmt::Display) -> Failure {
    Failure::Usage(format!("{place}: {what}"))
}
