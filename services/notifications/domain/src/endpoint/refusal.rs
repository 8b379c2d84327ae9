//! Why an endpoint refuses a command.

use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRefusal {
    /// There is none with that id, or it is not the caller's affair.
    #[error("there is no endpoint with this id")]
    Unknown,
    /// The caller does not speak for its owner.
    #[error(
        "endpoints are kept by who leads the department, by the person they belong to, and by admins"
    )]
    NotAllowed,
    /// The id is taken, or was once.
    #[error("there is, or was, an endpoint with this id")]
    Exists,
    /// Its owner is not there, or has left or closed.
    #[error("there is no such owner, or they have left or closed")]
    UnknownOwner {
        /// The field that named it.
        field: &'static str,
    },
    /// Its owner has enough.
    #[error("a department or person has at most {limit} endpoints")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// Nothing is posted there.
    #[error("{reason}")]
    InvalidUrl {
        /// Why not.
        reason: String,
    },
    /// No language tag.
    #[error("a language is a BCP 47 tag, such as fa or en-GB")]
    InvalidLanguage,
    /// A chat has no secret of ours.
    #[error("only webhooks have a secret")]
    NoSecret,
}

impl Refusal for EndpointRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN_ENDPOINT",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Exists => "ENDPOINT_EXISTS",
            Self::UnknownOwner { .. } => "UNKNOWN_OWNER",
            Self::TooMany { .. } => "TOO_MANY_ENDPOINTS",
            Self::InvalidUrl { .. } => "INVALID_URL",
            Self::InvalidLanguage => "INVALID_LANGUAGE",
            Self::NoSecret => "NO_SECRET",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::Exists | Self::NoSecret => Some("id"),
            Self::UnknownOwner { field } => Some(field),
            Self::InvalidUrl { .. } => Some("url"),
            Self::InvalidLanguage => Some("language"),
            Self::NotAllowed | Self::TooMany { .. } => None,
        }
    }
}
