//! What follows from merges and from outcomes of concerns.

use std::collections::BTreeSet;

use khidma_engine::{Ask, CommandError, Engine};
use khidma_kernel::{Refusal, ServiceRequestId, derived_id};
use khidma_projection::{AgendaError, AgendaItem, Projection, Reader, RowError};
use khidma_requests_domain::{Body, RequestDecider, State};
use uuid::Uuid;

use crate::facts::links as facts;
use crate::keys;
use crate::views::{RECEIVE_MERGE, Related, SHARE_OUTCOME, TAKE_BACK_MERGE};

/// Fires what is one of ours; `None` where it is not.
pub(super) async fn fire(
    engine: &Engine<RequestDecider>,
    projection: &Projection,
    item: &AgendaItem,
) -> Option<Result<(), AgendaError>> {
    let reactions = Reactions { engine, projection };
    match item.kind.as_str() {
        RECEIVE_MERGE => Some(reactions.receive_merge(&item.entity).await),
        TAKE_BACK_MERGE => Some(reactions.take_back_merge(&item.entity).await),
        SHARE_OUTCOME => Some(reactions.share_outcome(&item.entity).await),
        _ => None,
    }
}

struct Reactions<'a> {
    engine: &'a Engine<RequestDecider>,
    projection: &'a Projection,
}

/// A request that was merged.
struct Ended {
    id: ServiceRequestId,
    into: ServiceRequestId,
    /// How often it was reopened before: tells one merge of it from another.
    reopened: u32,
}

impl Reactions<'_> {
    /// The people of a merged request follow the one that goes on for it now: what that was merged into, if it was.
    async fn receive_merge(&self, ended: &str) -> Result<(), AgendaError> {
        let Some(ended) = self.ended(id(ended)?)? else {
            return Ok(());
        };
        let end = self.end_of(&ended)?;
        let ask = ask(end, &ended.key(RECEIVE_MERGE));
        let body = |reader: &_| facts::merged_away(reader, ended.id).map(Body::ReceiveMerge);
        told(self.engine.execute(ask, body).await)
    }

    async fn take_back_merge(&self, ended: &str) -> Result<(), AgendaError> {
        let Some(ended) = self.ended(id(ended)?)? else {
            return Ok(());
        };
        let ask = ask(ended.id, &ended.key(TAKE_BACK_MERGE));
        let into = ended.into;
        let body = |_: &_| Ok(Body::TakeBackMerge { into });
        told(self.engine.execute(ask, body).await)
    }

    /// An outcome is told once: the key follows from the event that published it.
    async fn share_outcome(&self, both: &str) -> Result<(), AgendaError> {
        let malformed = || AgendaError::new("an item without two requests");
        let (concern, listener) = both.split_once(' ').ok_or_else(malformed)?;
        let (concern, listener) = (id(concern)?, id(listener)?);
        let reader = self.projection.reader();
        let Some((event, outcome)) = facts::outcome(&reader, concern).map_err(unreadable)? else {
            return Ok(());
        };
        let parts = [concern.0, event, listener.0];
        let ask = ask(listener, &key(SHARE_OUTCOME, &parts));
        let body = |_: &_| Ok(Body::ShareOutcome(outcome.clone()));
        told(self.engine.execute(ask, body).await)
    }

    /// The merged request; `None` if it no longer is.
    fn ended(&self, id: ServiceRequestId) -> Result<Option<Ended>, AgendaError> {
        let head = facts::head(&self.projection.reader(), id).map_err(unreadable)?;
        Ok(head.and_then(|head| {
            let reopened = head.card.reopened;
            let into = head.entity.state?.merged_into?;
            Some(Ended { id, into, reopened })
        }))
    }

    /// Which request goes on in the end. Where merges cross, that is known once one of them was taken back.
    fn end_of(&self, ended: &Ended) -> Result<ServiceRequestId, AgendaError> {
        let reader = self.projection.reader();
        let (mut passed, mut end) = (BTreeSet::from([ended.id]), ended.into);
        loop {
            let head = facts::head(&reader, end).map_err(unreadable)?;
            let next = head
                .and_then(|head| head.entity.state)
                .filter(|request| request.state == State::Merged)
                .and_then(|request| request.merged_into);
            match next {
                None => return Ok(end),
                // A merge that does not stand leads nowhere: its people stay.
                Some(next) if !passed.insert(end) || !stands(&reader, end, next)? => {
                    return Err(AgendaError::new("merges that cross have not been settled"));
                }
                Some(next) => end = next,
            }
        }
    }
}

/// Whether the view let a merge stand: then what goes on knows of what ended.
fn stands(
    reader: &Reader,
    ended: ServiceRequestId,
    into: ServiceRequestId,
) -> Result<bool, AgendaError> {
    let related: Option<Related> = reader.get(&keys::related(&into)).map_err(unreadable)?;
    Ok(related.is_some_and(|related| related.merged.contains(&ended)))
}

impl Ended {
    fn key(&self, kind: &str) -> Uuid {
        let count = Uuid::from_u128(self.reopened.into());
        key(kind, &[self.id.0, self.into.0, count])
    }
}

fn key(kind: &str, parts: &[Uuid]) -> Uuid {
    let parts = parts.iter().map(|part| part.as_bytes().as_slice());
    let parts: Vec<&[u8]> = std::iter::once(kind.as_bytes()).chain(parts).collect();
    derived_id(&parts)
}

fn ask(entity: ServiceRequestId, key: &Uuid) -> Ask {
    Ask {
        correlation: Some(entity.0),
        ..Ask::by_itself("requests", entity.to_string(), *key)
    }
}

fn id(text: &str) -> Result<ServiceRequestId, AgendaError> {
    text.parse()
        .map_err(|_| AgendaError::new("an item without a request"))
}

fn unreadable(error: RowError) -> AgendaError {
    AgendaError::new(error.to_string())
}

fn told<T, R: Refusal>(outcome: Result<T, CommandError<R>>) -> Result<(), AgendaError> {
    outcome
        .map(|_| ())
        .map_err(|error| AgendaError::new(error.to_string()))
}
