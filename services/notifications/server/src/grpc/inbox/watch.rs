//! An inbox as it is, then what comes and what changes.
//!
//! What changed stands in the order in which it did, so a watcher goes on after any position, and one that is slow only hears
//! several changes of a message as one.

use std::collections::VecDeque;
use std::ops::Bound;

use futures::{Stream, stream};
use khidma_edge::identity;
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::watch::Changes;
use khidma_kernel::{DeliveryId, PersonId, Position};
use khidma_projection::Projection;
use khidma_proto::notifications as pb;
use tonic::{Request, Status};

use super::show::Glasses;
use super::{InboxGrpc, whose};
use crate::keys;

/// Messages read in one look.
const AT_ONCE: usize = 64;

/// One watcher.
struct Watch {
    projection: Projection,
    changes: Changes,
    person: PersonId,
    topic: String,
    /// Up to where all was told.
    after: Position,
    /// Whether all there is was asked for: what was put away is not told then.
    whole: bool,
    /// Up to where that reaches; what changed later is told in any case.
    begun: Position,
    /// Whether there was more to read than was fit to keep.
    more: bool,
    /// Read and not yet sent.
    ready: VecDeque<pb::WatchInboxResponse>,
}

impl InboxGrpc {
    pub(super) async fn watch(
        &self,
        request: Request<pb::WatchInboxRequest>,
    ) -> Result<impl Stream<Item = Result<pb::WatchInboxResponse, Status>> + use<>, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let person = whose(&caller)?;
        let after = Position(request.get_ref().after_position);
        // Listen before the first look: what happens between the two is then seen twice rather than never, and sent once.
        let changes = Changes::of(&self.projection, &self.tasks);
        let reader = reader_at(&self.projection, after.0, patience).await?;
        let watch = Watch {
            projection: self.projection.clone(),
            changes,
            topic: keys::inbox_topic(&person),
            person,
            after,
            whole: after == Position::START,
            begun: reader.position(),
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
    async fn next(&mut self) -> Result<Option<pb::WatchInboxResponse>, Status> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(Some(message));
            }
            if !self.more && !self.changes.touched(&self.topic).await? {
                return Ok(None);
            }
            self.look()?;
        }
    }

    /// Reads what has changed since the last look, as much at once as is fit to keep.
    fn look(&mut self) -> Result<(), Status> {
        let reader = self.projection.reader();
        let glasses = Glasses::of(&reader, &self.person, "")?;
        let begin = keys::inbox_changed(&self.person, self.after);
        let end = [keys::inbox_changes(&self.person).as_slice(), &[u8::MAX; 9]].concat();
        let range = (Bound::Excluded(begin), Bound::Excluded(end));
        let mut seen = 0;
        for row in reader.scan(range).take(AT_ONCE) {
            let (key, row) = row.map_err(unreadable)?;
            let id: DeliveryId = row.decode().map_err(unreadable)?;
            let position = keys::inbox_change(&key).unwrap_or(self.after);
            seen += 1;
            self.after = position;
            let Some(message) = glasses.show(&reader, id)? else {
                continue;
            };
            let put_away = self.whole && message.archived.is_some() && position <= self.begun;
            // What changed again meanwhile is read where it stands now.
            if put_away || message.position != position.0 {
                continue;
            }
            self.ready.push_back(pb::WatchInboxResponse {
                message: Some(message),
                position: position.0,
            });
        }
        self.more = seen == AT_ONCE;
        Ok(())
    }
}
