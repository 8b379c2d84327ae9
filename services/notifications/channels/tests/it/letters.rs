//! What is sent in these tests: real messages in real words.

use khidma_events::notifications::{Message, MessageKind};
use khidma_kernel::Timestamp;
use khidma_notifications_channels::Post;
use khidma_notifications_texts::{CURRENT, Letter, Links, Reader, render, sample};
use uuid::Uuid;

/// A message and its words.
pub(crate) struct Sent {
    pub(crate) id: Uuid,
    pub(crate) message: Message,
    pub(crate) letter: Letter,
    pub(crate) at: Timestamp,
}

impl Sent {
    /// The sample of a kind, in a language.
    pub(crate) fn of(kind: MessageKind, language: &str) -> Self {
        let message = sample(kind);
        let reader = Reader {
            language,
            time_zone: Some("Asia/Kuwait"),
        };
        let letter = render(&message, &reader, &Links::default(), CURRENT).unwrap();
        Self {
            id: Uuid::new_v4(),
            message,
            letter,
            at: "2026-03-01T08:30:00Z".parse().unwrap(),
        }
    }

    pub(crate) fn post(&self) -> Post<'_> {
        Post {
            id: self.id,
            message: &self.message,
            letter: &self.letter,
            at: self.at,
            urgent: false,
        }
    }
}
