//! Between the domain's words and the protocol's.

use std::collections::BTreeMap;

use khidma_edge::command::id;
use khidma_events::directory::PersonKind;
use khidma_events::feedback::{Segment, Value, Values};
use khidma_proto::{directory, feedback as pb};
use tonic::Status;

use super::answer::unknown;

/// Characters of a key of the caller's that a refusal repeats.
const SHOWN: usize = 64;

pub(super) fn values_in(values: BTreeMap<String, pb::Value>) -> Result<Values, Status> {
    use pb::value::Value as Said;
    let value_in = |(key, value): (String, pb::Value)| {
        let value = match value.value {
            Some(Said::Scale(value)) => Value::Scale(value),
            Some(Said::Choice(key)) => Value::Choice(key),
            Some(Said::Choices(choices)) => Value::Choices(choices.keys),
            Some(Said::Number(value)) => Value::Number(value),
            Some(Said::Text(text)) => Value::Text(text),
            None => {
                let shown: String = key.chars().take(SHOWN).collect();
                return Err(unknown(&format!("values.{shown}")));
            }
        };
        Ok((key, value))
    };
    values.into_iter().map(value_in).collect()
}

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
