//! Why a clock shows what it shows, and what would come of the same events today.

use khidma_proto::sla as pb;

use crate::query_stage::{HOUR, Stage, at, time};

async fn explain(
    stage: &Stage,
    id: &str,
    metric: pb::Metric,
    page_size: i32,
) -> pb::ExplainResponse {
    let mut request = pb::ExplainRequest {
        service_request_id: id.into(),
        metric: metric.into(),
        page_size,
        ..Default::default()
    };
    let mut root = stage.root.clone();
    let mut told = root.explain(request.clone()).await.unwrap().into_inner();
    while !told.next_page_token.is_empty() {
        assert!(told.intervals.len() < usize::try_from(told.interval_count).unwrap());
        request.page_token = std::mem::take(&mut told.next_page_token);
        let page = root.explain(request.clone()).await.unwrap().into_inner();
        let before = told.intervals;
        told = page;
        told.intervals = [before, told.intervals].concat();
    }
    told
}

fn micros(time: Option<prost_types::Timestamp>) -> i64 {
    let time = time.unwrap();
    time.seconds * 1_000_000 + i64::from(time.nanos / 1000)
}

/// Adds it up again, as anybody can.
fn re_add(told: &pb::ExplainResponse) {
    let clock = told.clock.as_ref().unwrap();
    assert!(told.adds_up, "{told:#?}");
    assert_eq!(
        told.intervals.len() as u64,
        told.interval_count,
        "none is left out"
    );
    let mut sum = 0;
    for (number, interval) in (0..).zip(&told.intervals) {
        assert_eq!(interval.number, number);
        assert_eq!(
            interval.micros as i64,
            micros(interval.to) - micros(interval.from)
        );
        for (local, instant) in [
            (&interval.local_from, interval.from),
            (&interval.local_to, interval.to),
        ] {
            assert_eq!(at(local).as_micros(), micros(instant), "{local}");
        }
        let stretch = &told.stretches[interval.stretch as usize];
        assert_eq!(stretch.kind(), pb::StretchKind::Running);
        assert!(micros(stretch.from) <= micros(interval.from));
        assert!(micros(interval.to) <= micros(stretch.to));
        sum += interval.micros;
        assert_eq!(interval.sum_micros, sum);
    }
    assert_eq!((sum, sum), (told.sum_micros, clock.elapsed_micros));
    for (number, stretch) in (0..).zip(&told.stretches) {
        let within = told.intervals.iter().filter(|one| one.stretch == number);
        assert_eq!(within.clone().count() as u64, stretch.intervals);
        assert_eq!(
            within.map(|one| one.micros).sum::<u64>(),
            stretch.counted_micros
        );
    }
    assert_eq!(told.stretches[0].from, clock.started);
    for pair in told.stretches.windows(2) {
        assert_eq!(pair[0].to, pair[1].from, "a life has no gaps");
    }
}

