//! Deliveries, the newest first.

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, backwards, beginning};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_events::notifications::{Channel, Receiver};
use khidma_kernel::{Caller, DeliveryId, InvalidId, Role, ServiceRequestId, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::notifications as pb;
use tonic::{Code, Request, Status};

use super::convert::{delivery_out, state_out, states_in};
use super::{DeliveriesGrpc, MOST, receives};
use crate::grpc::words::channel_in;
use crate::keys::{self, Shelf};
use crate::views::DeliveryHead;

/// Which of them somebody asks for.
#[derive(Debug)]
struct Wish {
    states: Vec<pb::DeliveryState>,
    channel: Option<Channel>,
    /// All if `None`.
    to: Option<Receiver>,
    request: Option<ServiceRequestId>,
}

impl DeliveriesGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListDeliveriesRequest>,
    ) -> Result<pb::ListDeliveriesResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let wish = Wish::of(&message, &caller)?;
        let query = digest(format!("deliveries {wish:?}").as_bytes());
        let before = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| {
            wish.allow(reader, &caller)?;
            let rows = backwards(reader, beginning(&wish.list()), before);
            room.fill(rows, stop, |_, row| {
                let shown = row.decode().and_then(|id| wish.shown(reader, id));
                shown.map_err(query::unreadable)
            })
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((deliveries, next), position) = read.await?;
        Ok(pb::ListDeliveriesResponse {
            deliveries,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

impl Wish {
    /// Who may not see all sees their own where they ask for nobody's.
    fn of(message: &pb::ListDeliveriesRequest, caller: &Caller) -> Result<Self, Status> {
        let person = optional("person_id", &message.person_id)?.map(Receiver::Person);
        let endpoint = optional("endpoint_id", &message.endpoint_id)?.map(Receiver::Endpoint);
        if person.is_some() && endpoint.is_some() {
            let message = "a delivery goes to a person or to an endpoint, not to both";
            return Err(status::invalid_field(
                "endpoint_id",
                "TWO_RECEIVERS",
                message,
            ));
        }
        let own = caller.actor.person().filter(|_| !caller.is(Role::Admin));
        let own = own.map(|person| Receiver::Person(person.clone()));
        Ok(Self {
            states: states_in(&message.states)?,
            channel: channel_in("channel", message.channel)?,
            to: person.or(endpoint).or(own),
            request: optional("service_request_id", &message.service_request_id)?,
        })
    }

    fn allow(&self, reader: &Reader, caller: &Caller) -> Result<(), Status> {
        let allowed = match &self.to {
            _ if caller.is(Role::Admin) => true,
            Some(to) => receives(reader, caller, to).map_err(query::unreadable)?,
            None => false,
        };
        match (&self.to, allowed) {
            (_, true) => Ok(()),
            (Some(Receiver::Endpoint(_)), false) => {
                let (reason, field) = ("UNKNOWN_ENDPOINT", Some("endpoint_id"));
                let message = "there is no endpoint with this id";
                Err(status::refusal(Code::NotFound, reason, field, message))
            }
            (_, false) => {
                let field = Some("person_id");
                let message = "deliveries to others are seen by admins";
                let code = Code::PermissionDenied;
                Err(status::refusal(code, "NOT_ALLOWED", field, message))
            }
        }
    }

    /// The shortest list that holds all that fits.
    fn list(&self) -> Vec<u8> {
        let only = |states: &[pb::DeliveryState]| {
            !self.states.is_empty() && self.states.iter().all(|state| states.contains(state))
        };
        if let Some(to) = &self.to {
            keys::received_by(to)
        } else if only(&[pb::DeliveryState::Dead]) {
            keys::shelf(Shelf::Dead).to_vec()
        } else if only(&[pb::DeliveryState::Pending, pb::DeliveryState::Retrying]) {
            keys::shelf(Shelf::Pending).to_vec()
        } else {
            keys::DELIVERIES.to_vec()
        }
    }

    fn shown(&self, reader: &Reader, id: DeliveryId) -> Result<Option<pb::Delivery>, RowError> {
        let head: Option<DeliveryHead> = reader.get_head(&entity_key(&id.to_string()))?;
        let Some(DeliveryHead { entity, card }) = head else {
            return Ok(None);
        };
        let fits = entity.state.filter(|delivery| {
            let state = state_out(delivery.stage);
            (self.states.is_empty() || self.states.contains(&state))
                && self
                    .channel
                    .is_none_or(|channel| delivery.channel == channel)
                && (self.request.is_none() || card.request == self.request)
        });
        Ok(fits.map(|delivery| delivery_out(id, &delivery, card)))
    }
}

fn optional<T>(field: &'static str, text: &str) -> Result<Option<T>, Status>
where
    T: std::str::FromStr<Err = InvalidId>,
{
    let said = Some(text).filter(|text| !text.is_empty());
    said.map(|text| id(field, text)).transpose()
}
