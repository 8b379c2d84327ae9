//! Between the domain's words and the protocol's.

use khidma_edge::instant::time_out;
use khidma_edge::status;
use khidma_events::requests::{ApprovalRule, Approver};
use khidma_kernel::{PersonId, Timestamp};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_proto::requests::asked_approver::Kind;
use khidma_requests_domain::delegation::Period;
use khidma_requests_domain::{Request, State};
use tonic::Status;

use crate::facts;
use crate::grpc::convert::optional;

/// How many of those who are meant at present are named.
const NAMED: usize = 20;

/// How far the approvals of `request` are, if it needs any.
pub(in crate::grpc) fn progress_out(request: &Request) -> Option<pb::ApprovalProgress> {
    let approval = request.approval.as_ref()?;
    let waits = request.state == State::AwaitingApproval;
    let steps = u32::try_from(approval.steps.len()).unwrap_or(u32::MAX);
    // After the last one it is still the last one.
    let step = approval.current.saturating_add(1).min(steps);
    let shown = approval.steps.get(step.saturating_sub(1) as usize);
    let waiting_for = approval.waiting_for().filter(|_| waits);
    Some(pb::ApprovalProgress {
        step,
        steps,
        name: shown.map(|step| step.name.clone()).unwrap_or_default(),
        since_time: waits.then(|| time_out(approval.since)),
        due_time: approval.due().filter(|_| waits).map(time_out),
        waiting_for: waiting_for
            .map(|(_, approver)| approver_out(approver, request.requester.as_ref()))
            .collect(),
        all: shown.is_some_and(|step| step.rule == ApprovalRule::All),
        escalated: approval.escalated,
        given_ids: approval.given.values().cloned().map(String::from).collect(),
    })
}

pub(super) fn approver_out(approver: &Approver, requester: Option<&PersonId>) -> pb::AskedApprover {
    let kind = match approver {
        Approver::Role { role, department } => Kind::Role(pb::AskedRole {
            role_id: role.to_string(),
            department_id: optional(department.clone()),
        }),
        Approver::Person(person) => Kind::PersonId(person.to_string()),
        Approver::ManagerOfRequester => Kind::ManagerOfId(optional(requester.cloned())),
    };
    pb::AskedApprover {
        kind: Some(kind),
        present_ids: Vec::new(),
    }
}

/// The other way round; `None` for what no event says.
fn approver_in(approver: &pb::AskedApprover) -> Option<Approver> {
    Some(match approver.kind.as_ref()? {
        Kind::Role(role) => Approver::Role {
            role: role.role_id.parse().ok()?,
            department: role.department_id.parse().ok(),
        },
        Kind::PersonId(person) => Approver::Person(person.parse().ok()?),
        Kind::ManagerOfId(_) => Approver::ManagerOfRequester,
    })
}

/// Names those who are meant at present by whom `request` waits for.
pub(in crate::grpc) fn name(
    reader: &Reader,
    request: &mut pb::ServiceRequest,
) -> Result<(), RowError> {
    let requester: Option<PersonId> = request.requester_id.parse().ok();
    for asked in request
        .approval
        .iter_mut()
        .flat_map(|approval| &mut approval.waiting_for)
    {
        if let Some(approver) = approver_in(asked) {
            let people = facts::present(reader, &approver, requester.as_ref(), NAMED)?;
            asked.present_ids = people.into_iter().map(String::from).collect();
        }
    }
    Ok(())
}

pub(super) fn delegation_out(person: &PersonId, to: &PersonId, period: &Period) -> pb::Delegation {
    pb::Delegation {
        person_id: person.to_string(),
        to_id: to.to_string(),
        from_time: Some(time_out(period.from)),
        until_time: Some(time_out(period.until)),
    }
}

/// The instant in `field`.
pub(super) fn time_in(
    field: &'static str,
    time: prost_types::Timestamp,
) -> Result<Timestamp, Status> {
    let nanos = u32::try_from(time.nanos)
        .ok()
        .filter(|n| *n < 1_000_000_000);
    let micros = time
        .seconds
        .checked_mul(1_000_000)
        .zip(nanos)
        .and_then(|(micros, nanos)| micros.checked_add(i64::from(nanos / 1000)));
    micros.map(Timestamp::from_micros).ok_or_else(|| {
        status::invalid_field(
            field,
            "INVALID_TIME",
            format!("{field} is no instant between the years -9999 and 9999"),
        )
    })
}
