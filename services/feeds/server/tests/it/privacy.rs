//! What never stands in a feed, and that nothing is told twice because a read model is built anew.

use khidma_events::requests::{
    Attached, Attachment, HistoryImported, LinkKind, Linked, NoteAdded, RequestEvent, RequestKind,
    Started, Submitted, TaskOf,
};
use khidma_events::sla::{
    Cause, ClockBreached, ClockEvent, ClockRef, ClockStarted, Metric, Outlook, Promise,
};
use khidma_kernel::{Position, ServiceRequestId};
use uuid::Uuid;

use crate::stage::{Line, Log, in_memory, next, replied, request, submitted, subscribe, until};

fn anonymous() -> RequestEvent {
    let RequestEvent::Submitted(submitted) = submitted() else {
        unreachable!();
    };
    RequestEvent::Submitted(Submitted {
        kind: RequestKind::Concern,
        requester: None,
        requester_department: None,
        title: "the lift is unsafe".into(),
        ..submitted
    })
}

fn task_of_the_concern() -> RequestEvent {
    let RequestEvent::Submitted(submitted) = submitted() else {
        unreachable!();
    };
    RequestEvent::Submitted(Submitted {
        requester: None,
        title: "repair the lift".into(),
        task_of: Some(TaskOf {
            request: ServiceRequestId(Uuid::from_u128(1)),
            task: "repair".parse().unwrap(),
            depth: 1,
        }),
        ..submitted
    })
}

fn clock() -> ClockRef {
    ClockRef {
        metric: Metric::Resolve,
        number: 1,
    }
}

fn clocks(cause: Position, silent_until: Option<&str>) -> Vec<ClockEvent> {
    let started = ClockStarted {
        clock: clock(),
        from: "2026-03-01T09:00:00Z".parse().unwrap(),
        cause: Cause {
            position: cause,
            index: 0,
            event: "submitted".into(),
        },
        promise: Promise {
            policy: "desk".parse().unwrap(),
            version: 1,
            rule: 0,
            target_seconds: 60,
            calendar: None,
            time_zone_data: String::new(),
        },
        owner: "it".parse().unwrap(),
        requester: None,
        paused: None,
        silent_until: silent_until.map(|until| until.parse().unwrap()),
        outlook: Outlook::default(),
    };
    let breached = ClockBreached {
        clock: clock(),
        at: "2026-03-01T10:00:00Z".parse().unwrap(),
        owner: "it".parse().unwrap(),
        outlook: Outlook::default(),
    };
    vec![started.into(), breached.into()]
}

/// Everything that may not leave, among some that may; the types that IT shall hear.
async fn tell(log: &Log) -> Vec<&'static str> {
    let concern = request(1);
    let at = log.say(&concern, &["it"], vec![anonymous()]).await;
    log.say(&concern, &["it"], vec![replied("the lift")]).await;
    log.say(&concern, &["it"], clocks(at, None)).await;

    // Planned on the concern, in its words.
    let task = request(5);
    log.say(&task, &["hr", "it"], vec![task_of_the_concern()])
        .await;
    log.say(&task, &["hr", "it"], vec![replied("the lift again")])
        .await;
    log.say(&task, &["hr", "it"], clocks(at, None)).await;

    let ours = request(2);
    log.say(&ours, &["hr", "it"], vec![submitted()]).await;
    let text = "they always forget".to_owned();
    let internal = Attached {
        attachment: Attachment {
            uri: "https://files.example/forget".into(),
            name: "forget.png".into(),
            size: 1,
            media_type: "image/png".into(),
            sha256: "0".repeat(64),
        },
        internal: true,
    };
    let linked = Linked {
        kind: LinkKind::SimilarTo,
        request: ServiceRequestId(Uuid::from_u128(1)),
    };
    let some: Vec<RequestEvent> = vec![
        NoteAdded { text }.into(),
        internal.into(),
        linked.into(),
        Started {}.into(),
    ];
    log.say(&ours, &["hr", "it"], some).await;

    let imported = HistoryImported {
        source: "desk".into(),
        external_id: "4711".into(),
        steps: 1,
        digest: "0".repeat(64),
        adapted: 0,
    };
    let history: Vec<RequestEvent> = vec![submitted(), imported.into()];
    let at = log.say(&request(3), &["hr", "it"], history).await;
    let until = Some("2026-03-02T09:00:00Z");
    log.say(&request(3), &["hr", "it"], clocks(at, until)).await;

    let late = log.say(&request(4), &["hr", "it"], vec![submitted()]).await;
    log.say(&request(4), &["hr", "it"], clocks(late, until))
        .await;
    vec!["submitted", "started", "submitted", "clock_started"]
}

fn names(lines: &[Line]) -> Vec<&str> {
    let names = lines
        .iter()
        .map(|(_, _, kind)| kind.split('.').nth(2).unwrap());
    names.collect()
}

#[tokio::test]
async fn what_may_not_leave_is_heard_neither_live_nor_later() {
    let (host, log) = in_memory().await;
    let begun = log.log.head().await.unwrap().0;
    let mut live = subscribe(&host, "it", begun).await;
    // It is live from here on.
    assert!(next(&mut live).await.unwrap().live);
    let expected = tell(&log).await;
    let head = log.asked(99).await.0;
    let expected: Vec<_> = expected.into_iter().chain(["submitted"]).collect();
    let heard = until(&mut live, head).await;
    assert_eq!(names(&heard), expected);
    let mut later = subscribe(&host, "it", begun).await;
    assert_eq!(until(&mut later, head).await, heard);

    let mut whole = subscribe(&host, "it", 0).await;
    let mut told = 0;
    while told < head {
        let response = next(&mut whole).await.unwrap();
        let said = format!("{response:?}");
        let requests = [request(1), request(3), request(5)];
        let words = ["the lift", "forget", "4711"].map(str::to_owned);
        for secret in words.iter().chain(&requests) {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
        told = response.position;
    }
}

#[tokio::test]
async fn a_rebuild_tells_nobody_anything() {
    let (host, log) = in_memory().await;
    tell(&log).await;
    let mut feed = subscribe(&host, "it", 0).await;
    let head = log.log.head().await.unwrap().0;
    until(&mut feed, head).await;
    host.projections[0].rebuild(|_| {}).await.unwrap();
    let last = log.asked(99).await.0;
    assert_eq!(
        until(&mut feed, last).await,
        log.feed_after("it", head).await
    );
}
