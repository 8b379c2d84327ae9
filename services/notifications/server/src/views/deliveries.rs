//! Deliveries: their rows, the lists they stand in, and when each is to be sent.

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{
    Channel, DeliveryEvent, DeliveryRequested, Failure, Message, MessageKind, Origin, Receiver,
};
use khidma_kernel::{Commit, DeliveryId, Position, ServiceRequestId, Timestamp};
use khidma_notifications_domain::delivery::{Delivery, DeliveryDecider, Stage};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::{at_once, intents, undecodable};
use crate::keys::{self, Shelf};

/// The agenda's kind for sending a delivery.
pub(crate) const SEND: &str = "send";

/// All of a delivery, under `e/<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DeliveryRow {
    /// What decisions need.
    pub entity: EntityRow<Option<Delivery>>,
    /// What lists show besides.
    pub card: DeliveryCard,
    /// What is told.
    pub message: Message,
}

/// The beginning of a [`DeliveryRow`], without what is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DeliveryHead {
    pub entity: EntityRow<Option<Delivery>>,
    pub card: DeliveryCard,
}

/// What is shown of a delivery and no decision needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DeliveryCard {
    /// What it is about.
    pub kind: MessageKind,
    /// The request it is about.
    pub request: Option<ServiceRequestId>,
    /// In which language.
    pub language: String,
    /// Which version of the texts it is put into words by.
    pub texts: u32,
    /// From what it follows.
    pub origin: Origin,
    /// Whether it may come at any hour and before others.
    pub urgent: bool,
    /// When its receiver's quiet hours end.
    pub not_before: Option<Timestamp>,
    /// When it was asked for.
    pub requested: Timestamp,
    /// Where that stands on the log.
    pub position: Position,
    /// The trace in which it was asked for.
    pub traceparent: Option<String>,
    /// For when it stands on the agenda, if it does.
    pub due: Option<Timestamp>,
    /// Why the last attempt failed, if it did.
    pub failure: Option<Failure>,
}

/// A message in an inbox, as its list needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct InboxMark {
    /// Its delivery.
    pub id: DeliveryId,
    /// Whether it was shown.
    pub seen: bool,
    /// Whether it was read.
    pub read: bool,
    /// Whether it was put away.
    pub archived: bool,
    /// Where its last change stands.
    pub changed: Position,
}

/// What is in an inbox and was not put away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unread {
    /// Not read.
    pub unread: u64,
    /// Of them, not even shown.
    pub unseen: u64,
}

/// How many deliveries by a channel wait, and how many are dead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// To be sent, now or later.
    pub waiting: u64,
    /// Given up.
    pub dead: u64,
}

/// What sends a delivery.
pub(crate) fn item(id: DeliveryId) -> AgendaItem {
    AgendaItem {
        kind: SEND.to_owned(),
        entity: id.to_string(),
    }
}

pub(super) fn apply(
    id: DeliveryId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<DeliveryEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let found: Option<DeliveryRow> = rows.get(&key)?;
    let had = found.as_ref().and_then(|row| row.entity.state.clone());
    let was_due = found.as_ref().and_then(|row| row.card.due);
    let begun = decoded.events.iter().find_map(|recorded| {
        let DeliveryEvent::DeliveryRequested(event) = &recorded.event else {
            return None;
        };
        Some(begin(event, recorded.at, &decoded, commit.position))
    });
    let Some(mut row) = found.or(begun) else {
        // Nothing happens to a delivery before it was asked for.
        return Ok(());
    };
    advance::<DeliveryDecider>(&mut row.entity, &decoded, commit.position);
    for recorded in &decoded.events {
        match &recorded.event {
            DeliveryEvent::AttemptFailed(event) => row.card.failure = Some(event.failure.clone()),
            DeliveryEvent::DeadLettered(event) => row.card.failure = Some(event.failure.clone()),
            DeliveryEvent::Delivered(_) => row.card.failure = None,
            DeliveryEvent::DeliveryRequested(event) => intents::asked(rows, event, recorded.at)?,
            DeliveryEvent::Replayed(_)
            | DeliveryEvent::Seen(_)
            | DeliveryEvent::Read(_)
            | DeliveryEvent::Archived(_) => {}
        }
    }
    let Some(delivery) = row.entity.state.clone() else {
        return Ok(());
    };
    row.card.due = due(&delivery, commit.position);
    let (had, asked) = (had.as_ref(), row.card.position);
    if had.is_none() {
        list(id, &delivery, asked, rows)?;
    }
    plan(id, was_due, row.card.due, rows)?;
    shelve(id, had, &delivery, asked, rows)?;
    count(had, &delivery, rows)?;
    inbox(id, had, &delivery, &row.card, commit.position, rows)?;
    rows.put(&key, &row)?;
    rows.touch(&commit.entity);
    Ok(())
}

