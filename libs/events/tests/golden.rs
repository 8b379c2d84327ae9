//! One golden sample per event and version: what was once written on somebody's log is read for ever.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use khidma_events::{Event, directory, kinds, requests};
use serde_json::Value;
use serde_json::value::RawValue;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// `khidma.requests.submitted.v1` is `samples/requests/submitted.v1.json`.
fn sample_of(type_name: &str) -> PathBuf {
    let (context, event) = type_name
        .strip_prefix("khidma.")
        .unwrap()
        .split_once('.')
        .unwrap();
    samples().join(context).join(format!("{event}.json"))
}

/// Every sample of a vocabulary is read, means the event its name says, and is written again as it was.
fn holds<E: Event>() {
    for kind in E::KINDS {
        let path = sample_of(kind.type_name);
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let raw: Box<RawValue> = serde_json::from_str(&text).unwrap();
        let event = E::decode(kind.type_name, &raw).expect("the vocabulary knows its own type");
        let event = event.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(event.kind().type_name, kind.type_name);
        let golden: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            serde_json::to_value(&event).unwrap(),
            golden,
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_sample_is_read_and_written_again_as_it_was() {
    holds::<directory::DepartmentEvent>();
    holds::<directory::PersonEvent>();
    holds::<directory::RoleEvent>();
    holds::<directory::CalendarEvent>();
    holds::<requests::RequestEvent>();
}

#[test]
fn every_sample_fits_its_schema() {
    for kind in kinds() {
        let sample: Value =
            serde_json::from_str(&fs::read_to_string(sample_of(kind.type_name)).unwrap()).unwrap();
        let schema = (kind.schema)().to_value();
        let named = |list: &Value| -> BTreeSet<String> {
            list.as_array()
                .into_iter()
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect()
        };
        let keys = |object: &Value| -> BTreeSet<String> {
            object
                .as_object()
                .into_iter()
                .flat_map(|object| object.keys().cloned())
                .collect()
        };
        assert!(
            named(&schema["required"]).is_subset(&keys(&sample)),
            "{}",
            kind.type_name
        );
        assert_eq!(
            keys(&schema["properties"]),
            keys(&sample),
            "{}: a sample shows every field",
            kind.type_name
        );
    }
}

#[test]
fn no_sample_is_of_no_event_and_no_name_stands_twice() {
    let expected: BTreeSet<PathBuf> = kinds().map(|kind| sample_of(kind.type_name)).collect();
    assert_eq!(expected.len(), kinds().count(), "two events share a type");
    let files = fs::read_dir(samples())
        .unwrap()
        .flat_map(|context| fs::read_dir(context.unwrap().path()).unwrap());
    let present: BTreeSet<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(present, expected);
}
