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

use khidma_events::{Event, directory, feedback, kinds, notifications, requests, sla};
use serde_json::Value;
use serde_json::value::RawValue;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The samples of `khidma.requests.submitted.v1` are `samples/requests/submitted.v1.json` and, for fields that came
/// later, `submitted.v1-2.json` and so on.
fn samples_of(type_name: &str) -> Vec<PathBuf> {
    let (context, event) = type_name
        .strip_prefix("khidma.")
        .unwrap()
        .split_once('.')
        .unwrap();
    let folder = samples().join(context);
    let later = (2..)
        .map(|number| folder.join(format!("{event}-{number}.json")))
        .take_while(|path| path.exists());
    std::iter::once(folder.join(format!("{event}.json")))
        .chain(later)
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every sample of a vocabulary is read, means the event its name says, and is written again as it was.
fn holds<E: Event>() {
    for kind in E::KINDS {
        for path in samples_of(kind.type_name) {
            let text = read(&path);
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
}

#[test]
fn every_sample_is_read_and_written_again_as_it_was() {
    holds::<directory::DepartmentEvent>();
    holds::<directory::PersonEvent>();
    holds::<directory::RoleEvent>();
    holds::<directory::CalendarEvent>();
    holds::<directory::SkillEvent>();
    holds::<directory::TrainingEvent>();
    holds::<directory::ReviewEvent>();
    holds::<requests::RequestEvent>();
    holds::<requests::OfferingEvent>();
    holds::<requests::DelegationEvent>();
    holds::<sla::ClockEvent>();
    holds::<sla::PolicyEvent>();
    holds::<sla::AdoptionEvent>();
    holds::<notifications::OutsetEvent>();
    holds::<notifications::DeliveryEvent>();
    holds::<notifications::EndpointEvent>();
    holds::<notifications::EscalationEvent>();
    holds::<notifications::PreferencesEvent>();
    holds::<notifications::SilenceEvent>();
    holds::<feedback::OutsetEvent>();
    holds::<feedback::AskingEvent>();
    holds::<feedback::QuestionEvent>();
    holds::<notifications::AnnouncementEvent>();
    holds::<notifications::RhythmEvent>();
    holds::<feedback::ActionEvent>();
    holds::<feedback::InterviewEvent>();
    holds::<feedback::ThanksEvent>();
    holds::<feedback::AnswerEvent>();
    holds::<feedback::BallotEvent>();
    holds::<feedback::BoxEvent>();
    holds::<feedback::SurveyEvent>();
    holds::<feedback::RoundEvent>();
    holds::<feedback::FiguresEvent>();
}

#[test]
fn every_sample_fits_its_schema() {
    for kind in kinds() {
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
        let mut shown = BTreeSet::new();
        for path in samples_of(kind.type_name) {
            let sample: Value = serde_json::from_str(&read(&path)).unwrap();
            assert!(
                named(&schema["required"]).is_subset(&keys(&sample)),
                "{}",
                path.display()
            );
            shown.extend(keys(&sample));
        }
        assert_eq!(
            keys(&schema["properties"]),
            shown,
            "{}: the samples show every field",
            kind.type_name
        );
    }
}

#[test]
fn no_sample_is_of_no_event_and_no_name_stands_twice() {
    let types: BTreeSet<&str> = kinds().map(|kind| kind.type_name).collect();
    assert_eq!(types.len(), kinds().count(), "two events share a type");
    let expected: BTreeSet<PathBuf> = types.into_iter().flat_map(samples_of).collect();
    let files = fs::read_dir(samples())
        .unwrap()
        .flat_map(|context| fs::read_dir(context.unwrap().path()).unwrap());
    let present: BTreeSet<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(present, expected);
}
