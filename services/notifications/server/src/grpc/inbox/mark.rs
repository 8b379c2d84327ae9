//! Marking messages: each by a command of its own, all under the caller's one key.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use khidma_edge::command::{Call, failed};
use khidma_edge::query::{reader_at, see_all, unreadable};
use khidma_edge::status;
use khidma_engine::entity_key;
use khidma_events::notifications::{Channel, Receiver};
use khidma_kernel::{DeliveryId, PersonId};
use khidma_notifications_domain::delivery::DeliveryCommand;
use khidma_projection::Reader;
use tonic::{Code, Status};

use super::{InboxGrpc, whose};
use crate::status::delivery_code;
use crate::views::DeliveryHead;

/// Messages marked by one call at the most.
const MOST: usize = 500;
/// How many are marked at the same time.
const AT_ONCE: usize = 32;

impl InboxGrpc {
    /// Marks these messages, if all of them are the caller's; where the last change stands. A call that breaks off in the
    /// middle goes on where it is made again: a message remembers the key.
    pub(super) async fn mark(
        &self,
        call: Call,
        ids: &[String],
        command: DeliveryCommand,
        patience: Duration,
    ) -> Result<u64, Status> {
        let person = whose(&call.caller)?;
        let wanted = wanted(ids)?;
        see_all(&*self.log, &self.projection, patience).await?;
        check(&self.projection.reader(), &person, &wanted)?;
        let each: BTreeSet<DeliveryId> = wanted.into_iter().collect();
        let marks = stream::iter(each).map(|id| {
            let ask = call.clone().about(id.to_string());
            let command = &command;
            async move {
                let done = self.engine.execute(ask, |_| Ok(command.clone())).await;
                done.map_err(|error| failed(error, delivery_code))
            }
        });
        let marks = marks.buffer_unordered(AT_ONCE);
        let position = marks
            .try_fold(0, |last, done| async move { Ok(done.position.0.max(last)) })
            .await?;
        reader_at(&self.projection, position, patience).await?;
        Ok(position)
    }
}

fn wanted(ids: &[String]) -> Result<Vec<DeliveryId>, Status> {
    if ids.is_empty() {
        let message = "ids must not be empty";
        return Err(status::invalid_field("ids", "MISSING_FIELD", message));
    }
    if ids.len() > MOST {
        let message = format!("ids may have at most {MOST} items");
        return Err(status::invalid_field("ids", "TOO_MANY", message));
    }
    let read = |(place, text): (usize, &String)| {
        text.parse().map_err(|error: khidma_kernel::InvalidId| {
            status::invalid_field(&format!("ids[{place}]"), "INVALID_ID", error.to_string())
        })
    };
    ids.iter().enumerate().map(read).collect()
}

/// All are in the inbox of `person`, or none is marked.
fn check(reader: &Reader, person: &PersonId, ids: &[DeliveryId]) -> Result<(), Status> {
    for (place, id) in ids.iter().enumerate() {
        let key = entity_key(&id.to_string());
        let head: Option<DeliveryHead> = reader.get_head(&key).map_err(unreadable)?;
        let delivery = head.and_then(|head| head.entity.state);
        let theirs = delivery.is_some_and(|delivery| {
            delivery.channel == Channel::Inbox && delivery.to == Receiver::Person(person.clone())
        });
        if !theirs {
            let field = format!("ids[{place}]");
            let message = "there is no message with this id in your inbox";
            let (code, reason) = (Code::NotFound, "UNKNOWN_DELIVERY");
            return Err(status::refusal(code, reason, Some(&field), message));
        }
    }
    Ok(())
}
