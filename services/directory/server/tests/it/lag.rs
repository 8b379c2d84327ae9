//! A read model that lags makes a command slower, never wrong.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use khidma_eventlog::{AppendError, Appended, Commits, EventLog, LogError, Proposal};
use khidma_kernel::Position;
use khidma_proto::directory as pb;
use tokio::sync::watch;
use tonic::Code;

use crate::stage::{Stage, expect, key};

/// A log whose followers see nothing new while the gate is shut.
struct Gated {
    log: Arc<dyn EventLog>,
    open: watch::Sender<bool>,
}

#[async_trait]
impl EventLog for Gated {
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        self.log.append(proposal, expected).await
    }

    fn follow(&self, after: Position) -> Commits {
        let open = self.open.subscribe();
        let gated = move |commit| {
            let mut open = open.clone();
            async move {
                let _ = open.wait_for(|open| *open).await;
                commit
            }
        };
        self.log.follow(after).then(gated).boxed()
    }

    async fn head(&self) -> Result<Position, LogError> {
        self.log.head().await
    }
}

#[tokio::test]
async fn what_another_service_answered_counts_though_no_view_shows_it() {
    let mut one = Stage::set().await;
    change!(
        one.admin,
        create_department,
        CreateDepartmentRequest {
            id: "team",
            name: "Team"
        }
    )
    .unwrap();
    let gated = Arc::new(Gated {
        log: one.host.log.clone(),
        open: watch::Sender::new(true),
    });
    let mut two = Stage::on(gated.clone()).await;
    gated.open.send_replace(false);
    change!(
        one.admin,
        close_department,
        CloseDepartmentRequest { id: "team" }
    )
    .unwrap();

    let join = pb::JoinDepartmentRequest {
        request_id: key(),
        id: "dao".into(),
        department_id: "team".into(),
        main: false,
    };
    let mut join = Box::pin(two.admin.join_department(join));
    let early = tokio::time::timeout(Duration::from_millis(200), &mut join).await;
    assert!(
        early.is_err(),
        "it was decided on what the view showed: {early:?}"
    );
    gated.open.send_replace(true);
    expect(
        join.await,
        Code::FailedPrecondition,
        "DEPARTMENT_CLOSED",
        "department_id",
    );
}
