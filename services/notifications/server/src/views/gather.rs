//! What is held back to become one message: until a digest comes, or until the time is over within which more of the same
//! to the same person is not told one by one.

use std::collections::BTreeMap;

use khidma_events::notifications::{
    Channel, DeliveryRequested, Message, MessageKind, Origin, Receiver,
};
use khidma_kernel::{PersonId, ServiceRequestId, Timestamp};
use khidma_notifications_domain::digest;
use khidma_notifications_domain::kinds::throttle;
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::intents::Way;
use super::{PersonRow, hooks};
use crate::keys;

/// The agenda's kind for making one message of what was held back.
pub(crate) const GATHER: &str = "gather";

/// What is the same: a kind, and where that matters the request.
pub(crate) type Group = (MessageKind, Option<ServiceRequestId>);

/// What is held back, to one receiver by one channel.
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
    /// What, oldest first.
    pub pieces: Vec<(Origin, Message)>,
}

/// Of what a person was told just now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WindowsRow(BTreeMap<Group, Window>);

/// Until when more of the same is held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    until: Timestamp,
    /// In how many rows some of it is held back.
    held: u32,
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
    let what = match group {
        None => "digest".to_owned(),
        Some((kind, None)) => kind.as_str().to_owned(),
        Some((kind, Some(request))) => format!("{}/{request}", kind.as_str()),
    };
    format!("{to}/{}/{what}", channel.as_str())
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
    let key = keys::windows(piece.person);
    let mut windows: WindowsRow = rows.get(&key)?.unwrap_or_default();
    windows
        .0
        .retain(|_, window| window.held > 0 || piece.at < window.until);
    let open = windows.0.get_mut(&group);
    let held = open.is_some();
    match open {
        None => {
            let until = piece.at.plus_seconds(seconds);
            windows.0.insert(group, Window { until, held: 0 });
        }
        Some(window) => {
            for way in ways {
                let is_new = hold(rows, piece, way.clone(), Some(group), window.until)?;
                window.held += u32::from(is_new);
            }
        }
    }
    rows.put(&key, &windows)?;
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
        pieces: Vec::new(),
    });
    if is_new {
        rows.schedule(due, &item(&name))?;
    }
    row.way = way;
    row.urgent |= piece.urgent;
    row.pieces
        .push((piece.origin.clone(), piece.message.clone()));
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
    if row.pieces.first().map(|(origin, _)| origin) != Some(&event.origin) {
        return Ok(());
    }
    let told = event.message.items.len().clamp(1, row.pieces.len());
    row.pieces.drain(..told);
    if !row.pieces.is_empty() {
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
    let key = keys::windows(person);
    let mut windows: WindowsRow = rows.get(&key)?.unwrap_or_default();
    if let (Some(window), Some(again)) = (windows.0.get_mut(&group), throttle(group.0)) {
        window.held = window.held.saturating_sub(1);
        window.until = at.plus_seconds(again.seconds);
    }
    rows.put(&key, &windows)
}
