//! What is a calendar and what is none.

use proptest::prelude::*;

use super::*;

fn interval(start: &str, end: &str) -> LocalInterval {
    LocalInterval {
        start: start.into(),
        end: end.into(),
    }
}

/// 09:00 to 12:30 and 13:30 to 17:00, Monday to Friday, in Rome.
fn office() -> CalendarSpec {
    let hours = vec![interval("09:00", "12:30"), interval("13:30", "17:00")];
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|day| (day.to_owned(), hours.clone()));
    CalendarSpec {
        name: "Office".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days.into(),
        }],
        ..CalendarSpec::default()
    }
}

/// The office with one more day's hours in its first pattern.
fn with(day: &str, intervals: &[(&str, &str)]) -> CalendarSpec {
    let mut spec = office();
    let intervals = intervals
        .iter()
        .map(|(start, end)| interval(start, end))
        .collect();
    spec.weekly[0].days.insert(day.into(), intervals);
    spec
}

fn dated(date: &str, intervals: &[(&str, &str)]) -> DatedHours {
    DatedHours {
        date: date.into(),
        intervals: intervals
            .iter()
            .map(|(start, end)| interval(start, end))
            .collect(),
    }
}

fn holiday(date: &str) -> Holiday {
    Holiday {
        date: date.into(),
        name: String::new(),
    }
}

/// The one thing that is wrong.
#[track_caller]
fn problem(spec: &CalendarSpec) -> (String, Defect) {
    let problems = validate(spec).expect_err("it was accepted");
    assert_eq!(problems.len(), 1, "{problems:?}");
    (problems[0].path.clone(), problems[0].defect.clone())
}

#[test]
fn an_office_is_a_calendar() {
    let calendar = Calendar::compile(&office()).unwrap();
    let monday = &calendar.weekly[0].days[0].same_day;
    assert_eq!(
        monday,
        &[
            Interval {
                start: 32_400,
                end: 45_000
            },
            Interval {
                start: 48_600,
                end: 61_200
            }
        ]
    );
    assert!(calendar.weekly[0].days[6].same_day.is_empty());
}

#[test]
fn what_crosses_midnight_is_split_and_the_end_of_the_day_is_24_00() {
    let calendar =
        Calendar::compile(&with("sun", &[("22:00", "06:00:30"), ("00:00", "01:00")])).unwrap();
    let sunday = &calendar.weekly[0].days[6];
    assert_eq!(
        sunday.same_day,
        [
            Interval {
                start: 0,
                end: 3600
            },
            Interval {
                start: 79_200,
                end: DAY_SECONDS
            }
        ]
    );
    assert_eq!(
        sunday.next_day,
        [Interval {
            start: 0,
            end: 21_630
        }]
    );

    let whole = Calendar::compile(&with("sun", &[("00:00", "24:00")])).unwrap();
    assert_eq!(
        whole.weekly[0].days[6].same_day,
        [Interval {
            start: 0,
            end: DAY_SECONDS
        }]
    );
    let until_midnight = Calendar::compile(&with("sun", &[("22:00", "00:00")])).unwrap();
    assert!(until_midnight.weekly[0].days[6].next_day.is_empty());
}

/// Intervals, and where in them and what the problem is.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, Defect);

#[test]
fn intervals_are_refused_by_place_and_reason() {
    let day = "weekly[0].days.sat";
    let cases: [Case; 6] = [
        (&[("09:00", "09:00")], "[0]", Defect::EmptyInterval),
        (&[("24:00", "24:00")], "[0]", Defect::EmptyInterval),
        (&[("24:00", "06:00")], "[0].start", Defect::StartsAtEndOfDay),
        (&[("9:00", "10:00")], "[0].start", Defect::BadTime),
        (&[("09:00", "10:61")], "[0].end", Defect::BadTime),
        (
            &[("13:00", "15:00"), ("09:00", "13:00:01")],
            "[0]",
            Defect::Overlap {
                other: format!("{day}[1]"),
            },
        ),
    ];
    for (intervals, place, defect) in cases {
        assert_eq!(
            problem(&with("sat", intervals)),
            (format!("{day}{place}"), defect)
        );
    }
    assert_eq!(
        validate(&with("sat", &[("09:00", "13:00"), ("13:00", "15:00")])),
        Ok(()),
        "they touch only"
    );
}

#[test]
fn a_night_overlaps_the_next_morning() {
    let night = with("sun", &[("22:00", "09:30")]);
    let overlap = Defect::Overlap {
        other: "weekly[0].days.sun[0]".into(),
    };
    assert_eq!(problem(&night), ("weekly[0].days.mon[0]".into(), overlap));

    let mut spec = office();
    spec.shifts = vec![
        dated("2026-03-02", &[("00:30", "02:00")]),
        dated("2026-03-01", &[("23:00", "01:00")]),
    ];
    let overlap = Defect::Overlap {
        other: "shifts[1].intervals[0]".into(),
    };
    assert_eq!(problem(&spec), ("shifts[0].intervals[0]".into(), overlap));
}

