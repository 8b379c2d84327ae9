//! Policies and requests put straight on the log, as their services would: filling, not measuring.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;
use khidma_eventlog::{EventLog, Proposal};
use khidma_events::Event;
use khidma_events::requests::{ReceiptIssued, RequestEvent, Submitted};
use khidma_events::sla::{
    Attach, Metric, PolicyActivated, PolicyEvent, PolicySpec, Rule, Target, TimeKind, policy_entity,
};
use khidma_kernel::{Actor, Commit, Meta, Position, Recorded, Timestamp};
use khidma_runtime::Clock;
use uuid::Uuid;

use crate::Outcome;
use crate::stage::laptop;

/// Appends under way at once.
const AT_ONCE: usize = 256;

/// What a policy promises.
pub(crate) struct Promise<'a> {
    /// Its id.
    pub policy: &'a str,
    /// Whose requests.
    pub provider: &'a str,
    /// What is measured.
    pub metrics: &'a [Metric],
    /// Within how many seconds of all time.
    pub within: u64,
}

/// Lets a policy hold.
pub(crate) async fn promise(log: &dyn EventLog, promise: Promise<'_>) -> Outcome {
    let target = Target {
        within_seconds: promise.within,
        time: TimeKind::WallClock,
        warnings: Some([].into()),
        ..Target::default()
    };
    let targets = promise.metrics.iter().map(|one| (*one, target.clone()));
    let rule = Rule {
        name: "Everything".to_owned(),
        targets: targets.collect(),
        ..Rule::default()
    };
    let spec = PolicySpec {
        name: promise.policy.to_owned(),
        providers: [promise.provider.parse()?].into(),
        rules: vec![rule],
        ..PolicySpec::default()
    };
    let activated: PolicyEvent = PolicyActivated {
        version: 1,
        spec,
        attach: Attach::New,
    }
    .into();
    let entity = policy_entity(&promise.policy.parse()?);
    append(log, entity, Timestamp::EPOCH, vec![activated]).await
}

/// Asks `provider` for `count` things, each at its own instant.
pub(crate) async fn ask(
    log: &Arc<dyn EventLog>,
    provider: &str,
    count: usize,
    at: impl Fn(usize) -> Timestamp,
) -> Outcome {
    let (clock, at) = (Clock::system(), &at);
    let asking = stream::iter(0..count).map(|number| {
        let entity = clock.new_id().to_string();
        async move {
            let asked = laptop(number);
            let submitted = Submitted {
                description: asked.description,
                tags: asked.tags,
                ..Submitted::plain(
                    provider.parse()?,
                    "amina".parse()?,
                    "hr".parse()?,
                    asked.title,
                )
            };
            let events: Vec<RequestEvent> = vec![submitted.into(), ReceiptIssued {}.into()];
            append(&**log, entity, at(number), events).await
        }
    });
    let mut asked = asking.buffer_unordered(AT_ONCE);
    while let Some(done) = asked.next().await {
        done?;
    }
    Ok(())
}

async fn append<E: Event>(
    log: &dyn EventLog,
    entity: String,
    at: Timestamp,
    events: Vec<E>,
) -> Outcome {
    let by = Actor::Person("amina".parse()?);
    let recorded = |event| Recorded {
        id: Uuid::new_v4(),
        at,
        by: by.clone(),
        event,
    };
    let commit = Commit {
        entity: entity.clone(),
        meta: Meta {
            correlation: Uuid::new_v4(),
            causation: None,
            traceparent: None,
            audience: ["hr".parse()?].into(),
            once: None,
        },
        events: events.into_iter().map(recorded).collect(),
    };
    let proposal = Proposal {
        id: Uuid::new_v4(),
        context: E::CONTEXT,
        entity,
        payload: khidma_events::encode(&commit)?.into(),
    };
    log.append(proposal, Position::START).await?;
    Ok(())
}
