//! Days that are longer, shorter, or not there at all.

use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{Calendar, CalendarSpec, LocalInterval, Open, WeeklyPattern};

/// Open all day, every day.
pub(crate) fn always(zone: &str) -> Calendar {
    daily(zone, "00:00", "24:00")
}

fn daily(zone: &str, start: &str, end: &str) -> Calendar {
    let hours = LocalInterval {
        start: start.into(),
        end: end.into(),
    };
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let spec = CalendarSpec {
        name: "Daily".into(),
        time_zone: zone.into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days
                .into_iter()
                .map(|day| (day.to_owned(), vec![hours.clone()]))
                .collect(),
        }],
        ..CalendarSpec::default()
    };
    Calendar::compile(&spec).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn open_all_day_counts_every_instant_in_every_zone() {
    for zone in [
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Almaty",
        "America/Sao_Paulo",
        "Europe/Rome",
    ] {
        let (from, to) = (at("2009-01-01T00:00:00Z"), at("2026-07-01T00:00:00Z"));
        assert_eq!(
            always(zone).elapsed(from, to),
            to.duration_since(from),
            "{zone}"
        );
        assert_eq!(always(zone).intervals(from, to).count(), 1, "{zone}");
    }
}

#[test]
fn an_hour_that_happens_twice_counts_twice_and_one_that_never_happens_never() {
    let night = daily("Europe/Rome", "01:00", "04:00");
    let hours = |date: &str| {
        let noon = at(&format!("{date}T12:00:00Z"));
        night.elapsed(noon - SignedDuration::from_hours(24), noon)
    };
    assert_eq!(hours("2025-03-29"), SignedDuration::from_hours(3));
    assert_eq!(hours("2025-03-30"), SignedDuration::from_hours(2));
    assert_eq!(hours("2025-10-26"), SignedDuration::from_hours(4));
}

/// What is asked of a calendar, and the answer as a person works it out from the announcements of the change.
struct Worked(Calendar);

impl Worked {
    /// All intervals between two instants, and so the time within.
    fn open(self, from: &str, to: &str, wanted: &[(&str, &str)]) -> Self {
        let (from, to) = (at(from), at(to));
        let intervals: Vec<_> = self.0.intervals(from, to).collect();
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(start, end)| Open {
                start: at(start),
                end: at(end),
            })
            .collect();
        assert_eq!(intervals, wanted);
        let second = SignedDuration::from_secs(1);
        for open in &wanted {
            assert!(self.0.is_open(open.start) && self.0.is_open(open.end - second));
            assert!(!self.0.is_open(open.start - second) && !self.0.is_open(open.end));
        }
        let within = wanted
            .iter()
            .map(|open| open.end.duration_since(open.start));
        assert_eq!(self.0.elapsed(from, to), within.sum::<SignedDuration>());
        self
    }

    fn reach(self, start: &str, minutes: i64, wanted: &str) -> Self {
        let amount = SignedDuration::from_mins(minutes);
        assert_eq!(
            self.0.reach(at(start), amount),
            Ok(at(wanted)),
            "reach {start}"
        );
        self
    }

    fn back(self, start: &str, minutes: i64, wanted: &str) -> Self {
        let amount = SignedDuration::from_mins(minutes);
        assert_eq!(
            self.0.back(at(start), amount),
            Ok(at(wanted)),
            "back {start}"
        );
        self
    }

    fn next_open(self, start: &str, wanted: &str) -> Self {
        assert_eq!(
            self.0.next_open(at(start)),
            Ok(at(wanted)),
            "next_open {start}"
        );
        self
    }

    fn add_days(self, start: &str, days: u32, wanted: &str) -> Self {
        assert_eq!(
            self.0.add_days(at(start), days),
            Ok(at(wanted)),
            "add_days {start}"
        );
        self
    }
}

