//! How requests hang together, and what has to follow from that: what leads to a request from others, who is told what
//! came of a concern, and whether a merge stands.
//!
//! A merge is decided on the request that ends, by what was known of the other one then. Here, in the order of the log,
//! it is looked at again: a merge into what had ended or been merged before is taken back. So of merges that cross, or
//! that close a circle of any length, just the last does not stand, and all who fold the log agree which one that is.

use std::collections::{BTreeMap, BTreeSet};

use khidma_engine::entity_key;
use khidma_events::requests::{LinkKind, OutcomePublished, RequestEvent, RequestKind};
use khidma_kernel::{OfferingId, Recorded, ServiceRequestId, Timestamp, digest};
use khidma_projection::{AgendaItem, RowError, Rows};
use khidma_requests_domain::{Request, State};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AT_ONCE, RequestRow};
use crate::keys;

/// The agenda's kind for letting the people of a merged request follow the one that goes on; of the one that ended.
pub(crate) const RECEIVE_MERGE: &str = "receive-merge";
/// The agenda's kind for taking back a merge that does not stand; of the one that ended.
pub(crate) const TAKE_BACK_MERGE: &str = "take-back-merge";
/// The agenda's kind for telling what came of one concern to who raised another: both ids, with a space between.
pub(crate) const SHARE_OUTCOME: &str = "share-outcome";

/// What others say of a request, and what came of it. Only few requests have such a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Related {
    /// Which requests say how they hang together with it.
    pub back: BTreeSet<(LinkKind, ServiceRequestId)>,
    /// Which were merged into it, directly or by way of others.
    pub merged: BTreeSet<ServiceRequestId>,
    /// What was last published to have come of it.
    pub outcome: Option<Published>,
    /// What was last told here of other concerns, as a fingerprint of the words.
    pub told: BTreeMap<ServiceRequestId, u64>,
}

/// What was published to have come of a concern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Published {
    /// The event that said so.
    pub event: Uuid,
    pub outcome: String,
    pub acted: bool,
    /// Its key in the list of outcomes.
    pub listed: Vec<u8>,
}

/// An outcome as the list shows it: nothing in it or in its key leads to the concern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ListedOutcome {
    pub offering: Option<OfferingId>,
    /// Days since 1970-01-01.
    pub day: i64,
    pub outcome: String,
    pub acted: bool,
}

/// A request whose commit is folded.
pub(super) struct Folded<'a> {
    pub id: ServiceRequestId,
    /// As it was before the commit.
    pub before: Option<&'a Request>,
    /// As it is after the commit.
    pub after: &'a Request,
    pub offering: Option<&'a OfferingId>,
}

