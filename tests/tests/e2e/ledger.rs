//! What the log holds, read as an operator reads it.

use std::collections::{BTreeMap, HashMap};

use khidma_kernel::derived_id;
use khidma_proto::operations::{ListProjectionsRequest, TailEventsRequest};
use serde_json::Value;
use uuid::Uuid;

use crate::clients::Operations;
use crate::site::{ADMIN, Site, Who};

/// A commit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub entity: String,
    /// The idempotency key, made the caller's own.
    pub key: Option<Uuid>,
    /// The events' types and data.
    pub events: Vec<(String, Value)>,
}

/// All commits of requests, by position.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub entries: BTreeMap<u64, Entry>,
}

impl Ledger {
    /// Reads the log of the server at `address` to its present end.
    pub(crate) async fn read(site: &Site, address: &str) -> Self {
        let mut operations = Operations::new(site.connect(address, ADMIN).await);
        let all = TailEventsRequest {
            stop_at_head: true,
            ..TailEventsRequest::default()
        };
        let mut events = operations.tail_events(all).await.unwrap().into_inner();
        let mut entries = BTreeMap::<u64, Entry>::new();
        while let Some(event) = events.message().await.unwrap() {
            let cloud: Value = serde_json::from_str(&event.cloud_event_json).unwrap();
            if cloud["source"] != "/khidma/requests" {
                continue;
            }
            let told = (
                cloud["type"].as_str().unwrap().to_owned(),
                cloud["data"].clone(),
            );
            let begin = || Entry {
                entity: cloud["subject"].as_str().unwrap().to_owned(),
                key: cloud["idempotencykey"]
                    .as_str()
                    .map(|key| key.parse().unwrap()),
                events: Vec::new(),
            };
            let entry = entries.entry(event.position).or_insert_with(begin);
            entry.events.push(told);
        }
        Self { entries }
    }

    /// Where the commits of each key stand. A key with two has been carried out twice.
    pub(crate) fn by_key(&self) -> HashMap<Uuid, Vec<u64>> {
        let mut positions = HashMap::<Uuid, Vec<u64>>::new();
        for (position, entry) in &self.entries {
            if let Some(key) = entry.key {
                positions.entry(key).or_default().push(*position);
            }
        }
        positions
    }

    /// Where the commits of the command that `who` sent under `request_id` stand.
    pub(crate) fn positions(&self, who: Who, request_id: &str) -> Vec<u64> {
        let found = self.by_key().remove(&key_of(who, request_id));
        found.unwrap_or_default()
    }

    /// The events of `entity` of the type `khidma.requests.<name>.v1`, in order.
    pub(crate) fn events<'a>(
        &'a self,
        entity: &'a str,
        name: &str,
    ) -> impl Iterator<Item = &'a Value> {
        let wanted = format!("khidma.requests.{name}.v1");
        let entries = self
            .entries
            .values()
            .filter(move |entry| entry.entity == entity);
        let events = entries.flat_map(|entry| &entry.events);
        events.filter_map(move |(name, data)| (*name == wanted).then_some(data))
    }
}

/// The key as the log holds it: one caller's never meets another's.
pub(crate) fn key_of(who: Who, request_id: &str) -> Uuid {
    let actor = format!("person:{}", who.person);
    let key: Uuid = request_id.parse().unwrap();
    derived_id(&[actor.as_bytes(), key.as_bytes()])
}

/// The position of the last commit.
pub(crate) async fn head(site: &Site, address: &str) -> u64 {
    let mut operations = Operations::new(site.connect(address, ADMIN).await);
    let answer = operations.list_projections(ListProjectionsRequest {}).await;
    answer.unwrap().into_inner().log_head
}
