//! What a rebuild makes of rules that changed in between.

use std::sync::Arc;

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::{PersonEvent, PersonKind, PersonRegistered, person_entity};
use khidma_events::notifications::{NotificationsBegan, OUTSET, OutsetEvent, RulesRevised};
use khidma_events::requests::{RequestEvent, Started, Submitted};
use khidma_notifications_domain::tell::persons;
use khidma_projection::{Hooks, Projection, ProjectionConfig, Views};
use khidma_runtime::Tasks;
use khidma_testkit::{Said, append, append_said};
use uuid::Uuid;

use super::*;
use crate::views::{NotificationsViews, hear};

/// As a later version of the service may be: who asks is told otherwise than before that work has begun.
struct Revised;

impl Views for Revised {
    fn name(&self) -> &'static str {
        "notifications"
    }

    fn version(&self) -> u32 {
        u32::MAX
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        NotificationsViews.apply(commit, rows)?;
        if &*commit.context != "requests" {
            return Ok(());
        }
        let heard = hear::<RequestEvent>(commit)?;
        let mut teller = Teller::begin(rows, commit, &heard)?.unwrap();
        // The kinds are made up too: that of the old rule, and that of the one that replaces it.
        for (kind, rules) in [
            (MessageKind::Concern, 1..=1),
            (MessageKind::Role, 2..=u32::MAX),
        ] {
            let message = Message {
                kind,
                request: None,
                args: Default::default(),
                items: Vec::new(),
            };
            let to = persons(["amina".parse().unwrap()]);
            let tell = Tell {
                rules,
                ..Tell::new(message, None, to)
            };
            teller.tell(rows, &tell)?;
        }
        Ok(())
    }
}

/// Somebody asks for something, and it is begun; where that stands.
async fn begun(log: &dyn EventLog) -> Position {
    let (it, hr) = ("it".parse().unwrap(), "hr".parse().unwrap());
    let submitted = Submitted::plain(it, "amina".parse().unwrap(), hr, "A laptop");
    let events: Vec<RequestEvent> = vec![submitted.into(), Started {}.into()];
    let said = Said::by_person("amina", Timestamp::EPOCH);
    let entity = Uuid::new_v4().to_string();
    append_said(log, entity, Position::START, said, events).await
}

#[tokio::test]
async fn what_happened_under_older_rules_is_told_by_those_when_it_is_read_again() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let registered = PersonRegistered {
        person: "amina".parse().unwrap(),
        display_name: "Amina".into(),
        kind: PersonKind::Employee,
    };
    let events: Vec<PersonEvent> = vec![registered.into()];
    append(&*log, person_entity(&"amina".parse().unwrap()), events).await;
    let service = || Said {
        by: khidma_kernel::Actor::Service("notifications".into()),
        ..Said::by_person("nobody", Timestamp::EPOCH)
    };
    let outset = async |last, event: OutsetEvent| {
        append_said(&*log, OUTSET.into(), last, service(), vec![event]).await
    };
    let began = outset(Position::START, NotificationsBegan {}.into()).await;
    let before = begun(&*log).await;
    outset(began, RulesRevised { rules: 2 }.into()).await;
    let after = begun(&*log).await;

    let (folder, tasks) = (tempfile::tempdir().unwrap(), Tasks::new());
    let config = ProjectionConfig::in_folder(folder.path());
    let projection = Projection::start(config, Arc::new(Revised), log, &tasks, Hooks::default());
    let projection = projection.await.unwrap();
    projection.wait_for(after).await.unwrap();
    let intent = |position, number| {
        let origin = Origin { position, number };
        let key = keys::intent(&name(&origin));
        let row: Option<IntentRow> = projection.reader().get(&key).unwrap();
        row.map(|row| row.message.kind)
    };
    assert_eq!(intent(before, 0), Some(MessageKind::Concern));
    assert_eq!(intent(after, 0), Some(MessageKind::Role));
    assert_eq!((intent(before, 1), intent(after, 1)), (None, None));
    drop(projection);
    tasks.drain(std::time::Duration::from_secs(30)).await;
}
