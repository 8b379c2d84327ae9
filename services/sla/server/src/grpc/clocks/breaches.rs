//! Promises that were broken, the latest first.

use khidma_edge::identity;
use khidma_edge::instant::time_in;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, backwards, beginning};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_engine::entity_key;
use khidma_events::sla::Metric;
use khidma_kernel::{Timestamp, digest};
use khidma_projection::Reader;
use khidma_proto::sla as pb;
use tonic::{Request, Status};

use super::ClocksGrpc;
use super::access::Scope;
use super::convert::{clock_out, metrics_in};
use super::lens::Lens;
use crate::keys;
use crate::views::ClocksRow;

/// Which of them somebody asks for.
#[derive(Debug)]
struct Wish {
    scope: Scope,
    metrics: Vec<Metric>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl ClocksGrpc {
    pub(super) async fn breaches(
        &self,
        request: Request<pb::ListBreachesRequest>,
    ) -> Result<pb::ListBreachesResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let wish = Wish {
            scope: Scope::of(&caller, &message.department_ids)?,
            metrics: metrics_in(&message.metrics)?,
            from: time_in("from", message.from)?,
            to: time_in("to", message.to)?,
        };
        let query = digest(format!("breaches {wish:?}").as_bytes());
        let before = PageToken::decode(&message.page_token, query)?;
        let (now, shelf) = (self.clock.now(), self.shelf.clone());
        let room = Room::new(size, self.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| {
            let mut lens = Lens::new(reader.clone(), shelf, now)?;
            wish.part(&mut lens, before, room, stop)
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((breaches, next), position) = read.await?;
        Ok(pb::ListBreachesResponse {
            breaches,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

impl Wish {
    /// Goes back in time from `before` on.
    fn part(
        &self,
        lens: &mut Lens,
        before: Option<Vec<u8>>,
        room: Room<pb::Breach>,
        stop: &Stop,
    ) -> Result<Part<pb::Breach>, Status> {
        let at = |time: Timestamp| [keys::BREACHES, &keys::instant(time)].concat();
        let all = beginning(keys::BREACHES);
        let range = self.from.map_or(all.start, at)..self.to.map_or(all.end, at);
        let rows = backwards(&lens.reader, range, before);
        room.fill(rows, stop, |key, _| self.breach(key, lens))
    }

    /// The breach that stands under `key`, if it is asked for; it may have been retracted since.
    fn breach(&self, key: &[u8], lens: &mut Lens) -> Result<Option<pb::Breach>, Status> {
        let behind = key.get(keys::BREACHES.len() + 8..).unwrap_or_default();
        let Some((id, clock)) = keys::read_clock(behind) else {
            return Ok(None);
        };
        if !self.metrics.is_empty() && !self.metrics.contains(&clock.metric) {
            return Ok(None);
        }
        let row: Option<ClocksRow> = lens.reader.get(&entity_key(id)).map_err(unreadable)?;
        let Some(row) = row else { return Ok(None) };
        let Some(clock) = row.entity.state.get(clock) else {
            return Ok(None);
        };
        let owner = clock
            .breached
            .and_then(|at| clock.owner_at(&row.entity.state, at));
        let Some(owner) = owner.filter(|owner| self.scope.has(owner)) else {
            return Ok(None);
        };
        let clock = clock_out(id, &row, clock, lens)?;
        Ok(Some(pb::Breach {
            clock: Some(clock),
            owner_id: owner.to_string(),
        }))
    }
}
