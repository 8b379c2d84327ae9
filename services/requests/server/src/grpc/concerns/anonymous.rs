//! Anonymous concerns. Who calls is looked at once, whether they may, and then forgotten.

use khidma_edge::command::{Call, failed, id};
use khidma_edge::page::{self, PageToken};
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_engine::entity_key;
use khidma_kernel::{Position, ServiceRequestId, derived_id, digest};
use khidma_projection::Reader;
use khidma_proto::requests as pb;
use khidma_requests_domain::{Body, Raise, RequestRefusal};
use sha2::{Digest, Sha256};
use tonic::{Code, Request, Status};
use uuid::Uuid;

use super::super::convert::{entry_out, state_out};
use super::super::timeline::{Window, usize_of};
use super::super::{RequestsGrpc, optional_id};
use super::outcomes::outcome_out;
use crate::keys;
use crate::status::code;
use crate::views::{ListedOutcome, Related, RequestHead};

/// What its raiser follows an anonymous concern by: 32 hexadecimal digits.
struct FollowWord(Uuid);

impl FollowWord {
    /// The word for the concern raised under this key: the same again where it is raised again.
    fn from_key(request_id: Uuid) -> Self {
        Self(derived_id(&[b"follow word", request_id.as_bytes()]))
    }

    /// A word as somebody wrote it. It is a secret, so no message repeats it.
    fn read(text: &str) -> Result<Self, Status> {
        let word = Uuid::parse_str(text.trim()).map_err(|_| {
            let message = "a follow word is 32 hexadecimal digits, as raising the concern answered";
            status::invalid_field("follow_word", "INVALID_FOLLOW_WORD", message)
        })?;
        Ok(Self(word))
    }

    fn text(&self) -> String {
        self.0.simple().to_string()
    }

    /// The concern it belongs to. Without a time in it: that of a client's own clock might tell the client.
    fn concern(&self) -> ServiceRequestId {
        ServiceRequestId(derived_id(&[b"anonymous concern", self.0.as_bytes()]))
    }

    /// What is kept of it.
    fn digest(&self) -> String {
        let hash = Sha256::digest(self.text());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl RequestsGrpc {
    pub(super) async fn raise_anonymously(
        &self,
        request: Request<pb::RaiseAnonymousConcernRequest>,
    ) -> Result<pb::RaiseAnonymousConcernResponse, Status> {
        let caller = identity::caller(&request)?;
        if caller.actor.person().is_none() || caller.department.is_none() {
            let refusal = khidma_engine::CommandError::Refused(RequestRefusal::NoDepartment);
            return Err(failed(refusal, code));
        }
        let rpc = "RaiseAnonymousConcern";
        let call = Call::anonymous(&request, rpc, &request.get_ref().request_id)?;
        let message = request.into_inner();
        let word = FollowWord::from_key(call.request_id);
        let raise = Raise {
            provider: id("provider_id", &message.provider_id)?,
            provider_known: false,
            offering: optional_id("offering", &message.offering)?,
            offered_by: None,
            title: message.title,
            description: message.description,
            follow_digest: Some(word.digest()),
            similar: Vec::new(),
        };
        let entity = word.concern();
        let mut ask = call.about(entity.to_string());
        ask.correlation = Some(entity.0);
        ask.begins = true;
        let body = |reader: &Reader| self.about_open(reader, &raise).map(Body::Raise);
        let done = self.engine.execute(ask, body).await;
        let done = done.map_err(|error| failed(error, code))?;
        Ok(pb::RaiseAnonymousConcernResponse {
            follow_word: word.text(),
            position: done.position.0,
        })
    }

    pub(super) async fn reply_anonymously(
        &self,
        request: Request<pb::ReplyToConcernRequest>,
    ) -> Result<pb::ReplyToConcernResponse, Status> {
        let call = Call::anonymous(&request, "ReplyToConcern", &request.get_ref().request_id)?;
        let message = request.into_inner();
        let word = FollowWord::read(&message.follow_word)?;
        let entity = word.concern();
        let mut ask = call.about(entity.to_string());
        ask.correlation = Some(entity.0);
        let body = Body::ReplyAsRaiser {
            text: message.text,
            follow_digest: word.digest(),
        };
        let done = self.engine.execute(ask, |_| Ok(body.clone())).await;
        let done = done.map_err(|error| failed(error, code))?;
        Ok(pb::ReplyToConcernResponse {
            position: done.position.0,
        })
    }

    pub(super) async fn follow(
        &self,
        request: Request<pb::FollowConcernRequest>,
    ) -> Result<pb::FollowConcernResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let word = FollowWord::read(&message.follow_word)?;
        let id = word.concern().to_string();
        let size = page::size(message.page_size)?;
        let query = digest(format!("follow {id}").as_bytes());
        let skip = match PageToken::decode(&message.page_token, query)? {
            None => 0,
            Some(cursor) => usize_of(&cursor)?,
        };
        let reader = self.reader(message.min_position, patience).await?;
        let position = reader.position().0;
        let head = known(&reader, &word)?;
        let window = Window {
            skip,
            after: Position::START,
            most: size,
            whole_commits: false,
            notes: false,
        };
        let part = window.read(&reader, &id).map_err(query::unreadable)?;
        let next = part.next.map(|next| (next as u64).to_be_bytes());
        let outcome = outcome(&reader, word.concern())?;
        let request = head.entity.state.ok_or_else(unknown)?;
        Ok(pb::FollowConcernResponse {
            provider_id: request.provider.into(),
            offering: head.card.offering.map(String::from).unwrap_or_default(),
            title: head.card.title,
            description: head.card.description,
            state: state_out(request.state).into(),
            outcome: outcome.map(outcome_out),
            entries: part.entries.into_iter().map(entry_out).collect(),
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

/// The concern that `word` belongs to: to who knows no word there is none.
fn known(reader: &Reader, word: &FollowWord) -> Result<RequestHead, Status> {
    let key = entity_key(&word.concern().to_string());
    let head: Option<RequestHead> = reader.get_head(&key).map_err(query::unreadable)?;
    let digest = word.digest();
    head.filter(|head| {
        let state = head.entity.state.as_ref();
        state.is_some_and(|request| request.follow_digest.as_ref() == Some(&digest))
    })
    .ok_or_else(unknown)
}

fn outcome(reader: &Reader, concern: ServiceRequestId) -> Result<Option<ListedOutcome>, Status> {
    let related: Option<Related> = reader
        .get(&keys::related(&concern))
        .map_err(query::unreadable)?;
    let Some(published) = related.and_then(|related| related.outcome) else {
        return Ok(None);
    };
    reader.get(&published.listed).map_err(query::unreadable)
}

fn unknown() -> Status {
    let refusal = RequestRefusal::UnknownRequest;
    status::refusal(Code::NotFound, "UNKNOWN_REQUEST", None, refusal.to_string())
}
