//! The stream that is the log: making it, and refusing one that could lose or change commits.

use std::time::Duration;

use async_nats::jetstream::context::{GetStreamError, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};
use async_nats::jetstream::{ErrorCode, stream::Stream};

use khidma_kernel::Position;
use tokio::time::Instant;

use super::Connected;
use super::backoff::Backoff;
use super::config::JetStreamConfig;
use super::link::Link;
use crate::LogError;

/// How long the server remembers commits' ids.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);

/// nats-server's own default limit for a message, headers included, in bytes.
const MAX_MESSAGE: i32 = 1 << 20;

/// Finds the stream or makes it, and makes sure that it is fit to be the log.
pub(super) async fn open(link: &Link, config: &JetStreamConfig) -> Result<Stream, LogError> {
    let mut backoff = Backoff::new();
    let mut attempt = 1;
    let stream = loop {
        match get_or_create(link, config).await {
            Ok(stream) => break stream,
            Err(reason) if attempt >= config.connect_attempts => {
                let reason = format!(
                    "the stream {} at {} is not available: {reason}",
                    config.stream, link.address
                );
                return Err(LogError::Unavailable(reason));
            }
            Err(reason) => {
                tracing::warn!(
                    stream = config.stream,
                    attempt,
                    reason,
                    "the event log's stream is not available"
                );
                tokio::time::sleep(backoff.next()).await;
                attempt += 1;
            }
        }
    };
    let found = &stream.cached_info().config;
    let faults = faults(found, &wanted(config));
    if !faults.is_empty() {
        let reason = format!(
            "the stream {} is not fit to be the log: {}",
            config.stream,
            faults.join("; ")
        );
        return Err(LogError::Failed(reason));
    }
    if found.num_replicas != config.replicas {
        let (found, wanted) = (found.num_replicas, config.replicas);
        tracing::warn!(
            stream = config.stream,
            found,
            wanted,
            "the event log's stream has another number of replicas"
        );
    }
    Ok(stream)
}

async fn get_or_create(link: &Link, config: &JetStreamConfig) -> Result<Stream, String> {
    match link.context.get_stream(&config.stream).await {
        Ok(stream) => Ok(stream),
        Err(error) if is_not_found(&error) => link
            .context
            .create_stream(wanted(config))
            .await
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether there is no such stream.
pub(super) fn is_not_found(error: &GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

fn wanted(config: &JetStreamConfig) -> Config {
    Config {
        name: config.stream.clone(),
        description: Some("Khidma's event log: the source of truth".into()),
        subjects: vec![format!("{}.>", config.subject_prefix)],
        storage: StorageType::File,
        num_replicas: config.replicas,
        retention: RetentionPolicy::Limits,
        // Should somebody ever set a limit, a full log refuses new commits rather than forgetting old ones.
        discard: DiscardPolicy::New,
        duplicate_window: DUPLICATE_WINDOW,
        max_message_size: MAX_MESSAGE,
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        ..Config::default()
    }
}

/// What makes a stream unfit, in words.
fn faults(found: &Config, wanted: &Config) -> Vec<String> {
    let checks = [
        (found.subjects == wanted.subjects, "subjects"),
        (found.storage == StorageType::File, "storage is not file"),
        (
            found.retention == RetentionPolicy::Limits,
            "retention is not limits",
        ),
        (
            found.discard == DiscardPolicy::New,
            "discard is not new: it could forget old commits",
        ),
        (
            found.max_age.is_zero(),
            "max_age is set: it would forget old commits",
        ),
        (
            found.max_messages_per_subject <= 0,
            "max_msgs_per_subject is set: it would forget old commits",
        ),
        (found.deny_delete, "deny_delete is off"),
        (found.deny_purge, "deny_purge is off"),
        (
            !found.allow_rollup,
            "allow_rollup_hdrs is on: a message could erase others",
        ),
        (!found.no_ack, "no_ack is on"),
        (!found.sealed, "sealed"),
        (
            found.duplicate_window >= wanted.duplicate_window,
            "duplicate_window is under two minutes",
        ),
        (
            found.max_message_size <= 0 || found.max_message_size >= MAX_MESSAGE,
            "max_msg_size is under 1 MiB",
        ),
        (
            found.mirror.is_none() && found.sources.is_none(),
            "it copies from other streams",
        ),
    ];
    checks
        .into_iter()
        .filter(|(fit, _)| !fit)
        .map(|(_, fault)| fault.to_owned())
        .collect()
}

impl Connected {
    /// The last position of the stream. The leader answers, so it is not behind.
    pub(super) async fn last(&self) -> Result<Position, LogError> {
        let deadline = Instant::now() + self.config.append_patience;
        let mut backoff = Backoff::new();
        loop {
            let reason = match self.stream.get_info().await {
                Ok(info) => return Ok(Position(info.state.last_sequence)),
                Err(error) => error.to_string(),
            };
            let wait = backoff.next();
            if Instant::now() + wait >= deadline {
                let reason = format!(
                    "{} does not say where its log ends: {reason}",
                    self.link.address
                );
                return Err(LogError::Unavailable(reason));
            }
            tokio::time::sleep(wait).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_as_we_make_it_is_fit_and_one_that_forgets_is_not() {
        let wanted = wanted(&JetStreamConfig::new("localhost"));
        assert!(faults(&wanted, &wanted).is_empty());
        let forgetful = Config {
            max_age: Duration::from_secs(1),
            deny_purge: false,
            ..wanted.clone()
        };
        assert_eq!(faults(&forgetful, &wanted).len(), 2);
    }
}
