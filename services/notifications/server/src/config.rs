//! How long, how many: `[services.notifications]`.

use std::path::{Path, PathBuf};

use khidma_notifications_channels::{MailConfig, PostConfig};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotificationsConfig {
    /// Rows a list looks at for one page at the most; a page may then be short although more follow. Default 20,000.
    pub scan_limit: usize,
    /// Things that are done at the same time, at the most. Default 256.
    pub at_once: usize,
    /// Seconds after which an escalation that nobody acknowledged goes up the reporting line; 0: never. Default 1,800.
    pub climb_after_seconds: u64,
    /// File with the key from which the secrets of webhooks and the links to unsubscribe are derived. Made at the first
    /// start. Processes that serve notifications side by side must share it, and who loses it has to give every receiver a new
    /// secret. Default `notifications/keyring` in the data folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The `https` address under which people reach the feedback's port: links to answer a question lie below it. Default
    /// none: messages carry no such link. To this machine it may be `http`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_url: Option<String>,
    /// How much is sent at once.
    pub send: SendConfig,
    /// The server that takes our e-mail.
    pub mail: MailConfig,
    /// How webhooks and chats are spoken to.
    pub posts: PostConfig,
}

/// `[services.notifications.send]`: how much is sent at once. Processes that serve notifications side by side do not share
/// out what falls due: each sends it, under one id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SendConfig {
    /// Attempts to one endpoint or person at once, at the most; one that fails is tried by one until it takes something.
    /// Default 8.
    pub per_receiver: usize,
    /// Attempts to one host at once, at the most. E-mails have as many at once as there are connections. Default 32.
    pub per_host: usize,
    /// Deliveries under way at once, at the most, until what became of them stands on the log. Default 1,024.
    pub at_once: usize,
    /// Deliveries due that wait in memory for one receiver, at the most; the rest waits on disk. Default 10,000.
    pub waiting_per_receiver: usize,
    /// And in all. Default 100,000.
    pub waiting: usize,
}

impl Default for SendConfig {
    fn default() -> Self {
        Self {
            per_receiver: 8,
            per_host: 32,
            at_once: 1024,
            waiting_per_receiver: 10_000,
            waiting: 100_000,
        }
    }
}

impl Default for NotificationsConfig {
    fn default() -> Self {
        Self {
            scan_limit: 20_000,
            at_once: 256,
            climb_after_seconds: 1800,
            key_file: None,
            feedback_url: None,
            send: SendConfig::default(),
            mail: MailConfig::default(),
            posts: PostConfig::default(),
        }
    }
}

impl NotificationsConfig {
    /// Where the key is kept, with `data` as the data folder.
    pub(crate) fn key_file(&self, data: &Path) -> PathBuf {
        let usual = || data.join("notifications").join("keyring");
        self.key_file.clone().unwrap_or_else(usual)
    }

    /// Where people reach the feedback's port; what is wrong with it, if it cannot be used: what is behind such a link is
    /// for nobody on the way.
    pub(crate) fn feedback_url(&self) -> Result<Option<&str>, &'static str> {
        let Some(there) = self.feedback_url.as_deref() else {
            return Ok(None);
        };
        let url = Url::parse(there).ok().filter(|url| url.query().is_none());
        let is_safe = url.is_some_and(|url| match (url.scheme(), url.host()) {
            ("https", Some(_)) => true,
            ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
            ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
            ("http", Some(Host::Domain(name))) => name == "localhost",
            _ => false,
        });
        match is_safe {
            true => Ok(Some(there)),
            false => {
                Err("feedback_url is not an address that begins with https:// and has no query")
            }
        }
    }

    /// After how long an escalation goes up; `None`: never.
    pub(crate) fn climb_after(&self) -> Option<std::time::Duration> {
        let seconds = Some(self.climb_after_seconds).filter(|seconds| *seconds > 0);
        seconds.map(std::time::Duration::from_secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_answer_is_for_nobody_on_the_way() {
        let of = |url: &str| NotificationsConfig {
            feedback_url: Some(url.into()),
            ..NotificationsConfig::default()
        };
        for url in [
            "https://khidma.example.org/feedback",
            "http://127.0.0.1:7406",
            "http://[::1]:7406/",
            "http://localhost:7406",
        ] {
            assert_eq!(of(url).feedback_url(), Ok(Some(url)));
        }
        for url in [
            "",
            "khidma.example.org",
            "http://khidma.example.org",
            "http://10.0.0.1",
            "https://khidma.example.org/?to=",
            "mailto:amina@example.org",
        ] {
            assert!(of(url).feedback_url().is_err(), "{url}");
        }
        assert_eq!(NotificationsConfig::default().feedback_url(), Ok(None));
    }
}
