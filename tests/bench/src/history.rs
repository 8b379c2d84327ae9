//! A long history: many requests of six events each, on an embedded log.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;
use khidma_eventlog::{EmbeddedLog, EventLog, Proposal};
use khidma_events::Event;
use khidma_events::requests::*;
use khidma_kernel::{Actor, Commit, Meta, OnceKey, PersonId, Position, Recorded, derived_id};
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
    let (mut expected, mut count) = (Position::START, 0);
    for (index, (by, events)) in life(&clock, number)?.into_iter().enumerate() {
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
            audience: ["hr".parse()?, provider(number).parse()?].into(),
            once: Some(OnceKey { key, digest: 7 }),
        };
        let events = events.into_iter().map(recorded).collect();
        let commit = Commit {
            entity: entity.clone(),
            meta,
            events,
        };
        let payload = khidma_events::encode(&commit)?.into();
        let (id, context, entity) = (key, RequestEvent::CONTEXT, entity.clone());
        let proposal = Proposal {
            id,
            context,
            entity,
            payload,
        };
        expected = log.append(proposal, expected).await?.position;
    }
    Ok(count)
}

fn provider(number: usize) -> String {
    format!("it-{}", number % 10)
}

/// Who did what in the life of a request, a commit a line.
fn life(clock: &Clock, number: usize) -> Outcome<[(Actor, Vec<RequestEvent>); 4]> {
    let asked = laptop(number);
    let submitted = Submitted {
        description: asked.description,
        tags: asked.tags,
        ..Submitted::plain(
            provider(number).parse()?,
            "amina".parse()?,
            "hr".parse()?,
            asked.title,
        )
    };
    let assignee: PersonId = format!("daniel-{}", number % 20).parse()?;
    let (amina, daniel) = (
        Actor::Person("amina".parse()?),
        Actor::Person(assignee.clone()),
    );
    let auto_close_at = Some(clock.now().plus_seconds(7 * 24 * 3600));
    let taken = vec![
        Acknowledged { note: None }.into(),
        Assigned {
            assignee,
            from: None,
        }
        .into(),
    ];
    let resolved = Resolved {
        outcome: "It is on the desk".into(),
        auto_close_at,
    };
    Ok([
        (
            amina.clone(),
            vec![submitted.into(), ReceiptIssued {}.into()],
        ),
        (daniel.clone(), taken),
        (daniel, vec![resolved.into()]),
        (amina, vec![Confirmed { comment: None }.into()]),
    ])
}
