//! Watching a read model: what is told of a topic until the server stops.

use std::time::Duration;

use khidma_projection::{Change, Projection};
use khidma_runtime::Tasks;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tonic::Status;

use crate::status;

/// After how long a watcher should come back when the server stops.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What changes in a read model, for one watcher.
#[derive(Debug)]
pub struct Changes {
    changes: broadcast::Receiver<Change>,
    tasks: Tasks,
}

/// What a watcher hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something changed.
    Change(Change),
    /// The watcher was too slow to hear every change: it has to look at what is there instead.
    Missed,
}

impl Changes {
    /// What changes from now on. Listen before the first look: what happens between the two is then seen twice rather than
    /// never.
    pub fn of(projection: &Projection, tasks: &Tasks) -> Self {
        Self {
            changes: projection.changes(),
            tasks: tasks.clone(),
        }
    }

    /// Waits for the next change; `None` if nothing will change any more.
    ///
    /// # Errors
    /// [`stopping`] as soon as the server stops.
    pub async fn next(&mut self) -> Result<Option<Heard>, Status> {
        let changed = tokio::select! {
            changed = self.changes.recv() => changed,
            () = self.tasks.stopping() => {
                return Err(stopping("the server is stopping; watch again from the last position"));
            }
        };
        Ok(match changed {
            Ok(change) => Some(Heard::Change(change)),
            Err(RecvError::Lagged(_)) => Some(Heard::Missed),
            Err(RecvError::Closed) => None,
        })
    }

    /// Waits until `topic` has changed, or may have; `false` if nothing will change any more.
    ///
    /// # Errors
    /// As [`Changes::next`].
    pub async fn touched(&mut self, topic: &str) -> Result<bool, Status> {
        loop {
            match self.next().await? {
                Some(Heard::Change(change)) if *change.topic != *topic => {}
                heard => return Ok(heard.is_some()),
            }
        }
    }
}

/// UNAVAILABLE, `STOPPING`, with when to come back: `message` says why no more is told.
pub fn stopping(message: &'static str) -> Status {
    status::unavailable("STOPPING", RETRY_AFTER, message)
}

#[cfg(test)]
mod tests {
    use khidma_kernel::Position;
    use tonic::Code;

    use super::*;
    use crate::status::ErrorReport;

    fn watcher() -> (broadcast::Sender<Change>, Changes) {
        let (tell, changes) = broadcast::channel(2);
        let tasks = Tasks::new();
        (tell, Changes { changes, tasks })
    }

    fn change(position: u64, topic: &str) -> Change {
        Change {
            position: Position(position),
            topic: topic.into(),
        }
    }

    #[tokio::test]
    async fn only_the_topic_is_waited_for_and_the_end_of_all_changes_is_told() {
        let (tell, mut changes) = watcher();
        tell.send(change(1, "another")).unwrap();
        tell.send(change(2, "mine")).unwrap();
        assert!(changes.touched("mine").await.unwrap());
        tell.send(change(3, "another")).unwrap();
        drop(tell);
        assert!(!changes.touched("mine").await.unwrap(), "nobody tells more");
    }

    #[tokio::test]
    async fn what_was_missed_may_have_been_the_topic() {
        let (tell, mut changes) = watcher();
        for position in 1..=3 {
            tell.send(change(position, "another")).unwrap();
        }
        assert!(changes.touched("mine").await.unwrap());
        let next = changes.next().await.unwrap();
        assert_eq!(next, Some(Heard::Change(change(2, "another"))));
    }

    #[tokio::test]
    async fn a_stopping_server_says_when_to_come_back() {
        let (_tell, mut changes) = watcher();
        changes.tasks.stop();
        let status = changes.touched("mine").await.unwrap_err();
        let report = ErrorReport::from_status(&status);
        assert_eq!(report.code, Code::Unavailable);
        assert_eq!(report.reason.as_deref(), Some("STOPPING"));
        assert_eq!(report.retry_after, Some(RETRY_AFTER));
    }
}
