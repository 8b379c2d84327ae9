//! Following one request: what is there after a position, then what comes.

use futures::Stream;
use futures::stream;
use khidma_edge::server::deadline;
use khidma_edge::watch::Changes;
use khidma_edge::{identity, query};
use khidma_kernel::{Caller, Position};
use khidma_projection::Projection;
use khidma_proto::requests as pb;
use khidma_requests_domain::{Action, may};
use khidma_runtime::Clock;
use std::collections::VecDeque;
use tonic::{Request, Status};

use super::convert::entry_out;
use super::timeline::Window;
use super::{RequestsGrpc, links, readable};

/// Entries read in one look, about.
const AT_ONCE: usize = 64;

/// One watcher.
struct Watch {
    projection: Projection,
    changes: Changes,
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
        let changes = Changes::of(&self.projection, &self.tasks);
        let reader = self
            .reader(message.min_position.max(message.after_position), patience)
            .await?;
        let id = readable(&reader, &message.id, &caller, self.clock.now())?.id;
        let watch = Watch {
            projection: self.projection.clone(),
            changes,
            clock: self.clock.clone(),
            caller,
            id,
            after: Position(message.after_position),
            more: true,
            ready: VecDeque::new(),
        };
        Ok(stream::try_unfold(watch, |mut watch| async move {
            Ok(watch.next().await?.map(|message| (message, watch)))
        }))
    }
}

impl Watch {
    /// The next message; `None` after the last one.
    async fn next(&mut self) -> Result<Option<pb::WatchRequestResponse>, Status> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(Some(message));
            }
            if !self.more && !self.changes.touched(&self.id).await? {
                return Ok(None);
            }
            self.look()?;
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
