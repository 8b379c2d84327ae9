//! A person's preferences, and what they come to.

use khidma_edge::command::{Call, id};
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_events::notifications::{MessageKind, preferences_entity};
use khidma_kernel::{Caller, PersonId, Role, Timestamp};
use khidma_notifications_domain::kinds::{is_mutable, is_urgent};
use khidma_notifications_domain::preferences::PreferencesCommand;
use khidma_notifications_domain::route::{About, ways};
use khidma_projection::{Reader, RowError};
use khidma_proto::notifications as pb;
use tonic::{Code, Request, Status};

use super::PreferencesGrpc;
use super::convert::{preferences_in, preferences_out};
use crate::facts;
use crate::grpc::words::{channel_out, kind_out};
use crate::status::preferences_code;
use crate::views::reach;

impl PreferencesGrpc {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetPreferencesRequest>,
    ) -> Result<pb::GetPreferencesResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.get_ref();
        let person = own_or(&message.person_id, &caller)?;
        if caller.actor.person() != Some(&person) && !caller.is(Role::Admin) {
            let message = "what a person wants to hear is for them and for admins to see";
            let (code, field) = (Code::PermissionDenied, Some("person_id"));
            return Err(status::refusal(code, "NOT_ALLOWED", field, message));
        }
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        if !facts::is_here(&reader, &person).map_err(unreadable)? {
            return Err(status::not_found("person", person));
        }
        let preferences = facts::preferences(&reader, &person).map_err(unreadable)?;
        let now = self.clock.now();
        let ways = MessageKind::ALL.iter();
        let ways = ways.filter_map(|kind| way(&reader, &person, *kind, now).transpose());
        Ok(pb::GetPreferencesResponse {
            preferences: Some(preferences_out(preferences)),
            ways: ways.collect::<Result<_, _>>().map_err(unreadable)?,
            position,
        })
    }

    pub(super) async fn set(
        &self,
        request: Request<pb::SetPreferencesRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "SetPreferences", &message.request_id)?;
        let patience = deadline(&request);
        let person = own_or(&message.person_id, &call.caller)?;
        let Some(preferences) = message.preferences.clone() else {
            let message = "preferences says what they are; none of it for what is usual";
            let field = "preferences";
            return Err(status::invalid_field(field, "MISSING_FIELD", message));
        };
        let preferences = preferences_in(preferences)?;
        let now = self.clock.now();
        let body = |reader: &Reader| {
            Ok(PreferencesCommand::Set {
                known: facts::is_here(reader, &person)?,
                person: person.clone(),
                stand_in: facts::stand_in(reader, preferences.stand_in.as_ref(), now)?,
                preferences: preferences.clone(),
            })
        };
        let ask = call.about(preferences_entity(&person));
        self.carry_out(&self.preferences, ask, patience, (body, preferences_code))
            .await
    }
}

/// The person who is named, or the caller where none is.
fn own_or(text: &str, caller: &Caller) -> Result<PersonId, Status> {
    match (text.is_empty(), caller.actor.person()) {
        (true, Some(caller)) => Ok(caller.clone()),
        _ => id("person_id", text),
    }
}

/// By which ways messages of that kind reach a person who is here.
fn way(
    reader: &Reader,
    person: &PersonId,
    kind: MessageKind,
    at: Timestamp,
) -> Result<Option<pb::Way>, RowError> {
    let about = About {
        kind,
        urgent: is_urgent(kind),
        confined: false,
        at,
    };
    let ways = reach(reader, person, kind)?.map(|reach| ways(about, &reach));
    let out = |channel| i32::from(channel_out(channel));
    Ok(ways.map(|ways| pb::Way {
        kind: kind_out(kind).into(),
        at_once: ways.at_once.into_iter().map(out).collect(),
        in_digest: ways.in_digest.into_iter().map(out).collect(),
        mutable: is_mutable(kind),
    }))
}
