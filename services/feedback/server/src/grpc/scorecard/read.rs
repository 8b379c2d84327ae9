//! What a scorecard is made from, read once for all its periods.

use std::collections::BTreeSet;

use khidma_edge::query::{Stop, unreadable};
use khidma_kernel::{DepartmentId, Timestamp};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::ActionFigures;

use super::period::Period;
use crate::grpc::figures::Known;
use crate::keys;
use crate::views::{DayRow, Ended, NOW, ScoredActionRow as ActionRow, StandardRow, score_day};
use tonic::Status;

/// What was read of one period.
#[derive(Debug)]
pub(super) struct Read {
    /// Which.
    pub period: Period,
    /// What is counted by days.
    pub days: DayRow,
    /// Actions, without what follows from their counts.
    pub actions: ActionFigures,
    /// Figures of people.
    pub people: Option<Known>,
}

/// Reads all periods. They follow one another backwards, without a gap.
pub(super) fn all(
    reader: &Reader,
    stop: &Stop,
    departments: &BTreeSet<DepartmentId>,
    periods: &[Period],
    now: Timestamp,
) -> Result<Vec<Read>, Status> {
    let mut all = Vec::with_capacity(periods.len());
    for period in periods {
        let people = period.months();
        let people = people.map(|months| Known::read(reader, departments, months));
        all.push(Read {
            period: *period,
            days: DayRow::default(),
            actions: ActionFigures::default(),
            people: people.transpose()?,
        });
    }
    for department in departments {
        days(reader, stop, department, &mut all, now)?;
    }
    actions(reader, stop, departments, &mut all, now)?;
    Ok(all)
}

fn days(
    reader: &Reader,
    stop: &Stop,
    department: &DepartmentId,
    all: &mut [Read],
    now: Timestamp,
) -> Result<(), Status> {
    let (Some(first), Some(last)) = (all.last(), all.first()) else {
        return Ok(());
    };
    let (first, last) = (first.period.from, last.period.to);
    let range = keys::score::day(department, first)..keys::score::day(department, last);
    for row in stop.until_set(reader.scan(range)) {
        let (key, row) = row.map_err(unreadable)?;
        let day = keys::score::day_of(&key).unwrap_or(NOW);
        if let Some(read) = all.iter_mut().find(|read| read.period.has(day)) {
            read.days.merge(&row.decode().map_err(unreadable)?);
        }
    }
    // What goes on counts when now is.
    let Some(read) = all.iter_mut().find(|read| read.period.has(score_day(now))) else {
        return Ok(());
    };
    let open: Option<DayRow> = reader
        .get(&keys::score::day(department, NOW))
        .map_err(unreadable)?;
    read.days.merge(&open.unwrap_or_default());
    Ok(())
}

fn actions(
    reader: &Reader,
    stop: &Stop,
    departments: &BTreeSet<DepartmentId>,
    all: &mut [Read],
    now: Timestamp,
) -> Result<(), Status> {
    for row in stop.until_set(reader.prefix(keys::score::ACTIONS)) {
        let (_, row) = row.map_err(unreadable)?;
        let row: ActionRow = row.decode().map_err(unreadable)?;
        if departments.contains(&row.department) {
            for read in all.iter_mut() {
                count(&row, read.period, now, &mut read.actions);
            }
        }
    }
    Ok(())
}

fn count(row: &ActionRow, period: Period, now: Timestamp, figures: &mut ActionFigures) {
    figures.opened += u64::from(period.holds(row.opened));
    match row.ended {
        Some((at, Ended::Done)) if period.holds(at) => match at <= row.due {
            true => figures.done_in_time += 1,
            false => figures.done_late += 1,
        },
        Some((at, Ended::Dropped)) if period.holds(at) => figures.dropped += 1,
        _ => {}
    }
    let end = period.end().min(now);
    let was_open = row.opened < end && row.ended.is_none_or(|(at, _)| at >= end);
    figures.open += u64::from(was_open);
    figures.overdue += u64::from(was_open && row.due < end);
}

/// What departments promise, of what can be asked for.
pub(super) fn standards(
    reader: &Reader,
    departments: &BTreeSet<DepartmentId>,
) -> Result<Vec<pb::Standard>, Status> {
    let mut standards = Vec::new();
    for row in reader.prefix(keys::score::OFFERINGS) {
        let (key, row) = row.map_err(unreadable)?;
        let row: StandardRow = row.decode().map_err(unreadable)?;
        if !row.offered || !departments.contains(&row.provider) {
            continue;
        }
        let name = key.get(keys::score::OFFERINGS.len()..).unwrap_or_default();
        let texts = row.texts.into_iter().map(|(language, text)| {
            let (name, standard) = (text.name, text.standard);
            (language, pb::StandardText { name, standard })
        });
        standards.push(pb::Standard {
            offering_id: String::from_utf8_lossy(name).into_owned(),
            texts: texts.collect(),
            language: row.language,
        });
    }
    Ok(standards)
}
