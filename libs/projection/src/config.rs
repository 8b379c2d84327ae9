//! How a projection is set up.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use khidma_eventlog::Stored;
use tracing::Span;

/// Where a read model lies and how much memory it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionConfig {
    /// The folder of all read models; each keeps to the sub-folder of its name.
    pub folder: PathBuf,
    /// Bytes of sled's page cache for each generation; real memory is a multiple of it.
    pub cache_bytes: u64,
    /// Bytes of rows folded in memory before they are written, when catching up.
    pub overlay_bytes: usize,
    /// Commits written at once when live, at most.
    pub live_batch: usize,
}

impl ProjectionConfig {
    /// The usual sizes (32 MiB of cache, 32 MiB of overlay, 256 commits a batch) for read models in `folder`. Twice the
    /// cache made nothing faster at 800,000 commits, and a rebuild has two of them. In a batch twice or half as large a
    /// row costs more: sled frees nothing that a batch replaces before its end.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            cache_bytes: 32 << 20,
            overlay_bytes: 32 << 20,
            live_batch: 256,
        }
    }
}

/// Makes the tracing span under which one commit is applied.
pub type SpanOf = Arc<dyn Fn(&Stored) -> Span + Send + Sync>;

/// What the process around a projection wants to see of its work.
#[derive(Clone, Default)]
pub struct Hooks {
    /// A span for the application of one live commit: from folding to the moment its rows are readable. The edge
    /// makes it a child of the commit's trace.
    pub span: Option<SpanOf>,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("span", &self.span.is_some())
            .finish()
    }
}
