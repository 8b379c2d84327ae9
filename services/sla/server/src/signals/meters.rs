//! The clocks in numbers.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use khidma_edge::telemetry::{Counter, Histogram, Labels, Meters};
use khidma_events::sla::{ClockEvent, Metric, Target};
use khidma_kernel::{DepartmentId, PolicyId, Timestamp};
use khidma_projection::{Projection, ProjectionState, Reader, RowError};
use khidma_runtime::Tasks;
use khidma_sla_domain::Book;

use super::Subject;
use super::names::sla;
use crate::keys;
use crate::views::Tally;

/// What is counted.
#[derive(Clone)]
pub(super) struct Instruments {
    breaches: Counter,
    warnings: Counter,
    lateness: Histogram,
    /// Of what a 0 was told already.
    counting: Arc<Mutex<HashSet<Kind>>>,
}

/// Whose clock of which metric, under which policy, its version and its rule.
type Kind = (DepartmentId, Metric, (PolicyId, u32, u32));

impl Instruments {
    pub(super) fn start(meters: &Meters, projection: &Projection, tasks: &Tasks) -> Self {
        let (open, finished) = (projection.clone(), projection.clone());
        let metric = sla::CLOCKS_OPEN;
        meters.gauges(metric.name, metric.unit, metric.description, move || {
            told(&open, |tally| {
                [("running", tally.running), ("paused", tally.paused)].map(named("state"))
            })
        });
        let metric = sla::FINISHED;
        meters.gauges(metric.name, metric.unit, metric.description, move || {
            told(&finished, |tally| {
                [("met", tally.met), ("breached", tally.breached)].map(named("outcome"))
            })
        });
        let counter = |metric: super::names::Metric| {
            meters.counter(metric.name, metric.unit, metric.description)
        };
        let metric = sla::TIMER_LATENESS;
        let instruments = Self {
            breaches: counter(sla::BREACHES),
            warnings: counter(sla::WARNINGS),
            lateness: meters.histogram(
                metric.name,
                metric.unit,
                metric.description,
                &sla::TIMER_LATENESS_BOUNDS,
            ),
            counting: Arc::default(),
        };
        tasks.spawn(instruments.clone().begin(projection.clone(), tasks.clone()));
        instruments
    }

    /// Makes the counters known of all departments that have clocks, as soon as one knows which.
    async fn begin(self, projection: Projection, tasks: Tasks) {
        let mut status = projection.watch_status();
        let live = status.wait_for(|status| status.state == ProjectionState::Live);
        let live = tokio::select! {
            live = live => live.is_ok(),
            () = tasks.stopping() => false,
        };
        if live && let Ok(tallies) = tallies(&projection.reader()) {
            for (department, metric, _) in &tallies {
                self.breaches.add(0, &owed(department.as_str(), *metric));
            }
        }
    }

    /// Counts what a clock told under the policies of `book`, which was written down `now`.
    pub(super) fn count(
        &self,
        subject: Subject<'_>,
        event: &ClockEvent,
        book: &Book,
        now: Timestamp,
    ) {
        let Some(department) = subject.owner() else {
            return;
        };
        let labels = owed(department.as_str(), subject.clock.metric);
        match event {
            ClockEvent::ClockStarted(_) => self.begin_counting(subject, department, book),
            ClockEvent::ClockBreached(event) => {
                self.breaches.add(1, &labels);
                self.late(event.at, now);
            }
            ClockEvent::ClockWarned(event) => {
                let percent = event.percent.to_string();
                let [department, metric] = labels;
                self.warnings
                    .add(1, &[department, metric, ("percent", &percent)]);
                self.late(event.at, now);
            }
            _ => {}
        }
    }

    /// Adds 0 to all that the clock may add to: who asks how much a counter grew sees the first 1 only after a 0.
    fn begin_counting(&self, subject: Subject<'_>, department: &DepartmentId, book: &Book) {
        let (metric, Some(promise)) = (subject.clock.metric, subject.clock.promise()) else {
            return;
        };
        let policy = (promise.policy.clone(), promise.version, promise.rule);
        let kind = (department.clone(), metric, policy);
        let mut counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        if !counting.insert(kind) {
            return;
        }
        let labels @ [department, metric] = owed(department.as_str(), metric);
        self.breaches.add(0, &labels);
        let target = book.target(promise, subject.clock.metric);
        for percent in target.into_iter().flat_map(Target::warnings) {
            let percent = ("percent", &*percent.to_string());
            self.warnings.add(0, &[department, metric, percent]);
        }
    }

    fn late(&self, at: Timestamp, now: Timestamp) {
        #[expect(clippy::cast_precision_loss, reason = "nobody is late by 2^53 µs")]
        let seconds = now.micros_since(at).max(0) as f64 / 1e6;
        self.lateness.record(seconds, &[]);
    }
}

fn owed(department: &str, metric: Metric) -> [(&'static str, &str); 2] {
    [("department", department), ("metric", metric.as_str())]
}

type Number = ((&'static str, String), u64);

fn named(label: &'static str) -> impl Fn((&'static str, u64)) -> Number {
    move |(value, number)| ((label, value.to_owned()), number)
}

/// The numbers that `of` takes from each department's and metric's tally; none where they cannot be read just now.
fn told(projection: &Projection, of: impl Fn(&Tally) -> [Number; 2]) -> Vec<(Labels, f64)> {
    let tallies = tallies(&projection.reader()).unwrap_or_default();
    let series = tallies.iter().flat_map(|(department, metric, tally)| {
        of(tally).map(|(label, number)| {
            let owed =
                owed(department.as_str(), *metric).map(|(name, value)| (name, value.to_owned()));
            #[expect(clippy::cast_precision_loss, reason = "there are no 2^53 clocks")]
            let number = number as f64;
            (owed.into_iter().chain([label]).collect(), number)
        })
    });
    series.collect()
}

fn tallies(reader: &Reader) -> Result<Vec<(DepartmentId, Metric, Tally)>, RowError> {
    let mut tallies = Vec::new();
    for found in reader.prefix(keys::TALLIES) {
        let (key, row) = found?;
        if let Some((department, metric)) = keys::read_tally(&key) {
            tallies.push((department, metric, row.decode()?));
        }
    }
    Ok(tallies)
}
