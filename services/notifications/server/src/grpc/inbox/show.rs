//! A message of an inbox, in words.

use khidma_edge::instant::time_out;
use khidma_edge::query::unreadable;
use khidma_edge::status;
use khidma_engine::entity_key;
use khidma_events::notifications::{Arg, Message, MessageKind};
use khidma_kernel::{DeliveryId, PersonId};
use khidma_notifications_domain::delivery::Delivery;
use khidma_notifications_texts::{Reader as Eyes, brief, language_for};
use khidma_projection::Reader;
use khidma_proto::notifications as pb;
use tonic::Status;
use uuid::Uuid;

use crate::grpc::words::{kind_out, letter_out};
use crate::keys;
use crate::views::{DeliveryRow, PersonRow};

/// How somebody reads their inbox.
pub(super) struct Glasses {
    /// In this language; `None`: in the one each message was written in.
    language: Option<&'static str>,
    time_zone: Option<String>,
}

impl Glasses {
    /// Those of `person`, reading in `language` if it is said.
    pub(super) fn of(reader: &Reader, person: &PersonId, language: &str) -> Result<Self, Status> {
        let row: Option<PersonRow> = reader.get(&keys::person(person)).map_err(unreadable)?;
        let quiet_hours = row.and_then(|row| row.profile.quiet_hours);
        let chosen = !language.is_empty();
        Ok(Self {
            language: chosen.then(|| language_for([language])),
            time_zone: quiet_hours.map(|hours| hours.time_zone),
        })
    }

    /// The message with that id; nothing if there is none.
    pub(super) fn show(
        &self,
        reader: &Reader,
        id: DeliveryId,
    ) -> Result<Option<pb::InboxMessage>, Status> {
        let key = entity_key(&id.to_string());
        let row: Option<DeliveryRow> = reader.get(&key).map_err(unreadable)?;
        let shown = row.and_then(|row| Some((row.entity.state.clone()?, row)));
        shown
            .map(|(delivery, row)| self.message(id, &delivery, &row))
            .transpose()
    }

    fn message(
        &self,
        id: DeliveryId,
        delivery: &Delivery,
        row: &DeliveryRow,
    ) -> Result<pb::InboxMessage, Status> {
        let card = &row.card;
        let eyes = Eyes {
            language: self.language.unwrap_or(&card.language),
            time_zone: self.time_zone.as_deref(),
        };
        let letter = brief(&row.message, &eyes, card.texts)
            .map_err(|error| status::internal(Uuid::new_v4(), error))?;
        let request = card.request.map(|request| request.to_string());
        Ok(pb::InboxMessage {
            id: id.to_string(),
            kind: kind_out(card.kind).into(),
            service_request_id: request.unwrap_or_default(),
            letter: Some(letter_out(letter)),
            received: Some(time_out(card.requested)),
            seen: delivery.seen.map(time_out),
            read: delivery.read.map(time_out),
            archived: delivery.archived.map(time_out),
            urgent: card.urgent,
            escalation_id: escalation(&row.message).unwrap_or_default().to_owned(),
            position: row.entity.position.0,
        })
    }
}

/// The escalation that a message tells of.
fn escalation(message: &Message) -> Option<&str> {
    if message.kind != MessageKind::Escalation {
        return None;
    }
    match message.args.get("escalation") {
        Some(Arg::Text(id)) => Some(id),
        _ => None,
    }
}
