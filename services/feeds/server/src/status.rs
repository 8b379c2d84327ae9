//! Which status code? For what callers may not do or cannot be told.

use std::time::Duration;

use khidma_edge::status;
use khidma_kernel::DepartmentId;
use tonic::{Code, Status};

/// After how long a subscriber should come back.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The caller may not read this feed.
pub(crate) fn not_allowed(department: &DepartmentId) -> Status {
    let message = format!(
        "the feed of {department} is read by who leads it or has the role feed there, and by admins"
    );
    status::refusal(Code::PermissionDenied, "NOT_ALLOWED", None, message)
}

/// The feed cannot be told just now.
pub(crate) fn away(cause: impl std::fmt::Display) -> Status {
    tracing::warn!(%cause, "a feed is not available");
    let message = "the feed is not available; subscribe again from the last position";
    status::unavailable("FEED_AWAY", RETRY_AFTER, message)
}
