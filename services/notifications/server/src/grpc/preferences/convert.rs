//! Preferences and scopes between protobuf and our own types.

use std::collections::{BTreeMap, BTreeSet};

use khidma_edge::command::id;
use khidma_edge::instant::{time_in, time_out};
use khidma_edge::status;
use khidma_events::notifications::{
    Channel, DigestRhythm, KindPreference, MessageKind, Preferences, SilenceScope, StandIn,
};
use khidma_kernel::{InvalidId, Timestamp};
use khidma_proto::notifications as pb;
use tonic::Status;

use crate::grpc::words::{channel_in, channel_out, kind_in, kind_out, missing};

/// When digests come to who says only in which zone or on which days.
const USUAL: &str = "08:00";

pub(super) fn preferences_in(preferences: pb::Preferences) -> Result<Preferences, Status> {
    let mut kinds = BTreeMap::new();
    for (place, one) in preferences.kinds.iter().enumerate() {
        let (kind, wish) = kind_preference_in(place, one)?;
        if kinds.insert(kind, wish).is_some() {
            let field = format!("preferences.kinds[{place}].kind");
            let message = "a kind stands once among the preferences";
            return Err(status::invalid_field(&field, "KIND_TWICE", message));
        }
    }
    Ok(Preferences {
        kinds,
        digest: digest_in(&preferences)?,
        quiet_even_if_urgent: preferences.quiet_even_if_urgent,
        stand_in: stand_in_in(&preferences)?,
    })
}

fn kind_preference_in(
    place: usize,
    one: &pb::KindPreference,
) -> Result<(MessageKind, KindPreference), Status> {
    let field = |name: &str| format!("preferences.kinds[{place}].{name}");
    let kind = kind_in(&field("kind"), one.kind)?;
    let channels = field("channels");
    let channel = |number: &i32| match channel_in(&channels, *number) {
        Ok(Some(channel)) => Ok(channel),
        Ok(None) => Err(missing(&channels)),
        Err(status) => Err(status),
    };
    let chosen: BTreeSet<Channel> = one.channels.iter().map(channel).collect::<Result<_, _>>()?;
    if !one.chosen && !chosen.is_empty() {
        let message = "channels are said, but not that they are chosen";
        return Err(status::invalid_field(&channels, "NOT_CHOSEN", message));
    }
    let wish = KindPreference {
        channels: one.chosen.then_some(chosen),
        digest: one.digest,
    };
    Ok((kind, wish))
}

fn digest_in(preferences: &pb::Preferences) -> Result<Option<DigestRhythm>, Status> {
    let pb::Preferences {
        digest_at: at,
        digest_time_zone: zone,
        digest_weekdays: days,
        ..
    } = preferences;
    if at.is_empty() && zone.is_empty() && days.is_empty() {
        return Ok(None);
    }
    let day = |day: &u32| u8::try_from(*day);
    let days: Result<BTreeSet<u8>, _> = days.iter().map(day).collect();
    let days = days.map_err(|_| {
        let message = "days of the week are 1 for Monday to 7 for Sunday";
        status::invalid_field("preferences.digest_weekdays", "INVALID_WEEKDAY", message)
    })?;
    let at = Some(at.as_str()).filter(|at| !at.is_empty());
    Ok(Some(DigestRhythm {
        at: at.unwrap_or(USUAL).to_owned(),
        time_zone: zone.clone(),
        weekdays: days,
    }))
}

fn stand_in_in(preferences: &pb::Preferences) -> Result<Option<StandIn>, Status> {
    let (who, until) = ("preferences.stand_in_id", "preferences.stand_in_until");
    let said = time_in(until, preferences.stand_in_until)?;
    match (preferences.stand_in_id.is_empty(), said) {
        (true, None) => Ok(None),
        (true, Some(_)) => Err(missing(who)),
        (false, None) => Err(missing(until)),
        (false, Some(until)) => Ok(Some(StandIn {
            person: id(who, &preferences.stand_in_id)?,
            until,
        })),
    }
}

pub(super) fn preferences_out(preferences: Preferences) -> pb::Preferences {
    let digest = preferences.digest;
    let days = digest.as_ref().map(|digest| digest.weekdays.clone());
    let (at, zone) = digest
        .map(|digest| (digest.at, digest.time_zone))
        .unwrap_or_default();
    let stand_in = preferences.stand_in.as_ref();
    let kinds = preferences.kinds.into_iter();
    pb::Preferences {
        kinds: kinds.map(kind_preference_out).collect(),
        digest_at: at,
        digest_time_zone: zone,
        digest_weekdays: days.into_iter().flatten().map(u32::from).collect(),
        quiet_even_if_urgent: preferences.quiet_even_if_urgent,
        stand_in_id: stand_in.map_or_else(String::new, |one| one.person.to_string()),
        stand_in_until: stand_in.map(|one| time_out(one.until)),
    }
}

fn kind_preference_out((kind, wish): (MessageKind, KindPreference)) -> pb::KindPreference {
    let channels = wish.channels.iter().flatten();
    pb::KindPreference {
        kind: kind_out(kind).into(),
        chosen: wish.channels.is_some(),
        channels: channels.map(|one| channel_out(*one).into()).collect(),
        digest: wish.digest,
    }
}

pub(super) fn scope_in(scope: &pb::SilenceScope) -> Result<SilenceScope, Status> {
    let kind = |kind: &i32| kind_in("scope.kinds", *kind);
    Ok(SilenceScope {
        kinds: scope.kinds.iter().map(kind).collect::<Result<_, _>>()?,
        person: said("scope.person_id", &scope.person_id)?,
        department: said("scope.department_id", &scope.department_id)?,
        request: said("scope.service_request_id", &scope.service_request_id)?,
    })
}

/// The id in `field`, if one is said.
fn said<T>(field: &'static str, text: &str) -> Result<Option<T>, Status>
where
    T: std::str::FromStr<Err = InvalidId>,
{
    match text.is_empty() {
        true => Ok(None),
        false => id(field, text).map(Some),
    }
}

pub(super) fn scope_out(scope: &SilenceScope) -> pb::SilenceScope {
    let (person, department) = (scope.person.as_ref(), scope.department.as_ref());
    let kinds = scope.kinds.iter();
    pb::SilenceScope {
        kinds: kinds.map(|kind| kind_out(*kind).into()).collect(),
        person_id: person.map_or_else(String::new, ToString::to_string),
        department_id: department.map_or_else(String::new, ToString::to_string),
        service_request_id: scope.request.map_or_else(String::new, |id| id.to_string()),
    }
}

/// The instant in `field`, which has to be said.
pub(super) fn required_time(
    field: &'static str,
    time: Option<prost_types::Timestamp>,
) -> Result<Timestamp, Status> {
    time_in(field, time)?.ok_or_else(|| missing(field))
}
