//! The row of a request: one row holds what decisions need, what lists show and the end of the timeline, because
//! rows per event are what a read model costs.

use khidma_engine::EntityRow;
use khidma_events::requests::Channel;
use khidma_kernel::{OfferingId, Position, Timestamp};
use khidma_requests_domain::Request;
use serde::{Deserialize, Serialize};

use super::Entry;

/// All of a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RequestRow {
    /// What decisions need.
    pub entity: EntityRow<Option<Request>>,
    /// What lists show besides.
    pub card: Card,
    /// The full pages of the timeline, which stand in rows of their own.
    pub pages: Vec<PageMark>,
    /// The end of the timeline.
    pub recent: Vec<Entry>,
}

/// What a full page of a timeline holds, so that only the pages that are wanted need be read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct PageMark {
    /// How many entries.
    pub entries: u32,
    /// Where the last one's commit stands.
    pub last: Position,
}

/// The beginning of a [`RequestRow`], without the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RequestHead {
    pub entity: EntityRow<Option<Request>>,
    pub card: Card,
}

/// What lists show of a request and no decision needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Card {
    pub title: String,
    pub description: String,
    pub offering: Option<OfferingId>,
    /// The version of the offering it was made under; 0 without one.
    pub offering_version: u32,
    /// The answers to the offering's form, as JSON; empty if there are none.
    pub answers: String,
    pub channel: Channel,
    pub submitted: Timestamp,
    /// When something last happened that both sides see.
    pub updated: Timestamp,
    /// Where the last commit stands that both sides see something of.
    pub seen: Position,
    pub acknowledged: Option<Timestamp>,
    pub resolved: Option<Timestamp>,
    pub reopened: u32,
}

impl RequestHead {
    /// About how many bytes it takes in an answer.
    pub(crate) fn size(&self) -> usize {
        let state = self.entity.state.iter();
        let watchers = state.flat_map(|request| &request.watchers);
        let watchers: usize = watchers.map(|person| person.as_str().len() + 2).sum();
        let Card {
            title,
            description,
            answers,
            ..
        } = &self.card;
        512 + title.len() + description.len() + answers.len() + watchers
    }
}
