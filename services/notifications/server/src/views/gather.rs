//! What is held back to become one message: until a digest comes, or until the time is over within which more of the same
//! to the same person is not told one by one.

use khidma_events::notifications::{
    Channel, DeliveryRequested, Message, MessageKind, Origin, Receiver,
};
use khidma_kernel::{PersonId, ServiceRequestId, Timestamp};
use khidma_notifications_domain::digest;
use khidma_notifications_domain::kinds::throttle;
use khidma_projection::{AgendaItem, ApplyError, Reader, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::intents::Way;
use super::{PersonRow, hooks};
use crate::keys;

/// The agenda's kind for making one message of what was held back.
pub(crate) const GATHER: &str = "gather";

/// What is the same: a kind, and where that matters the request.
pub(crate) type Group = (MessageKind, Option<ServiceRequestId>);

/// What is held back, to one receiver by one channel. Its pieces stand in rows of their own: of a bad day there are many,
/// and each costs the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GatherRow {
    /// Whose quiet hours hold.
    pub person: PersonId,
    /// Where it goes.
    pub way: Way,
    /// What is the same about it; `None` for a digest, in which anything may be.
    pub group: Option<Group>,
    /// When it is to become a message.
    pub due: Timestamp,
    /// Whether some of it comes at any hour.
    pub urgent: bool,
    /// The number of the oldest piece.
    first: u64,
    /// The number of the next to come.
    next: u64,
}

/// Some of what is held back, and from what it follows.
pub(crate) type PieceRow = (Origin, Message);

/// Until when more of the same is held back. It stays when that is over: there are as many as a person follows requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    until: Timestamp,
    /// In how many rows some of it is held back.
    held: u32,
}

/// The oldest of what is held back under a name, at the most as much as goes into one message.
///
/// # Errors
/// A row could not be read.
pub(crate) fn pieces(reader: &Reader, name: &str) -> Result<Vec<PieceRow>, RowError> {
    let rows = reader.prefix(&keys::pieces(name)).take(digest::MOST);
    rows.map(|row| row?.1.decode()).collect()
}

/// What a person is to be told.
pub(super) struct Piece<'a> {
    pub person: &'a PersonId,
    pub origin: Origin,
    pub at: Timestamp,
    pub urgent: bool,
    pub message: &'a Message,
}

impl Piece<'_> {
    fn group(&self) -> Option<(Group, i64)> {
        let again = throttle(self.message.kind)?;
        Some((group_of(self.message)?, again.seconds))
    }
}

fn group_of(message: &Message) -> Option<Group> {
    let by_request = throttle(message.kind)?.by_request;
    Some((message.kind, message.request.filter(|_| by_request)))
}

/// The name of what is held back: of its row and on the agenda.
fn name(to: &Receiver, channel: Channel, group: Option<Group>) -> String {
    let to = match to {
        Receiver::Person(person) => format!("person/{person}"),
        Receiver::Endpoint(endpoint) => format!("endpoint/{endpoint}"),
    };
    let what = group.map_or("digest".to_owned(), what);
    format!("{to}/{}/{what}", channel.as_str())
}

/// The name of what is the same.
fn what((kind, request): Group) -> String {
    match request {
        None => kind.as_str().to_owned(),
        Some(request) => format!("{}/{request}", kind.as_str()),
    }
}

fn window_key(person: &PersonId, group: Group) -> Vec<u8> {
    keys::window(person, &what(group))
}

fn item(name: &str) -> AgendaItem {
    AgendaItem {
        kind: GATHER.to_owned(),
        entity: name.to_owned(),
    }
}

/// Keeps it for the next digest.
pub(super) fn for_digest(
    rows: &mut Rows<'_>,
    piece: &Piece<'_>,
    ways: Vec<Way>,
) -> Result<(), ApplyError> {
    if ways.is_empty() {
        return Ok(());
    }
    let rhythm = hooks::preferences(rows, piece.person)?.digest;
    let profile = rows
        .get::<PersonRow>(&keys::person(piece.person))?
        .unwrap_or_default()
        .profile;
    let zone = profile
        .quiet_hours
        .as_ref()
        .map(|quiet| quiet.time_zone.as_str());
    let due = digest::next(rhythm.as_ref(), zone, piece.at);
    for way in ways {
        hold(rows, piece, way, None, due)?;
    }
    Ok(())
}

