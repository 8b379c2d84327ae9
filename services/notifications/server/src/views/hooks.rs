//! Rows that one part of the service writes and another reads: what holds for whom when something is to be told.

use std::collections::{BTreeMap, BTreeSet};

use khidma_engine::{EntityRow, entity_key};
use khidma_events::notifications::{
    Channel, EndpointKind, EndpointOwner, MessageKind, Preferences, preferences_entity,
};
use khidma_kernel::{EndpointId, PersonId, SilenceId, Timestamp};
use khidma_notifications_domain::silence::{Silence, Told};
use khidma_notifications_domain::tell::Tell;
use khidma_projection::{RowError, Rows};
use serde::{Deserialize, Serialize};

use super::find::Find;
use crate::keys;

/// The silences that hold or will, under [`keys::silences`]: those that name a person apart, so that what somebody wants for
/// themselves costs others nothing. Of the rest few hold at a time, and every message asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunningSilences(pub(crate) BTreeMap<SilenceId, Silence>);

/// An owner's endpoints, under [`keys::endpoints_of`], those that are disabled left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndpointsRow(pub(crate) BTreeMap<EndpointId, EndpointWay>);

/// What is to be known of an endpoint to send something there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndpointWay {
    /// How it is spoken to.
    pub kind: EndpointKind,
    /// Only messages of these kinds; of all if empty.
    pub kinds: BTreeSet<MessageKind>,
    /// In which language.
    pub language: String,
}

impl RunningSilences {
    /// Whether one of them keeps that from `person` (or from a department's endpoints), as it happened `at` that time.
    pub(super) fn hold(&self, tell: &Tell, person: Option<&PersonId>, at: Timestamp) -> bool {
        let told = Told {
            message: &tell.message,
            urgent: tell.urgent,
            person,
            provider: tell.provider.as_ref(),
            at,
        };
        self.0.values().any(|silence| silence.covers(&told))
    }
}

impl EndpointWay {
    /// The channel it stands for.
    pub(crate) fn channel(&self) -> Channel {
        match self.kind {
            EndpointKind::Webhook => Channel::Webhook,
            EndpointKind::Chat => Channel::Chat,
        }
    }

    /// Whether it takes messages of that kind.
    pub(crate) fn takes(&self, kind: MessageKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// What a person said they want to hear. Their entity's row begins with it: the state of its room is the preferences.
pub(super) fn preferences(rows: &impl Find, person: &PersonId) -> Result<Preferences, RowError> {
    let row: Option<EntityRow<Preferences>> =
        rows.find(&entity_key(&preferences_entity(person)))?;
    Ok(row.map(|row| row.state).unwrap_or_default())
}

/// The silences that were begun and not ended: those that name that person, or those that name nobody.
pub(super) fn silences(
    rows: &Rows<'_>,
    person: Option<&PersonId>,
) -> Result<RunningSilences, RowError> {
    Ok(rows.get(&keys::silences(person))?.unwrap_or_default())
}

/// The endpoints of a department or person.
pub(super) fn endpoints(rows: &impl Find, owner: &EndpointOwner) -> Result<EndpointsRow, RowError> {
    Ok(rows.find(&keys::endpoints_of(owner))?.unwrap_or_default())
}
