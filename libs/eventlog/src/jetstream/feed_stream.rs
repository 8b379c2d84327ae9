//! The stream of the departments' feeds.
//!
//! Messages that belong together go as one atomic batch, whose first message carries the sequence of the last message of
//! the whole stream: the server stores all of them right behind that one, or none. So of two publishers one goes on and the
//! other hears of it, and nothing ever stands between two messages of a batch. (Messages sent one after the other, each
//! with the sequence it expects, would not do: when the first is refused because another publisher was faster, the next may
//! fit behind the other's.) A batch also costs one fsync, where the server is told to make one for every message.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::header::{
    HeaderName, NATS_BATCH_COMMIT, NATS_BATCH_COMMIT_FINAL, NATS_BATCH_ID, NATS_BATCH_SEQUENCE,
    NATS_EXPECTED_LAST_SEQUENCE, NATS_MESSAGE_ID,
};
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, RawMessageErrorKind, RetentionPolicy, StorageType, Stream,
};
use async_nats::jetstream::{self, ErrorCode};
use async_trait::async_trait;
use khidma_kernel::{Position, Timestamp};
use uuid::Uuid;

use super::link::Link;
use super::stream::is_not_found;
use crate::feeds::{FeedConfig, FeedEnd, FeedError, FeedMessage, FeedPlace, FeedStream};
use crate::{JetStreamConfig, LogError};

/// How long the server remembers messages' ids, at the most.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);

/// Where a message comes from: `<position>/<index>`.
const PLACE: HeaderName = HeaderName::from_static("Khidma-Place");

/// The stream of feeds on nats-server.
#[derive(Debug)]
pub(super) struct JetStreamFeeds {
    link: Link,
    stream: Stream,
    prefix: String,
    patience: Duration,
}

impl JetStreamFeeds {
    /// Finds the stream or makes it, and makes sure that it can be trusted. It keeps messages for as long as `config`
    /// says from now on.
    pub(super) async fn open(
        link: &Link,
        log: &JetStreamConfig,
        config: FeedConfig,
    ) -> Result<Self, LogError> {
        let wanted = wanted(&config, log.replicas);
        let away = |error: &dyn std::fmt::Display| {
            LogError::Unavailable(format!(
                "the stream {} at {} is not available: {error}",
                config.stream, link.address
            ))
        };
        let stream = match link.context.get_stream(&config.stream).await {
            Ok(stream) => stream,
            Err(error) if is_not_found(&error) => {
                let created = link.context.create_stream(wanted.clone()).await;
                created.map_err(|error| away(&error))?
            }
            Err(error) => return Err(away(&error)),
        };
        let found = &stream.cached_info().config;
        let faults = faults(found, &wanted);
        if !faults.is_empty() {
            return Err(LogError::Failed(format!(
                "the stream {} is not fit for feeds: {}",
                config.stream,
                faults.join("; ")
            )));
        }
        if found.max_age != wanted.max_age {
            let changed = Config {
                max_age: wanted.max_age,
                duplicate_window: wanted.duplicate_window,
                ..found.clone()
            };
            let updated = link.context.update_stream(changed).await;
            updated.map_err(|error| away(&error))?;
        }
        Ok(Self {
            link: link.clone(),
            stream,
            prefix: config.subject_prefix,
            patience: log.answer_patience,
        })
    }

    fn unavailable(&self, reason: &dyn std::fmt::Display) -> LogError {
        LogError::Unavailable(format!("{}: {reason}", self.link.address))
    }

    fn subject(&self, message: &FeedMessage) -> String {
        format!("{}.{}", self.prefix, message.topic)
    }

