//! How a projection is doing.

use khidma_kernel::Position;

/// How a projection is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionStatus {
    /// The read model.
    pub name: &'static str,
    /// Version of its rows.
    pub version: u32,
    /// The last commit whose rows are readable.
    pub position: Position,
    /// What it is doing.
    pub state: ProjectionState,
    /// Number of the generation being served; each rebuild makes a new one.
    pub generation: u64,
    /// How far a rebuild beside the serving generation is, if one is under way.
    pub rebuilding: Option<Progress>,
}

/// What a projection is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectionState {
    /// Reading what the log held when it began.
    CatchingUp {
        /// Where it began.
        from: Position,
        /// Where it is; ahead of [`ProjectionStatus::position`] while the rows are built for the first time.
        at: Position,
        /// Where the log ended when it was last asked; [`Position::START`] while it has not answered.
        target: Position,
    },
    /// At the end of the log.
    Live,
    /// Stopped for good before a commit that cannot be applied.
    Failed {
        /// Why; never the contents of a commit.
        reason: String,
    },
}

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The last commit folded.
    pub position: Position,
    /// Where the log ended when it was last asked.
    pub target: Position,
}
