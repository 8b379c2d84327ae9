//! Performance reviews, as figures only.

use khidma_proto::directory as pb;
use khidma_proto::directory::PersonKind;
use tonic::Code;

use crate::stage::{expect, key};
use crate::study::{Desk, Study};

/// The days and themes of Amina's reviews, as `caller` sees them.
async fn reviews(study: &Study, caller: &Desk) -> Vec<(String, Vec<String>)> {
    let question = pb::GetReviewsRequest {
        id: "amina".into(),
        min_position: study.head().await,
    };
    let answer = caller.reviews.clone().get_reviews(question).await;
    let reviews = answer.unwrap().into_inner().reviews.into_iter();
    reviews.map(|one| (one.on, one.themes)).collect()
}

async fn record(study: &mut Study, person: &str, on: &str) {
    let id = person;
    change!(
        study.admin.reviews,
        record_review,
        RecordReviewRequest { id, on }
    )
    .unwrap();
}

/// What the person themselves shares of a review.
async fn share(study: &Study, person: &str, on: &str, themes: &[&str]) {
    let connection = study.stage.host.connect(person, "it", &[]).await;
    let mut own = pb::reviews_service_client::ReviewsServiceClient::new(connection);
    let themes: Vec<String> = themes.iter().map(|&theme| theme.to_owned()).collect();
    change!(
        own,
        share_themes,
        ShareThemesRequest {
            id: person,
            on,
            themes
        }
    )
    .unwrap();
}

