//! Who approves in whose place.

use khidma_edge::command::{Call, Message, failed, id};
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_engine::entity_key;
use khidma_events::requests::delegation_entity;
use khidma_kernel::{Caller, PersonId, Role, Timestamp};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_requests_domain::delegation::{DelegationCommand, Period};
use tonic::{Code, Request, Status};

use super::ApprovalsGrpc;
use super::convert::{delegation_out, time_in};
use crate::status::delegation_code;
use crate::views::DelegationRow;
use crate::{facts, keys};

/// Delegations to one person that are shown at the most.
const RECEIVED: usize = 1000;

impl ApprovalsGrpc {
    pub(super) async fn delegate(
        &self,
        request: Request<pb::DelegateApprovalsRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let key = message.request_id.clone();
        let person = own_or("person_id", &message.person_id, &request)?;
        let to: PersonId = id("to_id", &message.to_id)?;
        let from = message.from_time.map(|time| time_in("from_time", time));
        let from = from.transpose()?;
        let Some(until) = message.until_time else {
            let message = "until_time says when it ends";
            return Err(status::invalid_field(
                "until_time",
                "MISSING_FIELD",
                message,
            ));
        };
        let until = time_in("until_time", until)?;
        let command = |reader: &Reader| {
            Ok(DelegationCommand::Delegate {
                person: person.clone(),
                person_known: facts::subject(reader, &person)?.known,
                to: to.clone(),
                to_known: facts::subject(reader, &to)?.known,
                from,
                until,
            })
        };
        self.change(&request, ("DelegateApprovals", &key), &person, command)
            .await
    }

    pub(super) async fn end(
        &self,
        request: Request<pb::EndDelegationRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let key = message.request_id.clone();
        let person = own_or("person_id", &message.person_id, &request)?;
        let to: PersonId = id("to_id", &message.to_id)?;
        let command = |_: &Reader| {
            Ok(DelegationCommand::End {
                person: person.clone(),
                to: to.clone(),
            })
        };
        self.change(&request, ("EndDelegation", &key), &person, command)
            .await
    }

    async fn change<M: Message, F>(
        &self,
        request: &Request<M>,
        (rpc, key): (&'static str, &str),
        person: &PersonId,
        command: F,
    ) -> Result<u64, Status>
    where
        F: Fn(&Reader) -> Result<DelegationCommand, RowError> + Send + Sync,
    {
        let call = Call::of(request, rpc, key)?;
        self.at_head(deadline(request)).await?;
        let ask = call.about(delegation_entity(person));
        let done = self.delegations.execute(ask, command).await;
        Ok(done
            .map_err(|error| failed(error, delegation_code))?
            .position
            .0)
    }

    pub(super) async fn list_delegations(
        &self,
        request: Request<pb::ListDelegationsRequest>,
    ) -> Result<pb::ListDelegationsResponse, Status> {
        let caller = identity::caller(&request)?;
        let person = own_or("person_id", &request.get_ref().person_id, &request)?;
        if !may_see(&caller, &person) {
            let message = "delegations are for the person themself and for admins";
            let field = Some("person_id");
            return Err(status::refusal(
                Code::PermissionDenied,
                "NOT_ALLOWED",
                field,
                message,
            ));
        }
        let patience = deadline(&request);
        let min_position = request.get_ref().min_position;
        let reader = query::reader_at(&self.projection, min_position, patience).await?;
        let now = self.clock.now();
        Ok(pb::ListDelegationsResponse {
            given: given(&reader, &person, now).map_err(query::unreadable)?,
            received: received(&reader, &person, now).map_err(query::unreadable)?,
            position: reader.position().0,
        })
    }
}

fn may_see(caller: &Caller, person: &PersonId) -> bool {
    caller.actor.person() == Some(person) || caller.is(Role::Admin)
}

/// The person in `field`, or the caller where it is empty.
fn own_or<M>(field: &'static str, text: &str, request: &Request<M>) -> Result<PersonId, Status> {
    let caller = identity::caller(request)?;
    match (text.is_empty(), caller.actor.person()) {
        (true, Some(caller)) => Ok(caller.clone()),
        _ => id(field, text),
    }
}

/// Who approves in the place of `person`, `now` or later.
fn given(
    reader: &Reader,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<pb::Delegation>, RowError> {
    let row: Option<DelegationRow> = reader.get(&entity_key(&delegation_entity(person)))?;
    let delegations = row.map(|row| row.state.to).unwrap_or_default();
    let ahead = delegations.iter().filter(|(_, period)| period.until > now);
    Ok(ahead
        .map(|(to, period)| delegation_out(person, to, period))
        .collect())
}

/// In whose place `person` approves, `now` or later.
fn received(
    reader: &Reader,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<pb::Delegation>, RowError> {
    let mut received = Vec::new();
    for row in reader.prefix(&keys::stands_in_for(person)) {
        let (key, row) = row?;
        let period: Period = row.decode()?;
        if let Some(other) = keys::last_part(&key).filter(|_| period.until > now) {
            received.push(delegation_out(&other, person, &period));
        }
        if received.len() == RECEIVED {
            break;
        }
    }
    Ok(received)
}
