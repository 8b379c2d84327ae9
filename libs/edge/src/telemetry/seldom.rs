//! Keeps the exporters' own complaints few: while a collector is away they come every second and say the same.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::{Metadata, subscriber::Interest};
use tracing_subscriber::filter::{DynFilterFn, LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::Context;

/// How often the exporters may speak.
const INTERVAL: Duration = Duration::from_secs(60);

/// Lets everything through but the exporters, who may speak once in [`INTERVAL`].
pub(super) fn seldom<S>() -> DynFilterFn<
    S,
    impl Fn(&Metadata<'_>, &Context<'_, S>) -> bool,
    impl Fn(&'static Metadata<'static>) -> Interest,
> {
    let last = Mutex::new(None);
    dynamic_filter_fn(move |metadata, _: &Context<'_, S>| {
        !is_exporter(metadata) || may_speak(&last, Instant::now())
    })
    // Only the exporters have to be asked about each time.
    .with_callsite_filter(|metadata| {
        if is_exporter(metadata) {
            Interest::sometimes()
        } else {
            Interest::always()
        }
    })
    .with_max_level_hint(LevelFilter::TRACE)
}

fn is_exporter(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("opentelemetry")
}

fn may_speak(last: &Mutex<Option<Instant>>, now: Instant) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let may = last.is_none_or(|last| now.duration_since(last) >= INTERVAL);
    if may {
        *last = Some(now);
    }
    may
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_complaint_an_interval_is_heard() {
        let (last, start) = (Mutex::new(None), Instant::now());
        let heard = [0, 1, 59, 60, 61, 119, 120]
            .map(|second| may_speak(&last, start + Duration::from_secs(second)));
        assert_eq!(heard, [true, false, false, true, false, false, true]);
    }
}