#[test]
fn tehran_before_2022_skips_and_repeats_at_midnight() {
    // 2021-03-22 began at 01:00, at +04:30.
    Worked(daily("Asia/Tehran", "00:00", "02:00"))
        .open(
            "2021-03-20T12:00:00Z",
            "2021-03-22T12:00:00Z",
            &[
                ("2021-03-20T20:30:00Z", "2021-03-20T22:30:00Z"),
                ("2021-03-21T20:30:00Z", "2021-03-21T21:30:00Z"),
            ],
        )
        .next_open("2021-03-21T00:00:00Z", "2021-03-21T20:30:00Z")
        .reach("2021-03-21T00:00:00Z", 60, "2021-03-21T21:30:00Z")
        .reach("2021-03-21T00:00:00Z", 61, "2021-03-22T19:31:00Z")
        .back("2021-03-21T22:00:00Z", 90, "2021-03-20T22:00:00Z");
    // 2021-09-21 had its last hour twice.
    Worked(daily("Asia/Tehran", "23:00", "24:00"))
        .open(
            "2021-09-21T12:00:00Z",
            "2021-09-22T12:00:00Z",
            &[("2021-09-21T18:30:00Z", "2021-09-21T20:30:00Z")],
        )
        .reach("2021-09-21T18:00:00Z", 90, "2021-09-21T20:00:00Z")
        .back("2021-09-22T00:00:00Z", 90, "2021-09-21T19:00:00Z");
}

#[test]
fn lord_howe_changes_by_half_an_hour() {
    // 02:00 to 02:30 did not happen on 2023-10-01.
    Worked(daily("Australia/Lord_Howe", "01:00", "03:00"))
        .open(
            "2023-09-30T13:00:00Z",
            "2023-10-01T13:00:00Z",
            &[("2023-09-30T14:30:00Z", "2023-09-30T16:00:00Z")],
        )
        .next_open("2023-09-30T14:00:00Z", "2023-09-30T14:30:00Z")
        .reach("2023-09-30T14:00:00Z", 75, "2023-09-30T15:45:00Z")
        .back("2023-09-30T17:00:00Z", 75, "2023-09-30T14:45:00Z");
    Worked(daily("Australia/Lord_Howe", "02:00", "02:30"))
        .next_open("2023-09-30T15:00:00Z", "2023-10-01T15:00:00Z")
        .open("2023-09-30T13:00:00Z", "2023-10-01T13:00:00Z", &[]);
    // 01:30 to 02:00 happened twice on 2024-04-07.
    Worked(daily("Australia/Lord_Howe", "01:30", "02:00"))
        .open(
            "2024-04-06T13:00:00Z",
            "2024-04-07T13:00:00Z",
            &[("2024-04-06T14:30:00Z", "2024-04-06T15:30:00Z")],
        )
        .reach("2024-04-06T13:00:00Z", 45, "2024-04-06T15:15:00Z")
        .back("2024-04-06T18:00:00Z", 45, "2024-04-06T14:45:00Z");
}

#[test]
fn a_day_that_was_skipped_has_no_hours() {
    // After 2011-12-29 in Apia, at -10:00, came the 31st, at +14:00.
    Worked(daily("Pacific/Apia", "09:00", "17:00"))
        .open(
            "2011-12-29T10:00:00Z",
            "2011-12-31T10:00:00Z",
            &[
                ("2011-12-29T19:00:00Z", "2011-12-30T03:00:00Z"),
                ("2011-12-30T19:00:00Z", "2011-12-31T03:00:00Z"),
            ],
        )
        .next_open("2011-12-30T03:00:00Z", "2011-12-30T19:00:00Z")
        .reach("2011-12-29T19:00:00Z", 480, "2011-12-30T03:00:00Z")
        .reach("2011-12-29T19:00:00Z", 540, "2011-12-30T20:00:00Z")
        .back("2011-12-30T20:00:00Z", 120, "2011-12-30T02:00:00Z")
        // It is no working day either.
        .add_days("2011-12-29T19:00:00Z", 1, "2011-12-30T19:00:00Z")
        .add_days("2011-12-29T19:00:00Z", 2, "2011-12-31T19:00:00Z");
}

