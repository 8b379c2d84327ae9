//! Business time on the command line.

use std::path::Path;

use expect_test::expect;
use serde_json::Value;

use crate::server::{Said, Server, program, run};

/// What the program says to a file of cases.
async fn eval(folder: &Path, cases: &str) -> Said {
    let file = folder.join("cases.json");
    std::fs::write(&file, cases).unwrap();
    run(program(&format!("calendar eval {}", file.display()))).await
}

fn lines(said: &Said) -> Vec<Value> {
    let lines = said.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A file with one calendar and these cases.
fn file_of(cases: &str) -> String {
    let hours = r#"{"mon": [["09:00", "18:00"]], "tue": [["09:00", "18:00"]]}"#;
    let calendar = format!(r#"{{"tz": "Europe/Rome", "weekly": {hours}}}"#);
    format!(r#"{{"calendars": {{"office": {calendar}}}, "cases": [{cases}]}}"#)
}

#[tokio::test]
async fn another_librarys_cases_are_answered_as_it_answers_them() {
    let Some(folder) = khidma_testkit::shared_data() else {
        return;
    };
    let file = folder.join("calendar-cases.json");
    let said = run(program(&format!("calendar eval {}", file.display()))).await;
    assert_eq!(said.exit, 0, "{said:?}");
    let lines = lines(&said);
    assert!(lines.len() >= 30);
    assert!(lines.iter().all(|line| line["ok"] == true), "{said:?}");
}

#[tokio::test]
async fn every_question_is_answered_and_expected_instants_may_have_any_offset() {
    let folder = tempfile::tempdir().unwrap();
    let case = |id: &str, op: &str, args: &str, expected: &str| {
        format!(
            r#"{{"id": "{id}", "calendar": "office", "op": "{op}", "args": {{{args}}}, "expected": {expected}}}"#
        )
    };
    // 2025-03-03 was a Monday; Rome was at +01:00 until the 30th.
    let opening = r#""start": "2025-03-03T09:00:00+01:00""#;
    let wednesday = r#""start": "2025-03-05T12:00:00Z""#;
    let day = r#""start": "2025-03-03T09:00:00+01:00", "seconds": 32400"#;
    let cases = [
        case(
            "elapsed",
            "elapsed",
            &format!(r#"{opening}, "end": "2025-03-03T08:00:01.5Z""#),
            "1.5",
        ),
        case("add", "add", day, r#""2025-03-04T09:00:00+01:00""#),
        case("boundary", "add_boundary", day, r#""2025-03-03T17:00:00Z""#),
        case(
            "sub",
            "sub",
            &format!(r#"{wednesday}, "seconds": 3600"#),
            r#""2025-03-04T16:00:00Z""#,
        ),
        case(
            "nothing",
            "sub",
            &format!(r#"{wednesday}, "seconds": 0"#),
            r#""2025-03-04T17:00:00Z""#,
        ),
        case("open", "is_open", opening, "true"),
        case("next", "next_open", wednesday, r#""2025-03-10T08:00:00Z""#),
        case(
            "previous",
            "prev_open",
            wednesday,
            r#""2025-03-04T17:00:00Z""#,
        ),
        case(
            "days",
            "add_days",
            &format!(r#"{opening}, "days": 3"#),
            r#""2025-03-11T08:00:00Z""#,
        ),
        case(
            "back",
            "sub_days",
            &format!(r#"{opening}, "days": 1"#),
            r#""2025-02-25T08:00:00Z""#,
        ),
        case("holiday", "on_holiday", opening, "false"),
        case("break", "on_break", opening, "false"),
    ];
    let said = eval(folder.path(), &file_of(&cases.join(", "))).await;
    assert_eq!(said.exit, 0, "{said:?}");
    let lines = lines(&said);
    assert_eq!(lines.len(), cases.len());
    assert!(lines.iter().all(|line| line["ok"] == true), "{said:?}");
    assert_eq!(lines[1]["boundary"], "2025-03-03T17:00:00Z");
}

#[tokio::test]
async fn what_differs_is_shown_and_is_the_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    let cases = r#"
        {"id": "wrong", "calendar": "office", "op": "is_open", "args": {"start": "2025-03-05T12:00:00Z"}, "expected": true},
        {"id": "asked", "calendar": "office", "op": "is_open", "args": {"start": "2025-03-05T12:00:00Z"}}"#;
    let said = eval(folder.path(), &file_of(cases)).await;
    assert_eq!(said.exit, 1, "{said:?}");
    assert!(said.stderr.contains("1 of 2 cases differ"), "{said:?}");
    let lines = lines(&said);
    assert_eq!(
        (&lines[0]["ok"], &lines[0]["result"]),
        (&false.into(), &false.into())
    );
    assert_eq!(lines[1].get("ok"), None, "nothing was expected: {said:?}");
}

#[tokio::test]
async fn a_file_that_makes_no_sense_is_refused_by_case_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let case = |rest: &str| file_of(&format!(r#"{{"id": "7", {rest}}}"#));
    let start = r#""args": {"start": "2025-03-05T12:00:00Z"#;
    let wrong = [
        ("{".to_owned(), "EOF"),
        ("[]".to_owned(), "`cases` must be a list"),
        (file_of("{}"), "cases[0]: `id`"),
        (file_of("7"), "cases[0]: `id`"),
        (case(r#""op": "add""#), "case 7: `calendar`"),
        (case(r#""calendar": "none", "op": "add""#), "no calendar \"none\""),
        (case(r#""calendar": "office""#), "case 7: `op`"),
        (case(&format!(r#""calendar": "office", "op": "fly", {start}"}}"#)), "nobody knows \"fly\""),
        (case(r#""calendar": "office", "op": "is_open""#), "case 7: `args.start`"),
        (case(r#""calendar": "office", "op": "is_open", "args": {"start": "2025-03-05T12:00:00"}"#), "case 7: `args.start`"),
        (case(&format!(r#""calendar": "office", "op": "add", {start}", "seconds": "1h"}}"#)), "case 7: `args.seconds`"),
        (case(&format!(r#""calendar": "office", "op": "add_days", {start}", "days": -1}}"#)), "case 7: `args.days`"),
        (r#"{"calendars": {"a": {"weekly": {}}}, "cases": []}"#.to_owned(), "calendars.a: `tz`"),
        (r#"{"calendars": {"a": {"tz": "UTC", "weekly": {"mon": ["09:00"]}}}, "cases": []}"#.to_owned(), "calendars.a.weekly.mon"),
        (r#"{"calendars": {"a": {"tz": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}}, "cases": []}"#.to_owned(), "overlaps"),
    ];
    for (file, what) in wrong {
        let said = eval(folder.path(), &file).await;
        assert_eq!(said.exit, 2, "{file}: {said:?}");
        assert!(said.stderr.contains(what), "{what}: {said:?}");
    }
}

#[tokio::test]
async fn the_example_in_the_help_is_a_file_of_cases() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(program("calendar eval --help")).await.stdout;
    let (_, example) = help.split_once("cases.json:\n").unwrap();
    let (example, _) = example.split_once("\n\n").unwrap();
    let said = eval(folder.path(), example).await;
    assert_eq!(
        (said.exit, lines(&said)[0]["ok"].clone()),
        (0, true.into()),
        "{said:?}"
    );
}

const OFFICE: &str = r#"
id = "office-hours"
name = "Office hours"
time_zone = "Europe/Rome"
[[weekly]]
days = [
  { weekday = "mon", intervals = [{ start = "09:00", end = "13:00" }, { start = "14:00", end = "18:00" }] },
  { weekday = "tue", intervals = [{ start = "09:00", end = "12:30" }] },
]
[[shifts]]
date = "2025-03-08"
intervals = [{ start = "09:00", end = "12:00" }]
[[breaks]]
date = "2025-03-10"
intervals = [{ start = "10:00", end = "11:30" }]
[[holidays]]
date = "2025-03-17"
name = "Founding day"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_drawn_from_a_file_and_the_same_from_the_directory() {
    let server = Server::start().await;
    let file = server.folder.path().join("office.toml");
    std::fs::write(&file, OFFICE).unwrap();
    let file = file.display();
    let drawn = run(program(&format!("calendar show {file} --month 2025-03"))).await;
    assert_eq!(drawn.exit, 0, "{drawn:?}");
    expect![[r#"
        Office hours, March 2025  Europe/Rome

        Mon             Tue       Wed   Thu   Fri   Sat          Sun   week
        ──────────────────────────────────────────────────────────────────────
                                                     1 –          2 –  –
         3 8h            4 3h30m   5 –   6 –   7 –   8 3h shift   9 –  14h30m
        10 6h30m break  11 3h30m  12 –  13 –  14 –  15 –         16 –  10h
        17 – holiday    18 3h30m  19 –  20 –  21 –  22 –         23 –  3h30m
        24 8h           25 3h30m  26 –  27 –  28 –  29 –         30 –  11h30m
        31 8h                                                          8h

        47h30m of business time on 9 days
          17 Mar  Founding day
    "#]]
    .assert_eq(&drawn.stdout);

    let put = format!("directory calendar put {file} --as admin@company:admin");
    server.done(&put).await;
    let asked = "calendar show office-hours --month 2025-03 --as amina@hr";
    assert_eq!(server.done(asked).await.stdout, drawn.stdout);
    let json = server.done(&format!("{asked} --json")).await.json();
    assert_eq!(
        (&json["seconds"], &json["open_days"]),
        (&171_000.into(), &9.into())
    );
    assert_eq!(json["days"][16]["holiday"], "Founding day");
    assert_eq!(
        (&json["days"][7]["shift"], &json["days"][9]["break"]),
        (&true.into(), &true.into())
    );

    let none = server
        .khidma("calendar show none --month 2025-03 --as amina@hr")
        .await;
    assert_eq!(none.exit, 4, "{none:?}");
    let wrong = run(program(&format!("calendar show {file} --month March"))).await;
    assert_eq!(wrong.exit, 2, "{wrong:?}");
}
