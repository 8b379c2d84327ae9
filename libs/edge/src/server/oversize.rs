//! Gives a reason to what tonic refuses by itself: messages over the limit, of callers and of our own.
//!
//! tonic checks the size where it decodes and encodes, below all our code, and says OUT_OF_RANGE and nothing else.

use std::collections::HashMap;

use http::{HeaderMap, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::status::DOMAIN;

/// `response`, in which a bare refusal for size says TOO_LARGE and the limit: in the header fields where a request was
/// too large, in the trailers where an answer is.
pub(super) fn explain(mut response: Response<Body>) -> Response<Body> {
    explain_fields(response.headers_mut());
    response.map(|body| Body::new(body.map_frame(explain_frame)))
}

fn explain_frame<D>(frame: Frame<D>) -> Frame<D> {
    frame.into_trailers().map_or_else(
        |other| other,
        |mut trailers| {
            explain_fields(&mut trailers);
            Frame::trailers(trailers)
        },
    )
}

fn explain_fields(fields: &mut HeaderMap) {
    // Seen on every call: only what fails is looked at closer.
    let code = fields
        .get(Status::GRPC_STATUS)
        .map(|code| Code::from_bytes(code.as_bytes()));
    if code != Some(Code::OutOfRange) || fields.contains_key(Status::GRPC_STATUS_DETAILS) {
        return;
    }
    let bare = Status::from_header_map(fields);
    if let Some(status) = bare.as_ref().and_then(too_large) {
        // It fails only where a text fits no header field, and then the bare status stays.
        let _ = status.add_header(fields);
    }
}

/// The refusal with its reason, where `status` is tonic's refusal of a message that is too large.
fn too_large(status: &Status) -> Option<Status> {
    let (fault, limit) = status.message().rsplit_once("the limit is: ")?;
    let limit: u64 = limit.strip_suffix(" bytes")?.parse().ok()?;
    let message = if fault.contains("encoded message") {
        format!("the answer is larger than {limit} bytes, the limit; ask for less at a time")
    } else {
        format!("the message is larger than {limit} bytes, the limit")
    };
    let facts = HashMap::from([("limit_bytes".to_owned(), limit.to_string())]);
    let details = ErrorDetails::with_error_info("TOO_LARGE", DOMAIN, facts);
    Some(Status::with_error_details(status.code(), message, details))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{ErrorReport, refusal};

    fn explained(status: &Status) -> ErrorReport {
        let mut fields = HeaderMap::new();
        status.add_header(&mut fields).unwrap();
        explain_fields(&mut fields);
        ErrorReport::from_status(&Status::from_header_map(&fields).unwrap())
    }

    #[test]
    fn what_is_refused_for_another_reason_is_left_alone() {
        let bare = explained(&Status::out_of_range("the limit is: high"));
        assert_eq!((bare.reason, &*bare.message), (None, "the limit is: high"));
        let said = "the limit is: 7 bytes";
        let ours = explained(&refusal(Code::OutOfRange, "OURS", None, said));
        assert_eq!(
            (ours.reason.as_deref(), &*ours.message),
            (Some("OURS"), said)
        );
        let other = explained(&Status::aborted(said));
        assert_eq!((other.code, other.reason), (Code::Aborted, None));
    }
}