    /// Sends all of them; the sequence of the last one, once it is stored.
    async fn send(&self, messages: &[FeedMessage], after: u64) -> Result<u64, FeedError> {
        let Some((last, others)) = messages.split_last() else {
            return Ok(after);
        };
        let batch = Uuid::new_v4().to_string();
        let headers = |message: &FeedMessage, number: usize| {
            let mut headers = headers(message);
            if number == 1 {
                headers.insert(NATS_EXPECTED_LAST_SEQUENCE, after.to_string());
            }
            // One message is a batch by itself.
            if !others.is_empty() {
                headers.insert(NATS_BATCH_ID, batch.as_str());
                headers.insert(NATS_BATCH_SEQUENCE, number.to_string());
            }
            headers
        };
        let client = self.link.context.client();
        for (number, message) in (1..).zip(others) {
            let (subject, headers) = (self.subject(message), headers(message, number));
            let payload = message.payload.clone();
            let sent = client.publish_with_headers(subject, headers, payload).await;
            sent.map_err(|error| self.unavailable(&error))?;
        }
        let mut headers = headers(last, messages.len());
        if !others.is_empty() {
            headers.insert(NATS_BATCH_COMMIT, NATS_BATCH_COMMIT_FINAL);
        }
        let message = PublishMessage::build()
            .headers(headers)
            .payload(last.payload.clone());
        let context = &self.link.context;
        let answer = async {
            context
                .send_publish(self.subject(last), message)
                .await?
                .await
        };
        match answer.await {
            // Its id was there before, so it was not stored again.
            Ok(ack) if ack.duplicate => Err(FeedError::Conflict),
            Ok(ack) => Ok(ack.sequence),
            Err(error) => Err(self.refusal(&error)),
        }
    }

    fn refusal(&self, error: &PublishError) -> FeedError {
        if error.kind() == PublishErrorKind::MaxPayloadExceeded {
            return LogError::Failed(format!("a message of a feed is too large: {error}")).into();
        }
        let source = std::error::Error::source(error);
        let refusal = source.and_then(|source| source.downcast_ref::<jetstream::Error>());
        match refusal.map(|refusal| (refusal.error_code(), refusal.code())) {
            Some((
                ErrorCode::STREAM_WRONG_LAST_SEQUENCE
                | ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT
                | ErrorCode::ATOMIC_PUBLISH_CONTAINS_DUPLICATE_MESSAGE,
                _,
            )) => FeedError::Conflict,
            Some((
                ErrorCode::STREAM_STORE_FAILED
                | ErrorCode::STORAGE_RESOURCES_EXCEEDED
                | ErrorCode::INSUFFICIENT_RESOURCES
                | ErrorCode::ACCOUNT_RESOURCES_EXCEEDED
                | ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM
                | ErrorCode::ATOMIC_PUBLISH_DISABLED,
                _,
            )) => LogError::Failed(format!("{}: {error}", self.link.address)).into(),
            _ => self.unavailable(error).into(),
        }
    }
}

#[async_trait]
impl FeedStream for JetStreamFeeds {
    async fn end(&self) -> Result<FeedEnd, LogError> {
        let info = self.stream.get_info().await;
        let state = info.map_err(|error| self.unavailable(&error))?.state;
        let sequence = state.last_sequence;
        let gone = FeedEnd {
            sequence,
            last: None,
        };
        if state.messages == 0 {
            return Ok(gone);
        }
        // The leader answers, so it is not behind.
        let message = match self.stream.get_raw_message(sequence).await {
            Ok(message) => message,
            // It was the last one and has expired just now, and with it all before.
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(gone),
            Err(error) => return Err(self.unavailable(&error)),
        };
        let place = message.headers.get(PLACE).map(|place| place.as_str());
        let topic = message.subject.strip_prefix(&self.prefix);
        let topic = topic.and_then(|rest| rest.strip_prefix('.'));
        match (place.and_then(parse), topic) {
            (Some(place), Some(topic)) => Ok(FeedEnd {
                sequence,
                last: Some((place, topic.to_owned())),
            }),
            _ => Err(LogError::Failed(format!(
                "the last message of the stream of feeds, {sequence}, does not say its place: somebody else publishes there"
            ))),
        }
    }

