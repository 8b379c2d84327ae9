//! Who handles a topic, so that nobody asks the wrong one.

use khidma_directory_domain::department::normal_topic;
use khidma_directory_domain::limits;
use khidma_edge::query::Stop;
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
        let (patience, limit) = (deadline(&request), self.config.handler_limit);
        let scan = move |reader: &Reader, stop: &Stop| {
            handlers(reader, stop, &topic, limit).map_err(query::unreadable)
        };
        let (handlers, position) = self
            .scan(request.get_ref().min_position, patience, scan)
            .await?;
        Ok(pb::WhoHandlesResponse { handlers, position })
    }
}

/// Who handles `topic`, at most `limit` of them.
pub(super) fn handlers(
    reader: &Reader,
    stop: &Stop,
    topic: &str,
    limit: usize,
) -> Result<Vec<pb::Handler>, RowError> {
    stop.until_set(found(reader, stop, topic, limit)?)
        .map(|row| handler(reader, row))
        .collect()
}

/// The topics that are `topic`, then those that contain it. Where few do, all topics are walked: the call's deadline is
/// the only bound.
fn found(
    reader: &Reader,
    stop: &Stop,
    topic: &str,
    limit: usize,
) -> Result<Vec<TopicRow>, RowError> {
    let mut rows = Vec::new();
    for found in reader.prefix(&keys::topics(topic)).take(limit) {
        rows.push(found?.1.decode()?);
    }
    for found in stop.until_set(reader.prefix(keys::TOPICS)) {
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
