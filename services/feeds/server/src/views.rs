//! Who sees it? From events to rows.

use khidma_eventlog::Stored;
use khidma_projection::{ApplyError, Rows, Views};

/// The read model of this service.
#[derive(Debug, Clone, Default)]
pub struct FeedsViews;

impl Views for FeedsViews {
    fn name(&self) -> &'static str {
        "feeds"
    }

    fn version(&self) -> u32 {
        1
    }

    fn apply(&self, _commit: &Stored, _rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        Ok(())
    }
}