    async fn last_stored(&self) -> Result<Option<Timestamp>, LogError> {
        let info = self.stream.get_info().await;
        let state = info.map_err(|error| self.unavailable(&error))?.state;
        // Where there never was one, or the server has forgotten, it says the year 1.
        let micros = state.last_timestamp.unix_timestamp_nanos() / 1000;
        let micros = i64::try_from(micros).ok().filter(|micros| *micros > 0);
        Ok(micros.map(Timestamp::from_micros))
    }

    async fn publish(&self, messages: &[FeedMessage], after: u64) -> Result<u64, FeedError> {
        // While disconnected, the client would queue the messages and send them, stale, when it is back.
        let connected = tokio::time::timeout(self.patience, self.link.connected()).await;
        let losses = connected.map_err(|_| self.unavailable(&"no connection"))?;
        tokio::select! {
            biased;
            sent = self.send(messages, after) => sent,
            () = self.link.lost(losses) => Err(self.unavailable(&"the connection was lost").into()),
        }
    }
}

fn headers(message: &FeedMessage) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(NATS_MESSAGE_ID, message.id.as_str());
    let FeedPlace { position, index } = message.place;
    headers.insert(PLACE, format!("{position}/{index}"));
    for (name, value) in &message.headers {
        headers.insert(HeaderName::from_static(name), value.as_str());
    }
    headers
}

fn parse(place: &str) -> Option<FeedPlace> {
    let (position, index) = place.split_once('/')?;
    Some(FeedPlace {
        position: Position(position.parse().ok()?),
        index: index.parse().ok()?,
    })
}

fn wanted(config: &FeedConfig, replicas: usize) -> Config {
    Config {
        name: config.stream.clone(),
        description: Some("The departments' feeds of Khidma: made from its event log".into()),
        subjects: vec![format!("{}.>", config.subject_prefix)],
        storage: StorageType::File,
        num_replicas: replicas,
        retention: RetentionPolicy::Limits,
        // What is forgotten is what is oldest.
        discard: DiscardPolicy::Old,
        max_age: config.max_age,
        duplicate_window: DUPLICATE_WINDOW.min(config.max_age),
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        allow_atomic_publish: true,
        ..Config::default()
    }
}

/// What makes a stream unfit, in words.
fn faults(found: &Config, wanted: &Config) -> Vec<String> {
    let limits = RetentionPolicy::Limits;
    let checks = [
        (found.subjects == wanted.subjects, "subjects"),
        (found.storage == StorageType::File, "storage is not file"),
        (found.retention == limits, "retention is not limits"),
        (found.discard == DiscardPolicy::Old, "discard is not old"),
        (
            found.max_messages_per_subject <= 0,
            "max_msgs_per_subject is set: it could forget the last message",
        ),
        (found.deny_delete, "deny_delete is off"),
        (found.deny_purge, "deny_purge is off"),
        (
            !found.allow_rollup,
            "allow_rollup_hdrs is on: a message could erase others",
        ),
        (found.allow_atomic_publish, "allow_atomic is off"),
        (!found.no_ack, "no_ack is on"),
        (!found.sealed, "sealed"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_as_we_make_it_is_fit_and_one_that_can_be_emptied_is_not() {
        let wanted = wanted(&FeedConfig::kept_for(Duration::from_secs(1)), 1);
        assert!(faults(&wanted, &wanted).is_empty());
        let loose = Config {
            deny_purge: false,
            allow_rollup: true,
            allow_atomic_publish: false,
            ..wanted.clone()
        };
        assert_eq!(faults(&loose, &wanted).len(), 3);
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let place = FeedPlace {
            position: Position(17),
            index: 2,
        };
        assert_eq!(parse("17/2"), Some(place));
        assert_eq!(parse("17"), None);
        assert_eq!(parse("17/x"), None);
    }
}
