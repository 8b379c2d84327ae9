//! The rebuild of the read model beside a bare loop that reads and decodes the same commits and writes the same rows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_projection::{Hooks, Projection, ProjectionConfig, ProjectionState, dump};
use khidma_requests::RequestViews;
use khidma_runtime::Tasks;

use crate::history::History;
use crate::table::Table;
use crate::{Outcome, baseline};

/// Measures three times each, by turns, and says the best of each as a table.
pub(crate) async fn measure(history: &History) -> Outcome<String> {
    let tasks = Tasks::new();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(
        &history.folder.path().join("log"),
        &tasks,
    )?);
    let (mut bare, mut built) = (Duration::MAX, Duration::MAX);
    let mut rows = 0;
    for _ in 0..3 {
        let folder = tempfile::tempdir()?;
        let began = Instant::now();
        let projection = start(&log, folder.path(), &tasks).await?;
        built = built.min(began.elapsed());
        let same: Vec<_> = dump(&projection.reader())?.collect::<Result<_, _>>()?;
        rows = same.len();
        bare = bare.min(baseline::build(&log, same).await?);
    }
    tasks.drain(Duration::from_secs(20)).await;
    let rate = |took: Duration| history.events as f64 / took.as_secs_f64();
    let mut table = Table::new(["", "events a second", "seconds", "× bare loop"]);
    let mut row = |name: &str, took: Duration| {
        let ratio = bare.as_secs_f64() / took.as_secs_f64();
        let seconds = format!("{:.2}", took.as_secs_f64());
        table.row([
            name.to_owned(),
            format!("{:.0}", rate(took)),
            seconds,
            format!("{ratio:.2}"),
        ]);
    };
    row("bare loop", bare);
    row("rebuild of the requests views", built);
    Ok(format!(
        "Rebuild; {} events, {rows} rows in the end\n\n{table}",
        history.events
    ))
}

/// Builds the read model from nothing and waits until it is live.
async fn start(
    log: &Arc<dyn EventLog>,
    folder: &std::path::Path,
    tasks: &Tasks,
) -> Outcome<Projection> {
    let config = ProjectionConfig::in_folder(folder);
    let projection = Projection::start(
        config,
        Arc::new(RequestViews),
        log.clone(),
        tasks,
        Hooks::default(),
    )
    .await?;
    projection
        .watch_status()
        .wait_for(|status| status.state == ProjectionState::Live)
        .await?;
    Ok(projection)
}