fn begin(
    event: &DeliveryRequested,
    at: Timestamp,
    commit: &Commit<DeliveryEvent>,
    position: Position,
) -> DeliveryRow {
    DeliveryRow {
        entity: EntityRow::default(),
        card: DeliveryCard {
            kind: event.message.kind,
            request: event.message.request,
            language: event.language.clone(),
            texts: event.texts,
            origin: event.origin.clone(),
            urgent: event.urgent,
            not_before: event.not_before,
            requested: at,
            position,
            traceparent: commit.meta.traceparent.clone(),
            due: None,
            failure: None,
        },
        message: event.message.clone(),
    }
}

/// When it is to be sent: what is to be sent at once stands where its last commit does.
fn due(delivery: &Delivery, position: Position) -> Option<Timestamp> {
    match delivery.stage {
        Stage::Waiting { not_before } => Some(not_before.unwrap_or(at_once(position))),
        Stage::Retrying { at } => Some(at),
        Stage::Delivered { .. } | Stage::Dead { .. } => None,
    }
}

fn plan(
    id: DeliveryId,
    before: Option<Timestamp>,
    due: Option<Timestamp>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    if before == due {
        return Ok(());
    }
    if let Some(before) = before {
        rows.unschedule(before, &item(id));
    }
    match due {
        Some(due) => rows.schedule(due, &item(id)),
        None => Ok(()),
    }
}

/// The lists in which it stands for ever.
fn list(
    id: DeliveryId,
    delivery: &Delivery,
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    rows.put(&keys::delivery_at(position), &id)?;
    rows.put(&keys::received(&delivery.to, position), &id)
}

/// The list of what waits, or that of what is dead.
fn shelve(
    id: DeliveryId,
    before: Option<&Delivery>,
    after: &Delivery,
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let (before, after) = (before.and_then(shelf), shelf(after));
    if before == after {
        return Ok(());
    }
    if let Some(shelf) = before {
        rows.delete(&keys::shelved(shelf, position));
    }
    match after {
        Some(shelf) => rows.put(&keys::shelved(shelf, position), &id),
        None => Ok(()),
    }
}

fn shelf(delivery: &Delivery) -> Option<Shelf> {
    match delivery.stage {
        Stage::Waiting { .. } | Stage::Retrying { .. } => Some(Shelf::Pending),
        Stage::Dead { .. } => Some(Shelf::Dead),
        Stage::Delivered { .. } => None,
    }
}

fn count(before: Option<&Delivery>, after: &Delivery, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let (old, new) = (before.and_then(shelf), shelf(after));
    if old == new {
        return Ok(());
    }
    let key = keys::tally(after.channel);
    let mut tally: Tally = rows.get(&key)?.unwrap_or_default();
    for (shelf, change) in [(old, -1), (new, 1)] {
        match shelf {
            Some(Shelf::Pending) => tally.waiting = tally.waiting.saturating_add_signed(change),
            Some(Shelf::Dead) => tally.dead = tally.dead.saturating_add_signed(change),
            None => {}
        }
    }
    rows.put(&key, &tally)?;
    let Receiver::Endpoint(endpoint) = &after.to else {
        return Ok(());
    };
    let change = i64::from(new == Some(Shelf::Pending)) - i64::from(old == Some(Shelf::Pending));
    if change != 0 {
        let key = keys::waiting(endpoint);
        let waiting: u64 = rows.get(&key)?.unwrap_or_default();
        rows.put(&key, &waiting.saturating_add_signed(change))?;
    }
    Ok(())
}

/// The inbox of its receiver, and how many are unread there.
fn inbox(
    id: DeliveryId,
    before: Option<&Delivery>,
    after: &Delivery,
    card: &DeliveryCard,
    changed: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let (Channel::Inbox, Receiver::Person(person)) = (after.channel, &after.to) else {
        return Ok(());
    };
    let mark = InboxMark {
        id,
        seen: after.seen.is_some(),
        read: after.read.is_some(),
        archived: after.archived.is_some(),
        changed,
    };
    super::inbox::changed(person, card.position, &mark, rows)?;
    rows.put(&keys::inbox_at(person, card.position), &mark)?;
    rows.touch(&keys::inbox_topic(person));
    let open = |delivery: &Delivery| (delivery.read.is_none(), delivery.seen.is_none());
    let (old, new) = (before.map_or((false, false), open), open(after));
    if old == new {
        return Ok(());
    }
    let key = keys::unread(person);
    let mut unread: Unread = rows.get(&key)?.unwrap_or_default();
    let change = |old: bool, new: bool| i64::from(new) - i64::from(old);
    unread.unread = unread.unread.saturating_add_signed(change(old.0, new.0));
    unread.unseen = unread.unseen.saturating_add_signed(change(old.1, new.1));
    rows.put(&key, &unread)
}
