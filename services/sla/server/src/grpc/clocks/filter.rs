//! Which clocks a report counts.

use std::collections::BTreeSet;

use khidma_edge::instant::time_in;
use khidma_edge::status;
use khidma_events::sla::Metric;
use khidma_kernel::{Caller, DepartmentId, InvalidId, OfferingId, Timestamp};
use khidma_proto::sla as pb;
use khidma_sla_domain::{Clock, Profile};
use tonic::Status;

use super::access::Scope;
use super::convert::metrics_in;
use crate::grpc::metric::metric_out;
use crate::views::ClocksRow;

/// Which clocks a report counts.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    by_submission: bool,
    scope: Scope,
    metrics: Vec<Metric>,
    offerings: BTreeSet<OfferingId>,
    requesters: BTreeSet<DepartmentId>,
    /// When that is which has not ended.
    now: Timestamp,
}

impl Filter {
    pub(super) fn of(
        filter: Option<pb::ReportFilter>,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Self, Status> {
        let filter = filter.unwrap_or_default();
        let by_submission = match filter.basis() {
            pb::PeriodBasis::Submission => true,
            pb::PeriodBasis::End | pb::PeriodBasis::Unspecified => false,
        };
        let (from, to) = (
            time_in("filter.from", filter.from)?,
            time_in("filter.to", filter.to)?,
        );
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            let message = "the period ends before it begins: to has to be after from";
            return Err(status::invalid_field("filter.to", "EMPTY_PERIOD", message));
        }
        Ok(Self {
            from,
            to,
            by_submission,
            scope: Scope::of(caller, &filter.department_ids)?,
            metrics: metrics_in(&filter.metrics)?,
            offerings: ids("filter.offerings", &filter.offerings)?,
            requesters: ids(
                "filter.requester_department_ids",
                &filter.requester_department_ids,
            )?,
            now,
        })
    }

    /// Whether clocks of such a request may be counted; `profile` is what the request is now.
    pub(super) fn fits_request(&self, row: &ClocksRow, profile: &Profile) -> bool {
        let submitted = row.file.facts.first().map(|fact| fact.at);
        let in_time = !self.by_submission || submitted.is_some_and(|at| self.holds(at));
        let offering = profile.offering.as_ref();
        let requester = profile.requester.as_ref();
        in_time
            && (self.offerings.is_empty()
                || offering.is_some_and(|one| self.offerings.contains(one)))
            && (self.requesters.is_empty()
                || requester.is_some_and(|one| self.requesters.contains(one)))
    }

    /// Whether a clock is counted, whoever owns it.
    pub(super) fn fits_clock(&self, clock: &Clock) -> bool {
        (self.metrics.is_empty() || self.metrics.contains(&clock.metric))
            && (self.by_submission || self.holds(self.end(clock)))
    }

    /// Whether a clock that was only computed is told: it is held to its own owner and metric.
    pub(super) fn fits_computed(&self, clock: &pb::Clock) -> bool {
        let owner = clock.owner_id.parse().ok();
        let wanted = |metric: &Metric| metric_out(*metric) == clock.metric();
        let wanted = self.metrics.is_empty() || self.metrics.iter().any(wanted);
        wanted && self.has(owner.as_ref())
    }

    /// Whether clocks of that owner are counted.
    pub(super) fn has(&self, owner: Option<&DepartmentId>) -> bool {
        owner.is_some_and(|owner| self.scope.has(owner))
    }

    /// By when a clock falls into a period.
    pub(super) fn instant(&self, row: &ClocksRow, clock: &Clock) -> Timestamp {
        let submitted = row.file.facts.first().map(|fact| fact.at);
        match submitted.filter(|_| self.by_submission) {
            Some(submitted) => submitted,
            None => self.end(clock),
        }
    }

    fn end(&self, clock: &Clock) -> Timestamp {
        clock.ended.map_or(self.now, |ended| ended.at)
    }

    fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

/// The clocks of a request that a report counts, in the order of the metrics' names.
pub(super) fn counted<'a>(filter: &Filter, row: &'a ClocksRow) -> Vec<&'a Clock> {
    let state = &row.entity.state;
    let owner = |clock: &Clock| {
        let last = clock.segments.last()?;
        state.owner_of(last)
    };
    let clocks = state.clocks.iter();
    let mut clocks: Vec<_> = clocks
        .filter(|clock| filter.fits_clock(clock) && filter.has(owner(clock)))
        .collect();
    clocks.sort_by_key(|clock| (clock.metric.as_str(), clock.number));
    clocks
}

fn ids<T>(field: &'static str, texts: &[String]) -> Result<BTreeSet<T>, Status>
where
    T: std::str::FromStr<Err = InvalidId> + Ord,
{
    let ids = texts
        .iter()
        .map(|text| khidma_edge::command::id(field, text));
    ids.collect()
}
