//! Metrics, for crates that should not know what carries them.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_sdk::metrics::SdkMeterProvider;

/// Where metrics are made. Clones make the same ones.
#[derive(Clone)]
pub struct Meters {
    pub(super) meter: Meter,
}

/// A number that only grows.
#[derive(Clone)]
pub struct Counter(opentelemetry::metrics::Counter<u64>);

impl Meters {
    /// Metrics that nobody reads.
    pub fn none() -> Self {
        Self::of(&SdkMeterProvider::default())
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
        let gauge = self
            .meter
            .f64_observable_gauge(name)
            .with_unit(unit)
            .with_description(description);
        gauge
            .with_callback(move |observer| observer.observe(read(), &[]))
            .build();
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
}

impl Counter {
    /// Adds `amount` under `labels`, whose values have to be few.
    pub fn add(&self, amount: u64, labels: &[(&'static str, &'static str)]) {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| KeyValue::new(*name, *value))
            .collect();
        self.0.add(amount, &labels);
    }
}
