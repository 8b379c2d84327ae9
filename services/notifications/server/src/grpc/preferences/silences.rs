//! Silences: begun, ended, and seen by who may end them.

use khidma_edge::command::{Call, id};
use khidma_edge::identity;
use khidma_edge::instant::{time_in, time_out};
use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_engine::{Ask, entity_key};
use khidma_events::notifications::silence_entity;
use khidma_kernel::{Caller, SilenceId, Timestamp, digest, time_ordered_id};
use khidma_notifications_domain::silence::{Silence, SilenceCommand, may_keep};
use khidma_projection::Reader;
use khidma_proto::notifications as pb;
use tonic::{Request, Status};

use super::PreferencesGrpc;
use super::convert::{required_time, scope_in, scope_out};
use crate::status::silence_code;
use crate::views::{RunningSilences, SilenceRow};
use crate::{facts, keys};

/// The most of a page.
const MOST: usize = 500;

impl PreferencesGrpc {
    pub(super) async fn begin(
        &self,
        request: Request<pb::BeginSilenceRequest>,
    ) -> Result<pb::BeginSilenceResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "BeginSilence", &message.request_id)?;
        let patience = deadline(&request);
        let scope = scope_in(&message.scope.clone().unwrap_or_default())?;
        let from = time_in("from", message.from)?;
        let until = required_time("until", message.until)?;
        let actor = call.caller.actor.to_string();
        let id = SilenceId(time_ordered_id(
            call.request_id,
            &[b"silences", actor.as_bytes()],
        ));
        let body = |reader: &Reader| {
            Ok(SilenceCommand::Begin {
                facts: facts::scope(reader, &scope)?,
                scope: scope.clone(),
                from,
                until,
                reason: message.reason.clone(),
            })
        };
        let ask = Ask {
            begins: true,
            ..call.about(silence_entity(id))
        };
        let done = self.carry_out(&self.silences, ask, patience, (body, silence_code));
        Ok(pb::BeginSilenceResponse {
            position: done.await?,
            id: id.to_string(),
        })
    }

    pub(super) async fn end(&self, request: Request<pb::EndSilenceRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "EndSilence", &message.request_id)?;
        let patience = deadline(&request);
        let entity = silence_entity(id("id", &message.id)?);
        let key = entity_key(&entity);
        let body = |reader: &Reader| {
            let row: Option<SilenceRow> = reader.get(&key)?;
            let silence = row.and_then(|row| row.state);
            let request = silence.and_then(|silence| silence.scope.request);
            Ok(SilenceCommand::End {
                provider: facts::provider(reader, request)?,
            })
        };
        let ask = call.about(entity);
        self.carry_out(&self.silences, ask, patience, (body, silence_code))
            .await
    }

    pub(super) async fn list(
        &self,
        request: Request<pb::ListSilencesRequest>,
    ) -> Result<pb::ListSilencesResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let query = digest(format!("silences {}", caller.actor).as_bytes());
        let after = PageToken::decode(&message.page_token, query)?;
        let after = after.and_then(|id| <[u8; 16]>::try_from(id).ok());
        let after = after.map(|id| SilenceId(uuid::Uuid::from_bytes(id)));
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let (silences, next) = page(&reader, &caller, self.clock.now(), (after, size))?;
        Ok(pb::ListSilencesResponse {
            silences,
            next_page_token: PageToken::next(query, next.map(|id| id.0.into_bytes())),
            position,
        })
    }
}

/// Of those that hold or will, what comes after `after` and is the caller's to end, and where the next page begins.
fn page(
    reader: &Reader,
    caller: &Caller,
    now: Timestamp,
    (after, size): (Option<SilenceId>, usize),
) -> Result<(Vec<pb::Silence>, Option<SilenceId>), Status> {
    let mut running = RunningSilences::default();
    for row in reader.prefix(keys::SILENCES) {
        let (_, row) = row.map_err(unreadable)?;
        let some: RunningSilences = row.decode().map_err(unreadable)?;
        running.0.extend(some.0);
    }
    let (mut shown, mut last) = (Vec::new(), None);
    for (id, silence) in running.0 {
        if silence.until <= now || after.is_some_and(|after| id <= after) {
            continue;
        }
        let provider = facts::provider(reader, silence.scope.request).map_err(unreadable)?;
        if !may_keep(caller, &silence.scope, provider.as_ref()) {
            continue;
        }
        if shown.len() == size {
            return Ok((shown, last));
        }
        shown.push(silence_out(id, &silence));
        last = Some(id);
    }
    Ok((shown, None))
}

fn silence_out(id: SilenceId, silence: &Silence) -> pb::Silence {
    let by = silence.begun_by.person();
    pb::Silence {
        id: id.to_string(),
        scope: Some(scope_out(&silence.scope)),
        from: Some(time_out(silence.from)),
        until: Some(time_out(silence.until)),
        reason: silence.reason.clone(),
        begun_by: by.map_or_else(String::new, ToString::to_string),
    }
}
