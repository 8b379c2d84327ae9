//! Filters between protobuf and our own types.

use std::collections::BTreeSet;

use jiff::civil::Date;
use khidma_edge::status;
use khidma_events::directory::PersonKind;
use khidma_events::feedback::Dimension;
use khidma_feedback_domain::disclosure::Filter;
use khidma_kernel::InvalidId;
use khidma_proto::directory as directory_pb;
use khidma_proto::feedback as pb;
use tonic::Status;

const DEPARTMENTS: &str = "filter.department_ids";
const KINDS: &str = "filter.kinds";
const LANGUAGES: &str = "filter.languages";
const FROM: &str = "filter.from_day";
const UNTIL: &str = "filter.until_day";

/// Which answers are asked for.
///
/// # Errors
/// INVALID_ARGUMENT, naming what is none.
pub(super) fn filter_in(filter: Option<&pb::ResultsFilter>) -> Result<Filter, Status> {
    let Some(filter) = filter else {
        return Ok(Filter::default());
    };
    let departments = filter.department_ids.iter().map(|text| {
        let wrong = |error: InvalidId| invalid(DEPARTMENTS, "INVALID_ID", &error.to_string());
        text.parse().map_err(wrong)
    });
    Ok(Filter {
        departments: departments.collect::<Result<_, _>>()?,
        kinds: filter.kinds().map(kind_in).collect::<Result<_, _>>()?,
        languages: filter.languages.iter().cloned().collect(),
        from: day_in(FROM, &filter.from_day)?,
        until: day_in(UNTIL, &filter.until_day)?,
    })
}

/// Refuses what the round is not broken down by: it cannot be told.
///
/// # Errors
/// INVALID_ARGUMENT, `NOT_BROKEN_DOWN`, naming the filter.
pub(super) fn fits(filter: &Filter, by: &BTreeSet<Dimension>) -> Result<(), Status> {
    let unfit = filter
        .dimensions()
        .into_iter()
        .find(|one| !by.contains(one));
    let Some(dimension) = unfit else {
        return Ok(());
    };
    let field = match dimension {
        Dimension::Department => DEPARTMENTS,
        Dimension::Kind => KINDS,
        Dimension::Language => LANGUAGES,
        Dimension::Day if filter.from.is_some() => FROM,
        Dimension::Day => UNTIL,
    };
    let message = "when the round was launched it was not said that it is broken down by this";
    Err(invalid(field, "NOT_BROKEN_DOWN", message))
}

fn kind_in(kind: directory_pb::PersonKind) -> Result<PersonKind, Status> {
    match kind {
        directory_pb::PersonKind::Employee => Ok(PersonKind::Employee),
        directory_pb::PersonKind::Supplier => Ok(PersonKind::Supplier),
        directory_pb::PersonKind::Partner => Ok(PersonKind::Partner),
        directory_pb::PersonKind::Stakeholder => Ok(PersonKind::Stakeholder),
        directory_pb::PersonKind::Shareholder => Ok(PersonKind::Shareholder),
        directory_pb::PersonKind::Unspecified => Err(invalid(
            KINDS,
            "INVALID_KIND",
            "there is no such kind of people",
        )),
    }
}

fn day_in(field: &'static str, text: &str) -> Result<Option<i32>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: Result<Date, _> = text.parse();
    let day = day.map_err(|_| invalid(field, "INVALID_DAY", "a day is written as 2026-10-01"))?;
    let days = Date::new(1970, 1, 1).and_then(|first| first.until(day));
    let days = days.map_err(|error| invalid(field, "INVALID_DAY", &error.to_string()))?;
    Ok(Some(days.get_days()))
}

pub(super) fn dimension_out(dimension: Dimension) -> pb::Dimension {
    match dimension {
        Dimension::Department => pb::Dimension::Department,
        Dimension::Kind => pb::Dimension::Kind,
        Dimension::Language => pb::Dimension::Language,
        Dimension::Day => pb::Dimension::Day,
    }
}

fn invalid(field: &str, reason: &str, message: &str) -> Status {
    status::invalid_field(field, reason, message)
}
