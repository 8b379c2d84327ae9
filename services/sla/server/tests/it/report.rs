//! How it went, in numbers.

use khidma_proto::sla as pb;
use tonic::Code;

use crate::query_stage::{Client, HOUR, Stage, refused, time};

fn resolve() -> pb::ReportFilter {
    pb::ReportFilter {
        metrics: vec![pb::Metric::Resolve.into()],
        ..Default::default()
    }
}

async fn report(
    client: &mut Client,
    filter: pb::ReportFilter,
    group_by: &[pb::GroupBy],
) -> pb::ReportResponse {
    let request = pb::ReportRequest {
        filter: Some(filter),
        group_by: group_by.iter().map(|one| (*one).into()).collect(),
        time_zone: "Europe/Rome".into(),
        min_position: 0,
    };
    client.report(request).await.unwrap().into_inner()
}

fn counts(row: &pb::ReportRow) -> (Vec<&str>, [u64; 4]) {
    let group = row.group.iter().map(String::as_str).collect();
    (group, [row.met, row.breached, row.running, row.cancelled])
}

/// Four requests of IT that took 1 h, 2 h, 3 h and 20 h; one that goes on, one that was cancelled; one of facilities.
async fn history(stage: &Stage) {
    for (hour, done) in [(1, "09"), (2, "10"), (3, "11")] {
        let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
        assert_eq!(hour + 8, done.parse::<i32>().unwrap());
        stage
            .resolved(&id, &format!("2026-03-02T{done}:00:00Z"))
            .await;
    }
    let late = stage.asked("2026-03-02T08:00:00Z", "it").await;
    // Two days of 9 h, a holiday, and 2 h.
    stage.resolved(&late, "2026-03-05T10:00:00Z").await;
    stage.asked("2026-03-05T08:00:00Z", "it").await;
    let cancelled = stage.asked("2026-03-05T08:00:00Z", "it").await;
    let reason = serde_json::json!({ "reason": "No longer." });
    stage
        .happen(
            &cancelled,
            "2026-03-05T09:00:00Z",
            "amina",
            "cancelled",
            reason,
        )
        .await;
    let other = stage.asked("2026-02-27T08:00:00Z", "facilities").await;
    stage.resolved(&other, "2026-02-27T12:00:00Z").await;
    stage.now("2026-03-05T11:00:00Z").await;
}

#[tokio::test]
async fn a_report_counts_and_measures() {
    let mut stage = Stage::set().await;
    history(&stage).await;
    let told = report(&mut stage.root, resolve(), &[pb::GroupBy::Department]).await;
    let rows: Vec<_> = told.rows.iter().map(counts).collect();
    assert_eq!(
        rows,
        [
            (vec!["facilities"], [1, 0, 0, 0]),
            (vec!["it"], [3, 1, 1, 1])
        ]
    );
    let it = &told.rows[1];
    assert_eq!((it.attainment, it.measured), (Some(0.75), 4));
    assert_eq!(
        [it.p50_micros, it.p90_micros, it.p99_micros, it.mean_micros],
        [2 * HOUR, 20 * HOUR, 20 * HOUR, 26 * HOUR / 4]
    );
    assert_eq!(counts(&told.total.unwrap()), (vec![], [4, 1, 1, 1]));

    let told = report(
        &mut stage.root,
        resolve(),
        &[pb::GroupBy::Month, pb::GroupBy::Offering],
    )
    .await;
    let rows: Vec<_> = told.rows.iter().map(counts).collect();
    assert_eq!(
        rows,
        [
            (vec!["2026-02", "laptop"], [1, 0, 0, 0]),
            (vec!["2026-03", "laptop"], [3, 1, 1, 1])
        ]
    );
    let told = report(&mut stage.root, resolve(), &[pb::GroupBy::Week]).await;
    let rows: Vec<_> = told.rows.iter().map(|row| row.group[0].as_str()).collect();
    assert_eq!(rows, ["2026-W09", "2026-W10"]);
    let told = report(&mut stage.root, Default::default(), &[pb::GroupBy::Metric]).await;
    let rows: Vec<_> = told.rows.iter().map(|row| row.group[0].as_str()).collect();
    assert_eq!(rows, ["acknowledge", "resolve"]);
    let told = report(
        &mut stage.root,
        resolve(),
        &[pb::GroupBy::RequesterDepartment],
    )
    .await;
    assert_eq!(told.rows[0].group, ["hr"]);
}

