//! Reading XES (IEEE 1849), plain or compressed, trace by trace.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use khidma_kernel::Timestamp;
use process_mining::core::event_data::case_centric::xes::{XESImportOptions, stream_xes_bufread};
use process_mining::core::event_data::case_centric::{
    Attribute, AttributeValue, Attributes, Trace,
};

use super::mapping::Xes;
use super::watched::{Seen, Watched};
use super::{Case, Event, Format, Mapping, Source};
use crate::failure::Failure;

/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads the traces of `file`.
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
        format: Format::Xes,
    };
    let open = || -> std::io::Result<Box<dyn Read>> {
        let mut plain = BufReader::new(File::open(file)?);
        Ok(match plain.fill_buf()?.starts_with(&GZIP) {
            true => Box::new(MultiGzDecoder::new(plain)),
            false => Box::new(plain),
        })
    };
    let opened = open().map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    let (watched, seen) = Watched::new(opened);
    let place = |number: usize| format!("near line {}, after {number} traces", seen.line());
    let broken = |number: usize, error: &dyn std::fmt::Display| {
        let what = match seen.failure() {
            Some(failure) if failure.kind() == std::io::ErrorKind::UnexpectedEof => {
                "it is truncated: the compressed data ends too early".to_owned()
            }
            Some(failure) => failure.to_string(),
            None => format!("it is no XES, or damaged: {error}"),
        };
        source.wrong(place(number), what)
    };
    let opened = stream_xes_bufread(watched, false, options(mapping));
    let (mut stream, _) = opened.map_err(|error| broken(0, &error))?;
    let mut number = 0;
    for trace in &mut stream {
        number += 1;
        each(case(&source, &mapping.xes, number, trace)?)?;
    }
    if let Some(error) = stream.check_for_errors() {
        return Err(broken(number, &error));
    }
    ended(&source, &seen, &place(number))
}

/// The parser takes the end of the file for the end of the log.
fn ended(source: &Source, seen: &Seen, place: &str) -> Result<(), Failure> {
    if seen.closed() {
        return Ok(());
    }
    Err(source.wrong(place, "it is truncated: the log is not closed"))
}

fn options(mapping: &Mapping) -> XESImportOptions {
    let mut event = mapping.attributes();
    let mut trace = event.clone();
    event.extend([mapping.xes.activity.clone(), mapping.xes.time.clone()]);
    trace.insert(mapping.xes.case.clone());
    XESImportOptions {
        ignore_event_attributes_except: Some(event),
        ignore_trace_attributes_except: Some(trace),
        verbose: false,
        ..XESImportOptions::default()
    }
}

fn case(source: &Source, xes: &Xes, number: usize, trace: Trace) -> Result<Case, Failure> {
    let place = format!("trace {number}");
    let name = text(&trace.attributes, &xes.case);
    let name = name.ok_or_else(|| source.wrong(&place, format!("it has no {}", xes.case)))?;
    let place = format!("trace {number} ({name})");
    let events = (1..).zip(trace.events).map(|(number, event)| {
        let wrong = |what: String| source.wrong(format!("{place}, event {number}"), what);
        let activity = text(&event.attributes, &xes.activity);
        let activity = activity.ok_or_else(|| wrong(format!("it has no {}", xes.activity)))?;
        let at = time(&event.attributes, &xes.time);
        let at =
            at.ok_or_else(|| wrong(format!("it has no time that can be read in {}", xes.time)))?;
        Ok(Event {
            activity,
            at,
            place: format!("event {number}"),
            attributes: pairs(&event.attributes),
        })
    });
    let events: Vec<_> = events.collect::<Result<_, Failure>>()?;
    if events.is_empty() {
        return Err(source.wrong(&place, "it has no events"));
    }
    Ok(Case {
        name,
        attributes: pairs(&trace.attributes),
        place,
        events,
    })
}

fn find<'a>(attributes: &'a Attributes, key: &str) -> Option<&'a AttributeValue> {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    found.map(|attribute| &attribute.value)
}

fn text(attributes: &Attributes, key: &str) -> Option<String> {
    find(attributes, key).and_then(written)
}

fn written(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::None() => None,
        value => Some(value.to_string()),
    }
}

fn time(attributes: &Attributes, key: &str) -> Option<Timestamp> {
    match find(attributes, key)? {
        AttributeValue::Date(date) => Some(Timestamp::from_micros(date.timestamp_micros())),
        AttributeValue::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn pairs(attributes: &Attributes) -> Vec<(String, String)> {
    let pair = |attribute: &Attribute| Some((attribute.key.clone(), written(&attribute.value)?));
    attributes.iter().filter_map(pair).collect()
}
