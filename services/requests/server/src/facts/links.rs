//! What decisions about one request need to know of another.

use khidma_engine::entity_key;
use khidma_kernel::{Caller, ServiceRequestId};
use khidma_projection::{Reader, RowError};
use khidma_requests_domain::{Action, AttachedBy, Found, MergedAway, Other, Standing, Told, may};

use crate::keys;
use crate::views::{AttachmentRow, Related, RequestHead};

/// What `caller`, whose command is about `this`, may know of the request `other`.
pub(crate) fn other(
    reader: &Reader,
    caller: &Caller,
    this: Option<ServiceRequestId>,
    other: ServiceRequestId,
) -> Result<Other, RowError> {
    let found = head(reader, other)?
        .and_then(|head| head.entity.state)
        .filter(|request| may(Action::Read, Standing::of(caller, request)))
        .map(|request| Found {
            kind: request.kind,
            state: request.state,
            provider: request.provider,
        });
    Ok(Other {
        request: other,
        itself: this == Some(other),
        found,
    })
}

/// Who attached what has this digest and both sides see. Of what only the provider sees nobody asks: any of them takes
/// it away.
pub(crate) fn attached_by(
    reader: &Reader,
    request: &str,
    sha256: &str,
) -> Result<AttachedBy, RowError> {
    let key = keys::attachment(request, &sha256.to_ascii_lowercase(), false);
    let row: Option<AttachmentRow> = reader.get(&key)?;
    Ok(row.map(|row| row.by))
}

/// Who asked for and who follows the request `from`, which has ended.
pub(crate) fn merged_away(reader: &Reader, from: ServiceRequestId) -> Result<MergedAway, RowError> {
    let request = head(reader, from)?.and_then(|head| head.entity.state);
    let people = request.map(|request| {
        let requester = request.requester.into_iter();
        requester.chain(request.watchers).collect()
    });
    Ok(MergedAway {
        from,
        people: people.unwrap_or_default(),
    })
}

/// What last came of `concern`, and the event that said so.
pub(crate) fn outcome(
    reader: &Reader,
    concern: ServiceRequestId,
) -> Result<Option<(uuid::Uuid, Told)>, RowError> {
    let related: Option<Related> = reader.get(&keys::related(&concern))?;
    let published = related.and_then(|related| related.outcome);
    Ok(published.map(|published| {
        let told = Told {
            concern,
            outcome: published.outcome,
            acted: published.acted,
        };
        (published.event, told)
    }))
}

/// The request without its timeline.
pub(crate) fn head(
    reader: &Reader,
    request: ServiceRequestId,
) -> Result<Option<RequestHead>, RowError> {
    reader.get_head(&entity_key(&request.to_string()))
}
