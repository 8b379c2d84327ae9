//! Figures of people: said by those who may, kept straight, and what they come to.

use khidma_proto::feedback as pb;
use tonic::{Code, Status};

use crate::score_stage::{Person, Stage};
use crate::stage::{key, refused};

fn month(month: &str, numbers: [u32; 4]) -> pb::MonthFigures {
    let [headcount, joiners, leavers, leavers_among_joiners] = numbers;
    pb::MonthFigures {
        month: month.into(),
        headcount,
        joiners,
        leavers,
        leavers_among_joiners,
    }
}

async fn set(
    person: &Person,
    department: &str,
    months: Vec<pb::MonthFigures>,
) -> Result<u64, Status> {
    let request = pb::SetFiguresRequest {
        request_id: key(),
        department_id: department.into(),
        months,
    };
    let mut client = person.figures.clone();
    Ok(client.set_figures(request).await?.into_inner().position)
}

async fn get(
    person: &Person,
    department: &str,
    with_below: bool,
    (from_month, to_month): (&str, &str),
) -> Result<pb::GetFiguresResponse, Status> {
    let request = pb::GetFiguresRequest {
        department_id: department.into(),
        with_below,
        from_month: from_month.into(),
        to_month: to_month.into(),
        min_position: 0,
    };
    let mut client = person.figures.clone();
    client
        .get_figures(request)
        .await
        .map(tonic::Response::into_inner)
}

const WINTER: (&str, &str) = ("2025-12", "2026-02");

#[tokio::test]
async fn what_was_said_is_shown_with_what_it_comes_to() {
    let stage = Stage::set().await;
    let months = vec![
        month("2026-01", [40, 4, 3, 1]),
        month("2026-02", [41, 0, 1, 0]),
    ];
    set(&stage.mei, "it", months).await.unwrap();
    set(
        &stage.payroll,
        "helpdesk",
        vec![month("2026-01", [10, 0, 2, 0])],
    )
    .await
    .unwrap();

    let alone = get(&stage.mei, "it", false, WINTER).await.unwrap();
    assert_eq!(alone.months.len(), 2);
    assert_eq!(alone.months[0].retention, Some(0.95));
    assert_eq!(alone.turnover, Some(4.0 / 40.5));
    assert_eq!(alone.retention, Some(0.95 * (40.0 / 41.0)));

    // With the help desk, whose February nobody said: what would be half the truth is not said at all.
    let both = get(&stage.mei, "it", true, WINTER).await.unwrap();
    let january = both.months[0].figures.as_ref().unwrap();
    assert_eq!((january.headcount, january.leavers), (50, 5));
    assert_eq!(both.months[1].missing_department_ids, ["helpdesk"]);
    assert_eq!((both.turnover, both.retention), (None, None));
    let whole = get(&stage.mei, "it", true, ("2026-01", "2026-01")).await;
    assert_eq!(whole.unwrap().turnover, Some(5.0 / 49.5));
}

#[tokio::test]
async fn what_is_not_so_is_refused_and_nothing_is_kept() {
    let stage = Stage::set().await;
    let plain = || vec![month("2026-01", [40, 0, 0, 0])];
    let table = [
        (
            &stage.linh,
            "it",
            plain(),
            Code::PermissionDenied,
            "NOT_ALLOWED",
            "",
        ),
        (
            &stage.daniel,
            "helpdesk",
            plain(),
            Code::PermissionDenied,
            "NOT_ALLOWED",
            "",
        ),
        (
            &stage.root,
            "nowhere",
            plain(),
            Code::InvalidArgument,
            "UNKNOWN_DEPARTMENT",
            "department_id",
        ),
        (
            &stage.mei,
            "it",
            vec![month("2026-1", [1, 0, 0, 0])],
            Code::InvalidArgument,
            "INVALID_MONTH",
            "months.month",
        ),
        (
            &stage.mei,
            "it",
            vec![
                month("2026-01", [40, 0, 0, 0]),
                month("2026-02", [41, 0, 0, 0]),
            ],
            Code::InvalidArgument,
            "INCONSISTENT_MONTHS",
            "months.headcount",
        ),
    ];
    for (person, department, months, code, reason, field) in table {
        let outcome = refused(set(person, department, months).await);
        assert_eq!(outcome, (code, reason.into(), field.into()));
    }
    let nothing = get(&stage.mei, "it", true, WINTER).await.unwrap();
    assert_eq!(nothing.months, vec![]);
}

#[tokio::test]
async fn figures_are_for_the_department_and_for_those_above_it() {
    let stage = Stage::set().await;
    let may = [
        (&stage.mei, "helpdesk", None),
        (&stage.daniel, "helpdesk", None),
        (&stage.root, "it", None),
        (&stage.daniel, "it", Some("NOT_ALLOWED")),
        (&stage.linh, "it", Some("NOT_ALLOWED")),
        (&stage.root, "nowhere", Some("UNKNOWN_DEPARTMENT")),
    ];
    for (person, department, expected) in may {
        let shown = get(person, department, false, WINTER).await;
        let reason = shown.err().map(|refusal| refused::<()>(Err(refusal)).1);
        assert_eq!(reason.as_deref(), expected, "{department}");
    }
    let backwards = get(&stage.mei, "it", false, ("2026-02", "2026-01")).await;
    assert_eq!(refused(backwards).1, "EMPTY_PERIOD");
}
