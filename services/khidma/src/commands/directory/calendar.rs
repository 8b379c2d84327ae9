//! `khidma directory calendar`.

use std::path::{Path, PathBuf};

use comfy_table::Cell;
use khidma_proto::directory::{
    Calendar, GetCalendarRequest, ListCalendarsRequest, LocalInterval, PutCalendarRequest,
};

use super::calendar_lines::located;
use crate::ask;
use crate::cli::{CalendarCommand, Page};
use crate::client::Api;
use crate::commands::done::Done;
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Table, Tone, from_toml, from_value};

pub(super) async fn run(
    api: &Api,
    command: CalendarCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        CalendarCommand::Put { file } => put(api, &file, output).await,
        CalendarCommand::Show { id } => show(api, id, output).await,
        CalendarCommand::List { page } => list(api, page, output).await,
    }
}

async fn put(api: &Api, file: &Path, output: &mut Output) -> Result<(), Failure> {
    let text = text_of(file).await?;
    let calendar = parse(file, &text)?;
    let id = calendar.id.clone();
    let change = PutCalendarRequest {
        request_id: api.request_id(),
        calendar: Some(calendar),
    };
    let put = ask!(api, directory.put_calendar, change).map_err(|failure| {
        let is_wrong = failure
            .report()
            .is_some_and(|report| !report.violations.is_empty());
        if is_wrong && !is_json(file) {
            located(failure, &text, "calendar.", "")
        } else {
            failure
        }
    });
    let position = put?.position;
    Done {
        what: "stored",
        id,
        position,
    }
    .print(output)
}

/// Reads a calendar from a file.
pub(crate) async fn read(file: &Path) -> Result<Calendar, Failure> {
    parse(file, &text_of(file).await?)
}

/// `failure` with file and line where it names parts of the calendars that were read from `files`, as
/// `calendars[0].time_zone`.
pub(crate) async fn drafts_located(mut failure: Failure, files: &[PathBuf]) -> Failure {
    for (number, file) in files.iter().enumerate() {
        if !is_json(file)
            && let Ok(text) = text_of(file).await
        {
            let prefix = format!("calendars[{number}].");
            failure = located(failure, &text, &prefix, &format!("{}, ", file.display()));
        }
    }
    failure
}

async fn text_of(file: &Path) -> Result<String, Failure> {
    let text = tokio::fs::read_to_string(file).await;
    text.map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}

/// Reads a calendar from TOML, or from JSON where the file's name says so.
fn parse(file: &Path, text: &str) -> Result<Calendar, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", file.display()));
    let calendar = if is_json(file) {
        from_value(serde_json::from_str(text).map_err(|error| wrong(&error))?)
    } else {
        from_toml(text)
    };
    calendar.map_err(|failure| wrong(&failure))
}

fn is_json(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension == "json")
}

async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let answer = ask!(
        api,
        directory.get_calendar,
        GetCalendarRequest {
            id,
            min_position: 0
        }
    )?;
    output.answer(&answer, |output| match &answer.calendar {
        Some(calendar) => facts(calendar, output),
        None => Ok(()),
    })
}

fn facts(calendar: &Calendar, output: &mut Output) -> Result<(), Failure> {
    let name = output.paint(Tone::Strong, &calendar.name);
    output.line(name)?;
    output.facts(&[
        ("calendar", calendar.id.clone()),
        ("time zone", calendar.time_zone.clone()),
        ("revision", calendar.revision.to_string()),
    ])?;
    output.line("")?;
    output.table(hours_table(calendar))
}

fn hours_table(calendar: &Calendar) -> Table {
    let mut table = Table::new(["from", "day", "hours"]);
    for pattern in &calendar.weekly {
        let from = if pattern.valid_from.is_empty() {
            "always"
        } else {
            &pattern.valid_from
        };
        for day in &pattern.days {
            table.add(vec![
                Cell::new(from),
                Cell::new(&day.weekday),
                Cell::new(hours(&day.intervals)),
            ]);
        }
    }
    for (kind, dated) in [("shift", &calendar.shifts), ("break", &calendar.breaks)] {
        for day in dated {
            table.add(vec![
                Cell::new(&day.date),
                Cell::new(kind),
                Cell::new(hours(&day.intervals)),
            ]);
        }
    }
    for day in &calendar.holidays {
        table.add(vec![
            Cell::new(&day.date),
            Cell::new("holiday"),
            Cell::new(&day.name),
        ]);
    }
    table
}

fn hours(intervals: &[LocalInterval]) -> String {
    let intervals: Vec<_> = intervals
        .iter()
        .map(|one| format!("{}–{}", one.start, one.end))
        .collect();
    intervals.join(", ")
}

async fn list(api: &Api, page: Page, output: &mut Output) -> Result<(), Failure> {
    let Page {
        page_size,
        page_token,
        all,
    } = page;
    let question = ListCalendarsRequest {
        page_size,
        page_token,
        min_position: 0,
    };
    let answer = paged!(api, directory.list_calendars, question, all, calendars).await?;
    output.answer(&answer, |output| {
        let mut table = Table::new(["calendar", "name", "time zone", "revision"]);
        for one in &answer.calendars {
            table.add(vec![
                Tone::Strong.cell(&one.id),
                Cell::new(&one.name),
                Cell::new(&one.time_zone),
                Cell::new(one.revision),
            ]);
        }
        output.table(table)?;
        pages::more(&answer.next_page_token, output)
    })
}
