//! What a report counts, clock by clock.

use std::collections::VecDeque;

use futures::Stream;
use khidma_edge::identity;
use khidma_edge::query::reader_at;
use khidma_edge::server::deadline;
use khidma_proto::sla as pb;
use tonic::{Request, Status};

use super::ClocksGrpc;
use super::access::profile;
use super::convert::clock_out;
use super::filter::{Filter, counted};
use super::lens::Lens;
use super::through::Work;
use crate::views::ClocksRow;

struct Export {
    filter: Filter,
}

impl ClocksGrpc {
    pub(super) async fn export(
        &self,
        request: Request<pb::ExportClocksRequest>,
    ) -> Result<impl Stream<Item = Result<pb::ExportClocksResponse, Status>> + use<>, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let now = self.clock.now();
        let filter = Filter::of(message.filter, &caller, now)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        Ok(self.through(reader, now, Export { filter }))
    }
}

impl Work for Export {
    type Item = pb::ExportClocksResponse;

    fn row(
        &mut self,
        id: &str,
        row: &ClocksRow,
        lens: &mut Lens,
        out: &mut VecDeque<Self::Item>,
    ) -> Result<(), Status> {
        let profile = profile(row);
        if !profile.is_some_and(|profile| self.filter.fits_request(row, &profile)) {
            return Ok(());
        }
        for clock in counted(&self.filter, row) {
            let clock = Some(clock_out(id, row, clock, lens)?);
            out.push_back(pb::ExportClocksResponse { clock });
        }
        Ok(())
    }

    fn end(self) -> Option<Self::Item> {
        None
    }
}
