//! Webhooks and chats: the same client, two kinds of body.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Uri};
use khidma_runtime::Clock;

use crate::config::PostConfig;
use crate::failed::Failed;
use crate::http::Http;
use crate::keyring::Secret;
use crate::resolve::{Guarded, Resolve, System};
use crate::urls::{self, UrlRefused};
use crate::{Post, chat, tls, webhook};

/// Posts messages to addresses on the web. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Poster {
    http: Http,
    config: Arc<PostConfig>,
    clock: Clock,
}

/// The configuration cannot be used. The texts name the key.
#[derive(Debug, thiserror::Error)]
pub enum PosterError {
    /// The file of authorities cannot be read or holds none.
    #[error("services.notifications.posts.ca_file: {0}")]
    Authorities(String),
    /// There would be no time at all.
    #[error("services.notifications.posts.{0}: at least 1")]
    NoTime(&'static str),
}

impl Poster {
    /// Posts as the configuration says. The clock dates signatures.
    ///
    /// # Errors
    /// A timeout is 0, or the file of authorities cannot be used.
    pub fn new(config: &PostConfig, clock: Clock) -> Result<Self, PosterError> {
        Self::with_resolver(config, clock, Arc::new(System))
    }

    /// [`Poster::new`], with names looked up by `resolver`.
    ///
    /// # Errors
    /// As [`Poster::new`].
    pub fn with_resolver(
        config: &PostConfig,
        clock: Clock,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Self, PosterError> {
        for (key, seconds) in [
            ("connect_timeout_seconds", config.connect_timeout_seconds),
            ("timeout_seconds", config.timeout_seconds),
        ] {
            if seconds == 0 {
                return Err(PosterError::NoTime(key));
            }
        }
        let tls = tls::config(config.ca_file.as_deref()).map_err(PosterError::Authorities)?;
        let resolver = Guarded::new(resolver, &config.allow_private);
        Ok(Self {
            http: Http::new(config, resolver, tls),
            config: Arc::new(config.clone()),
            clock,
        })
    }

    /// Posts to a webhook, signed with each of `secrets`: more than one while they are being exchanged.
    ///
    /// # Errors
    /// The receiver did not take it.
    pub async fn webhook(
        &self,
        url: &str,
        secrets: &[Secret],
        post: &Post<'_>,
    ) -> Result<(), Failed> {
        let to = self.checked(url)?;
        let body = webhook::body(post)?;
        // Of the attempt, not of the message: receivers refuse what is minutes old, lest it be replayed.
        let headers = webhook::headers(post.id, self.clock.now(), secrets, &body)?;
        self.http.post(to, headers, body).await
    }

    /// Posts the words to a chat.
    ///
    /// # Errors
    /// The chat did not take them. The address, which is the chat's secret, is in no error.
    pub async fn chat(&self, url: &str, post: &Post<'_>) -> Result<(), Failed> {
        let to = self.checked(url)?;
        let body = Bytes::from(chat::body(post));
        self.http.post(to, HeaderMap::new(), body).await
    }

    /// The address, checked again: what is allowed may have changed since it was registered.
    fn checked(&self, url: &str) -> Result<Uri, Failed> {
        urls::parse(url, &self.config).map_err(|refused| match refused {
            UrlRefused::Forbidden(_) => Failed::never("address_forbidden", refused.to_string()),
            _ => Failed::never("address_unknown", refused.to_string()),
        })
    }
}
