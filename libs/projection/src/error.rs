//! What can go wrong, for whom.

/// Why a row could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// The row or the store around it is damaged. The read model has been told and rebuilds itself.
    #[error("the read model is damaged: {reason}")]
    Damaged {
        /// How; never the contents.
        reason: String,
    },
    /// The read model is being built and has not caught up for the first time: ask again later.
    #[error("the read model is being built")]
    Unavailable,
    /// The row is whole but is no such type: its layout changed without a new [`crate::Views::version`].
    #[error("the row does not decode: {reason}")]
    Undecodable {
        /// How; never the contents.
        reason: String,
    },
    /// The value cannot be written as a row.
    #[error("the value does not encode: {reason}")]
    Unencodable {
        /// How; never the contents.
        reason: String,
    },
    /// The disk refused (full, not permitted, gone).
    #[error("the read model's storage failed: {reason}")]
    Storage {
        /// What the system said.
        reason: String,
    },
}

/// Why a commit could not be folded into rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The commit says something this version cannot read. It is never skipped: the read model stops before it.
    #[error("the commit cannot be read: {reason}")]
    Undecodable {
        /// Which part and why; never the contents.
        reason: String,
    },
    /// A row could not be read or written.
    #[error(transparent)]
    Row(#[from] RowError),
}

/// Why a projection could not start, wait or be rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// The folder cannot be used: not permitted, no space, not a folder.
    #[error("the folder of the read model {name} cannot be used: {reason}")]
    Folder {
        /// The read model.
        name: &'static str,
        /// What the system said.
        reason: String,
    },
    /// Another process (or another projection of this one) has the folder open.
    #[error("the folder of the read model {name} is in use by another process")]
    InUse {
        /// The read model.
        name: &'static str,
    },
    /// The projection stopped for good and does not go on before it is restarted or rebuilt.
    #[error("the read model {name} has failed: {reason}")]
    Failed {
        /// The read model.
        name: &'static str,
        /// Why; never the contents of a commit.
        reason: String,
    },
    /// Another rebuild is under way, or the read model is still being built for the first time.
    #[error("the read model {name} is being built already")]
    AlreadyBuilding {
        /// The read model.
        name: &'static str,
    },
    /// The rebuild did not come to its end; the serving rows are as they were.
    #[error("the rebuild of the read model {name} failed: {reason}")]
    RebuildFailed {
        /// The read model.
        name: &'static str,
        /// Why; never the contents of a commit.
        reason: String,
    },
    /// The process is stopping.
    #[error("the read model {name} is stopping")]
    Stopping {
        /// The read model.
        name: &'static str,
    },
}
