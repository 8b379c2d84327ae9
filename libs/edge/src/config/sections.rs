//! The sections of the configuration. The doc of a key says its meaning, unit and default.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// `[tls]`: both files PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate chain.
    pub cert_file: PathBuf,
    /// Its private key.
    pub key_file: PathBuf,
}

/// `[log]`: the event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `embedded` (in the data folder; the default) or `nats://host:port` (`tls://host:port`), several by commas.
    pub url: String,
    /// Copies of the stream that JetStream keeps: 1 or 3. Default 1.
    pub replicas: u8,
    /// NATS user. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File that holds the user's password. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// NATS credentials file. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creds_file: Option<PathBuf>,
}

/// `[identity]`: whose tokens are believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// The JWKS file with the public keys that are believed. Default `publish_file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_file: Option<PathBuf>,
    /// The JWKS file in which this machine's own signing key, where there is one, publishes its public half: in a
    /// folder of its own, it can be shown to others without the key. Default `identity/jwks.json` in the data folder,
    /// beside the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_file: Option<PathBuf>,
    /// The `iss` a token must have. Default `khidma`.
    pub issuer: String,
    /// The `aud` a token must have. Default `khidma`.
    pub audience: String,
    /// By how many seconds clocks may differ when `exp` and `nbf` are checked. Default 30.
    pub leeway_seconds: u32,
}

/// `[limits]`: what a caller may ask of the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of one request message. Default 1 MiB.
    pub max_request_bytes: usize,
    /// Bytes of one response message. Default 4 MiB, what gRPC clients take by default.
    pub max_response_bytes: usize,
    /// Bytes of a request's header fields, as HTTP/2 counts them. Default 16 KiB.
    pub max_header_bytes: u32,
    /// Calls of one connection that are worked on at once; more are refused. Default 1024.
    pub max_calls_per_connection: usize,
    /// HTTP/2 streams of one connection, calls and open subscriptions together. Default 1024.
    pub max_streams_per_connection: u32,
    /// Seconds until a call is given up, unless its caller gives up sooner; an open stream may last longer.
    /// Default 10.
    pub request_timeout_seconds: u32,
    /// Seconds that running calls get to end when the process stops. Default 10.
    pub drain_seconds: u32,
    /// Seconds of silence after which a connection is probed, and after which an unanswered probe ends it.
    /// Default 20.
    pub keepalive_seconds: u32,
    /// Seconds after which a connection is asked to reconnect, so that load spreads. Default 0: never.
    pub max_connection_age_seconds: u32,
}

/// How log lines look on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[telemetry]`: traces, metrics and logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// OTLP/gRPC endpoint of a collector, `http://host:4317`. Default none: nothing is exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_endpoint: Option<String>,
    /// The `service.name` of what is exported. Default `khidma`.
    pub service_name: String,
    /// The `service.instance.id` of what is exported. Default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_instance: Option<String>,
    /// The share of traces begun here that is exported, 0 to 1; a caller's own choice is kept. Default 1.
    pub trace_ratio: f64,
    /// Seconds between two exports of the metrics. Default 15.
    pub metrics_interval_seconds: u32,
    /// How log lines look. Default `text`.
    pub log_format: LogFormat,
    /// What is logged: `info`, or per module `warn,khidma_requests=debug`. Default
    /// `info,opentelemetry=warn`.
    pub log_filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            url: "embedded".into(),
            replicas: 1,
            user: None,
            password_file: None,
            creds_file: None,
        }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            jwks_file: None,
            publish_file: None,
            issuer: "khidma".into(),
            audience: "khidma".into(),
            leeway_seconds: 30,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_request_bytes: 1024 * 1024,
            max_response_bytes: 4 * 1024 * 1024,
            max_header_bytes: 16 * 1024,
            max_calls_per_connection: 1024,
            max_streams_per_connection: 1024,
            request_timeout_seconds: 10,
            drain_seconds: 10,
            keepalive_seconds: 20,
            max_connection_age_seconds: 0,
        }
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            service_name: "khidma".into(),
            service_instance: None,
            trace_ratio: 1.0,
            metrics_interval_seconds: 15,
            log_format: LogFormat::Text,
            log_filter: "info,opentelemetry=warn".into(),
        }
    }
}

/// `Ok` where `holds`, else the error that names key, value and rule.
fn require(
    holds: bool,
    key: &'static str,
    value: impl ToString,
    rule: &'static str,
) -> Result<(), ConfigError> {
    if holds {
        Ok(())
    } else {
        Err(ConfigError::Value {
            key,
            value: value.to_string(),
            rule,
        })
    }
}

impl Log {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let known = |url: &str| {
            ["nats://", "tls://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        };
        // The value is not repeated here: it would show the password.
        let rule = "a password does not belong here: use log.user and log.password_file";
        require(!self.url.contains('@'), "log.url", "…", rule)?;
        let fits = self.url == "embedded" || self.url.split(',').all(known);
        require(
            fits,
            "log.url",
            &self.url,
            "has to be embedded, nats://host:port or tls://host:port",
        )?;
        require(
            matches!(self.replicas, 1 | 3),
            "log.replicas",
            self.replicas,
            "has to be 1 or 3",
        )?;
        let paired = self.user.is_some() == self.password_file.is_some();
        let user = self.user.as_deref().unwrap_or_default();
        require(
            paired,
            "log.user",
            user,
            "log.user and log.password_file go together",
        )
    }
}

impl Identity {
    /// The JWKS file in which the signing key in `folder` publishes its public half.
    pub(crate) fn published_in(&self, folder: &Path) -> PathBuf {
        let elsewhere = self.publish_file.clone();
        elsewhere.unwrap_or_else(|| folder.join("jwks.json"))
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let above_zero = "has to be above 0";
        let least = 1024;
        let sizes = [
            ("limits.max_request_bytes", self.max_request_bytes),
            ("limits.max_response_bytes", self.max_response_bytes),
        ];
        for (key, bytes) in sizes {
            require(bytes >= least, key, bytes, "has to be at least 1024")?;
        }
        let counts = [
            ("limits.max_header_bytes", self.max_header_bytes),
            (
                "limits.max_streams_per_connection",
                self.max_streams_per_connection,
            ),
            (
                "limits.request_timeout_seconds",
                self.request_timeout_seconds,
            ),
            ("limits.keepalive_seconds", self.keepalive_seconds),
        ];
        for (key, count) in counts {
            require(count > 0, key, count, above_zero)?;
        }
        let calls = self.max_calls_per_connection;
        require(
            calls > 0,
            "limits.max_calls_per_connection",
            calls,
            above_zero,
        )
    }

    /// Until a call is given up.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds.into())
    }

    /// What running calls get to end when the process stops.
    pub fn drain_patience(&self) -> Duration {
        Duration::from_secs(self.drain_seconds.into())
    }

    /// Silence after which a connection is probed.
    pub fn keepalive(&self) -> Duration {
        Duration::from_secs(self.keepalive_seconds.into())
    }

    /// After how long a connection is asked to reconnect, if ever.
    pub fn max_connection_age(&self) -> Option<Duration> {
        (self.max_connection_age_seconds > 0)
            .then(|| Duration::from_secs(self.max_connection_age_seconds.into()))
    }
}

impl Telemetry {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let share = (0.0..=1.0).contains(&self.trace_ratio);
        require(
            share,
            "telemetry.trace_ratio",
            self.trace_ratio,
            "has to be from 0 to 1",
        )?;
        let seconds = self.metrics_interval_seconds;
        require(
            seconds > 0,
            "telemetry.metrics_interval_seconds",
            seconds,
            "has to be above 0",
        )
    }
}