#[tokio::test]
async fn an_explanation_adds_up_and_names_what_matters() {
    let stage = Stage::set().await;
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage.acknowledged(&id, "2026-03-02T09:00:00Z").await;
    stage.waits(&id, "2026-03-02T11:00:00Z").await;
    stage.resumed(&id, "2026-03-03T08:00:00Z").await;
    stage
        .transferred(&id, "2026-03-03T16:00:00Z", "it", "facilities")
        .await;
    stage.now("2026-03-05T13:00:00Z").await;
    // 3 h of Monday, 9 h of Tuesday, the holiday, and 5 h of Thursday: one too many.
    let told = explain(&stage, &id, pb::Metric::Resolve, 1).await;
    re_add(&told);
    let clock = told.clock.as_ref().unwrap();
    assert_eq!(
        (clock.elapsed_micros, clock.verdict()),
        (17 * HOUR, pb::Verdict::Breached)
    );
    let lines: Vec<_> = told
        .intervals
        .iter()
        .map(|one| (one.local_from.as_str(), one.micros / HOUR))
        .collect();
    assert_eq!(
        lines,
        [
            ("2026-03-02T09:00:00+01:00", 3),
            ("2026-03-03T09:00:00+01:00", 8),
            ("2026-03-03T17:00:00+01:00", 1),
            ("2026-03-05T09:00:00+01:00", 5)
        ]
    );
    let kinds: Vec<_> = told
        .stretches
        .iter()
        .map(|one| (one.kind(), one.state.as_str(), one.owner_id.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (pb::StretchKind::Running, "", "it"),
            (pb::StretchKind::Paused, "waiting", "it"),
            (pb::StretchKind::Running, "", "it"),
            (pb::StretchKind::Running, "", "facilities")
        ]
    );
    let days: Vec<_> = told
        .special_days
        .iter()
        .map(|day| (day.date.as_str(), day.name.as_str()))
        .collect();
    assert_eq!(days, [("2026-03-04", "Patron's day")]);
    let turned: Vec<_> = told
        .facts
        .iter()
        .map(|fact| (fact.event.as_str(), fact.turned))
        .collect();
    assert_eq!(
        turned,
        [
            ("submitted", true),
            ("acknowledged", false),
            ("wait_began", true),
            ("resumed", true),
            ("transferred", true)
        ]
    );
    let crossed: Vec<_> = told
        .thresholds
        .iter()
        .map(|one| (one.what.as_str(), one.at, one.reached, one.told))
        .collect();
    assert_eq!(
        crossed,
        [
            ("warning 50 %", time("2026-03-03T13:00:00Z"), true, true),
            ("warning 75 %", time("2026-03-03T17:00:00Z"), true, true),
            ("warning 90 %", time("2026-03-05T10:24:00Z"), true, true),
            ("breach", time("2026-03-05T12:00:00Z"), true, true)
        ]
    );
    let promise = &told.promises[0];
    assert_eq!(
        (promise.time_zone.as_str(), promise.calendar_revision),
        ("Europe/Rome", 1)
    );
    assert!(!promise.time_zone_data.is_empty());
    // All time counts for updates: one interval for each owner.
    let update = explain(&stage, &id, pb::Metric::Update, 0).await;
    re_add(&update);
    assert_eq!(update.interval_count, 2);
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[tokio::test]
async fn every_clock_of_many_lives_adds_up() {
    let stage = Stage::set().await;
    let mut dice = Dice(42);
    let mut clocks = 0;
    for _ in 0..60 {
        // Around the day in March on which Rome's clocks go forward.
        let mut now = at("2026-03-20T08:00:00Z").plus_seconds(dice.roll(700_000) as i64);
        let id = stage.asked(&now.to_string(), "it").await;
        for _ in 0..dice.roll(12) {
            now = now.plus_seconds(dice.roll(150_000) as i64);
            let when = now.to_string();
            match dice.roll(7) {
                0 => stage.acknowledged(&id, &when).await,
                1 | 2 => stage.waits(&id, &when).await,
                3 => stage.resumed(&id, &when).await,
                4 => stage.transferred(&id, &when, "it", "facilities").await,
                5 => stage.resolved(&id, &when).await,
                _ => stage.reopened(&id, &when).await,
            }
        }
    }
    stage.now("2026-04-20T09:30:00.123456Z").await;
    let mut exported = stage
        .root
        .clone()
        .export_clocks(pb::ExportClocksRequest::default())
        .await
        .unwrap()
        .into_inner();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(message) = exported.message().await.unwrap() {
        let clock = message.clock.unwrap();
        if seen.insert((clock.service_request_id.clone(), clock.metric)) {
            let told = explain(&stage, &clock.service_request_id, clock.metric(), 7).await;
            re_add(&told);
            clocks += 1;
        }
    }
    assert!(clocks > 120, "{clocks}");
    // By the same calendars the same comes of it, for every clock.
    let period = pb::RecomputePeriodRequest::default();
    let mut items = stage
        .root
        .clone()
        .recompute_period(period)
        .await
        .unwrap()
        .into_inner();
    let only = items.message().await.unwrap().unwrap();
    assert_eq!(only.difference, None);
    let summary = only.summary.unwrap();
    assert_eq!((summary.requests, summary.differing), (60, 0));
    println!(
        "{clocks} explanations added up, {} clocks recomputed",
        summary.clocks
    );
}

#[tokio::test]
async fn a_calendar_revised_afterwards_shows_beside_what_was_reported() {
    let mut stage = Stage::set().await;
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage.acknowledged(&id, "2026-03-02T09:00:00Z").await;
    let same = stage.asked("2026-03-05T08:00:00Z", "it").await;
    stage.acknowledged(&same, "2026-03-05T09:00:00Z").await;
    stage.resolved(&same, "2026-03-05T10:00:00Z").await;
    // 9 h of Monday, 9 h of Tuesday: two too many, until Tuesday is made a holiday.
    stage.resolved(&id, "2026-03-03T17:00:00Z").await;
    stage.now("2026-03-06T08:00:00Z").await;
    stage.calendar(2, &[("2026-03-03", "A late decree")]).await;
    stage.now("2026-03-06T08:00:00Z").await;
    let request = pb::RecomputeRequest {
        service_request_id: id.clone(),
        min_position: 0,
    };
    let told = stage.amina.recompute(request).await.unwrap().into_inner();
    let resolve = told
        .clocks
        .iter()
        .find(|both| both.reported.as_ref().unwrap().metric() == pb::Metric::Resolve);
    let resolve = resolve.unwrap();
    let (reported, computed) = (
        resolve.reported.clone().unwrap(),
        resolve.computed.clone().unwrap(),
    );
    assert!(resolve.differs);
    assert_eq!(
        (reported.verdict(), reported.elapsed_micros),
        (pb::Verdict::Breached, 18 * HOUR)
    );
    assert_eq!(
        (computed.verdict(), computed.elapsed_micros),
        (pb::Verdict::Met, 9 * HOUR)
    );
    assert_eq!(
        (reported.calendar_revision, computed.calendar_revision),
        (1, 2)
    );
    assert_eq!(
        stage.clock(&id, pb::Metric::Resolve).await.verdict(),
        pb::Verdict::Breached,
        "read-only"
    );

    let period = pb::RecomputePeriodRequest::default();
    let head = stage.host.log.head().await.unwrap();
    let mut items = stage
        .root
        .recompute_period(period)
        .await
        .unwrap()
        .into_inner();
    let mut differing = Vec::new();
    while let Some(message) = items.message().await.unwrap() {
        differing.extend(message.difference.and_then(|both| both.reported));
        if let Some(summary) = message.summary {
            assert_eq!(summary.differing, differing.len() as u64);
        }
    }
    assert!(
        differing.iter().all(|clock| clock.service_request_id == id),
        "{differing:#?}"
    );
    assert_eq!(stage.host.log.head().await.unwrap(), head);
}
