//! What a service makes of the log.

use khidma_eventlog::Stored;

use crate::{ApplyError, Rows};

/// What a service makes of the log.
pub trait Views: Send + Sync + 'static {
    /// Name of the read model, of its folder and of its metrics: `requests`.
    fn name(&self) -> &'static str;

    /// Version of the rows' layout and meaning; a change makes the read model be rebuilt.
    fn version(&self) -> u32;

    /// Folds one commit into rows: a pure function of the commit and the rows (no clock, no randomness), so that a
    /// rebuild gives the same rows byte for byte.
    ///
    /// # Errors
    /// The commit says something this version cannot read, or a row could not be read or written. Nothing of the
    /// commit is kept then, and the read model does not go past it.
    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError>;
}
