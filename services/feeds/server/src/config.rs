//! How long, how many: `[services.feeds]`.

use std::path::PathBuf;
use std::time::Duration;

use khidma_edge::config::ConfigError;
use khidma_eventlog::FeedConfig;
use khidma_eventlog::jetstream::Credentials;
use serde::{Deserialize, Serialize};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedsConfig {
    /// For how many days the stream of feeds keeps what was published, where the log is on NATS. Default 90.
    pub retention_days: u16,
    /// What the stream of feeds is called there. Default `khidma-feed`.
    pub stream: String,
    /// What the subjects of the feeds begin with there. Default `khidma.feed`.
    pub subject_prefix: String,
    /// NATS user of the account that has the stream of feeds, where it is another one than the log's. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File that holds that user's password. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Subscribers that read what they missed from the log at the same time, at the most; the others wait for their turn.
    /// Default 8.
    pub catch_ups: usize,
    /// Bytes of recent events kept for each department that has subscribers: who is further behind reads from the log.
    /// Default 1,048,576.
    pub recent_bytes: usize,
}

impl Default for FeedsConfig {
    fn default() -> Self {
        Self {
            retention_days: 90,
            stream: "khidma-feed".into(),
            subject_prefix: "khidma.feed".into(),
            user: None,
            password_file: None,
            catch_ups: 8,
            recent_bytes: 1 << 20,
        }
    }
}

impl FeedsConfig {
    /// Whether it can be used.
    ///
    /// # Errors
    /// A value that cannot be.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let above_zero = "has to be above 0";
        let refuse = |key, value: &dyn ToString, rule| {
            let value = value.to_string();
            Err(ConfigError::Value { key, value, rule })
        };
        if self.retention_days == 0 {
            let key = "services.feeds.retention_days";
            return refuse(key, &self.retention_days, above_zero);
        }
        if self.catch_ups == 0 {
            return refuse("services.feeds.catch_ups", &self.catch_ups, above_zero);
        }
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        let is_token = |token: &str| !token.is_empty() && token.bytes().all(is_plain);
        if !is_token(&self.stream) {
            let rule = "has to be of letters, digits, '-' and '_'";
            return refuse("services.feeds.stream", &self.stream, rule);
        }
        if !self.subject_prefix.split('.').all(is_token) {
            let rule = "has to be of letters, digits, '-' and '_', with dots between";
            return refuse("services.feeds.subject_prefix", &self.subject_prefix, rule);
        }
        Ok(())
    }

    /// The stream of feeds.
    ///
    /// # Errors
    /// The password cannot be read, or there is no user with it.
    pub(crate) fn feed(&self) -> Result<FeedConfig, ConfigError> {
        Ok(FeedConfig {
            stream: self.stream.clone(),
            subject_prefix: self.subject_prefix.clone(),
            max_age: Duration::from_secs(u64::from(self.retention_days) * 24 * 3600),
            credentials: self.credentials()?,
        })
    }

    fn credentials(&self) -> Result<Option<Credentials>, ConfigError> {
        let (user, file) = match (&self.user, &self.password_file) {
            (None, None) => return Ok(None),
            (Some(user), Some(file)) => (user, file),
            (user, _) => {
                return Err(ConfigError::Value {
                    key: "services.feeds.user",
                    value: user.clone().unwrap_or_default(),
                    rule: "services.feeds.user and services.feeds.password_file go together",
                });
            }
        };
        let password = std::fs::read_to_string(file).map_err(|_| ConfigError::Value {
            key: "services.feeds.password_file",
            value: file.display().to_string(),
            rule: "has to be a file that can be read",
        })?;
        Ok(Some(Credentials::Password {
            user: user.clone(),
            password: password.trim_end_matches(['\r', '\n']).to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_by_its_key() {
        let fits = FeedsConfig::default();
        assert!(fits.check().is_ok());
        let misfits = [
            FeedsConfig {
                retention_days: 0,
                ..fits.clone()
            },
            FeedsConfig {
                catch_ups: 0,
                ..fits.clone()
            },
            FeedsConfig {
                stream: "a.b".into(),
                ..fits.clone()
            },
            FeedsConfig {
                subject_prefix: "khidma.>".into(),
                ..fits.clone()
            },
        ];
        let keys = ["retention_days", "catch_ups", "stream", "subject_prefix"];
        for (misfit, key) in misfits.iter().zip(keys) {
            let refused = misfit.check().unwrap_err().to_string();
            assert!(refused.contains(key), "{refused}");
        }
        let alone = FeedsConfig {
            user: Some("khidma-feeds".into()),
            ..fits.clone()
        };
        let unread = FeedsConfig {
            password_file: Some("/there/is/none".into()),
            ..alone.clone()
        };
        for (misfit, key) in [(alone, "user"), (unread, "password_file")] {
            let refused = misfit.feed().unwrap_err().to_string();
            assert!(refused.contains(key), "{refused}");
        }
        assert_eq!(fits.feed().unwrap().credentials, None);
    }
}
