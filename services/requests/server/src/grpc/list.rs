//! Lists of requests, newest first.

use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, backwards, beginning};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_events::requests::RequestKind;
use khidma_kernel::{Caller, DepartmentId, OfferingId, PersonId, Role, digest};
use khidma_proto::requests as pb;
use khidma_requests_domain::{Action, Standing, State, may};
use tonic::{Code, Request, Status};

use super::convert::{kind_in, request_out, states_in};
use super::{ANSWER_BYTES, RequestsGrpc, optional_id};
use crate::keys;
use crate::views::RequestHead;

/// Which requests somebody looks for.
struct Filter {
    provider: Option<DepartmentId>,
    requester: Option<PersonId>,
    assignee: Option<PersonId>,
    states: Vec<State>,
    offering: Option<OfferingId>,
    text: String,
    tag: String,
    kind: Option<RequestKind>,
}

impl RequestsGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListRequest>,
    ) -> Result<pb::ListResponse, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let filter = Filter::of(&message, &caller)?;
        let list = filter.list(&caller)?;
        let query = filter.digest(&list);
        let before = PageToken::decode(&message.page_token, query)?;
        let reader = self.reader(message.min_position, patience).await?;
        let position = reader.position().0;
        let weigh = |(_, head): &(String, RequestHead)| head.size();
        let room = Room::new(size, self.config.scan_limit).within(ANSWER_BYTES, weigh);
        let scan = move |stop: &Stop| {
            let rows = backwards(&reader, beginning(&list), before);
            room.fill(rows, stop, |key, _| {
                let id = keys::request_of(key);
                // A row may go between the list and here: then it has moved to another list.
                let head: Option<RequestHead> = reader
                    .get_head(&entity_key(id))
                    .map_err(query::unreadable)?;
                let head = head.filter(|head| filter.fits(head, &caller));
                Ok(head.map(|head| (id.to_owned(), head)))
            })
        };
        let (rows, next) = self.scans.run(patience, scan).await?;
        let requests = rows
            .into_iter()
            .filter_map(|(id, head)| request_out(&id, head))
            .collect();
        Ok(pb::ListResponse {
            requests,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

impl Filter {
    fn of(message: &pb::ListRequest, caller: &Caller) -> Result<Self, Status> {
        let person = |field: &'static str, text: &str| match (text, caller.actor.person()) {
            ("", _) => Ok(None),
            ("me", Some(caller)) => Ok(Some(caller.clone())),
            (text, _) => khidma_edge::command::id::<PersonId>(field, text).map(Some),
        };
        Ok(Self {
            provider: optional_id("provider_id", &message.provider_id)?,
            requester: person("requester_id", &message.requester_id)?,
            assignee: person("assignee_id", &message.assignee_id)?,
            states: states_in(&message.states)?,
            offering: optional_id("offering", &message.offering)?,
            text: message.text.to_lowercase(),
            tag: message.tag.clone(),
            kind: kind_in(message.kind)?,
        })
    }

    /// The narrowest list that holds all that fits.
    fn list(&self, caller: &Caller) -> Result<Vec<u8>, Status> {
        match self {
            Self {
                assignee: Some(assignee),
                ..
            } => Ok(keys::assignee_list(assignee)),
            Self {
                requester: Some(requester),
                ..
            } => Ok(keys::requester_list(requester)),
            Self {
                provider: Some(provider),
                ..
            } => Ok(keys::provider_list(provider)),
            Self { .. } if caller.is(Role::Admin) => Ok(keys::ALL.to_vec()),
            Self { .. } => Err(status::refusal(
                Code::InvalidArgument,
                "MISSING_FILTER",
                Some("provider_id"),
                "one of provider_id, requester_id and assignee_id is needed",
            )),
        }
    }

    /// What a page token is bound to.
    fn digest(&self, list: &[u8]) -> u64 {
        let Self {
            provider,
            requester,
            assignee,
            states,
            offering,
            text,
            tag,
            kind,
        } = self;
        let said = format!(
            "{provider:?}{requester:?}{assignee:?}{states:?}{offering:?}{text:?}{tag:?}{kind:?}"
        );
        digest(&[list, said.as_bytes()].concat())
    }

    fn fits(&self, head: &RequestHead, caller: &Caller) -> bool {
        let Some(request) = &head.entity.state else {
            return false;
        };
        let card = &head.card;
        let text = |text: &str| text.to_lowercase().contains(&self.text);
        may(Action::Read, Standing::of(caller, request))
            && self
                .provider
                .as_ref()
                .is_none_or(|provider| request.provider == *provider)
            && self
                .requester
                .as_ref()
                .is_none_or(|requester| request.requester.as_ref() == Some(requester))
            && self
                .assignee
                .as_ref()
                .is_none_or(|assignee| request.assignee.as_ref() == Some(assignee))
            && (self.states.is_empty() || self.states.contains(&request.state))
            && self
                .offering
                .as_ref()
                .is_none_or(|offering| card.offering.as_ref() == Some(offering))
            && self.kind.is_none_or(|kind| request.kind == kind)
            && (self.tag.is_empty() || request.tags.contains(&self.tag))
            && (self.text.is_empty() || text(&card.title) || text(&card.description))
    }
}
