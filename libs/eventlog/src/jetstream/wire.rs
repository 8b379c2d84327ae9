//! Receiving: commits from any position, across lost connections and restarts of the server.
//!
//! The library's ordered consumer starts again where it thinks it was; here the position of the last commit handed out
//! is the only memory. Every session is a fresh consumer that begins right after it, and ends at the first irregularity.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::pull::{Config, Stream as Messages};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, StreamErrorKind};
use async_nats::jetstream::stream::{ConsumerError, ConsumerErrorKind};
use futures::StreamExt;
use khidma_kernel::Position;

use super::backoff::Backoff;
use super::{Connected, message};
use crate::contexts::Contexts;
use crate::{LogError, Stored};

/// How many commits are asked for at once.
const BATCH: usize = 1000;
/// How many bytes are asked for at once: what lies in memory before it is taken is of this order.
const BATCH_BYTES: usize = 16 << 20;
/// Without a sign of life for twice this long, a session is over.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How long the server keeps a consumer that nobody asks any more.
const INACTIVE: Duration = Duration::from_secs(30);
/// How often in a row a connected server may say that there is no such stream. While it recovers, it may do so.
const PATIENCE_WITHOUT_STREAM: u32 = 20;

/// The commits of the log as the server sends them.
pub(super) struct Wire {
    log: Arc<Connected>,
    /// The position of the last commit handed out.
    last: Position,
    /// How many more there were behind it.
    pending: u64,
    session: Option<Session>,
    contexts: Contexts,
    backoff: Backoff,
    without_stream: u32,
}

struct Session {
    messages: Messages,
    /// How many messages the consumer has given: it numbers them, so a hole shows.
    given: u64,
    /// The connection it lives on.
    losses: u64,
}

/// Why a session did not begin, or ended.
enum End {
    /// Begin another.
    Again(String),
    /// There is no going on.
    ForGood(LogError),
}

impl Wire {
    /// Every commit after `after`.
    pub(super) fn new(log: Arc<Connected>, after: Position) -> Self {
        Self {
            log,
            last: after,
            pending: u64::MAX,
            session: None,
            contexts: Contexts::default(),
            backoff: Backoff::new(),
            without_stream: 0,
        }
    }

    /// The position of the last commit handed out.
    pub(super) fn last(&self) -> Position {
        self.last
    }

    /// How many more there were behind the last one when the server sent it.
    pub(super) fn pending(&self) -> u64 {
        self.pending
    }

    /// The next commit. Dropping the future loses nothing but the session.
    pub(super) async fn next(&mut self) -> Result<Stored, LogError> {
        loop {
            let end = match self.session.take() {
                None => match self.begin().await {
                    Ok(session) => {
                        self.session = Some(session);
                        continue;
                    }
                    Err(end) => end,
                },
                Some(mut session) => match self.receive(&mut session).await {
                    Ok(commit) => {
                        self.session = Some(session);
                        return Ok(commit);
                    }
                    Err(end) => end,
                },
            };
            match end {
                End::ForGood(error) => return Err(error),
                End::Again(reason) => {
                    let wait = self.backoff.next();
                    tracing::warn!(
                        after = self.last.0,
                        reason,
                        ?wait,
                        "following the event log begins again"
                    );
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    async fn begin(&mut self) -> Result<Session, End> {
        let losses = self.log.link.connected().await;
        let consumer = match self
            .log
            .stream
            .create_consumer(consumer_after(self.last))
            .await
        {
            Ok(consumer) => consumer,
            Err(error) => return Err(self.not_begun(&error)),
        };
        self.without_stream = 0;
        let messages = consumer
            .stream()
            .max_messages_per_batch(BATCH)
            .max_bytes_per_batch(BATCH_BYTES)
            .heartbeat(HEARTBEAT)
            .messages()
            .await;
        let messages = messages.map_err(|error| match error.kind() {
            StreamErrorKind::TimedOut | StreamErrorKind::Other => End::Again(error.to_string()),
        })?;
        Ok(Session {
            messages,
            given: 0,
            losses,
        })
    }

    fn not_begun(&mut self, error: &ConsumerError) -> End {
        let no_stream = matches!(error.kind(), ConsumerErrorKind::JetStream(refusal)
            if refusal.error_code() == ErrorCode::STREAM_NOT_FOUND);
        self.without_stream = if no_stream {
            self.without_stream + 1
        } else {
            0
        };
        if self.without_stream > PATIENCE_WITHOUT_STREAM {
            let stream = &self.log.config.stream;
            return End::ForGood(LogError::Failed(format!(
                "the stream {stream} is gone from {}",
                self.log.link.address
            )));
        }
        End::Again(error.to_string())
    }

    async fn receive(&mut self, session: &mut Session) -> Result<Stored, End> {
        let received = tokio::select! {
            biased;
            received = session.messages.next() => received,
            () = self.log.link.lost(session.losses) => return Err(End::Again("the connection was lost".into())),
        };
        let received = match received {
            Some(Ok(received)) => received,
            Some(Err(error)) => return Err(End::Again(error.to_string())),
            None => return Err(End::Again("the server ended it".into())),
        };
        let (given, sequence, pending) = match received.info() {
            Ok(info) => (info.consumer_sequence, info.stream_sequence, info.pending),
            Err(error) => return Err(End::Again(format!("a message without its place: {error}"))),
        };
        if given != session.given + 1 {
            return Err(End::Again(format!(
                "message {given} came after message {}",
                session.given
            )));
        }
        let position = Position(sequence);
        let damaged = |reason| End::ForGood(LogError::Damaged { position, reason });
        if position <= self.last {
            return Err(damaged(format!(
                "it came after position {}: this is not the log that it was",
                self.last
            )));
        }
        let prefix = &self.log.config.subject_prefix;
        let commit = message::decode(prefix, position, received.message, &mut self.contexts)
            .map_err(damaged)?;
        session.given = given;
        self.last = position;
        self.pending = pending;
        self.backoff = Backoff::new();
        Ok(commit)
    }
}

fn consumer_after(last: Position) -> Config {
    Config {
        deliver_policy: DeliverPolicy::ByStartSequence {
            start_sequence: last.0 + 1,
        },
        ack_policy: AckPolicy::None,
        // It is made anew rather than kept: nothing of it need survive the server.
        memory_storage: true,
        num_replicas: 1,
        inactive_threshold: INACTIVE,
        ..Config::default()
    }
}
