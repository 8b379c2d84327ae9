//! As reported beside as computed now: the same facts under the same policies, with the latest revision of each calendar
//! and the time-zone data of today.

use std::collections::{BTreeSet, VecDeque};

use futures::Stream;
use khidma_edge::identity;
use khidma_edge::instant::time_out;
use khidma_edge::query::{Stop, reader_at};
use khidma_edge::server::deadline;
use khidma_kernel::Timestamp;
use khidma_proto::sla as pb;
use khidma_sla_domain::{ClockRefusal, Terms, recompute};
use tonic::{Request, Status};

use super::ClocksGrpc;
use super::access::{profile, readable};
use super::convert::Of;
use super::filter::{Filter, counted};
use super::lens::Lens;
use super::through::Work;
use crate::grpc::metric::metric_out;
use crate::views::ClocksRow;

impl ClocksGrpc {
    pub(super) async fn recompute(
        &self,
        request: Request<pb::RecomputeRequest>,
    ) -> Result<pb::RecomputeResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let (position, now) = (reader.position().0, self.clock.now());
        let found = readable(&reader, &message.service_request_id, &caller)?;
        let shelf = self.shelf.clone();
        let scan = move |_: &Stop| {
            let mut lens = Lens::new(reader, shelf, now)?;
            lens.on(|terms| both(&found.id, &found.row, now, terms))
        };
        Ok(pb::RecomputeResponse {
            clocks: self.scans.run(patience, scan).await?,
            time_zone_data: khidma_calendar::tzdb_version().to_owned(),
            as_of: Some(time_out(now)),
            position,
        })
    }

    pub(super) async fn recompute_period(
        &self,
        request: Request<pb::RecomputePeriodRequest>,
    ) -> Result<impl Stream<Item = Result<pb::RecomputePeriodResponse, Status>> + use<>, Status>
    {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let now = self.clock.now();
        let filter = Filter::of(message.filter, &caller, now)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let summary = pb::RecomputeSummary::default();
        Ok(self.through(reader, now, Differences { filter, summary }))
    }
}

struct Differences {
    filter: Filter,
    summary: pb::RecomputeSummary,
}

impl Work for Differences {
    type Item = pb::RecomputePeriodResponse;

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
        let counted = counted(&self.filter, row);
        if counted.is_empty() {
            return Ok(());
        }
        let counted: BTreeSet<_> = counted
            .iter()
            .map(|clock| (i32::from(metric_out(clock.metric)), clock.number))
            .collect();
        let now = lens.now;
        self.summary.requests += 1;
        for clock in lens.on(|terms| both(id, row, now, terms))? {
            let reported = clock.reported.as_ref();
            let wanted = match (reported, &clock.computed) {
                (Some(clock), _) => counted.contains(&(clock.metric, clock.number)),
                // What has no counterpart as reported is of whom it would be of.
                (None, Some(clock)) => self.filter.fits_computed(clock),
                (None, None) => false,
            };
            self.summary.clocks += u64::from(wanted);
            if wanted && clock.differs {
                self.summary.differing += 1;
                out.push_back(pb::RecomputePeriodResponse {
                    difference: Some(clock),
                    summary: None,
                });
            }
        }
        Ok(())
    }

    fn end(self) -> Option<Self::Item> {
        Some(pb::RecomputePeriodResponse {
            difference: None,
            summary: Some(self.summary),
        })
    }
}

/// The clocks of a request, twice.
fn both(
    id: &str,
    row: &ClocksRow,
    now: Timestamp,
    terms: &Terms,
) -> Result<Vec<pb::RecomputedClock>, ClockRefusal> {
    let today = Terms {
        book: terms.book.clone(),
        almanac: terms.almanac.latest_only().into(),
    };
    let reported = &row.entity.state;
    let (computed, _) = recompute(reported, &row.file.facts, now, &today)?;
    let external = row.file.external.as_ref();
    let external = external.map(|external| external.id.as_str());
    let of = |clocks| Of {
        id,
        external: external.unwrap_or_default(),
        clocks,
    };
    let new = computed
        .clocks
        .iter()
        .filter(|clock| reported.get(clock.reference()).is_none());
    let all = reported.clocks.iter().chain(new);
    let both = all.map(|clock| {
        let clock = clock.reference();
        let reported = reported
            .get(clock)
            .map(|clock| of(reported).clock(clock, now, terms));
        let computed_now = computed
            .get(clock)
            .map(|clock| of(&computed).clock(clock, now, &today));
        let (reported, computed) = (reported.transpose()?, computed_now.transpose()?);
        Ok(pb::RecomputedClock {
            differs: differ(reported.as_ref(), computed.as_ref()),
            reported,
            computed,
        })
    });
    both.collect()
}

fn differ(reported: Option<&pb::Clock>, computed: Option<&pb::Clock>) -> bool {
    let result = |clock: &pb::Clock| {
        (
            (clock.state, clock.verdict, clock.elapsed_micros),
            (clock.due, clock.breached, clock.ended),
        )
    };
    reported.map(result) != computed.map(result)
}
