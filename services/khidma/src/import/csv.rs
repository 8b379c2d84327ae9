//! Reading CSV, one line an event; the lines of a case may stand apart, so all of the file is in memory.

use std::collections::HashMap;
use std::path::Path;

use ::csv::{ReaderBuilder, StringRecord};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use khidma_kernel::Timestamp;

use super::mapping::Csv;
use super::{Case, Event, Format, Mapping, Source};
use crate::failure::Failure;

/// Reads the cases of `file`, in the order in which they begin.
///
/// # Errors
/// See [`Source::read`].
pub(super) fn read(
    file: &Path,
    mapping: &Mapping,
    each: &mut dyn FnMut(Case) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let source = Source {
        file: file.to_owned(),
        format: Format::Csv,
    };
    let Some(columns) = &mapping.csv else {
        let what = "it has no section [csv], which says what stands in which column";
        return Err(Failure::Usage(format!("the mapping: {what}")));
    };
    let delimiter = u8::try_from(columns.delimiter)
        .map_err(|_| Failure::Usage("the mapping: csv.delimiter is not one byte".to_owned()))?;
    let zone = TimeZone::get(&columns.zone)
        .map_err(|error| Failure::Usage(format!("the mapping: csv.zone: {error}")))?;
    let wrong = |error: ::csv::Error| Failure::Usage(format!("{}: {error}", file.display()));
    let opened = ReaderBuilder::new().delimiter(delimiter).from_path(file);
    let mut reader = opened.map_err(wrong)?;
    let layout = Layout::of(&source, columns, &zone, reader.headers().map_err(wrong)?)?;
    let (mut cases, mut places) = (Vec::<Case>::new(), HashMap::new());
    for record in reader.records() {
        let (name, event) = layout.event(&source, &record.map_err(wrong)?)?;
        let index = *places.entry(name.clone()).or_insert_with(|| {
            cases.push(Case {
                place: format!("case {name}"),
                name,
                attributes: Vec::new(),
                events: Vec::new(),
            });
            cases.len() - 1
        });
        cases[index].events.push(event);
    }
    cases.into_iter().try_for_each(each)
}

/// What stands where.
struct Layout<'a> {
    case: usize,
    activity: usize,
    time: usize,
    format: Option<&'a str>,
    zone: &'a TimeZone,
    /// What templates call the columns: by their headers, and as the mapping says.
    names: Vec<(String, usize)>,
}

impl<'a> Layout<'a> {
    fn of(
        source: &Source,
        columns: &'a Csv,
        zone: &'a TimeZone,
        headers: &StringRecord,
    ) -> Result<Self, Failure> {
        let find = |name: &str| {
            let found = headers.iter().position(|header| header.trim() == name);
            let there = || headers.iter().collect::<Vec<_>>().join(", ");
            let missing = || {
                source.wrong(
                    "line 1",
                    format!("there is no column {name:?}; there are {}", there()),
                )
            };
            found.ok_or_else(missing)
        };
        let mut names = Vec::new();
        for (name, column) in &columns.attributes {
            names.push((name.clone(), find(column)?));
        }
        names.extend(headers.iter().map(|name| name.trim().to_owned()).zip(0..));
        Ok(Self {
            case: find(&columns.case)?,
            activity: find(&columns.activity)?,
            time: find(&columns.time)?,
            format: columns.time_format.as_deref(),
            zone,
            names,
        })
    }

    fn event(&self, source: &Source, record: &StringRecord) -> Result<(String, Event), Failure> {
        let line = record.position().map_or(0, ::csv::Position::line);
        let place = format!("line {line}");
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let said = |column: usize, what: &str| match cell(column) {
            "" => Err(source.wrong(&place, format!("it has no {what}"))),
            text => Ok(text.to_owned()),
        };
        let (case, activity) = (said(self.case, "case")?, said(self.activity, "activity")?);
        let time = said(self.time, "time")?;
        let at = self.instant(&time);
        let at = at.map_err(|error| source.wrong(&place, format!("the time {time:?}: {error}")))?;
        let named = self
            .names
            .iter()
            .map(|(name, column)| (name, cell(*column)));
        let filled = named.filter(|(_, value)| !value.is_empty());
        let attributes = filled.map(|(name, value)| (name.clone(), value.to_owned()));
        let attributes = attributes.collect();
        Ok((
            case,
            Event {
                activity,
                at,
                place,
                attributes,
            },
        ))
    }

    fn instant(&self, text: &str) -> Result<Timestamp, String> {
        let Some(format) = self.format else {
            return text
                .parse()
                .map_err(|error: khidma_kernel::InvalidTimestamp| error.to_string());
        };
        let parsed = BrokenDownTime::parse(format, text).map_err(|error| error.to_string())?;
        let instant = match parsed.offset() {
            Some(_) => parsed.to_timestamp(),
            None => parsed
                .to_datetime()
                .and_then(|local| Ok(local.to_zoned(self.zone.clone())?.timestamp())),
        };
        instant
            .map(Timestamp::from)
            .map_err(|error| error.to_string())
    }
}
