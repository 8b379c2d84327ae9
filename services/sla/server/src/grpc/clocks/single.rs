//! The clocks of one request.

use khidma_edge::page::{self, PageToken};
use khidma_edge::query::reader_at;
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_events::sla::{ClockRef, Metric};
use khidma_kernel::digest;
use khidma_proto::sla as pb;
use khidma_sla_domain::{Clock, Clocks};
use tonic::{Code, Request, Status};

use super::ClocksGrpc;
use super::access::readable;
use super::convert::clock_out;
use super::lens::Lens;
use crate::grpc::metric::metric_in;

impl ClocksGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListClocksRequest>,
    ) -> Result<pb::ListClocksResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let query = digest(format!("clocks {}", message.service_request_id).as_bytes());
        let begin = PageToken::decode(&message.page_token, query)?;
        let begin = begin.and_then(|cursor| Some(u32::from_be_bytes(cursor.try_into().ok()?)));
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let found = readable(&reader, &message.service_request_id, &caller)?;
        let mut lens = Lens::new(reader, self.shelf.clone(), self.clock.now())?;
        let all = &found.row.entity.state.clocks;
        let begin = begin.unwrap_or_default() as usize;
        let end = begin.saturating_add(size).min(all.len());
        let shown = all.get(begin..end).unwrap_or_default();
        let clocks = shown
            .iter()
            .map(|clock| clock_out(&found.id, &found.row, clock, &mut lens));
        let clocks = clocks.collect::<Result<_, _>>()?;
        let next = u32::try_from(end).ok().filter(|_| end < all.len());
        Ok(pb::ListClocksResponse {
            clocks,
            next_page_token: PageToken::next(query, next.map(u32::to_be_bytes)),
            position,
        })
    }

    pub(super) async fn get(
        &self,
        request: Request<pb::GetClockRequest>,
    ) -> Result<pb::GetClockResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let metric = metric_in("metric", message.metric)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let found = readable(&reader, &message.service_request_id, &caller)?;
        let clock = clock_of(&found.row.entity.state, metric, message.number)?;
        let mut lens = Lens::new(reader, self.shelf.clone(), self.clock.now())?;
        let clock = clock_out(&found.id, &found.row, clock, &mut lens)?;
        Ok(pb::GetClockResponse {
            clock: Some(clock),
            position,
        })
    }
}

/// That clock; the last one of its metric for number 0.
pub(super) fn clock_of(clocks: &Clocks, metric: Metric, number: u32) -> Result<&Clock, Status> {
    let clock = match number {
        0 => clocks.last(metric),
        number => clocks.get(ClockRef { metric, number }),
    };
    clock.ok_or_else(|| {
        let metric = metric.as_str();
        let message = match number {
            0 => format!("the request has no clock for {metric}"),
            number => format!("the request has no clock {number} for {metric}"),
        };
        status::refusal(Code::NotFound, "UNKNOWN_CLOCK", Some("metric"), message)
    })
}
