//! One delivery: seen, replayed; and what a message looks like before there is one.

use khidma_edge::command::{Call, failed, id};
use khidma_edge::query::{reader_at, see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_kernel::DeliveryId;
use khidma_notifications_domain::delivery::{DeliveryCommand, Keeper};
use khidma_notifications_texts::{
    CURRENT, Links, Reader as Eyes, TextError, brief, language_for, render, sample,
};
use khidma_projection::Reader;
use khidma_proto::notifications as pb;
use tonic::{Code, Request, Status};
use uuid::Uuid;

use super::convert::delivery_out;
use super::{DeliveriesGrpc, keeper, receives, sees};
use crate::grpc::words::{kind_in, letter_out};
use crate::keys;
use crate::status::delivery_code;
use crate::views::{DeliveryHead, DeliveryRow, PersonRow};

impl DeliveriesGrpc {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetDeliveryRequest>,
    ) -> Result<pb::GetDeliveryResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.get_ref();
        let id: DeliveryId = id("id", &message.id)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let row: Option<DeliveryRow> = reader
            .get(&entity_key(&id.to_string()))
            .map_err(unreadable)?;
        let Some(DeliveryRow {
            entity,
            card,
            message,
        }) = row
        else {
            return Err(unknown());
        };
        let delivery = entity.state.ok_or_else(unknown)?;
        if !sees(&reader, &caller, &delivery).map_err(unreadable)? {
            return Err(unknown());
        }
        let mut letter = None;
        if receives(&reader, &caller, &delivery.to).map_err(unreadable)? {
            let zone = caller.actor.person().map(|person| zone(&reader, person));
            let zone = zone.transpose()?.flatten();
            let eyes = Eyes {
                language: &card.language,
                time_zone: zone.as_deref(),
            };
            letter = Some(letter_out(
                brief(&message, &eyes, card.texts).map_err(wordless)?,
            ));
        }
        Ok(pb::GetDeliveryResponse {
            delivery: Some(delivery_out(id, &delivery, card)),
            letter,
            position,
        })
    }

    pub(super) async fn replay(
        &self,
        request: Request<pb::ReplayDeliveryRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "ReplayDelivery", &message.request_id)?;
        let id: DeliveryId = id("id", &message.id)?;
        // Whose the endpoint is, and whether it is enabled, is a fact about another entity.
        see_all(&*self.log, &self.projection, deadline(&request)).await?;
        let replay = |reader: &Reader| {
            let head: Option<DeliveryHead> = reader.get_head(&entity_key(&id.to_string()))?;
            let delivery = head.and_then(|head| head.entity.state);
            let keeper = match delivery {
                Some(delivery) => keeper(reader, &delivery.to)?,
                None => Keeper::Nobody,
            };
            Ok(DeliveryCommand::Replay { keeper })
        };
        let ask = call.about(id.to_string());
        let done = self.engines.deliveries.execute(ask, replay).await;
        Ok(done
            .map_err(|error| failed(error, delivery_code))?
            .position
            .0)
    }
}

/// What a message of a kind looks like, to anybody who is let in.
pub(super) fn preview(
    request: &Request<pb::PreviewMessageRequest>,
) -> Result<pb::PreviewMessageResponse, Status> {
    identity::caller(request)?;
    let message = request.get_ref();
    let kind = kind_in("kind", message.kind)?;
    let time_zone = Some(message.time_zone.as_str()).filter(|zone| !zone.is_empty());
    if time_zone.is_some_and(|zone| jiff::tz::TimeZone::get(zone).is_err()) {
        let message = "this is no IANA time zone";
        return Err(status::invalid_field(
            "time_zone",
            "INVALID_TIME_ZONE",
            message,
        ));
    }
    let eyes = Eyes {
        language: language_for([message.language.as_str()]),
        time_zone,
    };
    let letter = render(&sample(kind), &eyes, &Links::default(), CURRENT).map_err(wordless)?;
    Ok(pb::PreviewMessageResponse {
        letter: Some(letter_out(letter)),
        texts_version: CURRENT,
    })
}

/// The time zone that a person named with their quiet hours.
fn zone(reader: &Reader, person: &khidma_kernel::PersonId) -> Result<Option<String>, Status> {
    let row: Option<PersonRow> = reader.get(&keys::person(person)).map_err(unreadable)?;
    let hours = row.and_then(|row| row.profile.quiet_hours);
    Ok(hours.map(|hours| hours.time_zone))
}

fn unknown() -> Status {
    let message = "there is no delivery with this id";
    status::refusal(Code::NotFound, "UNKNOWN_DELIVERY", Some("id"), message)
}

/// The rules made a message that the texts cannot say: a fault of ours.
fn wordless(error: TextError) -> Status {
    status::internal(Uuid::new_v4(), error)
}
