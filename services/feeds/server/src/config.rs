//! How long, how many: `[services.feeds]`.

use std::time::Duration;

use khidma_edge::config::ConfigError;
use khidma_eventlog::FeedConfig;
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
    pub(crate) fn feed(&self) -> FeedConfig {
        FeedConfig {
            stream: self.stream.clone(),
            subject_prefix: self.subject_prefix.clone(),
            max_age: Duration::from_secs(u64::from(self.retention_days) * 24 * 3600),
        }
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
                ..fits
            },
        ];
        let keys = ["retention_days", "catch_ups", "stream", "subject_prefix"];
        for (misfit, key) in misfits.iter().zip(keys) {
            let refused = misfit.check().unwrap_err().to_string();
            assert!(refused.contains(key), "{refused}");
        }
    }
}
