//! Escalations, the newest first.

use std::collections::HashMap;

use khidma_edge::command::id;
use khidma_edge::identity;
use khidma_edge::instant::time_out;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, backwards, beginning};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_events::notifications::Exhausted;
use khidma_kernel::{Caller, DepartmentId, EscalationId, PersonId, ServiceRequestId, digest};
use khidma_notifications_domain::escalation::{Escalation, Level, Standing, Subject};
use khidma_projection::{Reader, RowError};
use khidma_proto::notifications as pb;
use tonic::{Request, Status};

use super::{EscalationsGrpc, found, leads, may_see};
use crate::keys;

/// The most of a page.
const MOST: usize = 500;

/// Which of them somebody asks for.
struct Wish {
    caller: Caller,
    request: Option<ServiceRequestId>,
    open_only: bool,
}

impl EscalationsGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListEscalationsRequest>,
    ) -> Result<pb::ListEscalationsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let asked = Some(&message.service_request_id).filter(|text| !text.is_empty());
        let wish = Wish {
            caller,
            request: asked
                .map(|text| id("service_request_id", text))
                .transpose()?,
            open_only: message.open_only,
        };
        let query = format!("escalations {:?} {}", wish.request, wish.open_only);
        let query = digest(query.as_bytes());
        let before = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| wish.part(reader, before, room, stop);
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((escalations, next), position) = read.await?;
        Ok(pb::ListEscalationsResponse {
            escalations,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

impl Wish {
    /// Goes back in time from `before` on.
    fn part(
        &self,
        reader: &Reader,
        before: Option<Vec<u8>>,
        room: Room<pb::Escalation>,
        stop: &Stop,
    ) -> Result<Part<pb::Escalation>, Status> {
        let list = self
            .request
            .map_or(keys::ESCALATIONS.to_vec(), keys::escalations_of);
        let rows = backwards(reader, beginning(&list), before);
        let mut led = HashMap::new();
        room.fill(rows, stop, |_, row| {
            let id = row.decode().map_err(unreadable)?;
            self.shown(reader, id, &mut led).map_err(unreadable)
        })
    }

    /// An escalation, if it is asked for and theirs to see. `led` says of which departments it is known whether they lead them.
    fn shown(
        &self,
        reader: &Reader,
        id: EscalationId,
        led: &mut HashMap<DepartmentId, bool>,
    ) -> Result<Option<pb::Escalation>, RowError> {
        let Some((state, subject)) = found(reader, id)? else {
            return Ok(None);
        };
        if self.open_only && state.standing() != Standing::Open {
            return Ok(None);
        }
        let seen = may_see(&self.caller, (&state, &subject), |owner| {
            if let Some(leads) = led.get(owner) {
                return Ok(*leads);
            }
            let leads = leads(reader, &self.caller, owner)?;
            led.insert(owner.clone(), leads);
            Ok(leads)
        })?;
        Ok(seen.then(|| escalation_out(id, &state, &subject)))
    }
}

fn escalation_out(id: EscalationId, state: &Escalation, subject: &Subject) -> pb::Escalation {
    let by = state.acknowledged.as_ref().map(|by| by.by.person());
    let levels = (0..).zip(&state.levels);
    pb::Escalation {
        id: id.to_string(),
        service_request_id: subject.request.to_string(),
        metric: subject.clock.metric.as_str().to_owned(),
        number: subject.clock.number,
        step: subject.step,
        owner_id: subject.owner.to_string(),
        state: state_out(state.standing()).into(),
        levels: levels
            .map(|(number, level)| level_out(number, level, state.requester.as_ref()))
            .collect(),
        climbs_at: state.climbs_at.map(time_out),
        acknowledged_by: by.flatten().map(ToString::to_string).unwrap_or_default(),
        exhausted: exhausted_out(state.exhausted),
    }
}

fn level_out(number: u32, level: &Level, requester: Option<&PersonId>) -> pb::EscalationLevel {
    // Who asked hears of it where it begins.
    let asked = requester.filter(|_| number == 0);
    pb::EscalationLevel {
        level: number,
        at: Some(time_out(level.at)),
        person_ids: level
            .to
            .iter()
            .chain(asked)
            .map(ToString::to_string)
            .collect(),
    }
}

fn state_out(standing: Standing) -> pb::EscalationState {
    match standing {
        Standing::Open => pb::EscalationState::Open,
        Standing::Acknowledged => pb::EscalationState::Acknowledged,
        Standing::Exhausted => pb::EscalationState::Exhausted,
        Standing::Ended => pb::EscalationState::Ended,
    }
}

pub(super) fn exhausted_out(exhausted: Option<Exhausted>) -> String {
    let why = exhausted.map(|why| match why {
        Exhausted::Top => "top",
        Exhausted::Circle => "circle",
    });
    why.unwrap_or_default().to_owned()
}
