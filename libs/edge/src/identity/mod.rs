//! Who calls: a verified JWT (RFC 7519) signed with Ed25519, and nothing else.
//!
//! [`Verifier`] believes the keys of one JWKS file. [`LocalAuthority`] makes such a file and signs tokens for it, so
//! that one machine works by itself. [`IdentityLayer`] puts the [`Caller`] into every request; handlers take it with
//! [`caller`].

mod authority;
mod cache;
mod keys;
mod layer;
mod verifier;

use khidma_kernel::{Caller, Timestamp};
use tonic::{Code, Request, Status};

pub use authority::{AuthorityError, LocalAuthority};
pub use keys::KeysError;
pub use layer::{IdentityLayer, IdentityService};
pub use verifier::Verifier;

use crate::status;

/// Why a call has no believed identity. All are UNAUTHENTICATED; the code is the reason of the `ErrorInfo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// No `authorization` metadata.
    #[error("the call carries no token: send authorization: Bearer <token>")]
    Missing,
    /// Not `Bearer` and a JWT with a key id, or longer than a token may be.
    #[error("the token is no JWT of the form that is believed here")]
    Malformed,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// Signed with a key that is not ours, or for another issuer or audience.
    #[error("the token was not issued for this service")]
    Foreign,
    /// The signature does not fit.
    #[error("the token's signature does not fit")]
    Signature,
    /// Any algorithm but EdDSA, `none` above all.
    #[error("the token has to be signed with EdDSA")]
    Algorithm,
    /// A claim is missing or malformed, or its time has not come.
    #[error("the token's claim {0} is missing or not as it has to be")]
    Claim(&'static str),
}

impl IdentityError {
    /// The stable reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "MISSING_TOKEN",
            Self::Malformed => "MALFORMED_TOKEN",
            Self::Expired => "EXPIRED_TOKEN",
            Self::Foreign => "FOREIGN_TOKEN",
            Self::Signature => "INVALID_SIGNATURE",
            Self::Algorithm => "ALGORITHM_NOT_ALLOWED",
            Self::Claim(_) => "BAD_CLAIM",
        }
    }
}

impl From<IdentityError> for Status {
    fn from(error: IdentityError) -> Self {
        let field = match error {
            IdentityError::Claim(claim) => Some(claim),
            _ => None,
        };
        status::refusal(
            Code::Unauthenticated,
            error.code(),
            field,
            error.to_string(),
        )
    }
}

/// When the caller's token stops being good, the leeway for differing clocks included: beside the [`Caller`] in the
/// extensions of every request that passed the layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry(pub Timestamp);

/// Who calls, as [`IdentityLayer`] found out.
///
/// # Errors
/// UNAUTHENTICATED where the call did not pass the layer.
pub fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    request
        .extensions()
        .get::<Caller>()
        .cloned()
        .ok_or_else(|| IdentityError::Missing.into())
}

#[cfg(test)]
mod tests;
