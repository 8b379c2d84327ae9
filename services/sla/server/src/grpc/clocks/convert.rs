//! Between the protocol and the domain.

use khidma_edge::instant::time_out;
use khidma_events::sla::{Metric, Verdict};
use khidma_kernel::{DepartmentId, Timestamp};
use khidma_proto::sla as pb;
use khidma_sla_domain::{Clock, ClockRefusal, ClockState, Clocks, Terms};
use tonic::Status;

use super::lens::Lens;
use crate::grpc::metric::{metric_in, metric_out};
use crate::views::ClocksRow;

pub(super) fn metrics_in(numbers: &[i32]) -> Result<Vec<Metric>, Status> {
    let metrics = numbers.iter().map(|number| metric_in("metrics", *number));
    metrics.collect()
}

fn state_out(state: ClockState) -> pb::ClockState {
    match state {
        ClockState::Running => pb::ClockState::Running,
        ClockState::Paused => pb::ClockState::Paused,
        ClockState::Stopped => pb::ClockState::Stopped,
        ClockState::Cancelled => pb::ClockState::Cancelled,
    }
}

fn verdict_out(verdict: Option<Verdict>) -> pb::Verdict {
    match verdict {
        None => pb::Verdict::Unspecified,
        Some(Verdict::Met) => pb::Verdict::Met,
        Some(Verdict::Breached) => pb::Verdict::Breached,
    }
}

/// A clock of the request `id` as it is now.
pub(super) fn clock_out(
    id: &str,
    row: &ClocksRow,
    clock: &Clock,
    lens: &mut Lens,
) -> Result<pb::Clock, Status> {
    let now = lens.now;
    let external = row.file.external.as_ref();
    let external = external.map(|external| external.id.as_str());
    let of = Of {
        id,
        external: external.unwrap_or_default(),
        clocks: &row.entity.state,
    };
    lens.on(|terms| of.clock(clock, now, terms))
}

/// Whose clock it is.
pub(super) struct Of<'a> {
    pub(super) id: &'a str,
    pub(super) external: &'a str,
    pub(super) clocks: &'a Clocks,
}

impl Of<'_> {
    /// The clock as it is `now` under `terms`.
    pub(super) fn clock(
        &self,
        clock: &Clock,
        now: Timestamp,
        terms: &Terms,
    ) -> Result<pb::Clock, ClockRefusal> {
        let promise = clock.promise();
        let calendar = promise.and_then(|promise| promise.calendar.as_ref());
        let owner = clock.segments.last();
        let owner = owner.and_then(|segment| self.clocks.owner_of(segment));
        Ok(pb::Clock {
            service_request_id: self.id.to_owned(),
            metric: metric_out(clock.metric).into(),
            number: clock.number,
            state: state_out(clock.state()).into(),
            verdict: verdict_out(clock.verdict()).into(),
            policy_id: promise.map_or_else(String::new, |promise| promise.policy.to_string()),
            policy_version: promise.map_or(0, |promise| promise.version),
            rule: rule_name(clock, terms)?,
            target_seconds: promise.map_or(0, |promise| promise.target_seconds),
            calendar_id: calendar.map_or_else(String::new, |one| one.calendar.to_string()),
            calendar_revision: calendar.map_or(0, |one| one.revision),
            owner_id: owner.map_or_else(String::new, DepartmentId::to_string),
            elapsed_micros: clock.elapsed_at(now, terms)?,
            started: clock.started().map(time_out),
            due: clock.due.map(time_out),
            breached: clock.breached.map(time_out),
            ended: clock.ended.map(|ended| time_out(ended.at)),
            warned_percents: clock.warned.iter().map(|one| u32::from(*one)).collect(),
            external_id: self.external.to_owned(),
            time_zone_data: promise
                .map(|promise| promise.time_zone_data.clone())
                .unwrap_or_default(),
        })
    }
}

/// The name of the rule under which a clock counts.
fn rule_name(clock: &Clock, terms: &Terms) -> Result<String, ClockRefusal> {
    let Some(promise) = clock.promise() else {
        return Ok(String::new());
    };
    let policy = terms.book.version(&promise.policy, promise.version);
    let policy = policy.ok_or_else(|| ClockRefusal::UnknownPolicy {
        policy: Some(promise.policy.clone()),
        version: promise.version,
    })?;
    let rule = policy.spec.rules.get(promise.rule as usize);
    Ok(rule.map(|rule| rule.name.clone()).unwrap_or_default())
}
