//! Who handles a topic, so that nobody asks the wrong one.

use khidma_directory_domain::department::normal_topic;
use khidma_directory_domain::limits;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_kernel::PersonId;
use khidma_projection::{Reader, RowError};
use khidma_proto::directory as pb;
use tonic::{Request, Status};

use super::DirectoryGrpc;
use super::convert::{missing, text};
use crate::views::TopicRow;
use crate::{facts, keys};

impl DirectoryGrpc {
    pub(super) async fn who_handles(
        &self,
        request: Request<pb::WhoHandlesRequest>,
    ) -> Result<pb::WhoHandlesResponse, Status> {
        identity::caller(&request)?;
        let topic = normal_topic(&request.get_ref().topic);
        if topic.is_empty() {
            return Err(missing("topic"));
        }
        if topic.chars().count() > limits::TOPIC {
            let message = format!("topic may have at most {} characters", limits::TOPIC);
            return Err(status::invalid_field("topic", "TOO_LONG", message));
        }
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let position = reader.position().0;
        let handlers = || {
            let found = found(&reader, &topic, self.config.handler_limit)?;
            found
                .into_iter()
                .map(|row| handler(&reader, row))
                .collect::<Result<Vec<_>, RowError>>()
        };
        Ok(pb::WhoHandlesResponse {
            handlers: handlers().map_err(query::unreadable)?,
            position,
        })
    }
}

/// The topics that are `topic`, then those that contain it.
fn found(reader: &Reader, topic: &str, limit: usize) -> Result<Vec<TopicRow>, RowError> {
    let mut rows = Vec::new();
    for found in reader.prefix(&keys::topics(topic)).take(limit) {
        rows.push(found?.1.decode()?);
    }
    for found in reader.prefix(keys::TOPICS) {
        let (key, row) = found?;
        let other = keys::topic_of(&key);
        if rows.len() >= limit {
            break;
        }
        if other != topic && other.contains(topic) {
            rows.push(row.decode()?);
        }
    }
    Ok(rows)
}

fn handler(reader: &Reader, row: TopicRow) -> Result<pb::Handler, RowError> {
    let TopicRow { department, topic } = row;
    let department_row =
        facts::department_row(reader, &department)?.and_then(|row| row.entity.state);
    let role = topic
        .role
        .as_ref()
        .map(|role| facts::role_row(reader, role))
        .transpose()?;
    let on_duty = role
        .flatten()
        .and_then(|row| row.state)
        .and_then(|role| role.on_duty.get(&department).cloned());
    let person = on_duty
        .as_ref()
        .map(|person| name(reader, person))
        .transpose()?
        .flatten();
    Ok(pb::Handler {
        topic: topic.name,
        department_id: department.into(),
        department_name: department_row
            .map(|department| department.name)
            .unwrap_or_default(),
        role_id: text(topic.role),
        person_id: text(on_duty.filter(|_| person.is_some())),
        person_name: person.unwrap_or_default(),
    })
}

/// The name of a person who has not left.
fn name(reader: &Reader, person: &PersonId) -> Result<Option<String>, RowError> {
    let person = facts::person_row(reader, person)?.and_then(|row| row.entity.state);
    Ok(person
        .filter(|person| !person.deactivated)
        .map(|person| person.display_name))
}
