//! A long history: many requests of six events each, on an embedded log.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;
use khidma_eventlog::{EmbeddedLog, EventLog, Proposal};
use khidma_events::Event;
use khidma_events::requests::*;
use khidma_kernel::{Actor, Commit, Meta, OnceKey, Position, Recorded, derived_id};
use khidma_runtime::{Clock, Tasks};
use tempfile::TempDir;

use crate::Outcome;
use crate::stage::laptop;

/// Appends under way at once.
const AT_ONCE: usize = 512;

/// A data folder as `khidma up` keeps it, with a log and no read models.
pub(crate) struct History {
    /// The data folder.
    pub folder: TempDir,
    /// Events on its log.
    pub events: usize,
}

/// Writes `requests` lives of six events in four commits: asked (with the receipt), claimed (acknowledged, assigned),
/// resolved, confirmed.
pub(crate) async fn write(requests: usize) -> Outcome<History> {
    let folder = tempfile::tempdir()?;
    let tasks = Tasks::new();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let clock = Clock::system();
    let lives = stream::iter(0..requests).map(|number| live(log.clone(), clock.clone(), number));
    let events = lives
        .buffer_unordered(AT_ONCE)
        .fold(Ok(0), |sum: Outcome<usize>, life| async move {
            Ok(sum? + life?)
        });
    let events = events.await?;
    tasks.drain(std::time::Duration::from_secs(20)).await;
    Ok(History { folder, events })
}

/// Lives one request; its events.
async fn live(log: Arc<dyn EventLog>, clock: Clock, number: usize) -> Outcome<usize> {
    let entity = clock.new_id().to_string();
    let person = |name: &str| name.parse().map(Actor::Person);
    let (amina, daniel) = (
        person("amina")?,
        person(&format!("daniel-{}", number % 20))?,
    );
    let asked = laptop(number);
    let submitted = Submitted {
        provider: format!("it-{}", number % 10).parse()?,
        requester: "amina".parse()?,
        requester_department: "hr".parse()?,
        title: asked.title,
        description: asked.description,
        offering: Some(asked.offering),
        priority: Priority::Normal,
        tags: asked.tags,
        channel: Channel::Api,
    };
    let assignee = format!("daniel-{}", number % 20).parse()?;
    let auto_close_at = clock.now().plus_seconds(7 * 24 * 3600);
    let commits: [(Actor, Vec<RequestEvent>); 4] = [
        (
            amina.clone(),
            vec![submitted.into(), ReceiptIssued {}.into()],
        ),
        (
            daniel.clone(),
            vec![
                Acknowledged { note: None }.into(),
                Assigned {
                    assignee,
                    from: None,
                }
                .into(),
            ],
        ),
        (
            daniel,
            vec![
                Resolved {
                    outcome: "It is on the desk".into(),
                    auto_close_at,
                }
                .into(),
            ],
        ),
        (amina, vec![Confirmed { comment: None }.into()]),
    ];
    let (mut expected, mut count) = (Position::START, 0);
    for (index, (by, events)) in commits.into_iter().enumerate() {
        count += events.len();
        let key = derived_id(&[entity.as_bytes(), &index.to_be_bytes()]);
        let at = clock.now();
        let recorded = |event| Recorded {
            id: clock.new_id(),
            at,
            by: by.clone(),
            event,
        };
        let meta = Meta {
            correlation: key,
            causation: None,
            traceparent: None,
            audience: ["hr".parse()?, format!("it-{}", number % 10).parse()?].into(),
            once: Some(OnceKey { key, digest: 7 }),
        };
        let commit = Commit {
            entity: entity.clone(),
            meta,
            events: events.into_iter().map(recorded).collect(),
        };
        let payload = khidma_events::encode(&commit)?.into();
        let proposal = Proposal {
            id: key,
            context: RequestEvent::CONTEXT,
            entity: entity.clone(),
            payload,
        };
        expected = log.append(proposal, expected).await?.position;
    }
    Ok(count)
}
