//! Appending: one message, sent until it is known what became of it.
//!
//! nats-server checks the expected sequence and the message id in an order that depends on the stream: on three
//! replicas the id comes first, on one the sequence does, so that a commit sent again is called a conflict with itself.
//! Hence every conflict is looked into. `Nats-Expected-Last-Msg-Id` would make a neat question to ask, but a refusal of it
//! on three replicas stops the stream (seen on 2.15.1): it is never sent.

use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::RawMessageErrorKind;
use async_nats::jetstream::{self, ErrorCode};
use khidma_kernel::Position;
use tokio::time::Instant;
use uuid::Uuid;

use super::backoff::Backoff;
use super::{Connected, message};
use crate::{AppendError, Appended, MAX_PAYLOAD, Proposal};

/// What became of one attempt.
enum Attempt {
    Stored(Appended),
    /// The entity's last commit is not where we expected it.
    Conflict(Option<Position>),
    /// Refused for good.
    Refused(AppendError),
    /// Not now. `sent`: the message may have reached the server and be stored, although nobody said so.
    NotNow {
        sent: bool,
        error: AppendError,
    },
}

/// An error of the server with a code that the library has no name for.
const STREAM_TOO_MANY_REQUESTS: ErrorCode = ErrorCode(10167);

impl Connected {
    /// Sends the same message, under the same id, until the server says what became of it or patience ends.
    pub(super) async fn publish(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        let subject = message::subject(&self.config.subject_prefix, &proposal);
        let message = message::encode(&proposal, expected);
        let deadline = Instant::now() + self.config.append_patience;
        let mut backoff = Backoff::new();
        let mut ever_sent = false;
        loop {
            let (sent, error) = match self.attempt(&subject, message.clone()).await {
                Attempt::Stored(appended) => return Ok(appended),
                Attempt::Conflict(current) => {
                    match self.find(&subject, expected, current, proposal.id).await {
                        Ok(Some(position)) => {
                            return Ok(Appended {
                                position,
                                duplicate: true,
                            });
                        }
                        Ok(None) => return Err(AppendError::Conflict { current }),
                        Err(reason) => (false, AppendError::Unavailable(reason)),
                    }
                }
                Attempt::Refused(error) => return Err(error),
                Attempt::NotNow { sent, error } => (sent, error),
            };
            ever_sent |= sent;
            let wait = backoff.next();
            if Instant::now() + wait >= deadline {
                return Err(if ever_sent { uncertain(error) } else { error });
            }
            tracing::debug!(%error, ?wait, "an append is tried again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, subject: &str, message: PublishMessage) -> Attempt {
        // While disconnected, the client would queue the message and send it, stale, when it is back.
        let patience = self.config.answer_patience;
        let Ok(losses) = tokio::time::timeout(patience, self.link.connected()).await else {
            let error = AppendError::Unavailable(format!("no connection to {}", self.link.address));
            return Attempt::NotNow { sent: false, error };
        };
        let acknowledgement = async {
            self.link
                .context
                .send_publish(subject.to_owned(), message)
                .await?
                .await
        };
        tokio::select! {
            biased;
            answer = acknowledgement => match answer {
                Ok(ack) => {
                    let position = Position(ack.sequence);
                    Attempt::Stored(Appended { position, duplicate: ack.duplicate })
                }
                Err(error) => classify(&error),
            },
            () = self.link.lost(losses) => {
                let error = AppendError::Unavailable(format!("the connection to {} was lost", self.link.address));
                Attempt::NotNow { sent: true, error }
            }
        }
    }

    /// Where the commit `id` stands, if it is among the entity's commits after `expected`: those who were in the way.
    /// The leader is asked, since copies may lag behind.
    async fn find(
        &self,
        subject: &str,
        expected: Position,
        current: Option<Position>,
        id: Uuid,
    ) -> Result<Option<Position>, String> {
        let mut after = expected;
        while current.is_none_or(|current| after < current) {
            let question = self
                .stream
                .raw_message_builder()
                .sequence(after.0 + 1)
                .next_by_subject(subject);
            let found = match question.send().await {
                Ok(found) => found,
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => break,
                Err(error) => return Err(error.to_string()),
            };
            after = Position(found.sequence);
            if message::id(&found.headers) == Some(id) {
                return Ok(Some(after));
            }
        }
        Ok(None)
    }
}

/// After an attempt that may have been stored, a refusal of a later one does not say that nothing is.
fn uncertain(error: AppendError) -> AppendError {
    match error {
        AppendError::Unavailable(_) => error,
        other => AppendError::Unavailable(other.to_string()),
    }
}

fn classify(error: &PublishError) -> Attempt {
    let unavailable = || AppendError::Unavailable(error.to_string());
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => Attempt::Refused(too_large(error)),
        // Nobody listens on the subject: the server is there, the stream is not (yet).
        PublishErrorKind::StreamNotFound | PublishErrorKind::MaxAckPending => Attempt::NotNow {
            sent: false,
            error: unavailable(),
        },
        PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe => Attempt::NotNow {
            sent: true,
            error: unavailable(),
        },
        PublishErrorKind::WrongLastSequence
        | PublishErrorKind::WrongLastMessageId
        | PublishErrorKind::Other => {
            match std::error::Error::source(error)
                .and_then(|source| source.downcast_ref::<jetstream::Error>())
            {
                Some(refusal) => classify_refusal(refusal),
                None => Attempt::NotNow {
                    sent: true,
                    error: unavailable(),
                },
            }
        }
    }
}

/// What the server's error codes mean. It refused this attempt: the message is not stored by it.
fn classify_refusal(refusal: &jetstream::Error) -> Attempt {
    let text = refusal.to_string();
    match refusal.error_code() {
        ErrorCode::STREAM_WRONG_LAST_SEQUENCE => Attempt::Conflict(current_in(&text)),
        ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT => Attempt::Conflict(None),
        // A new leader, or another commit of this entity under way: a moment later the server knows.
        ErrorCode::STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_NOT_READY => Attempt::NotNow {
            sent: false,
            error: AppendError::Conflict { current: None },
        },
        // Our own earlier attempt is still under way.
        ErrorCode::STREAM_DUPLICATE_MESSAGE_CONFLICT => Attempt::NotNow {
            sent: true,
            error: AppendError::Unavailable(text),
        },
        STREAM_TOO_MANY_REQUESTS => Attempt::NotNow {
            sent: false,
            error: AppendError::Unavailable(text),
        },
        ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM => Attempt::Refused(too_large(refusal)),
        ErrorCode::STREAM_STORE_FAILED
        | ErrorCode::STORAGE_RESOURCES_EXCEEDED
        | ErrorCode::INSUFFICIENT_RESOURCES
        | ErrorCode::ACCOUNT_RESOURCES_EXCEEDED => Attempt::Refused(AppendError::Failed(text)),
        _ if refusal.code() >= 500 => Attempt::NotNow {
            sent: false,
            error: AppendError::Unavailable(text),
        },
        _ => Attempt::Refused(AppendError::Failed(text)),
    }
}

/// The server's limit is below ours: it is set lower than the default.
fn too_large(error: &dyn std::fmt::Display) -> AppendError {
    AppendError::Failed(format!(
        "the server takes less than {MAX_PAYLOAD} bytes a message: {error}"
    ))
}

/// `wrong last sequence: 5` says where the entity stands.
fn current_in(text: &str) -> Option<Position> {
    let (_, rest) = text.split_once("wrong last sequence: ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().map(Position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_position_is_read_from_the_refusal() {
        assert_eq!(current_in("wrong last sequence: 17"), Some(Position(17)));
        assert_eq!(
            current_in("wrong last sequence: 17, code: 10071"),
            Some(Position(17))
        );
        assert_eq!(current_in("wrong last sequence"), None);
    }
}
