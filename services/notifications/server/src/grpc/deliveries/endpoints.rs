//! Endpoints: added, changed, removed, seen.

use std::collections::BTreeSet;

use khidma_edge::command::{Call, failed, id};
use khidma_edge::identity;
use khidma_edge::instant::time_out;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, beginning, onwards};
use khidma_edge::query::{Stop, reader_at, see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_engine::entity_key;
use khidma_events::notifications::{EndpointKind, EndpointOwner, EndpointSpec, endpoint_entity};
use khidma_kernel::{Caller, EndpointId, Role, digest};
use khidma_notifications_channels::check_url;
use khidma_notifications_domain::endpoint::{EndpointCommand, OwnerFact, UrlFact};
use khidma_projection::{Reader, RowError};
use khidma_proto::notifications as pb;
use khidma_proto::notifications::register_endpoint_request::Owner;
use tonic::{Request, Status};

use super::convert::{endpoint_kind_in, endpoint_out, kinds_in};
use super::{DeliveriesGrpc, MOST, endpoint};
use crate::grpc::words::missing;
use crate::keys;
use crate::status::endpoint_code;
use crate::views::{DepartmentRow, EndpointRow, PersonRow};

khidma_edge::changes! {
    /// A call that changes an endpoint.
    trait Change for pb:
        RegisterEndpointRequest,
        ChangeEndpointRequest,
        RotateSecretRequest,
        SetEndpointEnabledRequest,
        RemoveEndpointRequest,
}

impl DeliveriesGrpc {
    pub(super) async fn register(
        &self,
        request: Request<pb::RegisterEndpointRequest>,
    ) -> Result<pb::RegisterEndpointResponse, Status> {
        let message = request.get_ref();
        let endpoint: EndpointId = id("id", &message.id)?;
        let owner = owner_in(message.owner.as_ref())?;
        let kind = endpoint_kind_in(message.kind)?;
        let spec = spec(kind, &message.url, &message.kinds, &message.language)?;
        let url = self.url(&message.url);
        let position = self
            .execute(request, "RegisterEndpoint", |reader| {
                Ok(EndpointCommand::Register {
                    id: endpoint.clone(),
                    owner: owner.clone(),
                    spec: spec.clone(),
                    of: fact(reader, &owner)?,
                    url: url.clone(),
                })
            })
            .await?;
        let secret = match kind {
            EndpointKind::Webhook => self.keyring.secret(endpoint.as_str(), 1).reveal(),
            EndpointKind::Chat => String::new(),
        };
        Ok(pb::RegisterEndpointResponse { position, secret })
    }

    pub(super) async fn change(
        &self,
        request: Request<pb::ChangeEndpointRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        // How it is spoken to stays as it is; the room sees to that.
        let kind = EndpointKind::Webhook;
        let spec = spec(kind, &message.url, &message.kinds, &message.language)?;
        let url = self.url(&message.url);
        self.execute(request, "ChangeEndpoint", |_| {
            let (spec, url) = (spec.clone(), url.clone());
            Ok(EndpointCommand::Change { spec, url })
        })
        .await
    }

    pub(super) async fn rotate(
        &self,
        request: Request<pb::RotateSecretRequest>,
    ) -> Result<pb::RotateSecretResponse, Status> {
        let id: EndpointId = id("id", &request.get_ref().id)?;
        let patience = deadline(&request);
        let position = self
            .execute(request, "RotateSecret", |_| Ok(EndpointCommand::Rotate))
            .await?;
        let reader = reader_at(&self.projection, position, patience).await?;
        let endpoint = endpoint(&reader, &id).map_err(unreadable)?;
        let generation = endpoint.as_ref().map_or(1, |endpoint| endpoint.generation);
        let old_until = endpoint.and_then(|endpoint| endpoint.old_until);
        Ok(pb::RotateSecretResponse {
            position,
            secret: self.keyring.secret(id.as_str(), generation).reveal(),
            old_until: old_until.map(time_out),
        })
    }

    pub(super) async fn set_enabled(
        &self,
        request: Request<pb::SetEndpointEnabledRequest>,
    ) -> Result<u64, Status> {
        let command = if request.get_ref().enabled {
            EndpointCommand::Enable
        } else {
            EndpointCommand::Disable { failure: None }
        };
        self.execute(request, "SetEndpointEnabled", |_| Ok(command.clone()))
            .await
    }

    pub(super) async fn remove(
        &self,
        request: Request<pb::RemoveEndpointRequest>,
    ) -> Result<u64, Status> {
        self.execute(request, "RemoveEndpoint", |_| Ok(EndpointCommand::Remove))
            .await
    }

    /// Carries out what `rpc` wants of an endpoint; the position of its commit. Facts about others are read at the head of
    /// the log.
    async fn execute<M, F>(
        &self,
        request: Request<M>,
        rpc: &'static str,
        body: F,
    ) -> Result<u64, Status>
    where
        M: Change,
        F: Fn(&Reader) -> Result<EndpointCommand, RowError> + Send + Sync,
    {
        let message = request.get_ref();
        let call = Call::of(&request, rpc, message.request_id())?;
        let id: EndpointId = id("id", message.id())?;
        see_all(&*self.log, &self.projection, deadline(&request)).await?;
        let ask = call.about(endpoint_entity(&id));
        let done = self.engines.endpoints.execute(ask, body).await;
        Ok(done
            .map_err(|error| failed(error, endpoint_code))?
            .position
            .0)
    }

    fn url(&self, url: &str) -> UrlFact {
        match check_url(url, &self.posts) {
            Ok(()) => UrlFact::Fine,
            Err(refused) => UrlFact::Refused(refused.to_string()),
        }
    }

    pub(super) async fn endpoints(
        &self,
        request: Request<pb::ListEndpointsRequest>,
    ) -> Result<pb::ListEndpointsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let query = digest(b"endpoints");
        let after = PageToken::decode(&message.page_token, query)?;
        let limit = self.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            if caller.is(Role::Admin) {
                return all(reader, after, Room::new(size, limit), stop);
            }
            own(reader, &caller, after, size).map_err(unreadable)
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((endpoints, next), position) = read.await?;
        Ok(pb::ListEndpointsResponse {
            endpoints,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

/// All endpoints from `after` on.
fn all(
    reader: &Reader,
    after: Option<Vec<u8>>,
    room: Room<pb::Endpoint>,
    stop: &Stop,
) -> Result<Part<pb::Endpoint>, Status> {
    let rows = onwards(reader, beginning(keys::ENDPOINTS), after);
    room.fill(rows, stop, |key, row| {
        let id = std::str::from_utf8(&key[keys::ENDPOINTS.len()..]).ok();
        let Some(id) = id.and_then(|id| id.parse().ok()) else {
            return Ok(None);
        };
        let shown = row.decode().and_then(|row| out(reader, &id, &row));
        shown.map_err(unreadable)
    })
}

/// Those of the caller and of the department they lead: few enough to be read at once.
fn own(
    reader: &Reader,
    caller: &Caller,
    after: Option<Vec<u8>>,
    size: usize,
) -> Result<Part<pb::Endpoint>, RowError> {
    let led = caller.department.as_ref();
    let led = led.filter(|department| caller.leads(department)).cloned();
    let person = caller.actor.person().cloned();
    let owners = [
        led.map(EndpointOwner::Department),
        person.map(EndpointOwner::Person),
    ];
    let mut ids: BTreeSet<EndpointId> = BTreeSet::new();
    for owner in owners.into_iter().flatten() {
        let prefix = keys::owned_by(&owner);
        for row in reader.prefix(&prefix) {
            let (key, _) = row?;
            let id = std::str::from_utf8(&key[prefix.len()..]).ok();
            ids.extend(id.and_then(|id| id.parse().ok()));
        }
    }
    let mut shown = Vec::new();
    for id in ids {
        let key = entity_key(&endpoint_entity(&id));
        if after.as_ref().is_some_and(|after| key <= *after) {
            continue;
        }
        let row: EndpointRow = reader.get(&key)?.unwrap_or_default();
        shown.extend(out(reader, &id, &row)?);
        if shown.len() == size {
            return Ok((shown, Some(key)));
        }
    }
    Ok((shown, None))
}

fn out(
    reader: &Reader,
    id: &EndpointId,
    row: &EndpointRow,
) -> Result<Option<pb::Endpoint>, RowError> {
    let endpoint = row.entity.state.as_ref();
    let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.removed) else {
        return Ok(None);
    };
    let waiting: Option<u64> = reader.get(&keys::waiting(id))?;
    let waiting = waiting.unwrap_or_default();
    Ok(Some(endpoint_out(id, endpoint, row, waiting)))
}

fn owner_in(owner: Option<&Owner>) -> Result<EndpointOwner, Status> {
    match owner {
        None => Err(missing("department_id")),
        Some(Owner::DepartmentId(text)) => id("department_id", text).map(EndpointOwner::Department),
        Some(Owner::PersonId(text)) => id("person_id", text).map(EndpointOwner::Person),
    }
}

fn spec(
    kind: EndpointKind,
    url: &str,
    kinds: &[i32],
    language: &str,
) -> Result<EndpointSpec, Status> {
    let language = if language.is_empty() { "en" } else { language };
    Ok(EndpointSpec {
        kind,
        url: url.to_owned(),
        kinds: kinds_in(kinds)?,
        language: language.to_owned(),
    })
}

fn fact(reader: &Reader, owner: &EndpointOwner) -> Result<OwnerFact, RowError> {
    let present = match owner {
        EndpointOwner::Department(department) => {
            let row: Option<DepartmentRow> = reader.get(&keys::department(department))?;
            row.is_some_and(|row| row.open)
        }
        EndpointOwner::Person(person) => {
            let row: Option<PersonRow> = reader.get(&keys::person(person))?;
            row.is_some_and(|row| row.active)
        }
    };
    let endpoints = reader.prefix(&keys::owned_by(owner)).count();
    Ok(OwnerFact { present, endpoints })
}
