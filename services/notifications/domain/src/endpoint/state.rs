//! What decisions about an endpoint, and its sending, need to know.

use std::collections::BTreeSet;

use khidma_events::notifications::{EndpointKind, EndpointOwner, EndpointSpec, MessageKind};
use khidma_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// An endpoint that was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Whose messages it gets.
    pub owner: EndpointOwner,
    /// How it is spoken to.
    pub kind: EndpointKind,
    /// Where it is.
    pub url: String,
    /// Only messages of these kinds; of all if empty.
    pub kinds: BTreeSet<MessageKind>,
    /// In which language.
    pub language: String,
    /// Whether messages are sent to it.
    pub enabled: bool,
    /// The number of its present secret.
    pub generation: u32,
    /// Until when messages are signed with the secret before, too.
    pub old_until: Option<Timestamp>,
    /// Whether it is no more.
    pub removed: bool,
}

impl Endpoint {
    /// What is known of it besides its owner.
    pub fn spec(&self) -> EndpointSpec {
        EndpointSpec {
            kind: self.kind,
            url: self.url.clone(),
            kinds: self.kinds.clone(),
            language: self.language.clone(),
        }
    }

    /// Whether it is there and wants messages of `kind`.
    pub fn wants(&self, kind: MessageKind) -> bool {
        self.enabled && !self.removed && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }

    /// With which of its secrets a message is signed at `now`, the present one first.
    pub fn generations(&self, now: Timestamp) -> Vec<u32> {
        let old = self.old_until.filter(|until| now < *until);
        let old = old.map(|_| self.generation.saturating_sub(1));
        [Some(self.generation), old.filter(|number| *number > 0)]
            .into_iter()
            .flatten()
            .collect()
    }

    pub(super) fn take(&mut self, spec: EndpointSpec) {
        self.kind = spec.kind;
        self.url = spec.url;
        self.kinds = spec.kinds;
        self.language = spec.language;
    }
}
