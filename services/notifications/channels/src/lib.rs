//! How messages leave the house: e-mail, webhooks, chats.
//!
//! Each attempt either reached its receiver or [`Failed`] with what an operator has to know and what is to follow. Nothing
//! here retries, remembers or logs: that is the delivery's matter. No [`Failure`](khidma_events::notifications::Failure)
//! holds an address, a secret or a word that a receiver answered.

mod addresses;
mod chat;
mod config;
mod failed;
mod http;
mod keyring;
mod mail;
mod poster;
mod resolve;
mod tls;
mod urls;
mod webhook;

use khidma_events::notifications::Message;
use khidma_kernel::Timestamp;
use khidma_notifications_texts::Letter;
use uuid::Uuid;

pub use config::{Allowed, AllowedInvalid, MailConfig, MailTls, PostConfig};
pub use failed::{Failed, Fate};
pub use keyring::{Keyring, KeyringError, Secret};
pub use mail::{Mailer, MailerError};
pub use poster::{Poster, PosterError};
pub use resolve::{Resolve, System};
pub use urls::{UrlRefused, check_url};

/// What is sent: a message, and its words in the receiver's language.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// The delivery's id, by which a receiver knows that two attempts are one message.
    pub id: Uuid,
    /// What is told.
    pub message: &'a Message,
    /// Its words.
    pub letter: &'a Letter,
    /// When it was requested.
    pub at: Timestamp,
    /// Whether it may come at any hour.
    pub urgent: bool,
}