#[tokio::test]
async fn a_period_takes_clocks_by_their_end_or_by_the_submission() {
    let mut stage = Stage::set().await;
    history(&stage).await;
    let monday = pb::ReportFilter {
        from: time("2026-03-02T00:00:00Z"),
        to: time("2026-03-03T00:00:00Z"),
        ..resolve()
    };
    let total = |told: pb::ReportResponse| counts(&told.total.unwrap()).1;
    assert_eq!(
        total(report(&mut stage.root, monday.clone(), &[]).await),
        [3, 0, 0, 0]
    );
    let submitted = pb::ReportFilter {
        basis: pb::PeriodBasis::Submission.into(),
        ..monday.clone()
    };
    assert_eq!(
        total(report(&mut stage.root, submitted, &[]).await),
        [3, 1, 0, 0]
    );
    let since = pb::ReportFilter {
        to: None,
        from: time("2026-03-05T00:00:00Z"),
        ..monday.clone()
    };
    assert_eq!(
        total(report(&mut stage.root, since, &[]).await),
        [0, 1, 1, 1],
        "with what goes on"
    );
    let turned = pb::ReportRequest {
        filter: Some(pb::ReportFilter {
            from: monday.to,
            to: monday.from,
            ..monday
        }),
        ..Default::default()
    };
    let empty = (Code::InvalidArgument, "EMPTY_PERIOD".to_owned());
    assert_eq!(refused(stage.root.report(turned).await), empty);
}

#[tokio::test]
async fn owners_share_what_elapsed_while_they_had_it() {
    let mut stage = Stage::set().await;
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage
        .transferred(&id, "2026-03-02T10:00:00Z", "it", "facilities")
        .await;
    stage.waits(&id, "2026-03-02T11:00:00Z").await;
    stage.resumed(&id, "2026-03-02T13:00:00Z").await;
    stage
        .transferred(&id, "2026-03-02T14:00:00Z", "facilities", "it")
        .await;
    stage.resolved(&id, "2026-03-02T14:30:00Z").await;
    stage.now("2026-03-02T15:00:00Z").await;
    let told = report(&mut stage.root, resolve(), &[pb::GroupBy::OwnerSegment]).await;
    let parts: Vec<_> = told
        .rows
        .iter()
        .map(|row| (row.group[0].as_str(), row.met, row.p50_micros))
        .collect();
    assert_eq!(
        parts,
        [("facilities", 1, 2 * HOUR), ("it", 1, 5 * HOUR / 2)]
    );
    let whole = stage.clock(&id, pb::Metric::Resolve).await;
    assert_eq!(
        whole.elapsed_micros,
        parts.iter().map(|part| part.2).sum::<u64>()
    );
    // Facilities owned it for a time, so that their part is theirs to see.
    let told = report(&mut stage.olaf, resolve(), &[pb::GroupBy::OwnerSegment]).await;
    assert_eq!(told.rows.len(), 1);
    assert_eq!(told.rows[0].group, ["facilities"]);
}

#[tokio::test]
async fn a_report_is_for_members_and_admins() {
    let mut stage = Stage::set().await;
    history(&stage).await;
    let of = |department: &str| pb::ReportRequest {
        filter: Some(pb::ReportFilter {
            department_ids: vec![department.to_owned()],
            ..resolve()
        }),
        ..Default::default()
    };
    let refusal = (Code::PermissionDenied, "NOT_YOUR_DEPARTMENT".to_owned());
    assert_eq!(refused(stage.vera.report(of("it")).await), refusal);
    assert_eq!(refused(stage.amina.report(of("it")).await), refusal);
    let export = pb::ExportClocksRequest {
        filter: of("it").filter,
        min_position: 0,
    };
    assert_eq!(refused(stage.olaf.export_clocks(export).await), refusal);
    let own = report(&mut stage.daniel, resolve(), &[pb::GroupBy::Department]).await;
    assert_eq!(own.rows.len(), 1, "{own:?}");
    let period = pb::RecomputePeriodRequest {
        filter: of("it").filter,
        min_position: 0,
    };
    assert_eq!(refused(stage.vera.recompute_period(period).await), refusal);
}

#[tokio::test]
async fn an_export_has_every_clock_once_and_in_order() {
    let mut stage = Stage::set().await;
    history(&stage).await;
    let mut clocks = stage
        .root
        .export_clocks(pb::ExportClocksRequest::default())
        .await
        .unwrap()
        .into_inner();
    let mut told = Vec::new();
    while let Some(message) = clocks.message().await.unwrap() {
        let clock = message.clock.unwrap();
        told.push((
            clock.service_request_id.clone(),
            clock.metric().as_str_name(),
            clock.number,
        ));
    }
    assert!(told.is_sorted(), "{told:?}");
    // Seven requests, and two clocks of each.
    assert_eq!(told.len(), 14);
    let total = report(&mut stage.root, Default::default(), &[])
        .await
        .total
        .unwrap();
    assert_eq!(counts(&total).1.iter().sum::<u64>(), 14);
}
