//! The scorecard of a department with many requests, asked for over gRPC.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::directory::{DepartmentCreated, DepartmentEvent, department_entity};
use khidma_events::feedback::{QuestionAnswered, QuestionAsked, QuestionEvent, question_entity};
use khidma_events::requests::{Confirmed, RequestEvent, Submitted};
use khidma_events::sla::{
    Cause, ClockEvent, ClockRef, ClockStarted, ClockStopped, Metric, Outlook, Promise, Verdict,
};
use khidma_kernel::{Actor, Position, QuestionId, Role, ServiceRequestId, Timestamp, derived_id};
use khidma_proto::feedback::GetScorecardRequest;
use khidma_proto::feedback::scorecard_service_client::ScorecardServiceClient;
use khidma_runtime::Tasks;
use khidma_testkit::{Host, Said, append, append_said};

use crate::Outcome;
use crate::load::drive;
use crate::table::Table;

/// Appends under way at once.
const AT_ONCE: usize = 512;
/// Days that the requests are spread over.
const DAYS: u64 = 360;
/// Calls that are measured.
const CALLS: usize = 500;

/// Measures asking for it, and says it as a table.
pub(crate) async fn measure(requests: usize) -> Outcome<String> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let created = DepartmentCreated {
        department: "it".parse()?,
        name: "IT".into(),
        parent: None,
    };
    let created: Vec<DepartmentEvent> = vec![created.into()];
    append(&*log, department_entity(&"it".parse()?), created).await;
    let host = Host::on(log.clone(), |deps| async move {
        Ok(vec![khidma_feedback::start(&deps).await?])
    });
    let host = host.await;
    let began = Instant::now();
    let written = stream::iter(0..requests as u64).map(|number| one(&log, number));
    let mut written = written.buffer_unordered(AT_ONCE);
    while let Some(one) = written.next().await {
        one?;
    }
    let head = log.head().await?;
    for projection in &host.projections {
        projection.wait_for(head).await?;
    }
    let built = began.elapsed();
    let connection = host.connect("mei", "it", &[Role::Manager]).await;
    let client = ScorecardServiceClient::new(connection);
    let first = client.clone().get_scorecard(asked(3)).await?.into_inner();
    let counted: u64 = first.periods.iter().map(|period| period.submitted).sum();
    if counted != requests as u64 {
        return Err(format!("{counted} of {requests} requests are in the scorecard").into());
    }
    let mut table = Table::new(["scorecard", "p50 ms", "p99 ms"]);
    for (name, before, in_flight) in [
        ("90 days, and three times 90 before", 3, 1),
        ("the same, four at once", 3, 4),
        ("90 days", 0, 1),
    ] {
        let client = client.clone();
        let figures = drive(in_flight, CALLS, move |_| {
            let mut client = client.clone();
            async move {
                client.get_scorecard(asked(before)).await?;
                Ok(())
            }
        });
        let figures = figures.await?;
        let shown = |took: Duration| format!("{:.2}", took.as_secs_f64() * 1000.0);
        table.row([name.to_owned(), shown(figures.p50), shown(figures.p99)]);
    }
    host.stop().await;
    tasks.drain(Duration::from_secs(60)).await;
    Ok(format!(
        "Scorecard; {requests} requests with two clocks and an answer each. Written, and seen by the read model, in {:.1} s\n\n{table}",
        built.as_secs_f64()
    ))
}

/// The last 90 days of a year of 360, and `before` such periods before.
fn asked(before: u32) -> GetScorecardRequest {
    GetScorecardRequest {
        department_id: "it".into(),
        from: "2025-09-28".into(),
        to: "2025-12-27".into(),
        periods_before: before,
        ..Default::default()
    }
}

/// One request from its submission to its answer.
async fn one(log: &Arc<dyn EventLog>, number: u64) -> Outcome {
    let request = ServiceRequestId(derived_id(&[b"request", &number.to_be_bytes()]));
    let begin: Timestamp = "2025-01-01T00:00:00Z".parse()?;
    let at = begin.plus_seconds(((number % DAYS) * 24 * 3600) as i64);
    let said = || Said {
        at,
        by: Actor::Service("bench".into()),
        traceparent: None,
    };
    let plain = Submitted::plain("it".parse()?, "amina".parse()?, "hr".parse()?, "A mouse");
    let confirmed = Confirmed { comment: None };
    let events: Vec<RequestEvent> = vec![plain.into(), confirmed.into()];
    append_said(&**log, request.to_string(), Position::START, said(), events).await;
    let mut events: Vec<ClockEvent> = Vec::new();
    for (metric, late) in [(Metric::Acknowledge, 10), (Metric::Resolve, 5)] {
        events.extend(clock(metric, number.is_multiple_of(late), at)?);
    }
    append_said(&**log, request.to_string(), Position::START, said(), events).await;
    let question = QuestionId(derived_id(&[b"question", &number.to_be_bytes()]));
    let asked = QuestionAsked {
        question,
        request,
        provider: "it".parse()?,
        offering: None,
        person: "amina".parse()?,
        ended_at: at,
        effort: true,
        secret: "secret".into(),
        remind_at: None,
        expires_at: at.plus_seconds(24 * 3600),
    };
    let answered = QuestionAnswered {
        score: (number % 5 + 1) as u8,
        effort: Some((number % 7 + 1) as u8),
        comment: String::new(),
        by_link: false,
    };
    let events: Vec<QuestionEvent> = vec![asked.into(), answered.into()];
    append_said(
        &**log,
        question_entity(question),
        Position::START,
        said(),
        events,
    )
    .await;
    Ok(())
}

fn clock(metric: Metric, late: bool, at: Timestamp) -> Outcome<[ClockEvent; 2]> {
    let clock = ClockRef { metric, number: 1 };
    let cause = |event: &'static str| Cause {
        position: Position(1),
        index: 0,
        event: event.into(),
    };
    let promise = Promise {
        policy: "helpdesk".parse()?,
        version: 1,
        rule: 0,
        target_seconds: 3600,
        calendar: None,
        time_zone_data: String::new(),
    };
    let started = ClockStarted {
        clock,
        from: at,
        cause: cause("submitted"),
        promise,
        owner: "it".parse()?,
        requester: None,
        paused: None,
        silent_until: None,
        outlook: Outlook::default(),
    };
    let verdict = match late {
        true => Verdict::Breached,
        false => Verdict::Met,
    };
    let stopped = ClockStopped {
        clock,
        at,
        cause: cause("resolved"),
        elapsed_micros: 1,
        verdict,
    };
    Ok([started.into(), stopped.into()])
}