impl Folded<'_> {
    pub(super) fn apply(
        &self,
        recorded: &Recorded<RequestEvent>,
        rows: &mut Rows<'_>,
    ) -> Result<(), RowError> {
        match &recorded.event {
            RequestEvent::Linked(event) => self.linked(event.kind, event.request, rows),
            RequestEvent::Unlinked(event) => self.unlinked(event.kind, event.request, rows),
            RequestEvent::Merged(event) => self.merged(event.into, rows),
            RequestEvent::MergeReceived(event) => {
                rows.unschedule(AT_ONCE, &item(RECEIVE_MERGE, event.from));
                Ok(())
            }
            RequestEvent::Reopened(_) => {
                if self
                    .before
                    .is_some_and(|before| before.state == State::Merged)
                {
                    rows.unschedule(AT_ONCE, &item(TAKE_BACK_MERGE, self.id));
                }
                Ok(())
            }
            RequestEvent::OutcomePublished(event) => self.published(recorded, event, rows),
            RequestEvent::OutcomeShared(event) => {
                let words = fingerprint(&event.outcome, event.acted);
                self.told(event.concern, words, rows)
            }
            _ => Ok(()),
        }
    }

    fn linked(
        &self,
        kind: LinkKind,
        other: ServiceRequestId,
        rows: &mut Rows<'_>,
    ) -> Result<(), RowError> {
        change(other, rows, |related| {
            related.back.insert((kind, self.id));
        })?;
        if shares(kind) {
            share(self.id, other, rows)?;
            share(other, self.id, rows)?;
        }
        Ok(())
    }

    fn unlinked(
        &self,
        kind: LinkKind,
        other: ServiceRequestId,
        rows: &mut Rows<'_>,
    ) -> Result<(), RowError> {
        change(other, rows, |related| {
            related.back.remove(&(kind, self.id));
        })?;
        // What was to be told and has not been is told no longer, unless the two hang together in another way too.
        for (concern, listener) in [(self.id, other), (other, self.id)] {
            if !self.listeners(concern, rows)?.contains(&listener) {
                rows.unschedule(AT_ONCE, &sharing(concern, listener));
            }
        }
        Ok(())
    }

    fn merged(&self, into: ServiceRequestId, rows: &mut Rows<'_>) -> Result<(), RowError> {
        let target = request(into, rows)?;
        let stands =
            target.is_some_and(|target| target.state.takes_in() && target.kind == self.after.kind);
        if !stands {
            return rows.schedule(AT_ONCE, &item(TAKE_BACK_MERGE, self.id));
        }
        let mut sources = related(self.id, rows)?.merged;
        sources.insert(self.id);
        change(into, rows, |related| related.merged.extend(&sources))?;
        for source in sources {
            share(into, source, rows)?;
        }
        rows.schedule(AT_ONCE, &item(RECEIVE_MERGE, self.id))
    }

    fn published(
        &self,
        recorded: &Recorded<RequestEvent>,
        event: &OutcomePublished,
        rows: &mut Rows<'_>,
    ) -> Result<(), RowError> {
        let day = recorded.at.as_micros().div_euclid(DAY);
        let listed = keys::outcome(&self.after.provider, day, &self.id.to_string());
        let mut own = related(self.id, rows)?;
        if let Some(before) = &own.outcome {
            rows.delete(&before.listed);
        }
        let shown = ListedOutcome {
            offering: self.offering.cloned(),
            day,
            outcome: event.outcome.clone(),
            acted: event.acted,
        };
        rows.put(&listed, &shown)?;
        own.outcome = Some(Published {
            event: recorded.id,
            outcome: event.outcome.clone(),
            acted: event.acted,
            listed,
        });
        rows.put(&keys::related(&self.id), &own)?;
        for listener in self.listeners(self.id, rows)? {
            share(self.id, listener, rows)?;
        }
        Ok(())
    }

    /// Who raised this one has been told what came of `concern`. If that is its last outcome, there is no more to tell.
    fn told(
        &self,
        concern: ServiceRequestId,
        words: u64,
        rows: &mut Rows<'_>,
    ) -> Result<(), RowError> {
        change(self.id, rows, |related| {
            related.told.insert(concern, words);
        })?;
        if related(concern, rows)?.said() == Some(words) {
            rows.unschedule(AT_ONCE, &sharing(concern, self.id));
        }
        Ok(())
    }

    /// Which requests' raisers are told what came of `concern`.
    fn listeners(
        &self,
        concern: ServiceRequestId,
        rows: &Rows<'_>,
    ) -> Result<BTreeSet<ServiceRequestId>, RowError> {
        let links = if concern == self.id {
            self.after.links.clone()
        } else {
            request(concern, rows)?
                .map(|request| request.links)
                .unwrap_or_default()
        };
        let related = related(concern, rows)?;
        let linked = links.into_iter().chain(related.back);
        let linked = linked.filter(|(kind, _)| shares(*kind));
        Ok(linked
            .map(|(_, other)| other)
            .chain(related.merged)
            .collect())
    }
}

impl Related {
    /// A fingerprint of what was last published.
    fn said(&self) -> Option<u64> {
        let outcome = self.outcome.as_ref()?;
        Some(fingerprint(&outcome.outcome, outcome.acted))
    }
}

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// The first instant of a day.
pub(crate) fn midnight(day: i64) -> Timestamp {
    Timestamp::from_micros(day.saturating_mul(DAY))
}

/// Whether what comes of one of two concerns that hang together so is told to who raised the other.
fn shares(kind: LinkKind) -> bool {
    match kind {
        LinkKind::DuplicateOf | LinkKind::SimilarTo => true,
        LinkKind::CausedBy => false,
    }
}

fn fingerprint(outcome: &str, acted: bool) -> u64 {
    digest(&[&[u8::from(acted)], outcome.as_bytes()].concat())
}

fn item(kind: &str, request: ServiceRequestId) -> AgendaItem {
    AgendaItem {
        kind: kind.to_owned(),
        entity: request.to_string(),
    }
}

fn sharing(concern: ServiceRequestId, listener: ServiceRequestId) -> AgendaItem {
    AgendaItem {
        kind: SHARE_OUTCOME.to_owned(),
        entity: format!("{concern} {listener}"),
    }
}

/// Has what came of `concern` told to who raised `listener`, unless it was or nothing has come of it.
fn share(
    concern: ServiceRequestId,
    listener: ServiceRequestId,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let Some(said) = related(concern, rows)?.said() else {
        return Ok(());
    };
    let told = related(listener, rows)?.told.get(&concern) == Some(&said);
    let listens = request(listener, rows)?.is_some_and(|it| it.kind == RequestKind::Concern);
    if told || !listens || concern == listener {
        return Ok(());
    }
    rows.schedule(AT_ONCE, &sharing(concern, listener))
}

fn related(id: ServiceRequestId, rows: &Rows<'_>) -> Result<Related, RowError> {
    Ok(rows.get(&keys::related(&id))?.unwrap_or_default())
}

fn change(
    id: ServiceRequestId,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut Related),
) -> Result<(), RowError> {
    let mut row = related(id, rows)?;
    change(&mut row);
    rows.put(&keys::related(&id), &row)?;
    rows.touch(&id.to_string());
    Ok(())
}

fn request(id: ServiceRequestId, rows: &Rows<'_>) -> Result<Option<Request>, RowError> {
    let row: Option<RequestRow> = rows.get(&entity_key(&id.to_string()))?;
    Ok(row.and_then(|row| row.entity.state))
}