/// Holds it back if more of the same was told just now; otherwise that begins here.
pub(super) fn held_back(
    rows: &mut Rows<'_>,
    piece: &Piece<'_>,
    ways: &[Way],
) -> Result<bool, ApplyError> {
    let Some((group, seconds)) = piece.group() else {
        return Ok(false);
    };
    let key = window_key(piece.person, group);
    let found: Option<Window> = rows.get(&key)?;
    let open = found.filter(|window| window.held > 0 || piece.at < window.until);
    let held = open.is_some();
    let until = piece.at.plus_seconds(seconds);
    let mut window = open.unwrap_or(Window { until, held: 0 });
    if held {
        for way in ways {
            let is_new = hold(rows, piece, way.clone(), Some(group), window.until)?;
            window.held += u32::from(is_new);
        }
    }
    rows.put(&key, &window)?;
    Ok(held)
}

/// Whether it is the first to be held back there.
fn hold(
    rows: &mut Rows<'_>,
    piece: &Piece<'_>,
    way: Way,
    group: Option<Group>,
    due: Timestamp,
) -> Result<bool, ApplyError> {
    let name = name(&way.to, way.channel, group);
    let key = keys::gather(&name);
    let found: Option<GatherRow> = rows.get(&key)?;
    let is_new = found.is_none();
    let mut row = found.unwrap_or_else(|| GatherRow {
        person: piece.person.clone(),
        way: way.clone(),
        group,
        due,
        urgent: false,
        first: 0,
        next: 0,
    });
    if is_new {
        rows.schedule(due, &item(&name))?;
    }
    row.way = way;
    row.urgent |= piece.urgent;
    let held: PieceRow = (piece.origin.clone(), piece.message.clone());
    rows.put(&keys::piece(&name, row.next), &held)?;
    row.next += 1;
    rows.put(&key, &row)?;
    Ok(is_new)
}

/// Takes away what a delivery was asked for of: as many as it speaks of, the oldest.
pub(super) fn asked(
    rows: &mut Rows<'_>,
    event: &DeliveryRequested,
    at: Timestamp,
) -> Result<(), ApplyError> {
    let group = match event.message.kind {
        MessageKind::Digest => None,
        _ => match group_of(&event.message) {
            None => return Ok(()),
            group => group,
        },
    };
    let name = name(&event.to, event.channel, group);
    let key = keys::gather(&name);
    let Some(mut row) = rows.get::<GatherRow>(&key)? else {
        return Ok(());
    };
    let oldest: Option<PieceRow> = rows.get(&keys::piece(&name, row.first))?;
    if oldest.is_none_or(|(origin, _)| origin != event.origin) {
        return Ok(());
    }
    let told = u64::try_from(event.message.items.len()).unwrap_or(u64::MAX);
    let rest = row.first.saturating_add(told.max(1)).min(row.next);
    for number in row.first..rest {
        rows.delete(&keys::piece(&name, number));
    }
    row.first = rest;
    if row.first < row.next {
        // What came meanwhile, or was too much for one message.
        return Ok(rows.put(&key, &row)?);
    }
    rows.delete(&key);
    rows.unschedule(row.due, &item(&name));
    match group {
        Some(group) => Ok(settle(rows, &row.person, group, at)?),
        None => Ok(()),
    }
}

/// The next one is held back for as long again.
fn settle(
    rows: &mut Rows<'_>,
    person: &PersonId,
    group: Group,
    at: Timestamp,
) -> Result<(), RowError> {
    let key = window_key(person, group);
    let found: Option<Window> = rows.get(&key)?;
    let (Some(mut window), Some(again)) = (found, throttle(group.0)) else {
        return Ok(());
    };
    window.held = window.held.saturating_sub(1);
    window.until = at.plus_seconds(again.seconds);
    rows.put(&key, &window)
}
