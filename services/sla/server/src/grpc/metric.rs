//! Metrics, between the protocol and the domain.

use khidma_edge::status;
use khidma_events::sla::Metric;
use khidma_proto::sla as pb;
use tonic::Status;

pub(super) fn metric_out(metric: Metric) -> pb::Metric {
    match metric {
        Metric::Acknowledge => pb::Metric::Acknowledge,
        Metric::FirstResponse => pb::Metric::FirstResponse,
        Metric::NextResponse => pb::Metric::NextResponse,
        Metric::Update => pb::Metric::Update,
        Metric::Resolve => pb::Metric::Resolve,
        Metric::Confirm => pb::Metric::Confirm,
        Metric::Ownership => pb::Metric::Ownership,
    }
}

/// The metric of that number; `None` if it is none.
pub(super) fn known_metric(number: i32) -> Option<Metric> {
    let known = |metric: &Metric| i32::from(metric_out(*metric)) == number;
    Metric::ALL.into_iter().find(known)
}

pub(super) fn metric_in(field: &str, number: i32) -> Result<Metric, Status> {
    known_metric(number).ok_or_else(|| {
        let message = format!("{field} names no metric we know");
        status::invalid_field(field, "UNKNOWN_METRIC", message)
    })
}
