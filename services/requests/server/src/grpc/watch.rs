//! Following one request: what is there after a position, then what comes.

use futures::Stream;
use futures::stream;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_kernel::{Caller, Position};
use khidma_projection::{Change, Projection};
use khidma_proto::requests as pb;
use khidma_requests_domain::{Action, may};
use khidma_runtime::{Clock, Tasks};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tonic::{Request, Status};

use super::convert::entry_out;
use super::timeline::Window;
use super::{RequestsGrpc, links, readable};

/// After how long a watcher should come back when the server stops.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Entries read in one look, about.
const AT_ONCE: usize = 64;

/// One watcher.
struct Watch {
    projection: Projection,
    changes: broadcast::Receiver<Change>,
    tasks: Tasks,
    clock: Clock,
    caller: Caller,
    id: String,
    after: Position,
    /// Whether there was more to read than was fit to keep.
    more: bool,
    /// Read and not yet sent.
    ready: VecDeque<pb::WatchRequestResponse>,
}

impl RequestsGrpc {
    pub(super) async fn watch(
        &self,
        request: Request<pb::WatchRequestRequest>,
    ) -> Result<impl Stream<Item = Result<pb::WatchRequestResponse, Status>> + use<>, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        // Listen before the first look: what happens between the two is then seen twice rather than never, and sent once.
        let changes = self.projection.changes();
        let reader = self
            .reader(message.min_position.max(message.after_position), patience)
            .await?;
        let id = readable(&reader, &message.id, &caller, self.clock.now())?.id;
        let watch = Watch {
            projection: self.projection.clone(),
            changes,
            tasks: self.tasks.clone(),
            clock: self.clock.clone(),
            caller,
            id,
            after: Position(message.after_position),
            more: true,
            ready: VecDeque::new(),
        };
        Ok(stream::unfold(watch, |mut watch| async move {
            watch.next().await.map(|item| (item, watch))
        }))
    }
}

impl Watch {
    /// The next message; `None` after the last one.
    async fn next(&mut self) -> Option<Result<pb::WatchRequestResponse, Status>> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Some(Ok(message));
            }
            let looked = match self.more {
                true => self.look(),
                false => match self.changed().await {
                    Ok(true) => self.look(),
                    Ok(false) => return None,
                    Err(status) => Err(status),
                },
            };
            if let Err(status) = looked {
                return Some(Err(status));
            }
        }
    }

    /// Waits until the request has changed; `false` if nothing will change any more.
    async fn changed(&mut self) -> Result<bool, Status> {
        loop {
            let changed = tokio::select! {
                changed = self.changes.recv() => changed,
                () = self.tasks.stopping() => {
                    let message = "the server is stopping; watch again from the last position";
                    return Err(status::unavailable("STOPPING", RETRY_AFTER, message));
                }
            };
            match changed {
                Ok(change) if *change.topic != *self.id => {}
                // Too slow to hear every change: look at what is there instead.
                Ok(_) | Err(RecvError::Lagged(_)) => return Ok(true),
                Err(RecvError::Closed) => return Ok(false),
            }
        }
    }

    /// Reads what has happened since the last look, one message a commit, as much at once as is fit to keep. Whoever may
    /// no longer read it is told so.
    fn look(&mut self) -> Result<(), Status> {
        let reader = self.projection.reader();
        let found = readable(&reader, &self.id, &self.caller, self.clock.now())?;
        let notes = may(Action::ReadNotes, found.standing);
        let request = links::whole(&reader, found)?;
        let (skip, after, most) = (0, self.after, AT_ONCE);
        let window = Window {
            skip,
            after,
            most,
            whole_commits: true,
            notes,
        };
        let part = window.read(&reader, &self.id).map_err(query::unreadable)?;
        self.more = part.next.is_some();
        for entry in part.entries {
            self.after = entry.position;
            let position = entry.position.0;
            match self
                .ready
                .back_mut()
                .filter(|message| message.position == position)
            {
                Some(message) => message.entries.push(entry_out(entry)),
                None => self.ready.push_back(pb::WatchRequestResponse {
                    entries: vec![entry_out(entry)],
                    request: request.clone(),
                    position,
                }),
            }
        }
        Ok(())
    }
}
