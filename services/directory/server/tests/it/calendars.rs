//! Working calendars: stored, revised, refused with place and reason.

use khidma_edge::status::ErrorReport;
use khidma_proto::directory as pb;
use tonic::Code;

use crate::stage::{Stage, expect, key};

fn interval(start: &str, end: &str) -> pb::LocalInterval {
    pb::LocalInterval {
        start: start.into(),
        end: end.into(),
    }
}

/// The office: Tuesdays and Mondays, written in that order, in Rome.
fn office() -> pb::Calendar {
    let day = |weekday: &str| pb::WeekdayHours {
        weekday: weekday.into(),
        intervals: vec![interval("09:00", "17:00")],
    };
    pb::Calendar {
        id: "office".into(),
        name: "Office".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![pb::WeeklyPattern {
            valid_from: String::new(),
            days: vec![day("tue"), day("mon")],
        }],
        shifts: vec![pb::DatedHours {
            date: "2026-12-24".into(),
            intervals: vec![interval("09:00", "12:00")],
        }],
        breaks: vec![pb::DatedHours {
            date: "2026-06-01".into(),
            intervals: vec![interval("12:00", "13:00")],
        }],
        holidays: vec![pb::Holiday {
            date: "2026-12-25".into(),
            name: "Christmas".into(),
        }],
        revision: 0,
    }
}

fn put(calendar: pb::Calendar) -> pb::PutCalendarRequest {
    pb::PutCalendarRequest {
        request_id: key(),
        calendar: Some(calendar),
    }
}

#[tokio::test]
async fn a_calendar_comes_back_as_it_was_put_with_its_revision() {
    let mut stage = Stage::set().await;
    stage.admin.put_calendar(put(office())).await.unwrap();
    let head = stage.head().await;
    stage.admin.put_calendar(put(office())).await.unwrap();
    assert_eq!(
        stage.head().await,
        head,
        "nothing changed, so nothing is written"
    );
    let mut expected = office();
    expected.weekly[0].days.reverse();
    expected.revision = 1;
    let got = query!(
        stage,
        dao,
        get_calendar,
        GetCalendarRequest { id: "office" }
    )
    .unwrap();
    assert_eq!(
        got.calendar.unwrap(),
        expected,
        "weekdays stand in their order"
    );

    let renamed = pb::Calendar {
        name: "Head office".into(),
        revision: 77,
        ..office()
    };
    stage.admin.put_calendar(put(renamed)).await.unwrap();
    let list = query!(stage, dao, list_calendars, ListCalendarsRequest {}).unwrap();
    let shown: Vec<_> = list
        .calendars
        .iter()
        .map(|one| (one.name.as_str(), one.revision))
        .collect();
    assert_eq!(shown, [("Head office", 2)]);
    expect(
        stage.mina.put_calendar(put(office())).await,
        Code::PermissionDenied,
        "NOT_ALLOWED",
        "",
    );
}

#[tokio::test]
async fn a_calendar_that_makes_no_sense_is_refused_with_every_place_and_reason() {
    let mut stage = Stage::set().await;
    let head = stage.head().await;
    let mut wrong = office();
    wrong.time_zone = "Europe/Atlantis".into();
    wrong.weekly[0].days[0].intervals =
        vec![interval("09:00", "13:00"), interval("12:00", "17:00")];
    wrong.weekly[0].days.push(pb::WeekdayHours {
        weekday: "noday".into(),
        intervals: Vec::new(),
    });
    wrong.holidays.push(pb::Holiday {
        date: "2026-02-30".into(),
        name: String::new(),
    });
    let status = stage.admin.put_calendar(put(wrong)).await.unwrap_err();
    let report = ErrorReport::from_status(&status);
    assert_eq!(
        (report.code, report.reason.as_deref()),
        (Code::InvalidArgument, Some("INVALID_CALENDAR"))
    );
    let places: Vec<_> = report
        .violations
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    let expected = [
        "calendar.time_zone",
        "calendar.weekly[0].days.noday",
        "calendar.weekly[0].days.tue[1]",
        "calendar.holidays[1].date",
    ];
    assert_eq!(places, expected);
    assert_eq!(
        report.violations[2].description,
        "this interval overlaps the one at weekly[0].days.tue[0]"
    );
    assert_eq!(stage.head().await, head);
    expect(
        query!(
            stage,
            dao,
            get_calendar,
            GetCalendarRequest { id: "office" }
        ),
        Code::NotFound,
        "NOT_FOUND",
        "",
    );
}

#[tokio::test]
async fn a_weekday_named_twice_has_both_hours() {
    let mut stage = Stage::set().await;
    let mut calendar = office();
    let evening = pb::WeekdayHours {
        weekday: "mon".into(),
        intervals: vec![interval("18:00", "20:00")],
    };
    calendar.weekly[0].days.push(evening.clone());
    stage
        .admin
        .put_calendar(put(calendar.clone()))
        .await
        .unwrap();
    calendar.weekly[0].days.push(evening);
    expect(
        stage.admin.put_calendar(put(calendar)).await,
        Code::InvalidArgument,
        "INVALID_CALENDAR",
        "calendar.weekly[0].days.mon[2]",
    );
}

#[tokio::test]
async fn a_department_works_by_a_calendar_that_there_is() {
    let mut stage = Stage::set().await;
    let unknown = change!(
        stage.mina,
        set_department_calendar,
        SetDepartmentCalendarRequest {
            id: "it",
            calendar_id: "office"
        }
    );
    expect(
        unknown,
        Code::InvalidArgument,
        "UNKNOWN_CALENDAR",
        "calendar_id",
    );
    stage.admin.put_calendar(put(office())).await.unwrap();
    change!(
        stage.mina,
        set_department_calendar,
        SetDepartmentCalendarRequest {
            id: "it",
            calendar_id: "office"
        }
    )
    .unwrap();
    assert_eq!(stage.department("it").await.calendar_id, "office");
}
