//! `khidma calendar show`.

use std::path::Path;

use comfy_table::Cell;
use khidma_calendar::Calendar;
use khidma_proto::directory::GetCalendarRequest;

use super::month::{Day, Mark, Overview, hours_text};
use super::no_calendar;
use super::spec::spec_of;
use crate::ask;
use crate::cli::{Month, Options};
use crate::client::Api;
use crate::commands::read_calendar;
use crate::failure::Failure;
use crate::output::{Output, Table, Tone};

pub(super) async fn run(
    options: &Options,
    name: &str,
    month: Month,
    output: &mut Output,
) -> Result<(), Failure> {
    let path = Path::new(name);
    let written = if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        read_calendar(path).await?
    } else {
        let question = GetCalendarRequest {
            id: name.to_owned(),
            min_position: 0,
        };
        let answer = ask!(Api::of(options).await?, directory.get_calendar, question)?;
        answer.calendar.unwrap_or_default()
    };
    let spec = spec_of(written);
    let calendar = Calendar::compile(&spec).map_err(|problems| no_calendar(name, &problems))?;
    let overview = Overview::of(&spec, &calendar, month);
    if output.is_json() {
        return output.value(&overview.value(&spec.name, &calendar, month));
    }
    let title = output.paint(
        Tone::Strong,
        format!("{}, {}", spec.name, month.first().strftime("%B %Y")),
    );
    let zone = output.paint(Tone::Faint, &spec.time_zone);
    output.line(format_args!("{title}  {zone}"))?;
    output.line("")?;
    output.table(weeks(&overview))?;
    output.line("")?;
    let facts: Vec<_> = named_holidays(&overview);
    let total = hours_text(overview.hours());
    let days = overview.open_days();
    output.line(format_args!("{total} of business time on {days} days"))?;
    for line in facts {
        output.line(line)?;
    }
    Ok(())
}

/// A row a week, from Monday.
fn weeks(overview: &Overview) -> Table {
    let mut table = Table::new(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "week"]);
    let column = |day: &Day| usize::from(day.date.weekday().to_monday_zero_offset().unsigned_abs());
    for week in overview
        .days
        .chunk_by(|one, next| column(one) < column(next))
    {
        let first = week.first().map_or(0, column);
        let mut row = vec![Cell::new(""); first];
        row.extend(week.iter().map(cell));
        row.resize(7, Cell::new(""));
        let total = hours_text(week.iter().map(|day| day.hours).sum());
        row.push(Tone::Strong.cell(total));
        table.add(row);
    }
    table
}

/// Day of the month, hours, and what is not as usual: `17 8h`, `18 4h shift`.
fn cell(day: &Day) -> Cell {
    let hours = hours_text(day.hours);
    let mut text = format!("{:>2} {hours}", day.date.day());
    for mark in &day.marks {
        text.push(' ');
        text.push_str(mark.word());
    }
    let tone = match day.marks.first() {
        Some(Mark::Holiday(_)) => Tone::Bad,
        Some(Mark::Shift | Mark::Break) => Tone::Care,
        None if day.hours.is_zero() => Tone::Faint,
        None => Tone::Plain,
    };
    tone.cell(text)
}

fn named_holidays(overview: &Overview) -> Vec<String> {
    let named = |day: &Day| match day.marks.first() {
        Some(Mark::Holiday(name)) if !name.is_empty() => {
            Some(format!("  {}  {name}", day.date.strftime("%-d %b")))
        }
        _ => None,
    };
    overview.days.iter().filter_map(named).collect()
}
