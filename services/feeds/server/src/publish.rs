//! Writes the stream of feeds, where the log has a server that others can subscribe to.
//!
//! The publisher keeps nothing: where it stands is what the stream's last message says. It publishes on the condition that
//! that message is still the last one, so of several publishers one goes on; the others hear of it, stand by, and go on
//! when nothing comes from the one any more. As the feed follows from the log alone, it does not matter who publishes.

mod messages;
mod pages;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use backon::{BackoffBuilder, ConstantBuilder, ExponentialBackoff, ExponentialBuilder};
use khidma_edge::Deps;
use khidma_edge::telemetry::Counter;
use khidma_eventlog::{EventLog, FeedConfig, FeedError, FeedStream, LogError};
use khidma_kernel::{Position, Timestamp};
use khidma_projection::Projection;
use khidma_runtime::{Clock, Tasks};

use crate::public::Unsaid;
use messages::{Start, batches};
use pages::{Page, Pages};

/// For how long nothing has to come from whoever publishes before one that stands by goes on; up to twice as long, so
/// that of several one is first.
const GRACE: Duration = Duration::from_secs(1);

/// Publishes in the background, where there is a stream to publish to.
pub(crate) fn start(deps: &Deps, projection: &Projection, config: FeedConfig) {
    let published = deps.meters.counter(
        "khidma.feeds.published",
        "{message}",
        "Messages that this process has published to the feeds",
    );
    let publisher = Publisher {
        log: deps.log.clone(),
        projection: projection.clone(),
        config,
        clock: deps.clock.clone(),
        tasks: deps.tasks.clone(),
        passed: Arc::default(),
        published,
    };
    let meters = deps.meters.clone();
    let (passed, projection) = (publisher.passed.clone(), projection.clone());
    let told = move || {
        meters.gauge(
            "khidma.feeds.lag",
            "{position}",
            "How far what is published is behind the log, as this process sees it",
            move || {
                let behind = projection.position().0;
                #[expect(clippy::cast_precision_loss, reason = "no log has 2^53 commits")]
                let lag = behind.saturating_sub(passed.load(Ordering::Relaxed)) as f64;
                lag
            },
        );
    };
    deps.tasks.spawn(publisher.run(told));
}

/// Whether it may publish at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Nobody else was seen to.
    Active,
    /// Somebody else does.
    StandingBy,
}

/// Why publishing began anew.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// The log has no neighbour to publish to.
    #[error("there is no stream of feeds")]
    NoStream,
    /// Somebody else publishes.
    #[error("somebody else publishes")]
    Conflict,
    /// The log was closed.
    #[error("the log was closed")]
    Closed,
    /// The log or the stream is away.
    #[error(transparent)]
    Log(#[from] LogError),
    /// It cannot be said what is public.
    #[error(transparent)]
    Unsaid(#[from] Unsaid),
}

impl From<FeedError> for Stop {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Conflict => Self::Conflict,
            FeedError::Log(error) => Self::Log(error),
        }
    }
}

/// Publishes.
struct Publisher {
    log: Arc<dyn EventLog>,
    projection: Projection,
    config: FeedConfig,
    clock: Clock,
    tasks: Tasks,
    /// Up to which commit everything is published, by whomever.
    passed: Arc<AtomicU64>,
    published: Counter,
}

impl Publisher {
    /// Publishes until the process stops. Calls `there_is_one` when there is a stream.
    async fn run(self, there_is_one: impl FnOnce()) {
        let (mut standing, mut pauses) = (Standing::Active, pauses());
        let mut there_is_one = Some(there_is_one);
        let tasks = self.tasks.clone();
        loop {
            let before = self.passed.load(Ordering::Relaxed);
            let stop = tokio::select! {
                stop = self.session(&mut standing, &mut there_is_one) => stop,
                () = tasks.stopping() => return,
            };
            if self.passed.load(Ordering::Relaxed) > before {
                pauses = self::pauses();
            }
            match stop {
                Err(Stop::NoStream) => return,
                Err(Stop::Conflict) => {
                    if standing == Standing::Active {
                        tracing::info!("another process publishes the feeds; standing by");
                    }
                    standing = Standing::StandingBy;
                    continue;
                }
                Err(error) => tracing::warn!(%error, "publishing the feeds begins anew"),
            }
            let pause = pauses.next().unwrap_or(GRACE);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = tasks.stopping() => return,
            }
        }
    }

    /// Publishes from where the stream ends, until something comes in between.
    async fn session(
        &self,
        standing: &mut Standing,
        there_is_one: &mut Option<impl FnOnce()>,
    ) -> Result<Infallible, Stop> {
        let stream = self.log.feeds(self.config.clone()).await?;
        let stream = stream.ok_or(Stop::NoStream)?;
        if let Some(tell) = there_is_one.take() {
            tell();
        }
        let end = stream.end().await?;
        let start = match end.last {
            Some((place, topic)) => Start::after(place, &topic),
            None => Start::Since(self.oldest(stream.last_stored().await?)),
        };
        let head = self.log.head().await?;
        if start.position() > head {
            return Err(Stop::Log(LogError::Failed(format!(
                "the stream of feeds is at position {}, the log at {head}: it was made from another log",
                start.position()
            ))));
        }
        let mut sequence = end.sequence;
        // The commit of the last message too: perhaps not all of it is there.
        let after = Position(start.position().0.saturating_sub(1));
        self.passed.fetch_max(after.0, Ordering::Relaxed);
        let pages = Pages::new(self.log.follow(after), self.projection.clone(), start);
        let mut pages = pages.make(&self.tasks);
        loop {
            let page = pages.recv().await.ok_or(Stop::Closed)??;
            self.publish(&*stream, page, &mut sequence, standing)
                .await?;
        }
    }

    /// Publishes a page behind the message at `sequence`.
    async fn publish(
        &self,
        stream: &dyn FeedStream,
        page: Page,
        sequence: &mut u64,
        standing: &mut Standing,
    ) -> Result<(), Stop> {
        for batch in batches(&page.messages) {
            self.turn(stream, *standing, *sequence).await?;
            *sequence = stream.publish(batch, *sequence).await?;
            self.published.add(batch.len() as u64, &[]);
            if *standing == Standing::StandingBy {
                tracing::info!("going on with publishing the feeds");
                *standing = Standing::Active;
            }
        }
        self.passed.store(page.last.0, Ordering::Relaxed);
        Ok(())
    }

    /// What was made before would not be kept any more, had it been published when it was made. Where the stream kept
    /// things for a shorter time before, that has to be older than the last message it got: that one has expired too.
    fn oldest(&self, last_stored: Option<Timestamp>) -> Timestamp {
        let kept = i64::try_from(self.config.max_age.as_secs()).unwrap_or(i64::MAX);
        let oldest = self.clock.now().plus_seconds(-kept);
        last_stored.map_or(oldest, |last| oldest.max(last))
    }

    /// Who stands by waits, and goes on only if nothing has come meanwhile.
    async fn turn(
        &self,
        stream: &dyn FeedStream,
        standing: Standing,
        sequence: u64,
    ) -> Result<(), Stop> {
        if standing == Standing::StandingBy {
            let mut waits = ConstantBuilder::new().with_delay(GRACE).with_jitter();
            waits = waits.with_max_times(1);
            tokio::time::sleep(waits.build().next().unwrap_or(GRACE)).await;
            if stream.end().await?.sequence != sequence {
                return Err(Stop::Conflict);
            }
        }
        Ok(())
    }
}

fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(50))
        .with_max_delay(Duration::from_secs(5))
        .with_jitter()
        .without_max_times()
        .build()
}
