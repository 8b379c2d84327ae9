//! Feeds and notifications: what reaches others, and how fast.

pub(crate) mod inbox;
pub(crate) mod publishing;
mod streams;
pub(crate) mod subscribers;
pub(crate) mod webhooks;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use khidma_eventlog::{EventLog, Proposal};
use khidma_events::Event;
use khidma_events::directory::{DepartmentCreated, DepartmentEvent, department_entity};
use khidma_events::requests::{Acknowledged, ReceiptIssued, RequestEvent, Started, Submitted};
use khidma_kernel::{Actor, Commit, DepartmentId, Meta, Position, Recorded};
use khidma_runtime::Clock;

use crate::Outcome;

/// Departments that events affect.
pub(crate) const DEPARTMENTS: usize = 50;
/// Events of a commit.
pub(crate) const EVENTS: usize = 4;
/// Appends under way at once.
const AT_ONCE: usize = 256;

/// The id of a department by its number.
pub(crate) fn department(number: usize) -> Outcome<DepartmentId> {
    Ok(format!("department-{:02}", number % DEPARTMENTS).parse()?)
}

/// Makes all of them known.
async fn make_known(log: &dyn EventLog) -> Outcome {
    for number in 0..DEPARTMENTS {
        let id = department(number)?;
        let created = DepartmentCreated {
            department: id.clone(),
            name: id.to_string(),
            parent: None,
        };
        khidma_testkit::append::<DepartmentEvent>(
            log,
            department_entity(&id),
            vec![created.into()],
        )
        .await;
    }
    Ok(())
}

/// A request that is submitted, received, acknowledged and begun at once, and affects one department.
fn life(number: usize, clock: &Clock) -> Outcome<Proposal> {
    let department = department(number)?;
    let title = format!("A laptop for the new colleague {number}");
    let submitted = Submitted::plain(
        department.clone(),
        "amina".parse()?,
        department.clone(),
        title,
    );
    let events: [RequestEvent; EVENTS] = [
        submitted.into(),
        ReceiptIssued {}.into(),
        Acknowledged { note: None }.into(),
        Started {}.into(),
    ];
    let id = clock.new_id();
    let recorded = |event| {
        Outcome::Ok(Recorded {
            id: clock.new_id(),
            at: clock.now(),
            by: Actor::Person("amina".parse()?),
            event,
        })
    };
    let commit = Commit {
        entity: id.to_string(),
        meta: Meta {
            correlation: id,
            causation: None,
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
            audience: BTreeSet::from([department]),
            once: None,
        },
        events: events.into_iter().map(recorded).collect::<Outcome<_>>()?,
    };
    Ok(Proposal {
        id,
        context: RequestEvent::CONTEXT,
        entity: id.to_string(),
        payload: khidma_events::encode(&commit)?.into(),
    })
}

/// Appends so many events, [`EVENTS`] a commit, department after department; where the last stands.
async fn live(log: &Arc<dyn EventLog>, events: usize) -> Outcome<Position> {
    let clock = Clock::system();
    let lives = stream::iter(0..events / EVENTS).map(|number| {
        let (log, proposal) = (log.clone(), life(number, &clock));
        async move { Outcome::Ok(log.append(proposal?, Position::START).await?.position) }
    });
    let last = lives.buffer_unordered(AT_ONCE);
    last.try_fold(
        Position::START,
        |last, next| async move { Ok(last.max(next)) },
    )
    .await
}
