//! From a mutating call to a command, and from its outcome to a status.

use khidma_engine::{Ask, CommandError};
use khidma_kernel::{Actor, Caller, OnceKey, Refusal, derived_id, digest};
use tonic::{Code, Request, Status};
use uuid::Uuid;

pub use prost::Message;

use crate::{identity, status, telemetry};

/// What a mutating call says besides what it wants.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who calls.
    pub caller: Caller,
    /// Their idempotency key as they sent it.
    pub request_id: Uuid,
    once: OnceKey,
}

impl Call {
    /// Reads a call of `rpc` whose message carries `request_id`.
    ///
    /// # Errors
    /// UNAUTHENTICATED without a verified caller; INVALID_ARGUMENT, `MISSING_REQUEST_ID` or `INVALID_REQUEST_ID`.
    pub fn of<T: Message>(
        request: &Request<T>,
        rpc: &'static str,
        request_id: &str,
    ) -> Result<Self, Status> {
        let caller = identity::caller(request)?;
        let request_id = key_of(request_id)?;
        // One caller's key never meets another's.
        let key = derived_id(&[caller.actor.to_string().as_bytes(), request_id.as_bytes()]);
        Ok(Self {
            caller,
            request_id,
            once: once(request, rpc, key),
        })
    }

    /// As [`Call::of`], by whoever is let in and nobody in particular: nothing in it, and nothing that follows from it,
    /// comes from who calls. The rpc must be one of those its service leaves untraced.
    ///
    /// # Errors
    /// As [`Call::of`]; and INVALID_ARGUMENT, `INVALID_REQUEST_ID`, for a UUID that is not random, as it could be guessed.
    pub fn anonymous<T: Message>(
        request: &Request<T>,
        rpc: &'static str,
        request_id: &str,
    ) -> Result<Self, Status> {
        identity::caller(request)?;
        let request_id = key_of(request_id)?;
        if !matches!(request_id.get_version_num(), 4 | 7) {
            return Err(status::invalid_field(
                "request_id",
                "INVALID_REQUEST_ID",
                "request_id has to be a random UUID, of version 4 or 7",
            ));
        }
        let key = derived_id(&[b"anonymous idempotency key", request_id.as_bytes()]);
        Ok(Self {
            caller: Caller::anonymous(),
            request_id,
            once: once(request, rpc, key),
        })
    }

    /// The call as a command about `entity`, now, in the trace of the call.
    pub fn about(self, entity: String) -> Ask {
        let nobody = self.caller.actor == Actor::Anonymous;
        Ask {
            entity,
            begins: false,
            by: self.caller,
            at: None,
            once: self.once,
            causation: None,
            correlation: None,
            traceparent: telemetry::current_traceparent().filter(|_| !nobody),
        }
    }
}

/// Declares a service's trait of the calls that change something that exists, and which of its messages they are: each has
/// its idempotency key in the field `request_id`, and in `id` what it changes.
///
/// ```
/// use khidma_proto::requests as pb;
///
/// khidma_edge::changes! {
///     /// A call that changes a request.
///     trait Change for pb: ClaimRequest, StartRequest
/// }
///
/// let claim = pb::ClaimRequest { id: "17".into(), ..Default::default() };
/// assert_eq!(Change::id(&claim), "17");
/// ```
#[macro_export]
macro_rules! changes {
    (
        $(#[$doc:meta])*
        $visible:vis trait $change:ident for $proto:ident: $($message:ident),* $(,)?
    ) => {
        $(#[$doc])*
        $visible trait $change: $crate::command::Message {
            /// Its idempotency key.
            fn request_id(&self) -> &str;
            /// What it changes.
            fn id(&self) -> &str;
        }

        $(impl $change for $proto::$message {
            fn request_id(&self) -> &str {
                &self.request_id
            }

            fn id(&self) -> &str {
                &self.id
            }
        })*
    };
}

fn key_of(request_id: &str) -> Result<Uuid, Status> {
    if request_id.is_empty() {
        return Err(status::invalid_field(
            "request_id",
            "MISSING_REQUEST_ID",
            "every change needs an idempotency key, a UUID, in request_id",
        ));
    }
    Uuid::parse_str(request_id).map_err(|_| {
        status::invalid_field(
            "request_id",
            "INVALID_REQUEST_ID",
            "request_id is not a UUID",
        )
    })
}

/// The key with the fingerprint of what is asked under it.
fn once<T: Message>(request: &Request<T>, rpc: &'static str, key: Uuid) -> OnceKey {
    let said = [rpc.as_bytes(), &request.get_ref().encode_to_vec()].concat();
    OnceKey {
        key,
        digest: digest(&said),
    }
}

/// The status of a command that was not carried out. `code` says which code each refusal of the service maps to.
pub fn failed<R: Refusal>(error: CommandError<R>, code: fn(&R) -> Code) -> Status {
    match error {
        CommandError::Refused(refusal) => {
            let violations = refusal.violations().into_iter();
            status::refused(
                code(&refusal),
                refusal.code(),
                refusal.to_string(),
                violations.map(|(field, description)| status::Violation { field, description }),
            )
        }
        error @ CommandError::KeyReused => status::refusal(
            Code::AlreadyExists,
            "REQUEST_ID_REUSED",
            Some("request_id"),
            error.to_string(),
        ),
        error @ CommandError::Contended => {
            status::refusal(Code::Aborted, "CONTENDED", None, error.to_string())
        }
        error @ CommandError::TooLarge { .. } => {
            status::refusal(Code::InvalidArgument, "TOO_LARGE", None, error.to_string())
        }
        CommandError::Unavailable {
            reason,
            retry_after,
        } => {
            tracing::warn!(%reason, "a command could not be carried out");
            let message = "the event log or the read model is not available; try again with the same request_id";
            status::unavailable("UNAVAILABLE", retry_after, message)
        }
        CommandError::Internal(cause) => status::internal(Uuid::new_v4(), cause),
    }
}

/// Reads an id out of `field`.
///
/// # Errors
/// INVALID_ARGUMENT, `MISSING_FIELD` or `INVALID_ID`, naming the field.
pub fn id<T>(field: &'static str, text: &str) -> Result<T, Status>
where
    T: std::str::FromStr<Err = khidma_kernel::InvalidId>,
{
    if text.is_empty() {
        return Err(status::invalid_field(
            field,
            "MISSING_FIELD",
            format!("{field} must not be empty"),
        ));
    }
    text.parse().map_err(|error: khidma_kernel::InvalidId| {
        status::invalid_field(field, "INVALID_ID", error.to_string())
    })
}
