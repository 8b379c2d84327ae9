//! What clocks show. All of it only reads.

mod access;
mod board;
mod breaches;
mod convert;
mod explain;
mod export;
mod filter;
mod intervals;
mod lens;
mod recompute;
mod report;
mod service;
mod single;
mod through;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Deps;
use khidma_edge::query::Scans;
use khidma_eventlog::EventLog;
use khidma_projection::Projection;
use khidma_runtime::{Clock, Tasks};

use crate::config::SlaConfig;
use crate::shelf::Shelf;

/// How long a part of a stream may wait for room among the scans.
const PART_PATIENCE: Duration = Duration::from_secs(30);

/// What the calls stand on. Clones share it.
#[derive(Clone)]
pub(crate) struct ClocksGrpc {
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    tasks: Tasks,
    scans: Scans,
    shelf: Shelf,
    scan_limit: usize,
}

impl ClocksGrpc {
    pub(crate) fn new(
        deps: &Deps,
        projection: &Projection,
        shelf: Shelf,
        config: &SlaConfig,
    ) -> Self {
        Self {
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            tasks: deps.tasks.clone(),
            scans: deps.scans.clone(),
            shelf,
            scan_limit: config.scan_limit,
        }
    }
}
