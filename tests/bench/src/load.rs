//! So many calls, so many in flight.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use khidma_runtime::Tasks;

use crate::Outcome;

/// What a load came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Calls a second.
    pub rate: f64,
    /// Half of the calls took at most so long.
    pub p50: Duration,
    /// 99 of 100 calls took at most so long.
    pub p99: Duration,
}

/// Makes `calls` calls, `in_flight` at a time; each gets its number. A tenth as many before, unmeasured, to warm up.
pub(crate) async fn drive<F, R>(in_flight: usize, calls: usize, call: F) -> Outcome<Figures>
where
    F: Fn(usize) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send,
{
    let call = Arc::new(call);
    run(in_flight, 0, calls / 10, call.clone()).await?;
    let began = Instant::now();
    let mut took = run(in_flight, calls / 10, calls, call).await?;
    let rate = calls as f64 / began.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |share: f64| {
        took.get(((took.len() - 1) as f64 * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    Ok(Figures {
        rate,
        p50: at(0.5),
        p99: at(0.99),
    })
}

async fn run<F, R>(
    in_flight: usize,
    first: usize,
    calls: usize,
    call: Arc<F>,
) -> Outcome<Vec<Duration>>
where
    F: Fn(usize) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send,
{
    let tasks = Tasks::new();
    let next = Arc::new(AtomicUsize::new(0));
    let workers = (0..in_flight).map(|_| {
        let (next, call) = (next.clone(), call.clone());
        tasks.spawn(async move {
            let mut took = Vec::with_capacity(calls / in_flight + 1);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return Outcome::Ok(took);
                }
                let began = Instant::now();
                call(first + number).await?;
                took.push(began.elapsed());
            }
        })
    });
    let mut all = Vec::with_capacity(calls);
    for worker in futures::future::join_all(workers).await {
        all.extend(worker??);
    }
    Ok(all)
}
