//! What happens to calendars.

use khidma_calendar::{CalendarSpec, LocalInterval, WeeklyPattern};
use khidma_events::directory::*;
use khidma_kernel::Refusal;
use khidma_testkit::Story;

use super::*;
use crate::fixtures::*;

/// Mondays from `start` to 17:00.
fn mondays(start: &str) -> CalendarSpec {
    let hours = vec![LocalInterval {
        start: start.into(),
        end: "17:00".into(),
    }];
    CalendarSpec {
        name: "Office".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: [("mon".into(), hours)].into(),
        }],
        ..CalendarSpec::default()
    }
}

fn put(start: &str) -> CalendarCommand {
    CalendarCommand::Put {
        id: id("office"),
        spec: mondays(start),
    }
}

fn stored(start: &str, revision: u32) -> CalendarEvent {
    CalendarPut {
        calendar: id("office"),
        revision,
        spec: mondays(start),
    }
    .into()
}

#[test]
fn a_calendar_is_stored_and_revised() {
    Story::<CalendarDecider>::new()
        .by(admin())
        .when(put("09:00"))
        .then([stored("09:00", 1)])
        .when(put("09:00"))
        .then_nothing()
        .when(put("08:00"))
        .then([stored("08:00", 2)]);
}

#[test]
fn a_calendar_that_makes_no_sense_is_refused_with_the_place() {
    Story::<CalendarDecider>::new()
        .by(admin())
        .when(put("17:00"))
        .then_refused_at("INVALID_CALENDAR", "calendar");
    let command = khidma_kernel::Command {
        at: Default::default(),
        by: admin(),
        body: put("9:00"),
    };
    let refusal = CalendarDecider::decide(&None, &command).unwrap_err();
    assert_eq!(refusal.code(), "INVALID_CALENDAR");
    assert!(
        refusal.to_string().contains("weekly[0].days.mon[0].start"),
        "{refusal}"
    );
}
