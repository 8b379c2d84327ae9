//! Metrics, for crates that should not know what carries them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider as _, NoopMeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;

/// How many series one metric may have: as many as the SDK keeps of a counter or a histogram. What comes on top is
/// counted there in one series more, labelled `otel.metric.overflow`.
const SERIES: usize = 2000;

/// Names and values of the labels of one series. Every combination of values is a series that is kept and exported for
/// as long as the process runs: values have to be few, such as departments, and never ids of requests or people.
pub type Labels = Vec<(&'static str, String)>;

/// Where metrics are made. Clones make the same ones.
#[derive(Clone)]
pub struct Meters {
    pub(super) meter: Meter,
}

/// A number that only grows.
#[derive(Clone)]
pub struct Counter(opentelemetry::metrics::Counter<u64>);

/// How values are distributed.
#[derive(Clone)]
pub struct Histogram(opentelemetry::metrics::Histogram<f64>);

impl Meters {
    /// Metrics that nobody reads.
    pub fn none() -> Self {
        // The SDK's, without a reader, would log an error for each gauge.
        Self {
            meter: NoopMeterProvider::new().meter("khidma"),
        }
    }

    pub(super) fn of(provider: &SdkMeterProvider) -> Self {
        Self {
            meter: provider.meter("khidma"),
        }
    }

    /// Exports what `read` says, each time metrics are exported. `unit` is a UCUM unit: `s`, `By`, `{commit}`.
    pub fn gauge<F>(
        &self,
        name: &'static str,
        unit: &'static str,
        description: &'static str,
        read: F,
    ) where
        F: Fn() -> f64 + Send + Sync + 'static,
    {
        self.gauges(name, unit, description, move || vec![(Vec::new(), read())]);
    }

    /// Exports each number that `read` says under its labels, each time metrics are exported. What `read` has said once
    /// and no longer says is 0, not gone: a gauge that is merely no longer told keeps its last value for ever. More
    /// than 2,000 series are not told, which is logged once.
    pub fn gauges<F>(
        &self,
        name: &'static str,
        unit: &'static str,
        description: &'static str,
        read: F,
    ) where
        F: Fn() -> Vec<(Labels, f64)> + Send + Sync + 'static,
    {
        let gauge = self
            .meter
            .f64_observable_gauge(name)
            .with_unit(unit)
            .with_description(description);
        let series = Mutex::new(Series::default());
        let observe = move |observer: &dyn opentelemetry::metrics::AsyncInstrument<f64>| {
            let now = read();
            let mut series = series.lock().unwrap_or_else(PoisonError::into_inner);
            series.take(name, now);
            for (labels, value) in &series.values {
                let labels = labels.iter().map(|(name, value)| (*name, value.as_str()));
                observer.observe(*value, &key_values(labels));
            }
        };
        gauge.with_callback(observe).build();
    }

    /// A counter that starts at 0.
    pub fn counter(
        &self,
        name: &'static str,
        unit: &'static str,
        description: &'static str,
    ) -> Counter {
        Counter(
            self.meter
                .u64_counter(name)
                .with_unit(unit)
                .with_description(description)
                .build(),
        )
    }

    /// A histogram with a bucket up to each of `bounds`, which are in `unit` and ascend, and one above.
    pub fn histogram(
        &self,
        name: &'static str,
        unit: &'static str,
        description: &'static str,
        bounds: &[f64],
    ) -> Histogram {
        Histogram(
            self.meter
                .f64_histogram(name)
                .with_unit(unit)
                .with_description(description)
                .with_boundaries(bounds.to_vec())
                .build(),
        )
    }
}

impl Counter {
    /// Adds `amount` under `labels`, whose values have to be few (see [`Labels`]). Adding 0 makes the series known: who
    /// asks later how much it grew sees the first 1 only if there was a 0 before.
    pub fn add(&self, amount: u64, labels: &[(&'static str, &str)]) {
        self.0.add(amount, &key_values(labels.iter().copied()));
    }
}

impl Histogram {
    /// Counts `value` in its bucket under `labels`, whose values have to be few (see [`Labels`]).
    pub fn record(&self, value: f64, labels: &[(&'static str, &str)]) {
        self.0.record(value, &key_values(labels.iter().copied()));
    }
}

/// What a gauge has told, by its labels.
#[derive(Default)]
struct Series {
    values: BTreeMap<Labels, f64>,
    overflowed: bool,
}

impl Series {
    /// Takes over what is `now`, and 0 where nothing is any more.
    fn take(&mut self, gauge: &'static str, now: Vec<(Labels, f64)>) {
        self.values.values_mut().for_each(|value| *value = 0.0);
        for (mut labels, value) in now {
            labels.sort_unstable();
            if let Some(known) = self.values.get_mut(&labels) {
                *known = value;
            } else if self.values.len() < SERIES {
                self.values.insert(labels, value);
            } else if !std::mem::replace(&mut self.overflowed, true) {
                tracing::warn!(
                    gauge,
                    SERIES,
                    "a gauge has too many series; the rest is not told"
                );
            }
        }
    }
}

fn key_values<'a>(labels: impl Iterator<Item = (&'static str, &'a str)>) -> Vec<KeyValue> {
    labels
        .map(|(name, value)| KeyValue::new(name, value.to_owned()))
        .collect()
}