#[test]
fn a_long_interval_overlaps_all_that_lie_in_it() {
    let problems = validate(&with(
        "sat",
        &[("08:00", "18:00"), ("09:00", "10:00"), ("11:00", "12:00")],
    ))
    .unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn zones_weekdays_and_names_are_known() {
    for zone in [
        "Europe/Atlantis",
        "europe/rome",
        "",
        "+01:00",
        "../etc/passwd",
    ] {
        let spec = CalendarSpec {
            time_zone: zone.into(),
            ..office()
        };
        assert_eq!(
            problem(&spec),
            ("time_zone".into(), Defect::UnknownZone),
            "{zone}"
        );
    }
    assert_eq!(
        problem(&with("monday", &[])),
        ("weekly[0].days.monday".into(), Defect::UnknownWeekday)
    );
    let nameless = CalendarSpec {
        name: " ".into(),
        ..office()
    };
    assert_eq!(problem(&nameless), ("name".into(), Defect::NameEmpty));
    let endless = CalendarSpec {
        name: "x".repeat(MAX_NAME_CHARS + 1),
        ..office()
    };
    assert_eq!(
        problem(&endless),
        (
            "name".into(),
            Defect::NameTooLong {
                limit: MAX_NAME_CHARS
            }
        )
    );
}

#[test]
fn patterns_stand_in_order() {
    let from = |date: Option<&str>| WeeklyPattern {
        valid_from: date.map(Into::into),
        ..office().weekly.remove(0)
    };
    let spec = |dates: &[Option<&str>]| CalendarSpec {
        weekly: dates.iter().map(|date| from(*date)).collect(),
        ..office()
    };
    assert_eq!(
        validate(&spec(&[None, Some("2026-01-01"), Some("2026-06-01")])),
        Ok(())
    );
    let order = ("weekly[1].valid_from".to_owned(), Defect::PatternOrder);
    assert_eq!(
        problem(&spec(&[Some("2026-06-01"), Some("2026-01-01")])),
        order
    );
    assert_eq!(
        problem(&spec(&[Some("2026-06-01"), Some("2026-06-01")])),
        order
    );
    assert_eq!(problem(&spec(&[Some("2026-06-01"), None])), order);
    assert_eq!(problem(&spec(&[None, None])), order);
    assert_eq!(
        problem(&spec(&[Some("2026-02-30")])),
        ("weekly[0].valid_from".into(), Defect::BadDate)
    );
}

#[test]
fn each_date_stands_once_in_its_list() {
    let twice = [
        dated("2026-12-24", &[("09:00", "12:00")]),
        dated("2026-12-24", &[("13:00", "14:00")]),
    ];
    let duplicate = |list: &str| {
        (
            format!("{list}[1].date"),
            Defect::DuplicateDate {
                other: format!("{list}[0]"),
            },
        )
    };
    assert_eq!(
        problem(&CalendarSpec {
            shifts: twice.to_vec(),
            ..office()
        }),
        duplicate("shifts")
    );
    assert_eq!(
        problem(&CalendarSpec {
            breaks: twice.to_vec(),
            ..office()
        }),
        duplicate("breaks")
    );
    let holidays = vec![holiday("2026-12-25"), holiday("2026-12-25")];
    assert_eq!(
        problem(&CalendarSpec {
            holidays,
            ..office()
        }),
        duplicate("holidays")
    );
    let holidays = vec![holiday("25.12.2026")];
    assert_eq!(
        problem(&CalendarSpec {
            holidays,
            ..office()
        }),
        ("holidays[0].date".into(), Defect::BadDate)
    );
}

#[test]
fn a_calendar_has_hours_somewhere_and_a_break_takes_some() {
    let closed = CalendarSpec {
        weekly: Vec::new(),
        ..office()
    };
    assert_eq!(problem(&closed), ("weekly".into(), Defect::NoHours));
    let shifts = vec![dated("2026-03-01", &[("09:00", "12:00")])];
    assert_eq!(validate(&CalendarSpec { shifts, ..closed }), Ok(()));
    let breaks = vec![dated("2026-03-01", &[])];
    assert_eq!(
        problem(&CalendarSpec { breaks, ..office() }),
        ("breaks[0].intervals".into(), Defect::EmptyBreak)
    );
}

#[test]
fn there_is_a_limit_on_everything() {
    let many = vec![("09:00", "09:00"); MAX_INTERVALS_PER_DAY + 1];
    let problems = validate(&with("sat", &many)).unwrap_err();
    assert_eq!(
        problems[0].defect,
        Defect::TooMany {
            limit: MAX_INTERVALS_PER_DAY
        }
    );
    let spec = CalendarSpec {
        holidays: vec![holiday("x"); MAX_DATES + 1],
        ..office()
    };
    let problems = validate(&spec).unwrap_err();
    assert_eq!(
        problems[0],
        Problem::new("holidays", Defect::TooMany { limit: MAX_DATES })
    );
    assert_eq!(problems.len(), MAX_PROBLEMS);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let mut spec = with("someday", &[]);
    spec.time_zone = "Nowhere".into();
    spec.holidays = vec![holiday("tomorrow")];
    assert_eq!(validate(&spec).unwrap_err().len(), 3);
}

proptest! {
    /// A day cut at any seconds into touching intervals keeps every second, split at midnight or not.
    #[test]
    fn compiled_hours_keep_what_was_written(cuts in prop::collection::btree_set(0..DAY_SECONDS, 2..12), across in any::<bool>()) {
        let cuts: Vec<u32> = cuts.into_iter().collect();
        let time = |second: u32| format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        let mut intervals: Vec<_> = cuts.windows(2).map(|pair| interval(&time(pair[0]), &time(pair[1]))).collect();
        let mut written = cuts[cuts.len() - 1] - cuts[0];
        if across {
            intervals = vec![interval(&time(cuts[cuts.len() - 1]), &time(cuts[0]))];
            written = DAY_SECONDS - written;
        }
        let mut spec = office();
        spec.weekly[0].days = [("sat".to_owned(), intervals)].into();
        let calendar = Calendar::compile(&spec).unwrap();
        let saturday = &calendar.weekly[0].days[5];
        let kept: u32 = saturday.same_day.iter().chain(&saturday.next_day).map(|one| one.end - one.start).sum();
        prop_assert_eq!(kept, written);
        prop_assert!(saturday.same_day.iter().all(|one| one.start < one.end && one.end <= DAY_SECONDS));
    }
}
