//! Refusals as `google.rpc` rich errors, and how a client reads them.
//!
//! Every refusal carries an `ErrorInfo` with a stable reason in the domain [`DOMAIN`]; what names one field carries a
//! `BadRequest` too.

use std::collections::HashMap;
use std::fmt::Display;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The `domain` of every `ErrorInfo`.
pub const DOMAIN: &str = "khidma";

/// A refusal with a stable, upper-snake-case `reason`, and the `field` at fault where it is one.
pub fn refusal(
    code: Code,
    reason: &str,
    field: Option<&str>,
    message: impl Into<String>,
) -> Status {
    let message = message.into();
    let violation = field.map(|field| Violation {
        field: field.to_owned(),
        description: message.clone(),
    });
    refused(code, reason, message, violation)
}

/// As [`refusal`], with everything that is wrong, field by field.
pub fn refused(
    code: Code,
    reason: &str,
    message: impl Into<String>,
    violations: impl IntoIterator<Item = Violation>,
) -> Status {
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, HashMap::new());
    for violation in violations {
        details.add_bad_request_violation(violation.field, violation.description);
    }
    Status::with_error_details(code, message, details)
}

/// A field of the request that is missing or malformed: INVALID_ARGUMENT.
pub fn invalid_field(field: &str, reason: &str, message: impl Into<String>) -> Status {
    refusal(Code::InvalidArgument, reason, Some(field), message)
}

/// Several fields of the request that are wrong at once, each with what is wrong with it: INVALID_ARGUMENT.
pub fn invalid_fields(
    reason: &str,
    message: impl Into<String>,
    violations: impl IntoIterator<Item = Violation>,
) -> Status {
    refused(Code::InvalidArgument, reason, message, violations)
}

/// There is no `kind` with this `id` (or the caller may not know of it): NOT_FOUND.
pub fn not_found(kind: &str, id: impl Display) -> Status {
    let (id, message) = (id.to_string(), format!("there is no such {kind}"));
    let mut details = ErrorDetails::with_error_info("NOT_FOUND", DOMAIN, HashMap::new());
    details.set_resource_info(kind, id, "", &message);
    Status::with_error_details(Code::NotFound, message, details)
}

/// Something we stand on is away for now; the same call may be made again after `retry_after`: UNAVAILABLE.
pub fn unavailable(reason: &str, retry_after: Duration, message: impl Into<String>) -> Status {
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, HashMap::new());
    details.set_retry_info(Some(retry_after));
    Status::with_error_details(Code::Unavailable, message, details)
}

/// More is asked for at once than there is room for; the same call may be made again after `retry_after`:
/// RESOURCE_EXHAUSTED.
pub fn exhausted(reason: &str, retry_after: Duration, message: impl Into<String>) -> Status {
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, HashMap::new());
    details.set_retry_info(Some(retry_after));
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

/// A fault of ours: INTERNAL. The cause goes to the log under `correlation`; the caller learns only `correlation`, to
/// name when they ask.
pub fn internal(correlation: impl Display, cause: impl Display) -> Status {
    let correlation = correlation.to_string();
    tracing::error!(correlation, %cause, "internal error");
    let mut details = ErrorDetails::with_error_info("INTERNAL", DOMAIN, HashMap::new());
    details.set_request_info(&correlation, "");
    let message = format!("something went wrong on our side; the reference is {correlation}");
    Status::with_error_details(Code::Internal, message, details)
}

/// One field at fault, as a client reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's path.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

/// A refused call, as a client reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReport {
    /// The gRPC code.
    pub code: Code,
    /// The stable reason, where the server gave one.
    pub reason: Option<String>,
    /// For people.
    pub message: String,
    /// The fields at fault.
    pub violations: Vec<Violation>,
    /// When the same call may be made again.
    pub retry_after: Option<Duration>,
    /// Kind and id of what was not found.
    pub resource: Option<(String, String)>,
    /// What to name when asking about an internal error.
    pub reference: Option<String>,
}

impl ErrorReport {
    /// All that `status` says.
    pub fn from_status(status: &Status) -> Self {
        let details = status.get_error_details();
        let violations = details
            .bad_request()
            .map(|bad| bad.field_violations.as_slice())
            .unwrap_or_default();
        Self {
            code: status.code(),
            reason: details.error_info().map(|info| info.reason.clone()),
            message: status.message().to_owned(),
            violations: violations
                .iter()
                .map(|one| Violation {
                    field: one.field.clone(),
                    description: one.description.clone(),
                })
                .collect(),
            retry_after: details.retry_info().and_then(|retry| retry.retry_delay),
            resource: details
                .resource_info()
                .map(|info| (info.resource_type.clone(), info.resource_name.clone())),
            reference: details.request_info().map(|info| info.request_id.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_reason_and_field() {
        let report =
            ErrorReport::from_status(&invalid_field("title", "TITLE_EMPTY", "a title is needed"));
        assert_eq!(report.code, Code::InvalidArgument);
        assert_eq!(report.reason.as_deref(), Some("TITLE_EMPTY"));
        let violation = Violation {
            field: "title".into(),
            description: "a title is needed".into(),
        };
        assert_eq!(report.violations, [violation]);
    }

    #[test]
    fn what_is_away_says_when_to_come_back() {
        let report = ErrorReport::from_status(&unavailable(
            "LOG_AWAY",
            Duration::from_millis(1500),
            "wait",
        ));
        assert_eq!(
            (report.code, report.retry_after),
            (Code::Unavailable, Some(Duration::from_millis(1500)))
        );
    }

    #[test]
    fn what_is_not_there_is_named_by_kind_and_id() {
        let report = ErrorReport::from_status(&not_found("department", "it"));
        assert_eq!(report.resource, Some(("department".into(), "it".into())));
    }

    #[test]
    fn an_internal_error_keeps_its_cause_to_itself() {
        let status = internal("c-42", "disk /secret/path is full");
        assert!(!format!("{status:?}").contains("secret"));
        assert!(!String::from_utf8_lossy(status.details()).contains("secret"));
        assert_eq!(
            ErrorReport::from_status(&status).reference.as_deref(),
            Some("c-42")
        );
    }

    #[test]
    fn a_status_without_details_is_read_too() {
        let report = ErrorReport::from_status(&Status::unimplemented("no"));
        assert_eq!((report.reason, report.violations.len()), (None, 0));
    }
}
