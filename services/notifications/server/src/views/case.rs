//! Whose a request is, as far as ladders need it.

use khidma_kernel::ServiceRequestId;
use khidma_notifications_domain::rules::matter::Matter;
use khidma_projection::RowError;

use super::RequestRow;
use super::find::Find;
use crate::keys;

/// A request, unless nothing of it may be told to anybody.
pub(crate) fn case(rows: &impl Find, id: ServiceRequestId) -> Result<Option<Matter>, RowError> {
    let row: Option<RequestRow> = rows.find(&keys::request(id))?;
    let matter = row.and_then(|row| row.matter);
    Ok(matter.filter(|matter| !matter.is_anonymous()))
}
