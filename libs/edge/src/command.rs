//! From a mutating call to a command, and from its outcome to a status.

use khidma_engine::{Ask, CommandError};
use khidma_kernel::{Caller, OnceKey, Refusal, derived_id, digest};
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
        if request_id.is_empty() {
            return Err(status::invalid_field(
                "request_id",
                "MISSING_REQUEST_ID",
                "every change needs an idempotency key, a UUID, in request_id",
            ));
        }
        let request_id = Uuid::parse_str(request_id).map_err(|_| {
            status::invalid_field(
                "request_id",
                "INVALID_REQUEST_ID",
                "request_id is not a UUID",
            )
        })?;
        // One caller's key never meets another's.
        let key = derived_id(&[caller.actor.to_string().as_bytes(), request_id.as_bytes()]);
        let said = [rpc.as_bytes(), &request.get_ref().encode_to_vec()].concat();
        Ok(Self {
            caller,
            request_id,
            once: OnceKey {
                key,
                digest: digest(&said),
            },
        })
    }

    /// The call as a command about `entity`, now, in the trace of the call.
    pub fn about(self, entity: String) -> Ask {
        Ask {
            entity,
            begins: false,
            by: self.caller,
            at: None,
            once: self.once,
            causation: None,
            correlation: None,
            traceparent: telemetry::current_traceparent(),
        }
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