#[test]
fn almaty_put_its_clocks_back_for_good() {
    // At the end of 2024-02-29 it was 23:00 once more, at +05:00.
    Worked(daily("Asia/Almaty", "22:00", "24:00"))
        .open(
            "2024-02-29T12:00:00Z",
            "2024-03-01T12:00:00Z",
            &[("2024-02-29T16:00:00Z", "2024-02-29T19:00:00Z")],
        )
        .next_open("2024-02-29T19:00:00Z", "2024-03-01T17:00:00Z")
        .reach("2024-02-29T15:00:00Z", 150, "2024-02-29T18:30:00Z")
        .back("2024-02-29T20:00:00Z", 150, "2024-02-29T16:30:00Z");
}

#[test]
fn sao_paulo_in_2017_skips_midnight() {
    // 2017-10-15 began at 01:00, at -02:00.
    Worked(daily("America/Sao_Paulo", "00:00", "02:00"))
        .open(
            "2017-10-14T12:00:00Z",
            "2017-10-15T12:00:00Z",
            &[("2017-10-15T03:00:00Z", "2017-10-15T04:00:00Z")],
        )
        .next_open("2017-10-14T12:00:00Z", "2017-10-15T03:00:00Z")
        .reach("2017-10-14T12:00:00Z", 60, "2017-10-15T04:00:00Z")
        .reach("2017-10-14T12:00:00Z", 90, "2017-10-16T02:30:00Z")
        .back("2017-10-15T12:00:00Z", 90, "2017-10-14T04:30:00Z")
        // The same local time, 00:00, is not there the next day: it is when the day begins.
        .add_days("2017-10-14T03:00:00Z", 1, "2017-10-15T03:00:00Z");
    // 2018-02-17 had its last hour twice.
    Worked(daily("America/Sao_Paulo", "23:00", "24:00"))
        .open(
            "2018-02-17T12:00:00Z",
            "2018-02-18T12:00:00Z",
            &[("2018-02-18T01:00:00Z", "2018-02-18T03:00:00Z")],
        )
        .reach("2018-02-17T12:00:00Z", 90, "2018-02-18T02:30:00Z")
        .back("2018-02-18T12:00:00Z", 90, "2018-02-18T01:30:00Z");
}

#[test]
fn a_calendar_says_how_long_its_days_and_weeks_are() {
    let hours = |end: &str| {
        vec![LocalInterval {
            start: "09:00".into(),
            end: end.into(),
        }]
    };
    let pattern = |from: Option<&str>, days: &[(&str, &str)]| WeeklyPattern {
        valid_from: from.map(str::to_owned),
        days: days
            .iter()
            .map(|(day, end)| ((*day).to_owned(), hours(end)))
            .collect(),
    };
    let spec = CalendarSpec {
        name: "Two".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![
            pattern(Some("2024-01-01"), &[("mon", "17:00")]),
            pattern(Some("2025-01-01"), &[("mon", "18:00"), ("sat", "12:00")]),
        ],
        ..CalendarSpec::default()
    };
    let calendar = Calendar::compile(&spec).unwrap();
    let week = |text: &str| calendar.business_seconds_per_week(text.parse().unwrap());
    assert_eq!(week("2023-12-31"), 0);
    assert_eq!(week("2024-12-31"), 8 * 3600);
    assert_eq!(week("2025-01-01"), 12 * 3600);
    assert_eq!(calendar.typical_day(), SignedDuration::from_hours(6));
}

#[test]
fn the_zones_are_those_of_one_release_of_the_database() {
    let version = khidma_calendar::tzdb_version();
    assert!(version.len() == 5 && version.starts_with("20"), "{version}");
    let shared = |_: &(dyn Send + Sync)| {};
    shared(&always("Europe/Rome"));
}

#[test]
fn far_futures_keep_their_summer_times() {
    let rome = daily("Europe/Rome", "09:00", "18:00");
    let start = at("2025-01-01T00:00:00Z");
    let due = rome
        .reach(start, SignedDuration::from_hours(9 * 365 * 500))
        .unwrap();
    assert_eq!(
        rome.elapsed(start, due),
        SignedDuration::from_hours(9 * 365 * 500)
    );
    assert_eq!(
        rome.back(due, SignedDuration::from_hours(9 * 365 * 500))
            .unwrap(),
        at("2025-01-01T08:00:00Z")
    );
}
