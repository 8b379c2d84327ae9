//! What is attached to requests, a row each: a request may have two hundred of them, and most calls ask for none.

use khidma_events::requests::{Attachment, RequestEvent};
use khidma_kernel::{Actor, Recorded};
use khidma_projection::{RowError, Rows};
use serde::{Deserialize, Serialize};

use crate::keys;

/// Something attached to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AttachmentRow {
    pub attachment: Attachment,
    pub internal: bool,
    pub by: Actor,
}

pub(super) fn apply(
    id: &str,
    recorded: &Recorded<RequestEvent>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    match &recorded.event {
        RequestEvent::Attached(event) => {
            let row = AttachmentRow {
                attachment: event.attachment.clone(),
                internal: event.internal,
                by: recorded.by.clone(),
            };
            let key = keys::attachment(id, &event.attachment.sha256, event.internal);
            rows.put(&key, &row)
        }
        RequestEvent::Detached(event) => {
            rows.delete(&keys::attachment(id, &event.sha256, event.internal));
            Ok(())
        }
        _ => Ok(()),
    }
}
