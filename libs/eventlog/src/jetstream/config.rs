//! Where the server is, and how patient to be with it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How to reach the stream that is the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JetStreamConfig {
    /// Addresses of the servers of one cluster, separated by commas: `nats://10.0.0.1:4222,nats://10.0.0.2:4222`.
    pub servers: String,
    /// Who we are to the server.
    pub credentials: Credentials,
    /// The stream. It is made if it is not there.
    pub stream: String,
    /// What subjects begin with: a commit is published to `<prefix>.<context>.<entity>`.
    pub subject_prefix: String,
    /// How many servers keep a copy of a stream that is made: 1 or 3.
    pub replicas: usize,
    /// How often connecting is tried, at start, before giving up. Later losses are ridden out without end.
    pub connect_attempts: usize,
    /// How long the server may take to answer one attempt to append, or one question.
    pub answer_patience: Duration,
    /// How long an append is retried before it is [`Unavailable`](crate::AppendError::Unavailable).
    pub append_patience: Duration,
}

/// Who we are to the server.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Nobody in particular.
    #[default]
    None,
    /// A user and a password.
    Password {
        /// The user.
        user: String,
        /// The password. It is never shown.
        password: String,
    },
    /// A credentials file (`.creds`: a JWT and its seed).
    File(PathBuf),
}

impl JetStreamConfig {
    /// The usual settings, for the cluster at `servers`.
    pub fn new(servers: impl Into<String>) -> Self {
        Self {
            servers: servers.into(),
            credentials: Credentials::None,
            stream: "khidma-log".into(),
            subject_prefix: "khidma.log".into(),
            replicas: 1,
            connect_attempts: 8,
            answer_patience: Duration::from_secs(3),
            append_patience: Duration::from_secs(8),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Password { user, .. } => write!(f, "Password({user:?}, …)"),
            Self::File(path) => write!(f, "File({path:?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let credentials = Credentials::Password {
            user: "log".into(),
            password: "s3cret".into(),
        };
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }
}