async fn report(
    caller: &Desk,
    department: &str,
    (year, quarter): (i32, i32),
    min_position: u64,
) -> Result<pb::GetReviewReportResponse, tonic::Status> {
    let question = pb::GetReviewReportRequest {
        department_id: department.into(),
        year,
        quarter,
        min_position,
    };
    let answer = caller.reviews.clone().get_review_report(question).await;
    answer.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn that_it_was_held_is_for_few_and_what_is_shared_for_oneself() {
    let mut study = Study::set().await;
    change!(
        study.mina.reviews,
        record_review,
        RecordReviewRequest {
            id: "amina",
            on: "2026-03-01"
        }
    )
    .unwrap();
    record(&mut study, "amina", "2025-03-01").await;
    share(&study, "amina", "2026-03-01", &["Tools", "pay"]).await;
    let dated = |day: &str, themes: &[&str]| {
        let themes = themes.iter().map(|&theme| theme.to_owned()).collect();
        (day.to_owned(), themes)
    };
    let own = [
        dated("2026-03-01", &["pay", "tools"]),
        dated("2025-03-01", &[]),
    ];
    assert_eq!(reviews(&study, &study.amina).await, own);
    let dates = [dated("2026-03-01", &[]), dated("2025-03-01", &[])];
    for caller in [&study.admin, &study.mina] {
        assert_eq!(reviews(&study, caller).await, dates);
    }
    for caller in [&study.dao, &study.olga] {
        let question = pb::GetReviewsRequest {
            id: "amina".into(),
            ..Default::default()
        };
        let foreign = caller.reviews.clone().get_reviews(question).await;
        expect(foreign, Code::PermissionDenied, "NOT_ALLOWED", "");
    }
    share(&study, "amina", "2026-03-01", &[]).await;
    assert_eq!(reviews(&study, &study.amina).await, dates);
}

#[tokio::test]
async fn a_theme_is_counted_where_five_share_it_and_by_no_exact_number() {
    let mut study = Study::set().await;
    let people: Vec<_> = (1..=6).map(|number| format!("person-{number}")).collect();
    for (number, person) in people.iter().enumerate() {
        change!(
            study.stage.admin,
            register_person,
            RegisterPersonRequest {
                id: person.as_str(),
                display_name: person.as_str(),
                kind: PersonKind::Employee,
                department_id: if number == 0 { "finance" } else { "it" }
            }
        )
        .unwrap();
        record(&mut study, person, "2026-01-15").await;
        let themes = if number < 4 {
            &["tools", "pay"][..]
        } else {
            &["tools"]
        };
        share(&study, person, "2026-01-15", themes).await;
    }
    record(&mut study, "dao", "2025-12-31").await;
    let head = study.head().await;
    let told = async |department, period| {
        let told = report(&study.admin, department, period, head)
            .await
            .unwrap();
        let themes: Vec<_> = told
            .themes
            .into_iter()
            .map(|one| (one.theme, one.at_least))
            .collect();
        (told.people, told.reviewed, themes)
    };
    let tools = || vec![("tools".to_owned(), 5)];
    // Six share it. Four are too few.
    assert_eq!(told("operations", (2026, 0)).await, (10, 6, tools()));
    assert_eq!(told("operations", (2026, 1)).await, (10, 6, tools()));
    assert_eq!(told("", (2026, 0)).await, (10, 6, tools()));
    assert_eq!(told("it", (2026, 0)).await, (8, 5, tools()));
    assert_eq!(told("finance", (2026, 0)).await, (2, 1, vec![]));
    assert_eq!(told("operations", (2025, 4)).await, (10, 1, vec![]));
    assert_eq!(told("operations", (2026, 2)).await, (10, 0, vec![]));
    // One of them takes it back: nothing is told of four, and nothing changed where five are left.
    share(&study, "person-6", "2026-01-15", &[]).await;
    let head = study.head().await;
    let fewer = report(&study.olga, "it", (2026, 0), head).await.unwrap();
    assert_eq!((fewer.reviewed, fewer.themes), (5, vec![]));
    let above = report(&study.olga, "operations", (2026, 0), head)
        .await
        .unwrap();
    assert_eq!(
        (above.themes[0].theme.as_str(), above.themes[0].at_least),
        ("tools", 5)
    );
}

#[tokio::test]
async fn figures_are_for_who_leads_the_department_or_one_above_it() {
    let study = Study::set().await;
    let head = study.head().await;
    for (caller, department, may) in [
        (&study.mina, "it", true),
        (&study.olga, "it", true),
        (&study.olga, "operations", true),
        (&study.mina, "operations", false),
        (&study.mina, "finance", false),
        (&study.dao, "finance", false),
        (&study.olga, "", false),
        (&study.admin, "", true),
    ] {
        let told = report(caller, department, (2026, 0), head).await;
        if may {
            told.unwrap();
        } else {
            expect(told, Code::PermissionDenied, "NOT_ALLOWED", "");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field_and_not_written() {
    let mut study = Study::set().await;
    let head = study.head().await;
    let record = |id: &str, on: &str| pb::RecordReviewRequest {
        request_id: key(),
        id: id.into(),
        on: on.into(),
    };
    let wrong = Code::InvalidArgument;
    let cases = [
        (record("A!", "2026-03-01"), wrong, "INVALID_ID", "id"),
        (record("amina", ""), wrong, "MISSING_FIELD", "on"),
        (record("amina", "2026-3-1"), wrong, "INVALID_DATE", "on"),
        (record("amina", "2026-03-04"), wrong, "DATE_IN_FUTURE", "on"),
        (
            record("nobody", "2026-03-01"),
            Code::NotFound,
            "UNKNOWN_PERSON",
            "id",
        ),
    ];
    for (message, code, reason, field) in cases {
        expect(
            study.admin.reviews.record_review(message).await,
            code,
            reason,
            field,
        );
    }
    for caller in [&mut study.amina, &mut study.dao, &mut study.olga] {
        let foreign = caller
            .reviews
            .record_review(record("amina", "2026-03-01"))
            .await;
        expect(foreign, Code::PermissionDenied, "NOT_ALLOWED", "");
    }
    let share = |id: &str| pb::ShareThemesRequest {
        request_id: key(),
        id: id.into(),
        on: "2026-03-01".into(),
        themes: vec!["tools".into()],
    };
    let none = study.amina.reviews.share_themes(share("amina")).await;
    expect(none, Code::FailedPrecondition, "NO_SUCH_REVIEW", "on");
    for caller in [&mut study.admin, &mut study.mina] {
        let for_her = caller.reviews.share_themes(share("amina")).await;
        expect(for_her, Code::PermissionDenied, "NOT_ALLOWED", "");
    }
    for (period, field) in [
        ((0, 0), "year"),
        ((2026, 5), "quarter"),
        ((2026, -1), "quarter"),
    ] {
        let told = report(&study.admin, "it", period, head).await;
        expect(told, wrong, "OUT_OF_RANGE", field);
    }
    let told = report(&study.admin, "nowhere", (2026, 0), head).await;
    expect(told, Code::NotFound, "NOT_FOUND", "");
    assert_eq!(study.head().await, head, "nothing was written");
}
