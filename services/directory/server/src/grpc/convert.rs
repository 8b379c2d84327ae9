//! Between protobuf and our own types.

use khidma_directory_domain::department::Department;
use khidma_directory_domain::role::{Holder, Role};
use khidma_edge::command::id;
use khidma_edge::status::invalid_field;
use khidma_events::directory::{PersonKind, Topic};
use khidma_proto::directory as pb;
use tonic::Status;

use super::optional_id;

/// A number that is none of an enum's.
pub(super) fn unknown_value(field: &'static str) -> Status {
    invalid_field(
        field,
        "UNKNOWN_VALUE",
        format!("{field} is none of the values there are"),
    )
}

pub(super) fn missing(field: &'static str) -> Status {
    invalid_field(field, "MISSING_FIELD", format!("{field} must not be empty"))
}

pub(super) fn kind_in(kind: i32) -> Result<PersonKind, Status> {
    match pb::PersonKind::try_from(kind).map_err(|_| unknown_value("kind"))? {
        pb::PersonKind::Unspecified => Err(missing("kind")),
        pb::PersonKind::Employee => Ok(PersonKind::Employee),
        pb::PersonKind::Supplier => Ok(PersonKind::Supplier),
        pb::PersonKind::Partner => Ok(PersonKind::Partner),
        pb::PersonKind::Stakeholder => Ok(PersonKind::Stakeholder),
        pb::PersonKind::Shareholder => Ok(PersonKind::Shareholder),
    }
}

pub(super) fn kind_out(kind: PersonKind) -> pb::PersonKind {
    match kind {
        PersonKind::Employee => pb::PersonKind::Employee,
        PersonKind::Supplier => pb::PersonKind::Supplier,
        PersonKind::Partner => pb::PersonKind::Partner,
        PersonKind::Stakeholder => pb::PersonKind::Stakeholder,
        PersonKind::Shareholder => pb::PersonKind::Shareholder,
    }
}

pub(super) fn topic_in(topic: &pb::Topic) -> Result<Topic, Status> {
    Ok(Topic {
        name: topic.name.trim().to_owned(),
        role: optional_id("topics", &topic.role_id)?,
    })
}

pub(super) fn department_out(department: Department, members: u32) -> pb::Department {
    let topic_out = |topic: Topic| pb::Topic {
        name: topic.name,
        role_id: text(topic.role),
    };
    pb::Department {
        id: department.id.into(),
        name: department.name,
        parent_id: text(department.parent),
        topics: department.topics.into_iter().map(topic_out).collect(),
        calendar_id: text(department.calendar),
        closed: department.closed,
        members,
    }
}

pub(super) fn holding_out(role: &Role, holder: &Holder) -> Option<pb::RoleHolding> {
    let confirmed_revision = *role.holders.get(holder)?;
    Some(pb::RoleHolding {
        role_id: role.id.to_string(),
        department_id: holder.department.to_string(),
        person_id: holder.person.to_string(),
        confirmed_revision,
        confirmed: confirmed_revision == role.revision,
        on_duty: role.is_on_duty(holder),
    })
}

/// A role, with its holders or without.
pub(super) fn role_out(role: &Role, holders: bool) -> pb::Role {
    let holders = role
        .holders
        .keys()
        .filter(|_| holders)
        .filter_map(|holder| holding_out(role, holder));
    pb::Role {
        id: role.id.to_string(),
        name: role.name.clone(),
        description: role.description.clone(),
        revision: role.revision,
        holders: holders.collect(),
    }
}

/// An id as text; empty if there is none.
pub(super) fn text<T: Into<String>>(id: Option<T>) -> String {
    id.map(Into::into).unwrap_or_default()
}

/// The id of the entity that a call is about.
pub(super) fn own_id<T>(text: &str) -> Result<T, Status>
where
    T: std::str::FromStr<Err = khidma_kernel::InvalidId>,
{
    id("id", text)
}
