//! Promises put on a log, requests that live at instants of the test's choice, and what the clocks said of them: counted on
//! the log itself, never in a read model.

use std::collections::BTreeMap;

use futures::StreamExt;
use khidma_eventlog::EventLog;
use khidma_events::Event;
use khidma_events::requests::{ReceiptIssued, RequestEvent, Resolved, Submitted};
use khidma_events::sla::{
    Attach, ClockEvent, Metric, PolicyActivated, PolicyEvent, PolicySpec, Rule, Target, TimeKind,
    policy_entity,
};
use khidma_kernel::{Position, Recorded, Timestamp};
use khidma_testkit::{Said, append_said, eventually};
use uuid::Uuid;

use crate::PATIENCE;

/// Percentages at which the clocks of these tests warn.
pub(crate) const WARNINGS: [u16; 2] = [50, 75];

/// Lets a policy hold that promises to everybody an acknowledgement and a resolution within so many seconds of all time.
pub(crate) async fn promise(log: &dyn EventLog, acknowledge: u64, resolve: u64) {
    let target = |within_seconds| Target {
        within_seconds,
        time: TimeKind::WallClock,
        warnings: Some(WARNINGS.into()),
        ..Target::default()
    };
    let rule = Rule {
        name: "Everything".to_owned(),
        targets: [
            (Metric::Acknowledge, target(acknowledge)),
            (Metric::Resolve, target(resolve)),
        ]
        .into(),
        ..Rule::default()
    };
    let spec = PolicySpec {
        name: "Everything".to_owned(),
        rules: vec![rule],
        ..PolicySpec::default()
    };
    let activated = PolicyActivated {
        version: 1,
        spec,
        attach: Attach::New,
    };
    let entity = policy_entity(&"everything".parse().unwrap());
    let said = Said::by_person("admin", Timestamp::EPOCH);
    let events: Vec<PolicyEvent> = vec![activated.into()];
    append_said(log, entity, Position::START, said, events).await;
}

/// A request that somebody made.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub id: String,
    pub at: Timestamp,
    pub position: Position,
}

/// Amina asks IT for something.
pub(crate) async fn ask(log: &dyn EventLog, at: Timestamp, traceparent: Option<&str>) -> Asked {
    let id = Uuid::new_v4().to_string();
    let submitted = Submitted::plain(
        "it".parse().unwrap(),
        "amina".parse().unwrap(),
        "hr".parse().unwrap(),
        "A laptop".to_owned(),
    );
    let events: Vec<RequestEvent> = vec![submitted.into(), ReceiptIssued {}.into()];
    let said = Said {
        traceparent: traceparent.map(str::to_owned),
        ..Said::by_person("amina", at)
    };
    let position = append_said(log, id.clone(), Position::START, said, events).await;
    Asked { id, at, position }
}

/// Daniel has done it.
pub(crate) async fn resolve(log: &dyn EventLog, asked: &Asked, at: Timestamp) -> Position {
    let resolved = Resolved {
        outcome: "It is on the desk".to_owned(),
        auto_close_at: None,
    };
    let said = Said::by_person("daniel", at);
    let events: Vec<RequestEvent> = vec![resolved.into()];
    append_said(log, asked.id.clone(), asked.position, said, events).await
}

/// What the clocks of one request said, in the order of the log.
pub(crate) type Sayings = BTreeMap<String, Vec<Recorded<ClockEvent>>>;

/// All that clocks have said, by request.
pub(crate) async fn sayings(log: &dyn EventLog) -> Sayings {
    let head = log.head().await.unwrap();
    let (mut commits, mut at) = (log.follow(Position::START), Position::START);
    let mut all = Sayings::new();
    while at < head {
        let commit = commits.next().await.unwrap().unwrap();
        at = commit.position;
        if &*commit.context == ClockEvent::CONTEXT && Uuid::parse_str(&commit.entity).is_ok() {
            let decoded = khidma_events::decode::<ClockEvent>(&commit.payload).unwrap();
            let said = all.entry(commit.entity.to_string()).or_default();
            said.extend(decoded.events);
        }
    }
    all
}

/// Waits until clocks have said `count` things of which `wanted` is true; all they have said then.
pub(crate) async fn until_said(
    log: &dyn EventLog,
    count: usize,
    wanted: impl Fn(&ClockEvent) -> bool,
) -> Sayings {
    let said = |all: &Sayings| {
        let said = all.values().flatten();
        said.filter(|one| wanted(&one.event)).count()
    };
    let met = eventually(PATIENCE * 3, || async {
        said(&sayings(log).await) >= count
    });
    let met = met.await;
    let all = sayings(log).await;
    assert!(met, "only {} of {count} were said", said(&all));
    all
}

pub(crate) fn is_breach(event: &ClockEvent) -> bool {
    matches!(event, ClockEvent::ClockBreached(_))
}

/// A threshold as clocks tell of it: the metric, the percentage (`None` for the breach) and since when.
pub(crate) type Crossed = (Metric, Option<u16>, Timestamp);

/// The thresholds that the clocks of a request told of, in the order of the log.
pub(crate) fn crossed(said: &[Recorded<ClockEvent>]) -> Vec<Crossed> {
    let told = said.iter().filter_map(|one| match &one.event {
        ClockEvent::ClockWarned(event) => Some((event.clock.metric, Some(event.percent), event.at)),
        ClockEvent::ClockBreached(event) => Some((event.clock.metric, None, event.at)),
        _ => None,
    });
    told.collect()
}

/// The thresholds that a target of so many seconds has for what was asked at `at`, up to `until`.
pub(crate) fn expected(
    metric: Metric,
    at: Timestamp,
    within: i64,
    until: Timestamp,
) -> Vec<Crossed> {
    let share = |percent: i64| Timestamp::from_micros(at.as_micros() + within * percent * 10_000);
    let warnings = WARNINGS.map(|percent| (metric, Some(percent), share(percent.into())));
    let all = warnings.into_iter().chain([(metric, None, share(100))]);
    all.filter(|(_, _, at)| *at <= until).collect()
}
