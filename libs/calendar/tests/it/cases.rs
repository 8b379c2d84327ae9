//! The cases of another library's tests, restated as facts.

use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{
    Calendar, CalendarSpec, DatedHours, Holiday, LocalInterval, OutOfReach, WeeklyPattern,
};
use serde_json::{Map, Value};

#[test]
fn another_librarys_cases_hold() {
    let Some(folder) = khidma_testkit::shared_data() else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("calendar-cases.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let name = case["calendar"].as_str().unwrap();
        let calendar = Calendar::compile(&spec(&file["calendars"][name])).unwrap();
        assert_eq!(answer(&calendar, case), case["expected"], "{case}");
        if let Some(boundary) = case.get("expected_boundary") {
            let reached = calendar.reach(instant(case, "start"), amount(case));
            assert_eq!(said(reached), *boundary, "{case}");
        }
    }
    println!("{} cases of another library hold", cases.len());
    assert!(cases.len() >= 30);
}

fn answer(calendar: &Calendar, case: &Value) -> Value {
    let start = instant(case, "start");
    match case["op"].as_str().unwrap() {
        "elapsed" => calendar
            .elapsed(start, instant(case, "end"))
            .as_secs()
            .into(),
        "add" => said(calendar.reach_open(start, amount(case))),
        "sub" => said(calendar.back(start, amount(case))),
        "is_open" => calendar.is_open(start).into(),
        "next_open" => said(calendar.next_open(start)),
        "prev_open" => said(calendar.prev_open(start)),
        "on_holiday" => calendar.on_holiday(start).into(),
        "on_break" => calendar.on_break(start).into(),
        other => panic!("{other}"),
    }
}

fn said(reached: Result<Timestamp, OutOfReach>) -> Value {
    reached.unwrap().to_string().into()
}

fn instant(case: &Value, name: &str) -> Timestamp {
    case["args"][name].as_str().unwrap().parse().unwrap()
}

fn amount(case: &Value) -> SignedDuration {
    SignedDuration::from_secs(case["args"]["seconds"].as_i64().unwrap())
}

fn spec(calendar: &Value) -> CalendarSpec {
    let entries = |name: &str| {
        let none = Map::new();
        let entries = calendar[name].as_object().unwrap_or(&none);
        let entry = |(key, value): (&String, &Value)| (key.clone(), intervals(value));
        entries.iter().map(entry).collect::<Vec<_>>()
    };
    let dated = |name: &str| {
        let entries = entries(name).into_iter();
        let entry = |(date, intervals)| DatedHours { date, intervals };
        entries.map(entry).collect()
    };
    let holidays = calendar["holidays"].as_array().into_iter().flatten();
    CalendarSpec {
        name: "A case".into(),
        time_zone: calendar["tz"].as_str().unwrap().into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: entries("weekly").into_iter().collect(),
        }],
        shifts: dated("shifts"),
        breaks: dated("breaks"),
        holidays: holidays
            .map(|date| Holiday {
                date: date.as_str().unwrap().into(),
                name: String::new(),
            })
            .collect(),
    }
}

fn intervals(pairs: &Value) -> Vec<LocalInterval> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pair = |pair: &Value| LocalInterval {
        start: text(&pair[0]),
        end: text(&pair[1]),
    };
    pairs.as_array().unwrap().iter().map(pair).collect()
}
