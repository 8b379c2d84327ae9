//! Between the domain's words and the protocol's.

use khidma_edge::command::id;
use khidma_edge::status;
use khidma_events::directory::PersonKind;
use khidma_events::feedback::Segment;
use khidma_proto::{directory, feedback as pb};
use tonic::Status;

pub(super) fn segment_in(segment: Option<pb::AnswerSegment>) -> Result<Option<Segment>, Status> {
    use pb::answer_segment::Of;
    let Some(segment) = segment else {
        return Ok(None);
    };
    Ok(Some(match segment.of {
        Some(Of::DepartmentId(department)) => {
            Segment::Department(id("segment.department_id", &department)?)
        }
        Some(Of::Kind(kind)) => Segment::Kind(kind_in(kind)?),
        None => return Err(unknown("segment")),
    }))
}

pub(super) fn segment_out(segment: Segment) -> pb::AnswerSegment {
    use pb::answer_segment::Of;
    let of = match segment {
        Segment::Department(department) => Of::DepartmentId(department.into()),
        Segment::Kind(kind) => Of::Kind(kind_out(kind).into()),
    };
    pb::AnswerSegment { of: Some(of) }
}

/// A field that says nothing.
fn unknown(field: &str) -> Status {
    let message = format!("{field} says nothing that this server knows");
    status::invalid_field(field, "INVALID_SEGMENT", message)
}

fn kind_in(kind: i32) -> Result<PersonKind, Status> {
    Ok(match directory::PersonKind::try_from(kind) {
        Ok(directory::PersonKind::Employee) => PersonKind::Employee,
        Ok(directory::PersonKind::Supplier) => PersonKind::Supplier,
        Ok(directory::PersonKind::Partner) => PersonKind::Partner,
        Ok(directory::PersonKind::Stakeholder) => PersonKind::Stakeholder,
        Ok(directory::PersonKind::Shareholder) => PersonKind::Shareholder,
        Ok(directory::PersonKind::Unspecified) | Err(_) => return Err(unknown("segment.kind")),
    })
}

fn kind_out(kind: PersonKind) -> directory::PersonKind {
    match kind {
        PersonKind::Employee => directory::PersonKind::Employee,
        PersonKind::Supplier => directory::PersonKind::Supplier,
        PersonKind::Partner => directory::PersonKind::Partner,
        PersonKind::Stakeholder => directory::PersonKind::Stakeholder,
        PersonKind::Shareholder => directory::PersonKind::Shareholder,
    }
}
